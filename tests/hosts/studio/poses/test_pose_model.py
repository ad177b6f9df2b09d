"""The poses of a shot, without a window: set, added, keyed, mirrored, saved; each one step of undo."""

from __future__ import annotations

import pytest

from recast_nodes.graph.pose_block import own_poses, poses_of
from recast_nodes.graph.pose_keys import shapes_at
from recast_nodes.hosts.studio.poses.pose_model import OWN, PoseModel
from recast_nodes.hosts.studio.poses.thumbnails import find_face_shot, words_of
from recast_nodes.hosts.studio.shot.document import Document

MIX = "ExpressionMix"


@pytest.fixture
def document(qapp):
    made = Document()
    made.told = []
    made.refused.connect(made.told.append)
    return made


@pytest.fixture
def model(document):
    return PoseModel(document, lambda: "")


def shapes(document):
    return shapes_at(document.graph.nodes[MIX], document.frame)


def test_a_pose_is_set_halfway_added_and_undone(document, model):
    aa = poses_of(document.graph)["aa"]
    model.set_pose("aa")
    assert shapes(document) == aa
    model.amount = 0.5
    model.set_pose("rest")
    assert shapes(document)["jawOpen"] == pytest.approx(aa["jawOpen"] / 2)
    model.add_pose("aa")
    assert shapes(document) == pytest.approx(aa)
    document.undo.undo()
    document.undo.undo()
    assert shapes(document) == aa


def test_poses_are_keyed_where_that_is_asked(document, model):
    model.key = True
    model.set_pose("aa")
    document.go_to(10)
    model.set_pose("ou")
    animation = document.graph.nodes[MIX].animation
    assert [key.frame for key in animation["jawOpen"].keys] == [1, 10]
    assert shapes(document) == poses_of(document.graph)["ou"]
    document.go_to(1)
    assert shapes(document) == poses_of(document.graph)["aa"], "what came later changes nothing here"


def test_what_is_there_is_mirrored_and_saved_by_name(document, model):
    model.set_pose("contempt")
    model.mirror()
    assert "mouthSmileRight" in shapes(document) and "mouthSmileLeft" not in shapes(document)
    assert model.save("other") and own_poses(document.graph)["other"] == shapes(document)
    assert model.entries[0].name == "other" and model.entries[0].group == OWN
    assert model.rename("other", "mine") and [each.name for each in model.entries if each.group == OWN] == ["mine"]
    assert model.delete("mine") and not own_poses(document.graph)


def test_what_cannot_be_is_told(document, model):
    assert not model.save("nothing") and "at least one shape" in document.told[-1]
    model.set_pose("aa")
    assert not model.save("two words") and "letters" in document.told[-1]
    model.amount = 1.0
    for _ in range(3):
        model.add_pose("aa")
    assert "jawOpen takes a number from -1.5 to 1.5" in document.told[-1]


def test_the_shot_of_a_face_depends_on_the_plate_alone(document):
    before = find_face_shot(document.graph, MIX, 1)
    assert before is not None and before.face == "Decode"
    edited = document.graph.with_knob(MIX, "smile", 1.0).with_knob("MaskComposite", "opacity", 0.5)
    assert find_face_shot(edited, MIX, 1).key == before.key
    other = document.graph.with_knob("Plate", "file", "/other.exr")
    assert find_face_shot(other, MIX, 1).key != before.key != find_face_shot(document.graph, MIX, 2).key
    neural = document.graph.with_knob("MotionExtract", "model", "performrecast")
    assert find_face_shot(neural, MIX, 1) is None and find_face_shot(document.graph, "nobody", 1) is None
    assert words_of({"jawOpen": 0.5, "jawLeft": -0.1}) == "jawOpen 0.5 + jawLeft -0.1" and words_of({}) == "rest"
