"""Poses: data with sources, blends in words, a block of the document, keys."""

from __future__ import annotations

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import DocumentError, KnobError
from recast_nodes.face.blendshapes import SHAPES
from recast_nodes.graph.document import dump, parse
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.pose_block import (
    check_shapes,
    own_poses,
    poses_of,
    rename_own_pose,
    with_own_pose,
    without_own_pose,
)
from recast_nodes.graph.pose_keys import blend_towards, shapes_at, with_blend, with_pose
from recast_nodes.graph.poses import add_poses, mirrored, read_blend, shipped_poses, sources
from recast_nodes.hosts.cli.sets import apply_sets

MIX = "ExpressionMix"
DOCUMENT = """
recast: 1
poses:
  smirk: {mouthSmileLeft: 0.7, cheekSquint: 0.4}
nodes:
  Plate: {kind: Read, knobs: {file: a.exr}}
  Track: {kind: FaceTrack, inputs: {image: Plate}}
  Motion: {kind: MotionExtract, inputs: {image: Plate, track: Track}}
  ExpressionMix:
    kind: ExpressionMix
    inputs: {source: Motion}
    knobs:
      %s
"""


@pytest.fixture
def graph():
    return edit_graph("a.####.exr", "b.mov", "c.####.exr")


@pytest.mark.parametrize("pose", shipped_poses().values(), ids=lambda pose: pose.name)
def test_what_ships_fits_its_knobs_and_has_a_source(pose):
    assert check_shapes(pose.shapes) == pose.shapes and pose.tip.endswith(".") and pose.group in sources()
    assert read_blend(pose.name, poses_of(parse(DOCUMENT % "replace: 0"))) == pose.shapes


def test_blends_in_words():
    known = {"a": {"jawOpen": 0.5, "mouthFunnel": 0.2}, "b": {"jawOpen": 0.2}}
    assert read_blend("a", known) == known["a"] and read_blend("rest", known) == {}
    assert read_blend(" a 0.5 + b -1 + mouthSmile 0.3", known) == {
        "jawOpen": 0.05, "mouthFunnel": 0.1, "mouthSmileLeft": 0.3, "mouthSmileRight": 0.3
    }  # fmt: skip
    for wrong, why in (("", "no blend"), ("a b c", "no blend"), ("a x", "a number"), ("aa", "Did you mean a?")):
        with pytest.raises(KnobError, match=why):
            read_blend(wrong, known)
    for near, meant in (("jawOpn", "jawOpen"), ("mouthSmle", "mouthSmile")):
        with pytest.raises(KnobError, match=f"Did you mean {meant}?"):
            check_shapes({near: 1.0})


def test_a_pose_in_the_mirror():
    pose = {"mouthSmileLeft": 0.7, "jawLeft": 0.2, "eyeLookInLeft": 0.5, "jawOpen": 0.1}
    other = {"mouthSmileRight": 0.7, "jawRight": 0.2, "eyeLookInRight": 0.5, "jawOpen": 0.1}
    assert mirrored(pose) == other and mirrored(other) == pose
    assert blend_towards(pose, {}, 0.0) == pose and blend_towards(pose, other, 1.0) == other
    assert blend_towards({}, pose, 0.5) == add_poses((pose, 0.5))


def test_the_block_reads_back_as_it_was_written(graph):
    saved = with_own_pose(graph, "smirk", {"cheekSquint": 0.4, "mouthSmileLeft": 0.7})
    assert own_poses(parse(dump(saved))) == own_poses(saved) and parse(dump(saved)).blocks == saved.blocks
    assert poses_of(saved)["smirk"]["cheekSquintRight"] == 0.4 and "aa" in poses_of(saved)
    renamed = rename_own_pose(saved, "smirk", "grin")
    assert list(own_poses(renamed)) == ["grin"] and without_own_pose(renamed, "grin").blocks == graph.blocks
    for name, shapes in (("1x", {"jawOpen": 1}), ("rest", {"jawOpen": 1}), ("x", {}), ("x", {"jawOpen": 3})):
        with pytest.raises(KnobError):
            with_own_pose(graph, name, shapes)


