"""A shot with several faces: a chain for each, in one row of composites; and the words that say which face is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import DocumentError, KnobError
from recast_nodes.graph.changes import with_wire
from recast_nodes.graph.check import check
from recast_nodes.graph.document import dump, parse
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.face_selectors import TAKES, WORDS, read_selector, split_face
from recast_nodes.graph.faces import FaceEdit, composites_of, faces_graph, with_face
from recast_nodes.graph.graph import Graph
from recast_nodes.graph.roles import find_roles
from recast_nodes.nodes.face_track import FaceTrack

LEFT, RIGHT = FaceEdit({"pick": "left-most"}, "one.mov"), FaceEdit({"pick": "right-most"}, "two.mov")
TWO = faces_graph("plate.####.exr", [LEFT, RIGHT], "out.####.exr", "enhance")


def test_every_face_has_a_chain_of_its_own_and_one_row_of_composites():
    assert not TWO.problems() and parse(dump(TWO)) == TWO
    assert composites_of(TWO) == ["MaskComposite", "MaskComposite2"]
    assert TWO.nodes["Write"].wires == {"image": "MaskComposite2"}
    assert TWO.nodes["MaskComposite2"].wires["image"] == "MaskComposite"
    for composite, end, driver in (("MaskComposite", "", "one.mov"), ("MaskComposite2", "2", "two.mov")):
        found = find_roles(TWO, composite)
        assert (found.plate, found.track, found.driver) == ("Plate", f"FaceTrack{end}", f"Driving{end}")
        assert TWO.nodes[found.driver].constants["file"] == driver
        assert TWO.nodes[found.mix].constants["enhance"] == 1.0
    read = [name for name, placed in TWO.nodes.items() if "Plate" in placed.wires.values()]
    assert {"FaceTrack2", "Warp2", "Decode2", "ExpressionMix2", "MotionExtract2"} <= set(read), "the plate itself"


def test_faces_are_followed_by_identity_and_one_alone_is_the_shot_of_before():
    assert all(TWO.nodes[name].constants["follow_by"] == "identity" for name in ("FaceTrack", "FaceTrack2"))
    alone = faces_graph("p.exr", [FaceEdit({"follow_by": "place"}, "d.mov")], "o.exr")
    assert alone.with_knob("FaceTrack", "follow_by", "place") == edit_graph("p.exr", "d.mov", "o.exr").with_knob(
        "FaceTrack", "follow_by", "place"
    )


def test_two_faces_may_look_at_each_other():
    other = {name: TWO.nodes[name].wires["other_track"] for name in ("ExpressionMix", "ExpressionMix2")}
    assert other == {"ExpressionMix": "FaceTrack2", "ExpressionMix2": "FaceTrack"}
    three = with_face(TWO, FaceEdit({"pick": "largest"}))
    assert three.nodes["ExpressionMix2"].wires["other_track"] == "FaceTrack", "what was wired stays"
    assert "other_track" not in three.nodes["ExpressionMix3"].wires, "two could be meant"


def test_a_face_that_nobody_named_is_not_looked_at():
    """Before any frame: the input that is missing, and the FaceTracks of the plate that could go into it."""
    three = faces_graph("p.exr", [LEFT, RIGHT, FaceEdit({"pick": "largest"}, "three.mov")], "o.exr")
    assert not any("other_track" in placed.wires for placed in three.nodes.values())
    for mix, others, first in (
        ("ExpressionMix", "FaceTrack2 or FaceTrack3", "FaceTrack2"),
        ("ExpressionMix2", "FaceTrack or FaceTrack3", "FaceTrack"),
    ):
        looks = three.with_knob(mix, "look_at", 1.0).with_knob(mix, "target", "face")
        (fault,) = [each for each in check(looks, "Write", [1])[0] if each.node == mix]
        assert (
            fault.entry == "other_track" and f"Connect {others} to it: --set {mix}.other_track={first}." in fault.text
        )
    keyed = three.with_knob("ExpressionMix", "look_at", Curve([Key(1, 0.0), Key(5, 1.0)]))
    keyed = keyed.with_knob("ExpressionMix", "target", "face")
    assert [any(each.entry == "other_track" for each in check(keyed, "Write", at)[0]) for at in ([1], [1, 5])] == [0, 1]
    alone = edit_graph("p.exr", "d.mov", "o.exr").with_knob("ExpressionMix", "look_at", 1.0)
    (fault,) = [
        each
        for each in check(alone.with_knob("ExpressionMix", "target", "face"), "Write", [1])[0]
        if each.node == "ExpressionMix"
    ]
    assert "no other that fits" in fault.text


def test_a_face_may_have_no_driver_and_another_model():
    graph = faces_graph("p.exr", [LEFT, FaceEdit({"pick": "index", "index": 1})], "o.exr")
    assert not graph.problems() and find_roles(graph, "MaskComposite2").driver == ""
    neural = faces_graph("p.exr", [LEFT, RIGHT], "o.exr", model="liveportrait")
    assert neural.nodes["MotionExtract2"].constants["model"] == "liveportrait"


def test_a_face_is_added_to_any_shot_that_edits_one():
    one = edit_graph("p.exr", "d.mov", "o.exr", model="liveportrait", crop_from="published")
    two = with_face(one, FaceEdit({"pick": "box"}))
    three = with_face(two, FaceEdit({"pick": "largest"}, "e.mov"))
    assert not three.problems()
    assert composites_of(three) == ["MaskComposite", "MaskComposite2", "MaskComposite3"]
    assert three.nodes["MotionExtract3"].constants["model"] == "liveportrait"
    assert three.nodes["FaceTrack3"].constants["crop_from"] == "published"
    tracks = [three.nodes[f"FaceTrack{end}"].constants for end in ("", "2", "3")]
    assert [each["follow_by"] for each in tracks] == ["identity"] * 3 and [each["pick"] for each in tracks[1:]] == [
        "box",
        "largest",
    ]
    by_place = one.with_knob("FaceTrack", "follow_by", "place")
    assert with_face(by_place, LEFT).nodes["FaceTrack"].constants["follow_by"] == "place", "the user's own word"
    before = {name: placed.wires for name, placed in one.nodes.items() if name not in ("Write", "ExpressionMix")}
    assert all(two.nodes[name].wires == wires for name, wires in before.items())
    with pytest.raises(DocumentError):
        with_face(Graph({}), LEFT)
    with pytest.raises(DocumentError, match="edits no face"):
        composites_of(Graph({}))


@pytest.mark.parametrize(
    ("text", "knobs"),
    [
        ("left-most", {"pick": "left-most"}),
        ("RIGHT", {"pick": "right-most"}),
        ("largest", {"pick": "largest"}),
        ("center", {"pick": "nearest-to-centre"}),
        ("1st", {"pick": "index", "index": 0}),
        ("12th", {"pick": "index", "index": 11}),
        ("640, 360.5", {"pick": "point", "point_x": 640.0, "point_y": 360.5}),
        ("10,20,300,400", {"pick": "box", "box": (10.0, 20.0, 300.0, 400.0)}),
        ("left@1010", {"pick": "left-most", "pick_frame": 1010}),
        ("640,360@-5", {"pick": "point", "point_x": 640.0, "point_y": 360.0, "pick_frame": -5}),
        ("who.JPG", {"pick": "person", "person": str(Path("who.JPG").absolute())}),
    ],
)
def test_a_face_is_said_in_a_word_or_two(text, knobs):
    assert read_selector(text) == knobs
    FaceTrack(**knobs)


@pytest.mark.parametrize("text", ["", "somebody", "1", "0th", "1,2,3", "@5", "who.mov", "left most"])
def test_other_words_are_refused_with_those_that_there_are(text):
    with pytest.raises(KnobError, match=r"left-most, right-most.*@FRAME"):
        read_selector(text)


def test_every_way_to_pick_a_face_has_a_word():
    said = {read_selector(word)["pick"] for word in (*WORDS, "1st", "1,2", "1,2,3,4", "a.png")}
    assert said == set(FaceTrack.pick.options)
    assert all(word in TAKES for word in set(WORDS.values()))


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("left=take1.mov", ("left", "take1.mov")),
        ("left=a=b.mov", ("left", "a=b.mov")),
        ("a=b.png=c.mov", ("a=b.png", "c.mov")),
        ("640,360", ("640,360", "")),
        ("nobody=take.mov", ("nobody", "take.mov")),
    ],
)
def test_a_face_and_its_driver_are_cut_where_the_face_ends(text, sides):
    assert split_face(text) == sides


def test_a_face_does_not_look_at_itself():
    looks = with_wire(TWO, "ExpressionMix", "other_track", "FaceTrack").with_knob("ExpressionMix", "look_at", 1.0)
    assert not [each for each in check(looks, "Write", [1])[0] if each.entry == "other_track"], "target is the lens"
    (fault,) = [
        each
        for each in check(looks.with_knob("ExpressionMix", "target", "face"), "Write", [1])[0]
        if each.entry == "other_track"
    ]
    assert "FaceTrack is the face that looks" in fault.text and "other_track=FaceTrack2" in fault.text
