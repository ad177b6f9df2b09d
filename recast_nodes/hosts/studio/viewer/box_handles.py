"""A rectangle over the picture that the mouse draws, moves and resizes. Coordinates are the plate's pixels, y down."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

COLOUR, SHADE = QColor(255, 210, 60), QColor(0, 0, 0, 120)
REACH = 9.0  # screen pixels around an edge or a corner in which a press grabs it
HANDLE = 7.0  # pixels of the screen; a corner's square
SMALLEST = 4.0  # pixels of the plate, a side

Grip = tuple[int, int]  # which edges follow the mouse: -1 left or top, 1 right or bottom, 0 neither
WHOLE: Grip = (0, 0)
CURSORS = {
    WHOLE: Qt.CursorShape.SizeAllCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
}


class BoxHandles:
    """The rectangle, and what the mouse does to it. `rect` None: there is none yet, and a drag draws one."""

    def __init__(self, rect: QRectF | None = None):
        self.rect = rect
        self._grip: Grip | None = None
        self._start, self._before = QPointF(), QRectF()

    @property
    def is_held(self) -> bool:
        return self._grip is not None

    def find_grip(self, point: QPointF, zoom: float) -> Grip | None:
        """What a press at `point` would grab; None away from the rectangle."""
        if self.rect is None:
            return (1, 1)
        reach = REACH / zoom
        if not self.rect.adjusted(-reach, -reach, reach, reach).contains(point):
            return None
        across = _find_edge(point.x(), self.rect.left(), self.rect.right(), reach)
        down = _find_edge(point.y(), self.rect.top(), self.rect.bottom(), reach)
        return across, down

    def find_cursor(self, point: QPointF, zoom: float) -> Qt.CursorShape:
        """The cursor at `point`."""
        hold = self._grip if self._grip is not None else self.find_grip(point, zoom)
        return Qt.CursorShape.CrossCursor if hold is None or self.rect is None else CURSORS[hold]

    def press(self, point: QPointF, zoom: float) -> bool:
        """Grab what is at `point`. Returns whether there was something."""
        self._grip = self.find_grip(point, zoom)
        self._start = point
        self._before = QRectF(point, point) if self.rect is None else QRectF(self.rect)
        return self.is_held

    def drag(self, point: QPointF, inside: QRectF) -> QRectF:
        """The rectangle with the mouse at `point`; it stays within `inside`, the frame."""
        assert self._grip is not None
        across, down = self._grip
        step = point - self._start
        before = self._before
        if self._grip == WHOLE:
            self.rect = _keep_inside(before.translated(step), inside)
            return self.rect
        left, right = _move_edges(before.left(), before.right(), step.x(), across, inside.left(), inside.right())
        top, bottom = _move_edges(before.top(), before.bottom(), step.y(), down, inside.top(), inside.bottom())
        self.rect = QRectF(left, top, max(right - left, SMALLEST), max(bottom - top, SMALLEST))
        return self.rect

    def release(self) -> None:
        """The mouse button is up."""
        self._grip = None

    def paint(self, painter: QPainter, drawn: QRectF, frame: QRectF) -> None:
        """Draw it. `drawn` and `frame` are where the rectangle and the whole frame are on the screen."""
        if self.rect is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # strips that meet leave no seam
        for strip in _find_strips(drawn, frame):
            painter.fillRect(strip.toRect(), SHADE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(COLOUR, 1.5))
        painter.drawRect(drawn)
        middle = drawn.center()
        for x in (drawn.left(), middle.x(), drawn.right()):
            for y in (drawn.top(), middle.y(), drawn.bottom()):
                if (x, y) != (middle.x(), middle.y()):
                    painter.fillRect(QRectF(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE), COLOUR)


def _find_edge(value: float, low: float, high: float, reach: float) -> int:
    """-1 at the low edge, 1 at the high one, 0 between; the nearer one of a small rectangle."""
    if min(abs(value - low), abs(value - high)) > reach:
        return 0
    return -1 if abs(value - low) < abs(value - high) else 1


def _move_edges(low: float, high: float, step: float, which: int, least: float, most: float) -> tuple[float, float]:
    """Both edges of one axis, one of them moved; it may pass the other one."""
    low, high = low + (step if which < 0 else 0), high + (step if which > 0 else 0)
    ends = sorted(min(max(value, least), most) for value in (low, high)) if which else sorted((low, high))
    return ends[0], ends[1]


def _keep_inside(rect: QRectF, inside: QRectF) -> QRectF:
    left = min(max(rect.left(), inside.left()), max(inside.right() - rect.width(), inside.left()))
    top = min(max(rect.top(), inside.top()), max(inside.bottom() - rect.height(), inside.top()))
    return QRectF(QPointF(left, top), rect.size())


def _find_strips(inner: QRectF, outer: QRectF) -> list[QRectF]:
    """The four strips of `outer` that are not `inner`."""
    inner, outer = QRectF(inner.intersected(outer).toRect()), QRectF(outer.toRect())
    return [
        QRectF(outer.topLeft(), QPointF(outer.right(), inner.top())),
        QRectF(QPointF(outer.left(), inner.bottom()), outer.bottomRight()),
        QRectF(QPointF(outer.left(), inner.top()), QPointF(inner.left(), inner.bottom())),
        QRectF(QPointF(inner.right(), inner.top()), QPointF(outer.right(), inner.bottom())),
    ]