def test_a_document_poses_and_keys_poses():
    one = parse(DOCUMENT % "poses: smirk 0.5 + aa").nodes[MIX]
    assert one.constants["mouthSmileLeft"] == 0.35 and one.constants["jawOpen"] == 0.45
    keyed = parse(DOCUMENT % "poses: {keys: [[1, rest], [5, aa, smooth], [9, smirk 0.5]]}").nodes[MIX]
    assert keyed.animation["jawOpen"] == Curve([Key(1, 0), Key(5, 0.45, "smooth"), Key(9, 0)])
    assert shapes_at(keyed, 9) == {"cheekSquintLeft": 0.2, "cheekSquintRight": 0.2, "mouthSmileLeft": 0.35}
    assert parse(dump(parse(DOCUMENT % "poses: aa"))) == parse(DOCUMENT % "poses: aa")


@pytest.mark.parametrize(
    ("knobs", "why"),
    (
        ("poses: smerk", "ExpressionMix.poses: There is no pose 'smerk'.* Did you mean smirk?"),
        ("poses: aa 4", "jawOpen takes a number from -1.5 to 1.5"),
        ("poses: [aa]", "a blend in words"),
        ("poses: {keys: [[1, aa, wild]]}", "interpolates by"),
        ("poses: {keys: [[x, aa]]}", "line 13: a key's frame must be a number"),
        ("poses: aa\n      jawOpen: 0.2", "jawOpen: in the pose, and as a knob beside it"),
    ),
)
def test_faults_of_a_pose_are_told_with_their_line(knobs, why):
    with pytest.raises(DocumentError, match=why) as refused:
        parse(DOCUMENT % knobs)
    assert all("line " in problem for problem in refused.value.problems)


def test_faults_of_the_block_are_told_together():
    wrong = "smirk: {mouthSmle: 1}\n  rest: {jawOpen: 1}\n  a: 3\n  b: {jawOpen: x}\n  a: {jawOpen: 0.1}"
    text = (DOCUMENT % "replace: 0").replace("smirk: {mouthSmileLeft: 0.7, cheekSquint: 0.4}", wrong)
    with pytest.raises(DocumentError) as refused:
        parse(text)
    assert len(refused.value.problems) == 4 and "Did you mean mouthSmile?" in refused.value.problems[0]


def test_set_takes_a_blend(graph):
    posed = apply_sets(graph.with_knob(MIX, "tongueOut", 1.0), [f"{MIX}.poses=aa 0.5 + jawLeft 0.1"])
    assert shapes_at(posed.nodes[MIX], 1) == read_blend("aa 0.5 + jawLeft 0.1", poses_of(graph))
    with pytest.raises(DocumentError, match="There is no pose 'aaa'"):
        apply_sets(graph, [f"{MIX}.poses=aaa"])
    with pytest.raises(DocumentError, match="There is no knob 'poses'"):
        apply_sets(graph, ["Warp.poses=aa"])


def test_a_pose_replaces_what_the_frame_had(graph):
    posed = with_pose(with_blend(graph, MIX, {"jawOpen": 0.3, "jawLeft": 0.1}), MIX, {"jawOpen": 0.5}, 10)
    assert shapes_at(posed.nodes[MIX], 10) == {"jawOpen": 0.5} and not posed.nodes[MIX].animation


def test_rest_is_keyed_too(graph):
    graph = with_pose(with_pose(graph, MIX, {}, 1, key=True), MIX, {"browInnerUp": 0.5}, 9, key=True)
    assert shapes_at(graph.nodes[MIX], 1) == {} and shapes_at(graph.nodes[MIX], 9) == {"browInnerUp": 0.5}


def test_keyed_poses_leave_each_other_alone(graph):
    """What comes later is new to the earlier keys: a shape's first key must not hold back to them."""
    poses = {1: {"jawOpen": 0.5}, 20: {"mouthPucker": 0.7}, 10: {"jawOpen": 0.2, "browInnerUp": 0.6}, 30: {}}
    for frame, pose in poses.items():
        graph = with_pose(graph, MIX, pose, frame, key=True)
    for frame, pose in poses.items():
        assert shapes_at(graph.nodes[MIX], frame) == pose, frame
    assert 0 < shapes_at(graph.nodes[MIX], 15)["mouthPucker"] < 0.7
    assert set(graph.nodes[MIX].animation) <= set(SHAPES)
