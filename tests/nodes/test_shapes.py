"""The knobs of the 52 shapes: named as ARKit names them, linked, and silent where they are 0."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.face.blendshapes import PAIRS, SHAPES
from recast_nodes.graph import fingerprint
from recast_nodes.graph.edit import edit_graph
from recast_nodes.nodes import ExpressionMix, MotionExtract
from recast_nodes.nodes._shapes import LINKS, find_shapes, waiting_knobs

from ..performer import plate
from .test_mix_to_composite import render


def test_there_is_a_knob_for_each_and_it_says_which_model_can_do_it():
    assert len(SHAPES) == len(set(SHAPES)) == 52
    for name in SHAPES:
        knob = ExpressionMix.knobs[name]
        assert (knob.default, knob.animates, knob.group) == (0.0, True, "shapes")
        assert ("None of the models" in knob.tip) == (name == "tongueOut")
    assert "liveportrait" in ExpressionMix.knobs["jawOpen"].tip and ExpressionMix.folded == ("shapes",)


def test_pairs_are_sides_and_no_directions():
    assert len(PAIRS) == 18 and not {"jawLeft", "mouthLeft", "jawRight", "mouthRight"} & {*PAIRS, *PAIRS.values()}
    assert PAIRS["eyeLookInLeft"] == "eyeLookOutRight" and PAIRS["mouthSmileLeft"] == "mouthSmileRight"


@pytest.mark.parametrize("link", LINKS)
def test_linked_sides_do_the_same(link):
    values = ExpressionMix(1, link_sides=link, mouthSmileLeft=0.5, mouthSmileRight=0.25, jawLeft=0.1).values
    found = dict(zip(SHAPES, find_shapes(values), strict=True))
    wanted = {"off": (0.5, 0.25), "left": (0.5, 0.5), "right": (0.25, 0.25)}[link]
    assert (found["mouthSmileLeft"], found["mouthSmileRight"], found["jawLeft"], found["jawRight"]) == (*wanted, 0.1, 0)
    assert ("mouthSmileRight" in waiting_knobs(link)) == (link == "left")


def test_shapes_at_0_are_no_part_of_what_a_result_is_known_by():
    plain, linked, set_to = ExpressionMix(1), ExpressionMix(1, link_sides="left"), ExpressionMix(1, tongueOut=0.5)
    assert fingerprint.settings(plain) == fingerprint.settings(linked) != fingerprint.settings(set_to)
    assert not {"link_sides", *SHAPES} & plain.affecting_values().keys() and find_shapes(plain.values) == ()
    graph = edit_graph("a.####.exr", "b.mov", "c.####.exr")
    shape = graph.with_knob("ExpressionMix", "jawOpen", 0.5)
    assert fingerprint.frame(graph, "Write", 1) != fingerprint.frame(shape, "Write", 1)


@pytest.mark.parametrize(
    ("model", "shape", "lacking"),
    (("mesh", "cheekPuff", False), ("mesh", "tongueOut", True), ("liveportrait", "jawOpen", False))
    + (("liveportrait", "browInnerUp", True), ("performrecast", "jawOpen", True)),
)
def test_a_shape_that_a_model_lacks_is_told_and_nothing_stops(model, shape, lacking):
    moments = [ExpressionMix(1), ExpressionMix(2, **{shape: 0.5})]
    found = list(ExpressionMix.check_after(moments, [MotionExtract(1, model=model)]))
    assert [finding.entry for finding in found] == [shape] * lacking
    assert all(not finding.severe and shape in finding.text and model in finding.text for finding in found)


def pixels(weights, driven=True):
    return render(plate(), weights, driven).main.channels


def test_shapes_at_0_are_the_plate_and_change_no_edit_by_a_bit():
    image, nothing = plate(), dict.fromkeys(SHAPES, 0.0) | {"link_sides": "left"}
    assert render(image, nothing, driven=False) is image
    one, other = pixels({"replace": 1.0, "smile": 0.2}), pixels({"replace": 1.0, "smile": 0.2} | nothing)
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_a_shape_needs_no_driver_and_is_added_to_one():
    alone, driver, both = (
        pixels({"jawOpen": 0.4}, False),
        pixels({"replace": 1.0}),
        pixels({"replace": 1, "jawLeft": 1}),
    )
    rest = plate().main.channels
    assert not np.array_equal(alone["G"], rest["G"]) and not np.array_equal(driver["G"], both["G"])
    tongue = pixels({"tongueOut": 1.0}, False)
    assert np.abs(tongue["G"].astype(float) - rest["G"]).max() < 1e-3, "asked for, and nothing comes of it"


def test_a_linked_pair_is_both_knobs():
    linked = pixels({"mouthSmileLeft": 0.5, "link_sides": "left"}, False)
    both = pixels({"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5}, False)
    assert np.array_equal(linked["G"], both["G"])
