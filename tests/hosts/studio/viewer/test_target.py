"""The point that eyes look at, dragged over the picture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF

from recast_nodes.curves import Key
from recast_nodes.graph.changes import with_key
from recast_nodes.hosts.studio.viewer.point_handle import PointHandle
from recast_nodes.hosts.studio.viewer.target_editor import LOOK_HERE

from .test_box import drag

FRAME = QRectF(0, 0, 384, 384)


@pytest.fixture
def looking(loaded):
    """ExpressionMix is selected, and its eyes look at a point."""
    loaded.document.apply("look", lambda graph: graph.with_knob("ExpressionMix", "target", "point"))
    loaded.nodes.select("ExpressionMix")
    return loaded


def place_of(window, frame=1001):
    values = window.document.graph.at("ExpressionMix", frame).values
    return values["target_x"], values["target_y"]


def test_a_point_is_grabbed_near_it_and_goes_anywhere():
    handle = PointHandle(QPointF(100, 50))
    assert handle.find_grip(QPointF(140, 50), 1.0) is None and not handle.press(QPointF(140, 50), 1.0)
    assert handle.press(QPointF(104, 48), 1.0)
    assert handle.drag(QPointF(-96, 448), FRAME).topLeft() == QPointF(-100, 450)


def test_a_drag_sets_the_knobs_in_one_step(looking, qtbot):
    canvas, undo = looking.viewer.canvas, looking.document.undo
    middle = canvas.display.center()
    assert isinstance(canvas.box, PointHandle) and canvas.box.rect.topLeft() == middle
    steps = undo.count()
    drag(qtbot, canvas, (middle.x(), middle.y()), (300, 120))
    assert place_of(looking) == pytest.approx((300, 120), abs=3) and undo.count() == steps + 1
    looking.knobs.set_value("target_x", 80.0)
    assert canvas.box.rect.x() == 80
    undo.undo(), undo.undo()
    assert place_of(looking) == (0, 0)


def test_where_it_is_keyed_a_drag_makes_keys(looking, qtbot):
    for knob, value in (("target_x", 200.0), ("target_y", 150.0)):
        key = Key(1001, value, "smooth")
        looking.document.apply("key", lambda graph, knob=knob, key=key: with_key(graph, "ExpressionMix", knob, key))
    drag(qtbot, looking.viewer.canvas, (200, 150), (260, 100))
    assert place_of(looking) == pytest.approx((260, 100), abs=3)
    assert looking.document.graph.nodes["ExpressionMix"].animation.keys() >= {"target_x", "target_y"}


def test_it_is_there_only_while_it_is_meant(looking):
    canvas = looking.viewer.canvas
    assert canvas._hint == LOOK_HERE
    looking.knobs.set_value("target", "camera")
    assert canvas.box is None
    looking.knobs.set_value("target", "point")
    looking.nodes.select("Warp")
    assert canvas.box is None
