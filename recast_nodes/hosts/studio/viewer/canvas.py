"""The picture itself: zoom, pan, wipe, points drawn over it. Coordinates are the plate's pixels, y down."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from .box_handles import BoxHandles

BACKGROUND, FAINT = QColor(24, 24, 24), QColor(120, 120, 120)
COLOURS = {"landmarks": QColor(90, 220, 255), "keypoints": QColor(255, 190, 60), "hull": QColor(255, 90, 90)}
GRAB = 8  # pixels from the wipe's line in which it is taken hold of
ZOOM_STEP, SMALLEST, LARGEST = 1.2, 0.02, 64.0


class Canvas(QWidget):
    """Shows one picture, or two with a wipe between them."""

    pointed = Signal(float, float)  # the plate's pixel under the mouse
    left = Signal()  # the mouse is elsewhere
    box_dragged = Signal(QRectF)  # a hand draws or moves the box
    box_let_go = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.first: QImage | None = None
        self.second: QImage | None = None
        self.window_rect, self.display = QRectF(), QRectF()
        self.aspect = 1.0
        self.wipe: float | None = None  # where the second picture begins, 0..1 of the display's width
        self.points: Mapping[str, np.ndarray] = {}
        self.text = ""
        self.box: BoxHandles | None = None  # a rectangle that can be dragged
        self._hint = ""
        self._zoom, self._origin = 1.0, QPointF(0, 0)
        self._fitted = True
        self._held: tuple[str, QPointF, QPointF] | None = None

    def sizeHint(self) -> QSize:
        return QSize(960, 560)

    def show_pictures(self, first: QImage | None, second: QImage | None, window: QRectF, display: QRectF) -> None:
        """`first` and, right of the wipe, `second`, both of the plate's `window`; `display` is what F fits."""
        changed = display != self.display
        self.first, self.second, self.window_rect, self.display = first, second, window, display
        if self._fitted or changed:
            self.fit()
        self.update()

    def show_points(self, points: Mapping[str, np.ndarray]) -> None:
        """Landmarks, keypoints and hull in the plate's pixels."""
        self.points = points
        self.update()

    def show_box(self, box: BoxHandles | None, hint: str = "") -> None:
        """A rectangle to be dragged, and words about it at the top; None for none."""
        if box is not None or self.box is not None:
            self.box, self._hint = box, hint
            self.update()

    def say(self, text: str) -> None:
        """Words in the middle of the canvas; '' for none."""
        self.text = text
        self.update()

    @property
    def zoom(self) -> float:
        """Screen pixels for one of the plate's."""
        return self._zoom

    def fit(self) -> None:
        """The whole frame in the middle."""
        self._fitted = True
        if self.display.isEmpty() or not self.width():
            return
        self._zoom = min(self.width() / self.display.width(), self.height() / self.display.height()) * 0.98
        middle = QPointF(self.width() / 2, self.height() / 2)
        self._origin = middle - self.display.center() * self._zoom
        self.update()

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom, with the point `about` of the widget staying where it is."""
        about = about if about is not None else QPointF(self.width() / 2, self.height() / 2)
        zoom = min(max(self._zoom * factor, SMALLEST), LARGEST)
        self._origin = about - (about - self._origin) * (zoom / self._zoom)
        self._zoom, self._fitted = zoom, False
        self.update()

    def to_plate(self, point: QPointF) -> QPointF:
        """The plate's pixel at a point of the widget."""
        return (point - self._origin) / self._zoom

    def to_widget(self, rect: QRectF) -> QRectF:
        """Where a rectangle of the plate is drawn."""
        return QRectF(self._origin + rect.topLeft() * self._zoom, rect.size() * self._zoom)

    def wipe_x(self) -> float:
        """Where the wipe's line is drawn."""
        area = self.to_widget(self.display)
        return area.left() + (self.wipe or 0.0) * area.width()

    def right_of_wipe(self, x: float) -> bool:
        """Whether a column of the plate is drawn from the second picture."""
        return self.wipe is not None and x >= self.display.left() + self.wipe * self.display.width()

    # Qt

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def resizeEvent(self, event: object) -> None:
        if self._fitted:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), BACKGROUND)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 2)
        area = self.to_widget(self.window_rect)
        if self.first is not None:
            painter.drawImage(area, self.first)
        if self.second is not None and self.wipe is not None:
            painter.setClipRect(QRectF(self.wipe_x(), 0, self.width(), self.height()))
            painter.drawImage(area, self.second)
            painter.setClipping(False)
            painter.setPen(QPen(QColor(255, 255, 255, 160), 1))
            painter.drawLine(QPointF(self.wipe_x(), area.top()), QPointF(self.wipe_x(), area.bottom()))
        if self.first is not None and not self.display.isEmpty():
            painter.setPen(QPen(FAINT, 1))
            painter.drawRect(self.to_widget(self.display))
        self._paint_points(painter)
        if self.box is not None and self.box.rect is not None and self.first is not None:
            self.box.paint(painter, self.to_widget(self.box.rect), self.to_widget(self.display))
        self._paint_text(painter, self.text, self.rect().adjusted(40, 20, -40, -20), Qt.AlignmentFlag.AlignCenter)
        if self.first is not None:
            top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            self._paint_text(painter, self._hint, self.rect().adjusted(12, 14, -12, -14), top)
        painter.end()

    def _paint_points(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name, points in self.points.items():
            pen = QPen(COLOURS.get(name, FAINT), 1.5 if name == "hull" else 2.5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            drawn = QPolygonF([self._origin + QPointF(x, y) * self._zoom for x, y in points[:, :2].tolist()])
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
        on_wipe = self.wipe is not None and abs(event.position().x() - self.wipe_x()) < GRAB
        left = event.button() == Qt.MouseButton.LeftButton
        if left and on_wipe:
            self._held = ("wipe", event.position(), self._origin)
        elif (
            left and self.box and self.first is not None and self.box.press(self.to_plate(event.position()), self._zoom)
        ):
            self._held = ("box", event.position(), self._origin)
        elif left or event.button() == Qt.MouseButton.MiddleButton:
            self._held = ("pan", event.position(), self._origin)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plate = self.to_plate(event.position())
        if self._held is None:
            self.pointed.emit(plate.x(), plate.y())
            self.setCursor(self._cursor(event.position()))
            return
        what, start, origin = self._held
        if what != "pan":  # then the same pixel stays under the mouse
            self.pointed.emit(plate.x(), plate.y())
        if what == "wipe":
            area = self.to_widget(self.display)
            self.wipe = min(max((event.position().x() - area.left()) / max(area.width(), 1), 0), 1)
        elif what == "box":
            if self.box is not None and self.box.held:
                self.box_dragged.emit(self.box.drag(plate, self.display))
        else:
            self._origin, self._fitted = origin + event.position() - start, False
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is not None and held[0] == "box" and self.box is not None:
            self.box.let_go()
            self.box_let_go.emit()

    def _cursor(self, at: QPointF) -> Qt.CursorShape:
        if self.wipe is not None and abs(at.x() - self.wipe_x()) < GRAB:
            return Qt.CursorShape.SplitHCursor
        return self.box.cursor(self.to_plate(at), self._zoom) if self.box else Qt.CursorShape.CrossCursor
