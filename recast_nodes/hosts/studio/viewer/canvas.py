"""The picture itself: zoom, pan, wipe, points drawn over it. Coordinates are the plate's pixels, y down."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from .box_handles import BoxHandles
from .framing import Framing
from .viewer_model import ViewerModel

BACKGROUND, FAINT = QColor(24, 24, 24), QColor(120, 120, 120)
COLOURS = {"landmarks": QColor(90, 220, 255), "keypoints": QColor(255, 190, 60), "hull": QColor(255, 90, 90)}
GRAB = 8  # pixels from the wipe's line in which a press grabs it
ZOOM_STEP = 1.2


class Canvas(QWidget):
    """Shows one picture, or two with a wipe between them, as the viewer's model says: its framing and its wipe."""

    box_dragged = Signal(QRectF)  # the mouse draws or moves the box
    box_released = Signal()

    def __init__(self, model: ViewerModel, parent: QWidget | None = None):
        super().__init__(parent)
        self.model = model
        model.wipe_moved.connect(self.update)
        model.framing_changed.connect(self.update)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.first: QImage | None = None
        self.second: QImage | None = None
        self.window_rect, self.display = QRectF(), QRectF()
        self.points: Mapping[str, np.ndarray] = {}
        self.text = ""
        self.box: BoxHandles | None = None  # a rectangle that can be dragged
        self._hint = ""
        self._drag: tuple[str, QPointF, QPointF] | None = None

    def sizeHint(self) -> QSize:
        return QSize(960, 560)

    def show_pictures(self, first: QImage | None, second: QImage | None, window: QRectF, display: QRectF) -> None:
        """`first` and, right of the wipe, `second`, both of the plate's `window`; `display` is what F fits."""
        changed = display != self.display
        self.first, self.second, self.window_rect, self.display = first, second, window, display
        if self._framing.fitted or changed:
            self.fit()
        self.update()

    def clear_pictures(self) -> None:
        """No picture; the frame stays what F fits."""
        self.show_pictures(None, None, QRectF(), self.display)

    def show_points(self, points: Mapping[str, np.ndarray]) -> None:
        """Landmarks, keypoints and hull in the plate's pixels."""
        self.points = points
        self.update()

    def show_box(self, box: BoxHandles | None, hint: str = "") -> None:
        """A rectangle with handles, and a hint at the top; None for no rectangle."""
        if box is not None or self.box is not None:
            self.box, self._hint = box, hint
            self.update()

    def show_message(self, text: str) -> None:
        """Text in the middle of the canvas; '' for none."""
        self.text = text
        self.update()

    @property
    def _framing(self) -> Framing:
        return self.model.framing

    def fit(self) -> None:
        """The whole frame in the middle."""
        self.model.set_framing(self._framing.fit(self.display, QSizeF(self.size())))

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom, with the point `about` of the widget (its middle without one) staying where it is."""
        about = about if about is not None else QPointF(self.width() / 2, self.height() / 2)
        self.model.set_framing(self._framing.zoom_by(factor, about))

    def find_wipe_x(self) -> float:
        """Where the wipe's line is drawn."""
        area = self._framing.to_canvas(self.display)
        return area.left() + (self.model.wipe or 0.0) * area.width()

    def is_right_of_wipe(self, x: float) -> bool:
        """Whether a column of the plate is drawn from the second picture."""
        wipe = self.model.wipe
        return wipe is not None and x >= self.display.left() + wipe * self.display.width()

    # Qt

    def leaveEvent(self, event: QEvent) -> None:
        self.model.clear_pointer()

    def resizeEvent(self, event: object) -> None:
        if self._framing.fitted:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), BACKGROUND)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._framing.zoom < 2)
        area = self._framing.to_canvas(self.window_rect)
        if self.first is not None:
            painter.drawImage(area, self.first)
        if self.second is not None and self.model.wipe is not None:
            painter.setClipRect(QRectF(self.find_wipe_x(), 0, self.width(), self.height()))
            painter.drawImage(area, self.second)
            painter.setClipping(False)
            painter.setPen(QPen(QColor(255, 255, 255, 160), 1))
            painter.drawLine(QPointF(self.find_wipe_x(), area.top()), QPointF(self.find_wipe_x(), area.bottom()))
        if self.first is not None and not self.display.isEmpty():
            painter.setPen(QPen(FAINT, 1))
            painter.drawRect(self._framing.to_canvas(self.display))
        self._paint_points(painter)
        if self.box is not None and self.box.rect is not None and self.first is not None:
            self.box.paint(painter, self._framing.to_canvas(self.box.rect), self._framing.to_canvas(self.display))
        self._paint_text(painter, self.text, self.rect().adjusted(40, 20, -40, -20), Qt.AlignmentFlag.AlignCenter)
        if self.first is not None:
            top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            self._paint_text(painter, self._hint, self.rect().adjusted(12, 14, -12, -14), top)
        painter.end()

    def _paint_points(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        zoom, origin = self._framing.zoom, self._framing.origin
        for name, points in self.points.items():
            pen = QPen(COLOURS.get(name, FAINT), 1.5 if name == "hull" else 2.5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            drawn = QPolygonF([origin + QPointF(x, y) * zoom for x, y in points[:, :2].tolist()])
            painter.drawPolygon(drawn) if name == "hull" else painter.drawPoints(drawn)

    def _paint_text(self, painter: QPainter, text: str, box: QRect, where: Qt.AlignmentFlag) -> None:
        if not text:
            return
        painter.setPen(QColor(230, 230, 230))
        flags = where | Qt.TextFlag.TextWordWrap
        drawn = painter.boundingRect(box, flags, text).adjusted(-12, -8, 12, 8)
        painter.fillRect(drawn, QColor(0, 0, 0, 170))
        painter.drawText(box, flags, text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        at, left = event.position(), event.button() == Qt.MouseButton.LeftButton
        if left and self._is_on_wipe(at):
            self._drag = ("wipe", at, self._framing.origin)
        elif left and self._press_box(at):
            self._drag = ("box", at, self._framing.origin)
        elif left or event.button() == Qt.MouseButton.MiddleButton:
            self._drag = ("pan", at, self._framing.origin)

    def _is_on_wipe(self, at: QPointF) -> bool:
        return self.model.wipe is not None and abs(at.x() - self.find_wipe_x()) < GRAB

    def _press_box(self, at: QPointF) -> bool:
        """Grab the box over the picture. Returns whether there was one at that point."""
        if not self.box or self.first is None:
            return False
        return self.box.press(self._framing.to_plate(at), self._framing.zoom)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plate = self._framing.to_plate(event.position())
        if self._drag is None:
            self.model.point_at(plate.x(), plate.y())
            self.setCursor(self._find_cursor(event.position()))
            return
        what, start, origin = self._drag
        if what != "pan":  # a pan keeps the same pixel under the mouse
            self.model.point_at(plate.x(), plate.y())
        if what == "wipe":
            area = self._framing.to_canvas(self.display)
            self.model.move_wipe((event.position().x() - area.left()) / max(area.width(), 1))
        elif what == "box":
            if self.box is not None and self.box.is_held:
                self.box_dragged.emit(self.box.drag(plate, self.display))
        else:
            self.model.set_framing(self._framing.pan_to(origin + event.position() - start))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and drag[0] == "box" and self.box is not None:
            self.box.release()
            self.box_released.emit()

    def _find_cursor(self, at: QPointF) -> Qt.CursorShape:
        if self._is_on_wipe(at):
            return Qt.CursorShape.SplitHCursor
        if self.box is None:
            return Qt.CursorShape.CrossCursor
        return self.box.find_cursor(self._framing.to_plate(at), self._framing.zoom)
