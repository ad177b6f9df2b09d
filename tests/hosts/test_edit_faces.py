"""`recast edit --face`: which options go together, and what document is made of them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from recast_nodes.graph.faces import composites_of
from recast_nodes.graph.roles import find_roles
from recast_nodes.hosts.cli import edit, recast
from recast_nodes.notices import forget


@pytest.fixture
def run(make_plate, tmp_path, monkeypatch):
    """Call `recast edit` up to where frames would be made; returns the shot to be rendered, and what is said."""
    plate, rendered = make_plate(), []
    monkeypatch.setattr(edit, "render_shot", lambda graph, *rest: rendered.append(graph) or 0)

    def call(*words):
        forget()
        rendered.clear()
        given = ["edit", "--source", plate, "--output", tmp_path / "out" / "shot.####.exr", *words]
        result = CliRunner().invoke(recast, list(map(str, given)))
        return rendered[0] if rendered else None, result

    return call


def test_every_face_has_its_driver_laid_beside_the_plate(run, make_plate):
    one, two = make_plate(range(1001, 1004), name="one"), make_plate(range(11, 14), name="two")
    graph, result = run("--face", f"left-most={one}", "--face", f"12,8@1002={two}", "--mode", "enhance")
    assert result.exit_code == 0 and composites_of(graph) == ["MaskComposite", "MaskComposite2"]
    found = [find_roles(graph, name) for name in composites_of(graph)]
    assert [graph.nodes[each.driver].constants["file"] for each in found] == [one, two]
    times = [graph.nodes[each.driver].animation.get("time") for each in found]
    assert times[0] is None and (times[1].keys[0].frame, times[1].keys[0].value) == (1001, 11)
    picked = graph.nodes["FaceTrack2"].constants
    assert (picked["pick"], picked["pick_frame"], picked["point_x"]) == ("point", 1002, 12.0)
    assert graph.nodes["ExpressionMix2"].constants["enhance"] == 1.0


def test_who_looks_at_whom_is_said_by_an_input(run, make_plate):
    faces = [word for name in ("left", "2nd", "right") for word in ("--face", f"{name}={make_plate(name=name)}")]
    graph, result = run(*faces, "--set", "ExpressionMix.other_track=FaceTrack3")
    assert result.exit_code == 0 and graph.nodes["ExpressionMix"].wires["other_track"] == "FaceTrack3"
    for target, said in (("Decode3", "takes a wire of type Track"), ("FaceTrack9", "Did you mean FaceTrack")):
        graph, result = run(*faces, "--set", f"ExpressionMix.other_track={target}")
        assert graph is None and result.exit_code == 2 and said in " ".join(result.output.split())


def test_one_face_is_followed_by_identity_too(run, make_plate):
    graph, _ = run("--face", f"right={make_plate(name='one')}")
    assert composites_of(graph) == ["MaskComposite"] and graph.nodes["FaceTrack"].constants["follow_by"] == "identity"


def test_a_face_without_a_driver_is_for_hand_sliders(run, make_plate):
    graph, result = run("--face", f"left={make_plate(name='one')}", "--face", "right")
    assert result.exit_code == 0 and find_roles(graph, "MaskComposite2").driver == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--face", "left=a.mov", "--driving", "b.mov"], "use one of them"),
        (["--face", "somebody=a.mov"], "left-most, right-most"),
        (["--face", "left=a.mov", "--face", "right=b.mov", "--takes", "c.mov"], "MotionExtract2.takes"),
        (["--face", "left", "--face", "right"], "give a driver by --face FACE=DRIVER"),
        (["--face", "left", "--mode", "animate"], "give one by --face FACE=DRIVER"),
        ([], "give a driver by --driving"),
    ],
)
def test_what_does_not_go_together_is_said(run, words, said):
    graph, result = run(*words)
    assert graph is None and result.exit_code == 2 and said in " ".join(result.output.split())
