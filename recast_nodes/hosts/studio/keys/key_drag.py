"""What a drag does to the selected keys: it moves them, or scales them by an edge of the box around them.

Arithmetic alone: places are frames and the plot's own y, and `pixel` is how much of each a pixel of the screen is.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

from .key_edits import Edit, move_keys, scale_keys

OUTSIDE = 13.0  # pixels from the selected keys to the edges that scale them
LEAST = 0.01  # the smallest scale; beyond it keys would be mirrored


class KeyDrag(NamedTuple):
    """What is dragged: '' for keys, or an edge of their box; where it began, and the box of the keys then."""

    edge: str
    at: QPointF
    box: QRectF

    def move(self, to: QPointF, pixel: tuple[float, float], straight: bool = False, values: bool = True) -> Edit:
        """The keys follow the mouse by whole frames; `straight` keeps to one axis, and they move in time alone without
        `values`.
        """
        later, higher = to.x() - self.at.x(), to.y() - self.at.y()
        if straight:
            along = abs(later) / pixel[0] >= abs(higher) / pixel[1]
            later, higher = (later, 0.0) if along else (0.0, higher)
        return move_keys(round(later), higher if values else 0.0)

    def scale(self, to: QPointF) -> Edit:
        """About the opposite edge; the dragged one follows the mouse."""
        box, shift = self.box, to - self.at
        about = box.right() if self.edge == "left" else box.left(), box.bottom() if self.edge == "low" else box.top()
        longer = higher = 1.0
        if self.edge in ("left", "right"):
            longer = 1 + (shift.x() if self.edge == "right" else -shift.x()) / box.width()
        else:
            higher = 1 + (shift.y() if self.edge == "high" else -shift.y()) / box.height()
        return scale_keys(about, (max(longer, LEAST), max(higher, LEAST)))


def find_edges(box: QRectF | None, pixel: tuple[float, float], values: bool = True) -> dict[str, QPointF]:
    """The handles that scale the box of the selected keys; in time alone without `values`."""
    if box is None:
        return {}
    wide, high = (OUTSIDE * size for size in pixel)
    places = {}
    if box.width():
        places["left"] = QPointF(box.left() - wide, box.center().y())
        places["right"] = QPointF(box.right() + wide, box.center().y())
    if box.height() and values:
        places["low"] = QPointF(box.center().x(), box.top() - high)
        places["high"] = QPointF(box.center().x(), box.bottom() + high)
    return places
