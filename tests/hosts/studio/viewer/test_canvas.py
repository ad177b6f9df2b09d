"""Hands on the picture change the viewer's model, and the canvas draws what the model says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from recast_nodes.hosts.studio.viewer.canvas import Canvas
from recast_nodes.hosts.studio.viewer.framing import Framing
from recast_nodes.hosts.studio.viewer.viewer_model import ViewerModel

FRAME = QRectF(0, 0, 200, 100)
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


def plain(colour):
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


@pytest.fixture
def canvas(qtbot):
    """A canvas with a red picture and, right of a wipe, a blue one."""
    made = Canvas(ViewerModel())
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    made.show_pictures(plain("#ff0000"), plain("#0000ff"), FRAME, FRAME)
    made.model.open_wipe(True)
    return made


def drag(qtbot, canvas, button, start, end):
    qtbot.mousePress(canvas, button, pos=start)
    qtbot.mouseMove(canvas, pos=(start + end) / 2)
    qtbot.mouseMove(canvas, pos=end)
    qtbot.mouseRelease(canvas, button, pos=end)


def colour(canvas, x):
    return canvas.grab().toImage().pixelColor(QPoint(x, 150)).name()


def test_the_wipe_is_dragged_and_the_pointer_goes_along(canvas, qtbot):
    assert (colour(canvas, 150), colour(canvas, 250)) == ("#ff0000", "#0000ff")
    drag(qtbot, canvas, LEFT, QPoint(200, 150), QPoint(300, 150))
    assert canvas.model.wipe == pytest.approx(0.5 + 100 / (400 * 0.98))
    assert canvas.model.pointer == pytest.approx((151, 50), abs=1)
    assert colour(canvas, 250) == "#ff0000" and not canvas.is_right_of_wipe(140) and canvas.is_right_of_wipe(160)


def test_a_wipe_that_the_model_moves_is_drawn_there(canvas):
    canvas.model.move_wipe(0.1)
    assert colour(canvas, 150) == "#0000ff"
    canvas.model.open_wipe(False)
    assert colour(canvas, 150) == "#ff0000" and not canvas.is_right_of_wipe(199)


@pytest.mark.parametrize("button", [LEFT, MIDDLE])
def test_a_drag_beside_the_wipe_pans_and_the_pixel_stays_under_the_mouse(canvas, qtbot, button):
    before = canvas.model.framing
    drag(qtbot, canvas, button, QPoint(100, 150), QPoint(130, 110))
    after = canvas.model.framing
    assert after.zoom == before.zoom and after.origin == before.origin + QPointF(30, -40) and not after.fitted


def test_it_fits_again_when_it_changes_its_size_unless_a_hand_has_zoomed(canvas):
    canvas.resize(800, 300)
    assert canvas.model.framing == Framing().fit(FRAME, QSizeF(800, 300))
    canvas.zoom_by(2.0)
    zoomed = canvas.model.framing
    canvas.resize(500, 300)
    assert canvas.model.framing == zoomed
    canvas.fit()
    assert canvas.model.framing == Framing().fit(FRAME, QSizeF(500, 300))


def test_the_pointer_leaves_with_the_mouse(canvas, qtbot):
    qtbot.mouseMove(canvas, QPoint(100, 150))
    assert canvas.model.pointer is not None
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas.model.pointer is None
