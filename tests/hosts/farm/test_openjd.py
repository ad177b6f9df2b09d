"""Job bundles: what the specification asks for, and the pixels of a plain render."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from recast_nodes import notices
from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.hosts.cli import recast
from recast_nodes.hosts.cli.sets import KnobSetting
from recast_nodes.hosts.farm.openjd import MOST, FarmJob, ranges, template, write_bundle
from recast_nodes.hosts.farm.parameters import CONTROLS, parameter, parameters
from recast_nodes.knobs import Knob
from recast_nodes.nodes import NODES
from tests.shots.footage import write_clip

ROOT = Path(__file__).parents[3]
FRAMES = range(1001, 1008)


def call(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "recast_nodes.hosts.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


@pytest.fixture
def shot(portrait, landmarker_files, tmp_path) -> Path:
    plate = write_clip(portrait, tmp_path / "plate" / "plate.####.exr", FRAMES)
    graph = edit_graph(plate, plate, str(tmp_path / "out" / "shot.####.exr"))
    graph = graph.with_knob("ExpressionMix", "smile", 0.8).with_knob("ExpressionMix", "replace", 0.5)
    save(graph, tmp_path / "shot.recast.yaml")
    return tmp_path / "shot.recast.yaml"


@pytest.mark.parametrize(
    "kind", sorted({type(knob) for node in NODES.values() for knob in node.knobs.values()}, key=str)
)
def test_every_kind_of_knob_has_a_parameter(kind):
    knob = next(knob for node in NODES.values() for knob in node.knobs.values() if type(knob) is kind)
    told = parameter(knob)
    assert told["type"] in ("STRING", "INT", "FLOAT", "PATH") and told["userInterface"]["control"]
    assert parameter.dispatch(kind) is not parameter.dispatch(Knob) or told["type"] == "STRING"


def test_the_knobs_that_a_shot_sets_come_first_and_keyed_ones_stay(tmp_path):
    from recast_nodes.curves import Curve, Key

    graph = edit_graph("p.####.exr", "d.mov", str(tmp_path / "s.####.exr"))
    graph = graph.with_knob("ExpressionMix", "smile", 0.8)
    graph = graph.with_knob("ExpressionMix", "jaw_open", Curve([Key(1, 0), Key(9, 1)]))
    targets = [each.target for each in parameters(graph, "Write")]
    assert targets.index("ExpressionMix.smile") < MOST - 3 and "ExpressionMix.jaw_open" not in targets
    assert "Write.dwa_level" not in targets, "a knob without a value has none to show"


def test_ranges_are_those_of_the_specification():
    assert ranges((1, 2, 3, 10)) == "1-3,10" and ranges((1, 3, 5)) == "1-5:2"


def test_the_template_is_valid(shot, tmp_path):
    model = pytest.importorskip("openjd.model")
    assert call("submit", "--openjd", shot, "--output", tmp_path / "bundle", "--chunk", 3).returncode == 0
    told = yaml.safe_load((tmp_path / "bundle" / "template.yaml").read_text())
    job = model.decode_job_template(template=told, supported_extensions=["TASK_CHUNKING"])
    assert [step.name for step in job.steps] == ["Analysis", "Frames", "Report"]
    assert len(told["parameterDefinitions"]) <= MOST
    values = yaml.safe_load((tmp_path / "bundle" / "parameter_values.yaml").read_text())["parameterValues"]
    assert {each["name"] for each in values} == {each["name"] for each in told["parameterDefinitions"]}


@pytest.mark.skipif(os.environ.get("RECAST_PARITY") != "all", reason="half a minute; CI asks for it")
def test_a_job_gives_the_pixels_of_a_plain_render(shot, tmp_path):
    pytest.importorskip("openjd.cli")
    assert call("render", shot).returncode == 0
    wanted = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("shot.*.exr")}
    for path in (tmp_path / "out").glob("shot.*.exr"):
        path.unlink()
    recast = tmp_path / "recast"
    recast.write_text(
        f'#!/bin/sh\nexport PYTHONPATH="{ROOT}"\nexec "{sys.executable}" -m recast_nodes.hosts.cli "$@"\n'
    )
    recast.chmod(0o755)
    bundle = tmp_path / "bundle"
    assert call("submit", "--openjd", shot, "--output", bundle, "--chunk", 3).returncode == 0
    command = [sys.executable, "-m", "openjd", "run", str(bundle / "template.yaml"), "--step", "Frames"]
    command += ["--run-dependencies", "-p", f"file://{bundle / 'values.yaml'}", "-p", f"Recast={recast}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("shot.*.exr")} == wanted


@pytest.fixture(scope="module")
def model():
    return pytest.importorskip("openjd.model")


def accepted(model, job, folder):
    """The template of a job, as Open Job Description's own library reads it and fills it with the bundle's values."""
    write_bundle(job, folder)
    told, values = (yaml.safe_load((folder / name).read_text()) for name in ("template.yaml", "values.yaml"))
    template = model.decode_job_template(template=told, supported_extensions=["TASK_CHUNKING"])
    filled = model.preprocess_job_parameters(
        job_template=template,
        job_parameter_values={name: str(value) for name, value in values.items()},
        job_template_dir=folder,
        current_working_dir=folder,
        allow_job_template_dir_walk_up=True,
    )
    model.create_job(job_template=template, job_parameter_values=filled)
    return told, values


def named(graph, old, new):
    """The graph with a node called otherwise."""
    nodes = {
        new if name == old else name: replace(
            placed,
            name=new if name == old else name,
            wires={entry: new if end == old else end for entry, end in placed.wires.items()},
        )
        for name, placed in graph.nodes.items()
    }
    return replace(graph, nodes=nodes)


EDIT = edit_graph("/a/plate.####.exr", "/b/take.mov", "/c/o.####.exr")
NAMES = st.text(st.sampled_from(" .{}äÜ日'\"%#$@<=-_a1\u200b\u2028\x7f\n"), min_size=1, max_size=8) | st.just("Frames")


@given(node=NAMES, shot=NAMES, plate=NAMES)
def test_any_name_makes_a_job_that_is_accepted(model, node, shot, plate, tmp_path_factory):
    assume(node not in EDIT.nodes)
    graph = named(EDIT, "ExpressionMix", node)
    if not CONTROLS.search(plate):
        graph = graph.with_knob("Plate", "file", f"/a/{plate}.####.exr")
    job = FarmJob(graph, "Write", Path(f"/c/{shot}.recast.yaml"), (1, 2, 3))
    told, _ = accepted(model, job, tmp_path_factory.mktemp("bundle"))
    words = told["steps"][1]["script"]["actions"]["onRun"]["args"]
    assert f"{node}.replace" in "\n".join(words) or "{{" in node or "}}" in node or CONTROLS.search(node)


def test_blenders_names_and_long_ones_become_parameters(model, tmp_path):
    for node in ("Image.001", "Ünï cöde", "x" * 200, "1", "Image_001"):
        graph = named(named(EDIT, "ExpressionMix", node), "FaceTrack", "Image 001")
        told, values = accepted(model, FarmJob(graph, "Write", Path("/c/s.recast.yaml"), (1,)), tmp_path)
        assert len(values) == len(told["parameterDefinitions"]) == MOST


def test_many_pieces_of_a_shot_are_accepted(model, tmp_path):
    frames = tuple(number * number for number in range(-1, 900))
    told, values = accepted(model, FarmJob(EDIT, "Write", Path("/c/s.recast.yaml"), frames), tmp_path)
    (space,) = told["steps"][1]["parameterSpace"]["taskParameterDefinitions"]
    assert "Frames" not in values and space["range"] == ranges(frames)


def test_what_was_set_by_hand_travels_though_it_is_no_parameter(model, tmp_path):
    sets = (KnobSetting("Plate", "first", ""), KnobSetting("ExpressionMix", "smile", "0.5"))
    job = FarmJob(EDIT.with_knob("ExpressionMix", "smile", 0.5), "Write", Path("/c/s.recast.yaml"), (1,), sets=sets)
    told, values = accepted(model, job, tmp_path)
    words = told["steps"][0]["script"]["actions"]["onRun"]["args"]
    assert "Plate.first=" in words and values["ExpressionMix_smile"] == 0.5
    with pytest.raises(DocumentError, match="a job cannot say this"):
        write_bundle(job._replace(sets=(KnobSetting("Warp", "precision_", "{{x}}"),)), tmp_path)


def test_check_says_what_a_farm_would_refuse(make_plate, tmp_path):
    plate = make_plate()
    graph = Graph({"Plate": Placed("Plate", NODES["Read"]).with_knob("file", plate)})
    graph = replace(graph, nodes={**graph.nodes, "Write": Placed("Write", NODES["Write"], wires={"image": "Plate"})})
    folder = tmp_path.joinpath(*["long" * 50] * 5)
    folder.mkdir(parents=True)
    shot = folder / "a#FRAME#b.recast.yaml"
    save(graph.with_knob("Write", "file", str(tmp_path / "o.####.exr")), shot)
    result = CliRunner().invoke(recast, ["check", str(shot), "--allow", str(tmp_path)])
    assert "`recast submit --opencue` would refuse it" in result.output and "#FRAME#" in result.output
    assert "`recast submit --openjd` would refuse it" in result.output and result.exit_code == 0, "it renders here"


def test_a_bundle_that_hands_have_changed_is_kept(tmp_path, caplog):
    job = FarmJob(EDIT, "Write", Path("/c/s.recast.yaml"), (1, 2))
    for frames in ((1,), (1, 2)):
        write_bundle(job._replace(frames=frames), tmp_path)
    values = tmp_path / "values.yaml"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parameter_values.yaml", "template.yaml", "values.yaml"]
    values.write_text(changed := values.read_text().replace("ExpressionMix_replace: 1.0", "ExpressionMix_replace: 0.5"))
    write_bundle(job, tmp_path)
    assert (tmp_path / "values.1.yaml").read_text() == changed != values.read_text()
    assert str(values) in caplog.text and "values.1.yaml" in caplog.text


def test_only_knobs_that_the_shot_sets_are_missed_among_the_parameters(caplog):
    notices.forget()
    job = FarmJob(EDIT, "Write", Path("/c/s.recast.yaml"), (1,))
    template(job)
    assert not caplog.records, "a knob at its default is nobody's news"
    every = [each.target for each in parameters(EDIT, "Write")]
    graph = EDIT
    for target in every:
        node, _, knob = target.rpartition(".")
        graph = graph.with_knob(node, knob, EDIT.at(node, 1).values[knob])
    template(job._replace(graph=graph))
    assert every[-1] in caplog.text and every[0] not in caplog.text
