"""What a check looks at: a shot may have 250,000 frames, and most nodes are the same at all of them."""

from __future__ import annotations

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.check import Moments, check
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.graph import Problem, merge_equal
from recast_nodes.node import Node

FRAMES = range(1001, 2001)


@pytest.fixture
def graph(make_plate, tmp_path):
    return edit_graph(make_plate(), make_plate(name="driver"), str(tmp_path / "o.####.exr"))


def made(monkeypatch, graph) -> int:
    """How many moments of nodes a check makes."""
    count, moved = [0], Node.at_frame

    def counting(self, frame):
        count[0] += 1
        return moved(self, frame)

    monkeypatch.setattr(Node, "at_frame", counting)
    check(graph, "Write", FRAMES)
    monkeypatch.undo()
    return count[0]


def test_only_nodes_that_ask_for_frames_are_made_at_each(graph, monkeypatch):
    plain = made(monkeypatch, graph)
    assert plain < 10 * len(FRAMES), "two Reads and a Write, some passes each"
    keyed = graph.with_knob("ExpressionMix", "smile", Curve([Key(1001, 0), Key(1500, 1)]))
    assert made(monkeypatch, keyed) - plain < 2 * len(FRAMES), "one pass"


def test_a_slider_that_is_keyed_somewhere_is_found(graph):
    graph = graph.with_knob("MotionExtract", "model", "performrecast")
    graph = graph.with_knob("ExpressionMix", "smile", Curve([Key(1001, 0), Key(1500, 0), Key(1501, 1), Key(1502, 0)]))
    errors, _ = check(graph, "Write", FRAMES)
    assert [problem for problem in errors if problem.entry == "smile"]


def test_moments_are_those_of_the_graph(graph):
    keyed = graph.with_knob("ExpressionMix", "smile", Curve([Key(1001, 0), Key(1010, 1)]))
    moments = Moments(keyed, "ExpressionMix", FRAMES)
    assert len(moments) == len(FRAMES) and bool(moments) and not Moments(keyed, "Plate", ())
    for frame, moment in zip(FRAMES, moments, strict=True):
        assert (moment.frame, moment.values) == (frame, keyed.at("ExpressionMix", frame).values)
    assert [moment.frame for moment in moments[2:4]] == [1003, 1004] and moments[0].values["smile"] == 0
    settled = keyed.nodes["ExpressionMix"].at(1005).values
    assert keyed.at("ExpressionMix", 1005).values == settled, "as if every knob had been settled anew"


def test_a_fault_that_several_nodes_have_is_said_once():
    problems = [
        Problem("no such file.", "Plate", "file"),
        Problem("bad.", "Warp"),
        Problem("no such file.", "Driving", "file"),
    ]
    assert merge_equal(problems) == ["Plate.file, Driving.file: no such file.", "Warp: bad."]
