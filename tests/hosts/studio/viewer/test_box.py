"""The box of FaceTrack, drawn and dragged over the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts.studio.viewer.box_editor import is_same_picture
from recast_nodes.hosts.studio.viewer.box_handles import WHOLE, BoxHandles

FRAME = QRectF(0, 0, 384, 384)


def dragged(box, start, end):
    assert box.press(QPointF(*start), 1.0)
    rect = box.drag(QPointF(*end), FRAME)
    box.release()
    return rect.getRect()


def test_edges_corners_and_the_whole():
    def at(*point):
        return BoxHandles(QRectF(100, 100, 80, 60)).find_grip(QPointF(*point), 1.0)

    assert at(100, 100) == (-1, -1) and at(180, 160) == (1, 1) and at(180, 100) == (1, -1)
    assert at(140, 100) == (0, -1) and at(100, 130) == (-1, 0)
    assert at(140, 130) == WHOLE and at(300, 300) is None
    assert BoxHandles(QRectF(100, 100, 80, 60)).find_grip(QPointF(92, 130), 4.0) is None, (
        "nearer where it is drawn larger"
    )


def test_what_a_drag_does():
    assert dragged(BoxHandles(QRectF(100, 100, 80, 60)), (100, 100), (90, 120)) == (90, 120, 90, 40)
    assert dragged(BoxHandles(QRectF(100, 100, 80, 60)), (140, 130), (150, 140)) == (110, 110, 80, 60)
    assert dragged(BoxHandles(QRectF(100, 100, 80, 60)), (180, 130), (80, 130)) == (80, 100, 20, 60), (
        "past the other edge"
    )
    assert dragged(BoxHandles(), (50, 60), (30, 100)) == (30, 60, 20, 40), "the first one is drawn"


@given(st.tuples(*[st.floats(0, 380)] * 2), st.tuples(*[st.floats(-500, 900)] * 2))
def test_it_stays_within_the_frame_and_has_a_size(start, end):
    box = BoxHandles(QRectF(100, 100, 80, 60))
    if not box.press(QPointF(*start), 1.0):
        return
    rect = box.drag(QPointF(*end), FRAME)
    assert rect.width() > 0 and rect.height() > 0
    assert FRAME.adjusted(0, 0, 4, 4).contains(rect)


def test_a_box_is_drawn_on_the_picture_that_it_is_of():
    graph = edit_graph("p.####.exr", "d.mov", "o.####.exr")
    for name in ("plate", "result", "matte", "difference", "selected node"):
        assert is_same_picture(graph, "FaceTrack", name)
    assert not is_same_picture(graph, "FaceTrack", "driver")
    assert is_same_picture(graph, "DrivingTrack", "driver") and not is_same_picture(graph, "DrivingTrack", "plate")


@pytest.fixture
def picking(loaded):
    """FaceTrack is selected and picks by a box."""
    loaded.document.apply("pick", lambda graph: graph.with_knob("FaceTrack", "pick", "box"))
    loaded.nodes.select("FaceTrack")
    return loaded


def box_of(window):
    return window.document.graph.at("FaceTrack", 1001).values["box"]


def drag(qtbot, canvas, start, end, steps=4):
    def screen(point):
        return canvas.model.framing.to_canvas(QRectF(*point, 0, 0)).topLeft().toPoint()

    one, other = screen(start), screen(end)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=one)
    for step in range(1, steps + 1):
        here = one + (other - one) * step / steps
        qtbot.mouseMove(canvas, pos=QPoint(here))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=other)


def test_it_is_drawn_moved_and_undone_as_one_step_each(picking, qtbot):
    canvas, undo = picking.viewer.canvas, picking.document.undo
    assert canvas.box is not None and canvas.box.rect is None
    steps = undo.count()
    drag(qtbot, canvas, (60, 50), (300, 320))
    assert box_of(picking) == pytest.approx((60, 50, 300, 320), abs=3) and undo.count() == steps + 1
    drawn = box_of(picking)
    drag(qtbot, canvas, (180, 180), (200, 170))
    moved = box_of(picking)
    assert moved != drawn and moved[2] - moved[0] == pytest.approx(drawn[2] - drawn[0], abs=1)
    assert undo.count() == steps + 2
    undo.undo()
    assert box_of(picking) == drawn and canvas.box.rect.getRect()[:2] == drawn[:2]
    undo.undo()
    assert box_of(picking) is None


def test_the_knob_and_the_handles_are_one(picking):
    picking.knobs.set_value("box", (10.0, 20.0, 110.0, 220.0))
    assert picking.viewer.canvas.box.rect == QRectF(10, 20, 100, 200)
    assert picking.knobs.widgets["box"].line.text() == "10 20 110 220"


def test_it_is_there_only_while_it_is_meant(picking, qtbot):
    canvas = picking.viewer.canvas
    picking.nodes.select("Warp")
    assert canvas.box is None
    picking.nodes.select("FaceTrack")
    assert canvas.box is not None
    picking.knobs.set_value("pick", "largest")
    assert canvas.box is None
    before = picking.document.undo.count()
    drag(qtbot, canvas, (60, 50), (300, 320))
    assert picking.document.undo.count() == before, "a drag pans again"


def test_there_is_a_picture_to_draw_the_first_box_on(picking, qtbot):
    """Without a box nothing of the shot can be made: the plate is shown, and the box drawn on it shows the rest."""
    viewer = picking.viewer
    qtbot.waitUntil(lambda: not viewer.controller.is_pending())
    assert not viewer.canvas.text and viewer.canvas.first is not None
    drag(qtbot, viewer.canvas, (60, 50), (300, 320))
    qtbot.waitUntil(lambda: not viewer.controller.is_pending())
    assert not viewer.canvas.text and {each.node for each in viewer.controller.find_requests(1001)} == {"MaskComposite"}
    picking.document.undo.undo()
    picking.nodes.select("Warp")
    qtbot.waitUntil(lambda: "box is not set" in viewer.canvas.text)
    picking.nodes.select("FaceTrack")
    qtbot.waitUntil(lambda: not viewer.canvas.text and not viewer.controller.is_pending())
