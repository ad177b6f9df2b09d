"""A drag of keys as arithmetic: moved, scaled, and where their edges are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from recast_nodes.curves import Curve, Key
from recast_nodes.hosts.studio.keys.key_drag import LEAST, OUTSIDE, KeyDrag, find_edges
from recast_nodes.hosts.studio.keys.key_edits import CurveId, KeyId

CURVE = CurveId("ExpressionMix", "smile")
KEYS = Curve([Key(10, 0.2), Key(20, 0.8)])
BOX = QRectF(10, 0.2, 10, 0.6)
PIXEL = (0.5, 0.01)


def keys_after(edit):
    curves, _ = edit({CURVE: KEYS}, frozenset(KeyId(CURVE, key.frame) for key in KEYS.keys))
    return [(key.frame, pytest.approx(key.value)) for key in curves[CURVE].keys]


@given(st.floats(-300, 300), st.floats(-5, 5))
def test_keys_follow_the_hand_by_whole_frames(later, higher):
    drag = KeyDrag("", QPointF(10, 0.2), BOX)
    to = QPointF(10 + later, 0.2 + higher)
    moved = to.x() - 10, to.y() - 0.2
    assert keys_after(drag.move(to, PIXEL)) == [
        (10 + round(moved[0]), 0.2 + moved[1]),
        (20 + round(moved[0]), 0.8 + moved[1]),
    ]
    in_time = [(frame, value) for (frame, _), value in zip(keys_after(drag.move(to, PIXEL)), (0.2, 0.8))]
    assert keys_after(drag.move(to, PIXEL, values=False)) == in_time


def test_a_straight_drag_goes_along_or_across_by_what_is_seen_of_it():
    drag = KeyDrag("", QPointF(10, 0.2), BOX)
    assert keys_after(drag.move(QPointF(16, 0.25), PIXEL, straight=True)) == [(16, 0.2), (26, 0.8)]  # 12 pixels, 5
    assert keys_after(drag.move(QPointF(11, 0.5), PIXEL, straight=True)) == [(10, 0.5), (20, 1.1)]  # 2 pixels, 30


@pytest.mark.parametrize(
    "edge,to,keys",
    [
        ("right", (30, 0), [(10, 0.2), (30, 0.8)]),
        ("left", (-10, 0), [(-10, 0.2), (20, 0.8)]),
        ("high", (0, 1.4), [(10, 0.2), (20, 1.4)]),
        ("low", (0, -0.4), [(10, -0.4), (20, 0.8)]),
    ],
)
def test_an_edge_scales_about_the_one_across(edge, to, keys):
    start = {"right": (20, 0), "left": (10, 0), "high": (0, 0.8), "low": (0, 0.2)}[edge]
    assert keys_after(KeyDrag(edge, QPointF(*start), BOX).scale(QPointF(*to))) == keys


def test_keys_are_never_turned_round():
    squeezed = keys_after(KeyDrag("high", QPointF(0, 0.8), BOX).scale(QPointF(0, -99)))
    assert squeezed == [(10, 0.2), (20, 0.2 + 0.6 * LEAST)]


def test_edges_lie_outside_the_keys_and_where_there_is_something_to_scale():
    edges = find_edges(BOX, PIXEL)
    assert edges["left"].x() == 10 - OUTSIDE * 0.5 and edges["high"].y() == pytest.approx(0.8 + OUTSIDE * 0.01)
    assert find_edges(BOX, PIXEL, values=False).keys() == {"left", "right"}
    assert find_edges(QRectF(10, 0.2, 0, 0.6), PIXEL).keys() == {"low", "high"} and find_edges(None, PIXEL) == {}
