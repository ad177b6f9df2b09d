"""A point over the picture that the mouse moves. Coordinates are the plate's pixels, y down."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from .box_handles import COLOUR, REACH, SHADE, WHOLE, BoxHandles, Grip

ARM, RING = 13.0, 6.0  # screen pixels


class PointHandle(BoxHandles):
    """A rectangle without a size: there is nothing of it to grab but the whole, and it may leave the frame."""

    def __init__(self, point: QPointF):
        super().__init__(QRectF(point, QSizeF(0, 0)))

    def find_grip(self, point: QPointF, zoom: float) -> Grip | None:
        assert self.rect is not None
        way = point - self.rect.topLeft()
        return WHOLE if way.x() ** 2 + way.y() ** 2 <= (2 * REACH / zoom) ** 2 else None

    def drag(self, point: QPointF, inside: QRectF) -> QRectF:
        self.rect = self._before.translated(point - self._start)
        return self.rect

    def paint(self, painter: QPainter, drawn: QRectF, frame: QRectF) -> None:
        middle = drawn.topLeft()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((SHADE, 4.0), (COLOUR, 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(middle, RING, RING)
            for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
                painter.drawLine(middle + way * RING, middle + way * ARM)
