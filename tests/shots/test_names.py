"""A shot works whatever its nodes are called: roles are known by kinds and wires."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from recast_nodes.curves import Curve
from recast_nodes.graph.check import shot_span
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import align_driver, edit_graph, with_driver, without_driver
from recast_nodes.graph.graph import Graph
from recast_nodes.graph.render import Settings, render
from recast_nodes.graph.roles import find_roles
from recast_nodes.hosts.cli import recast

from ..renaming import rename_all
from .conftest import FRAMES, KNOWN, Shot
from .footage import bits, read_exr

NAMES = sorted(edit_graph("p.####.exr", "d.mov", "o.####.exr").nodes)
SOME = list(FRAMES[:2])


def opaque(name: str) -> str:
    """A name that says nothing, with a space as Blender's names have."""
    return f"Node {NAMES.index(name)}"


def without_names(graph: Graph) -> Graph:
    return rename_all(graph, opaque)


@pytest.fixture
def renamed(shot: Shot) -> Path:
    """The document of a shot whose nodes have names that say nothing."""
    save(without_names(shot.graph(ExpressionMix__smile=0.5)), shot.folder / "out.recast.yaml")
    return shot.folder / "out.recast.yaml"


def call(*words: object) -> str:
    result = CliRunner().invoke(recast, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def pixels(shot: Shot, graph: Graph) -> list[np.ndarray]:
    (output,) = graph.outputs()
    assert not render(graph, output, SOME, shot_span(graph, output), Settings(shared_analyses=KNOWN)).failed
    return [bits(read_exr(shot.result, frame)[0]) for frame in SOME]


def test_the_pixels_are_the_same(shot: Shot) -> None:
    plain = shot.graph(ExpressionMix__smile=0.5)
    for one, other in zip(pixels(shot, plain), pixels(shot, without_names(plain)), strict=True):
        assert np.array_equal(one, other)


def test_it_is_checked_rendered_reported_and_submitted(shot: Shot, renamed: Path) -> None:
    call("check", renamed)
    call("render", renamed, "--frames", "1001-1002", "--workers", 2)
    assert sorted(path.name for path in shot.folder.glob("out.*.exr")) == ["out.1001.exr", "out.1002.exr"]
    call("report", renamed, "--workers", 2)
    (report,) = shot.folder.glob("*.report.json")
    rows = json.loads(report.read_text())["frames"]
    assert [row["frame"] for row in rows] == SOME and all(row["edited"] for row in rows)
    call("submit", renamed, "--openjd", "--output", shot.folder / "job")
    template = yaml.safe_load((shot.folder / "job" / "template.yaml").read_text())
    render_step = template["steps"][1]["script"]["actions"]["onRun"]["args"]
    assert f"{opaque('ExpressionMix')}.smile={{{{Param.Node_{NAMES.index('ExpressionMix')}_smile}}}}" in render_step


def test_the_driver_is_aligned_to_the_plate(shot: Shot) -> None:
    plain = edit_graph(shot.plate, shot.driving, shot.result)
    assert align_driver(without_names(plain)).nodes == without_names(align_driver(plain)).nodes
    assert align_driver(plain).nodes["Driving"].animation["time"].at(FRAMES[0]) == 1


@pytest.mark.parametrize("file", ["take.mov", "take.pkl"])
@pytest.mark.parametrize("model", ["mesh", "liveportrait"])
def test_a_driver_comes_in_by_wires(file: str, model: str) -> None:
    full = edit_graph("p.####.exr", file, "o.####.exr", model=model)
    by_hand = without_driver(edit_graph("p.####.exr", "d.mov", "o.####.exr", model=model))
    driven = with_driver(without_names(by_hand), file)
    assert not driven.problems() and find_roles(driven).driver == "Driving"
    back = {opaque(name): name for name in NAMES}
    assert rename_all(driven, lambda name: back.get(name, name)).nodes == full.nodes


@pytest.mark.parametrize(("before", "after"), [("a.mov", "b.mov"), ("a.mov", "b.pkl"), ("a.pkl", "b.mov")])
def test_a_driver_takes_the_place_of_another(before: str, after: str) -> None:
    graph = with_driver(without_names(edit_graph("p.####.exr", before, "o.####.exr")), after)
    found = find_roles(graph)
    assert not graph.problems() and graph.nodes[found.driver].constants["file"] == after
    assert not [
        name for name in graph.upstream(graph.outputs()[0]) if graph.nodes[name].constants.get("file") == before
    ]
    assert bool(found.driving) == after.endswith(".mov")


def test_studio_shows_it(shot: Shot) -> None:
    pytest.importorskip("PySide6.QtCore")
    from recast_nodes.hosts.studio.clips.import_clip import IncomingClip, find_missing_role, read_clip
    from recast_nodes.hosts.studio.shot.viewer_inputs import VIEWER_INPUTS, ViewerInput, find_input

    graph = without_names(shot.graph())
    inputs = {name: find_input(graph, name, FRAMES[0], selected=opaque("Warp")) for name in VIEWER_INPUTS}
    assert all(isinstance(each, ViewerInput) for each in inputs.values()), inputs
    assert inputs["plate"].pictures[0].node == opaque("Plate")
    assert inputs["driver"].pictures[0].node == opaque("Driving")
    assert find_missing_role(graph) == "" and find_missing_role(graph.with_knob(opaque("Plate"), "file", "")) == "plate"
    sliders = without_names(without_driver(shot.graph()))
    assert find_missing_role(sliders) == "driver"
    words, change = read_clip(sliders, IncomingClip(shot.driving, "driver"))
    driven = change(sliders)
    found = find_roles(driven)
    assert words == "import driver" and driven.nodes[found.mix].constants["replace"] == 1
    assert isinstance(driven.nodes[found.driver].animation["time"], Curve)
