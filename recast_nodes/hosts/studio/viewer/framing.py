"""Zoom and pan: where the plate's pixels lie on the canvas. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF

SMALLEST, LARGEST = 0.02, 64.0  # zoom
FIT = 0.98  # of the canvas; a hair of background around the frame shows where it ends


@dataclass(frozen=True)
class Framing:
    """Coordinates of the plate are its pixels, those of the canvas the screen's; y down in both."""

    zoom: float = 1.0  # screen pixels for one of the plate's
    origin: QPointF = field(default_factory=QPointF)  # where the plate's (0, 0) is on the canvas
    fitted: bool = True  # whether the whole frame stays in view when the canvas changes its size

    def fit(self, frame: QRectF, canvas: QSizeF) -> Framing:
        """The whole of `frame` (in the plate) in the middle of the canvas; nothing moves where either is empty."""
        if frame.isEmpty() or not canvas.width():
            return Framing(self.zoom, self.origin, True)
        zoom = min(canvas.width() / frame.width(), canvas.height() / frame.height()) * FIT
        middle = QPointF(canvas.width() / 2, canvas.height() / 2)
        return Framing(zoom, middle - frame.center() * zoom, True)

    def zoom_by(self, factor: float, about: QPointF) -> Framing:
        """Larger or smaller, with the point `about` of the canvas staying where it is."""
        zoom = min(max(self.zoom * factor, SMALLEST), LARGEST)
        return Framing(zoom, about - (about - self.origin) * (zoom / self.zoom), False)

    def pan_to(self, origin: QPointF) -> Framing:
        """The same zoom with the plate's (0, 0) elsewhere."""
        return Framing(self.zoom, origin, False)

    def to_plate(self, point: QPointF) -> QPointF:
        """The plate's pixel at a point of the canvas."""
        return (point - self.origin) / self.zoom

    def to_canvas(self, rect: QRectF) -> QRectF:
        """Where a rectangle of the plate is drawn."""
        return QRectF(self.origin + rect.topLeft() * self.zoom, rect.size() * self.zoom)
