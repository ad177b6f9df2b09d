"""Every host takes a performance in numbers where it takes a driving clip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import parse
from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.graph.roles import find_roles
from recast_nodes.hosts.bridge.shot import chain, shot_text
from recast_nodes.hosts.cli import edit as cli_edit
from recast_nodes.hosts.cli import recast
from recast_nodes.hosts.cli.sets import apply_sets
from recast_nodes.hosts.openfx.effects import EFFECTS
from recast_nodes.hosts.openfx.parameters import EffectParameter, parameters
from recast_nodes.hosts.openfx.shots import EffectAsked, shot_of

CHAIN = Path(__file__).parents[2] / "plugins" / "nuke" / "recast_hosts" / "chain.json"


@pytest.fixture
def take(tmp_path: Path) -> str:
    (tmp_path / "take_001.csv").write_text("frame,jawOpen\n" + "".join(f"{at},0.5\n" for at in range(1001, 1005)))
    (tmp_path / "take_002.csv").write_text("another take\n")
    return str(tmp_path / "take_001.csv")


def test_nuke_and_blender_wire_it_as_a_clip(take: str) -> None:
    """The chain that their groups are, with a Recast Read where the driver's pictures would come in."""
    nodes = {name: {"kind": node["kind"], "inputs": node["inputs"], "knobs": {}} for name, node in chain(str(CHAIN))}
    nodes |= {
        "Plate": {"kind": "Read", "knobs": {"file": "/p/p.####.exr"}},
        "Driving": {"kind": "Read", "knobs": {"file": take}},
    }
    graph = parse(shot_text(nodes))
    roles = find_roles(graph)
    assert (roles.driver, roles.driving) == ("Driving", "") and "DrivingMotion" not in graph.nodes


def value_of(parameter: EffectParameter) -> Any:
    """A parameter's default, as a host gives it."""
    if parameter.kind == "choice":
        return parameter.options[int(parameter.default)]
    kinds = {"boolean": bool, "double": float, "integer": int}
    return kinds[parameter.kind](parameter.default) if parameter.kind in kinds else parameter.text


def test_openfx_names_it_as_the_driver_file(take: str) -> None:
    values = {each.name: value_of(each) for each in parameters(EFFECTS[0]) if each.kind != "button"}
    values |= {"driver_file": take, "driver_start": "frame numbers", "replace": 1.0}
    asked = EffectAsked(EFFECTS[0], values, 1001, 1004, {"Source": "clip"}, {})
    graph, _ = shot_of(asked)
    assert not graph.problems() and graph.nodes["ExpressionMix"].wires["driving"] == "Driving"
    assert graph.at("Driving", 1001).values["file"] == take


def test_a_farms_parameter_sets_it(take: str) -> None:
    graph = edit_graph("p.####.exr", "take.mov", "o.####.exr")
    assert not apply_sets(graph, [f"Driving.file={take}"]).problems()


def test_studio_takes_it_as_the_driver(take: str) -> None:
    pytest.importorskip("PySide6.QtCore")
    from recast_nodes.hosts.studio.clips.import_clip import IncomingClip, find_missing_role, find_role, read_clip
    from recast_nodes.hosts.studio.shot.viewer_inputs import find_input

    empty = without_driver(edit_graph("", "", ""))
    assert find_role(empty, take) == "driver" and find_role(empty, "a.mov") == "plate"
    with pytest.raises(DocumentError, match="can only be a driver"):
        read_clip(empty, IncomingClip(take, "plate"))
    _, change = read_clip(empty, IncomingClip(take, "driver"))
    driven = change(empty).with_knob("Plate", "file", "p.exr")
    assert driven.at("Driving", 1).values["file"] == take, "a take of its own, no sequence of takes"
    assert (
        find_missing_role(driven) == ""
        and find_input(driven, "driver", 1) == "The driver is a recording: it has no pictures."
    )


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(recast, list(words))
    return result.exit_code, f"{result.output}{result.exception or ''}"


def test_sliders_need_no_driver(make_plate, tmp_path, monkeypatch) -> None:
    still, output = make_plate(range(1, 2)).replace("####", "0001"), str(tmp_path / "out.exr")
    shots = []
    monkeypatch.setattr(cli_edit, "render_shot", lambda shot, *others: shots.append(shot) or 0)
    words = ("edit", "--source", still, "--output", output)
    code, text = run(*words)
    assert code and "Nothing would be edited: give a driver by --driving, or set a hand slider" in text
    code, text = run(*words, "--mode", "animate", "--set", "ExpressionMix.smile=0.6")
    assert code and "--mode animate needs a driver" in text
    code, text = run(*words, "--set", "ExpressionMix.smile=0.6")
    assert not code, text
    (graph,) = shots
    assert "Driving" not in graph.nodes and graph.at("ExpressionMix", 1).values["smile"] == 0.6


def test_recast_track_turns_one_form_into_another(take: str, tmp_path: Path) -> None:
    code, text = run("track", "--source", take, "--export", str(tmp_path / "a.metahuman.json"), "--json")
    assert not code and [json.loads(line) for line in text.splitlines() if '"exported"' in line]
    assert json.loads((tmp_path / "a.metahuman.json").read_text())["frames"]["1004"]["CTRL_expressions_jawOpen"] == 0.5
    code, text = run("track", "--source", take, "--export", str(tmp_path / "landmarks.csv"))
    assert code and "names that end in arkit.csv, metahuman.json, audio2face.json" in text
    code, text = run("track", "--source", take, "--export", take)
    assert code and Path(take).read_text().startswith("frame,jawOpen"), "never over what is read"
