"""Job bundles: what the specification asks for, and the pixels of a plain render."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts.farm.openjd import MOST, ranges
from recast_nodes.hosts.farm.parameters import parameter, parameters
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
