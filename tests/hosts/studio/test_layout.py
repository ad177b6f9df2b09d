"""Where nodes are drawn: none over another, each after what it needs."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from recast_nodes.graph.changes import place_nodes
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.hosts.studio.node_graph.node_graph import NodeGraphPanel
from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.layout import COLUMNS, STAGGER, laid_out, places_of, rect_of, upstream_first
from recast_nodes.nodes import NODES
from tests.hosts.studio.graphs import DRIVEN, GRAPHS, chained, row

graphs = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)


def overlapping(rects):
    names = sorted(rects, key=lambda name: rects[name].left)
    return [(one, two) for i, one in enumerate(names) for two in names[i + 1 :] if rects[one].overlaps(rects[two])]


def rects_of(graph):
    return {name: rect_of(placed, placed.place) for name, placed in graph.nodes.items()}


@graphs
def test_no_node_lies_over_another_and_inputs_are_left_or_above(graph):
    rects = rects_of(laid_out(graph))
    assert not overlapping(rects)
    for name, placed in graph.nodes.items():
        for end in placed.wires.values():
            assert rects[end].right < rects[name].left or rects[end].bottom < rects[name].top, (end, name)


@graphs
def test_what_is_drawn_is_no_larger_than_was_reckoned(graph, qapp):
    document = Document()
    panel = NodeGraphPanel(document)
    document.set_graph(laid_out(graph))
    reckoned = rects_of(document.graph)
    for name, rect in reckoned.items():
        drawn = panel.node(name).view.sceneBoundingRect()
        assert (drawn.left(), drawn.top()) == pytest.approx((rect.left, rect.top))
        assert drawn.right() <= rect.right and drawn.bottom() <= rect.bottom, name


def test_chains_of_two_faces_lie_side_by_side():
    places = places_of(chained(apart=True))

    def lane(*names):
        tops = [places[name][1] for name in names]
        assert max(tops) - min(tops) <= max(STAGGER), "a chain keeps its lane"
        return tops[0] // 100

    first = lane("Plate", "FaceTrack", "MotionExtract", "ExpressionMix", "Warp", "Decode", "MaskComposite")
    driver = lane("Driving", "DrivingTrack", "DrivingMotion")
    second = lane("FaceTrack2", "MotionExtract2", "ExpressionMix2", "Warp2", "Decode2", "MaskComposite2", "Write")
    assert first < driver and first < second


def test_a_node_lies_near_to_what_needs_it():
    places = places_of(chained(apart=True))
    assert places["Driving2"][0] > places["Driving"][0] and places["DrivingMotion2"][0] < places["ExpressionMix2"][0]


def test_a_long_row_is_wrapped():
    places = places_of(row(100))
    assert len({left for left, _ in places.values()}) == COLUMNS
    assert len({top for left, top in places.values() if left == 0}) == 5


def test_each_node_comes_after_what_it_needs_however_long_the_row():
    graph = row(5_000)
    turned = Graph(dict(reversed(graph.nodes.items())))
    order = {name: place for place, name in enumerate(upstream_first(turned))}
    assert len(order) == len(graph.nodes)
    assert all(order[end] < order[name] for name, each in graph.nodes.items() for end in each.wires.values())


def test_a_circle_is_laid_out_too():
    composite = NODES["MaskComposite"]
    graph = Graph({a: Placed(a, composite, wires={"image": b}) for a, b in (("A", "B"), ("B", "A"))})
    assert not overlapping(rects_of(laid_out(graph)))


def test_nodes_that_come_later_lie_near_their_neighbours_and_over_none():
    moved = {name: (x + 5_000, y - 3_000) for name, (x, y) in places_of(DRIVEN).items()}
    old = place_nodes(DRIVEN, moved)
    without = Graph(
        {name: replace(each, place=None) if "Driving" in name else each for name, each in old.nodes.items()}
    )
    graph = laid_out(without)
    assert not overlapping(rects_of(graph))
    assert {name: graph.nodes[name].place for name in moved} == moved
    crowded = place_nodes(graph, {"Plate": graph.nodes["Driving"].place})
    again = replace(crowded, nodes={**crowded.nodes, "Driving": replace(crowded.nodes["Driving"], place=None)})
    assert not overlapping(rects_of(laid_out(again)))


def calls_of(work) -> int:
    """How many calls some work takes: what it costs on any machine."""
    count = 0

    def counted(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_names_seen_from_afar_are_of_one_size(qapp):
    """At one zoom one font, however long the name is; and no smaller than can be read while there is room for it."""
    from recast_nodes.hosts.studio.node_graph.node_view import NAME_HIGH, NAME_SHOWN, name_font

    for zoom in (0.05, 0.3, 0.5, 0.6, 1.0):
        high = name_font(zoom).pixelSize()
        assert NAME_HIGH[0] <= high <= NAME_HIGH[1]
        assert high * zoom >= NAME_SHOWN - 1 or high == NAME_HIGH[1]


def test_twice_the_nodes_are_twice_the_work(qapp):
    def opened(count):
        document = Document()
        panel = NodeGraphPanel(document)
        document.graph = row(count)

        def work():
            document.graph = laid_out(document.graph)
            panel.follow()
            panel.frame_all()
            panel.select("Comp7")

        return calls_of(work)

    opened(10)  # icons are read once
    few, many = opened(60), opened(120)
    assert many < 2.2 * few
