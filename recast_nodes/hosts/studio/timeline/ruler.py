"""The frames of the shot, drawn: which are ready to be shown, where keys are, the playhead, in and out points."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

READY, FAILED, WAITING, KEY, HEAD = (QColor(each) for each in ("#46a05a", "#c84a40", "#3e3e3e", "#f0be3c", "#ffffff"))
PROVISIONAL = QColor("#8a9a4a")
BACKGROUND, LABEL, POINT = QColor(38, 38, 38), QColor(170, 170, 170), QColor("#60c8ff")
LEFT_OUT = QColor(0, 0, 0, 120)  # over frames that are not played
STATES = {"ready": READY, "provisional": PROVISIONAL, "failed": FAILED, "waiting": WAITING}
LOW = {"provisional": 3}  # pixels of a bar's height, where it is not 6: a state is not told by its colour alone
States = Callable[[Sequence[int]], Sequence[str]]  # of frames: ready, provisional, failed or waiting
MARGIN = 12
LABELS_APART = 70  # pixels


class Ruler(QWidget):
    """Draws the frames; a press or drag moves the playhead."""

    frame_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.span = range(1, 2)
        self.frame = 1
        self.states: States = lambda frames: ["waiting"] * len(frames)
        self.keys: frozenset[int] = frozenset()
        self.play_range = range(1, 2)  # between in and out point; the span without them
        self._frames: QPixmap | None = None  # as they were drawn last
        self.setMinimumHeight(38)

    def sizeHint(self) -> QSize:
        return QSize(600, 38)

    def find_x(self, frame: float) -> float:
        """Where the left edge of a frame is drawn."""
        return MARGIN + (frame - self.span[0]) * (self.width() - 2 * MARGIN) / max(len(self.span), 1)

    def find_frame(self, x: float) -> int:
        """The frame drawn at `x`, the nearest one outside."""
        step = (self.width() - 2 * MARGIN) / max(len(self.span), 1)
        return self.span[min(max(int((x - MARGIN) // max(step, 1e-6)), 0), len(self.span) - 1)]

    def redraw(self) -> None:
        """Frames, their states, keys or the span have changed. (For the playhead alone, `update` is enough.)"""
        self._frames = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._frames = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._frames is None:
            self._frames = self._draw_frames()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._frames)
        self._draw_points(painter)
        middle = (self.find_x(self.frame) + self.find_x(self.frame + 1)) / 2
        painter.setPen(QPen(HEAD, 2))
        painter.drawLine(QPointF(middle, 16), QPointF(middle, 38))
        painter.end()

    def _draw_frames(self) -> QPixmap:
        """Everything but the playhead, so that it can move without the states of a thousand frames being read again."""
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(BACKGROUND)
        painter = QPainter(drawn)
        painter.setFont(self.font())
        for state, (first, last) in self._find_bars():
            left, right = self.find_x(first), self.find_x(last + 1)
            high = LOW.get(state, 6)
            bar = QRectF(left, 30 - high, max(right - left - (1 if self.is_apart else 0), 0.5), high)
            painter.fillRect(bar, STATES[state])
        for frame in self.keys & set(self.span):
            painter.fillRect(QRectF((self.find_x(frame) + self.find_x(frame + 1)) / 2 - 2, 31, 4, 5), KEY)
        painter.setPen(LABEL)
        for frame in self.span[:: _find_label_step(len(self.span), self.width())]:
            painter.drawText(QPointF(self.find_x(frame), 14), str(frame))
            painter.drawLine(QPointF(self.find_x(frame), 18), QPointF(self.find_x(frame), 23))
        painter.end()
        return drawn

    def _draw_points(self, painter: QPainter) -> None:
        """What is not played is darker; a flag stands at either end that is not the shot's own."""
        left, right = self.find_x(self.play_range[0]), self.find_x(self.play_range[-1] + 1)
        for at, inwards, edge in ((left, 6, self.find_x(self.span[0])), (right, -6, self.find_x(self.span[-1] + 1))):
            if at == edge:
                continue
            painter.fillRect(QRectF(QPointF(edge, 0), QPointF(at, self.height())).normalized(), LEFT_OUT)
            painter.setPen(QPen(POINT, 1.5))
            painter.drawLine(QPointF(at, 2), QPointF(at, self.height()))
            painter.setBrush(POINT)
            painter.drawPolygon(QPolygonF([QPointF(at, 2), QPointF(at + inwards, 5), QPointF(at, 8)]))

    @property
    def is_apart(self) -> bool:
        """Whether frames are wide enough for gaps between them."""
        return self.find_x(self.span[0] + 1) - self.find_x(self.span[0]) > 4

    def _find_bars(self) -> list[tuple[str, tuple[int, int]]]:
        """State, first and last frame of each bar: a frame, or frames of one state where they are narrow."""
        bars: list[tuple[str, tuple[int, int]]] = []
        for frame, state in zip(self.span, self.states(self.span)):
            if bars and not self.is_apart and bars[-1][0] == state:
                bars[-1] = state, (bars[-1][1][0], frame)
            else:
                bars.append((state, (frame, frame)))
        return bars

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.frame_picked.emit(self.find_frame(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.frame_picked.emit(self.find_frame(event.position().x()))


def _find_label_step(frames: int, width: int) -> int:
    """Every how many frames a number fits: 1, 2, 5, 10, 20, 50, ..."""
    most = max(1, width // LABELS_APART)
    return next(step for ten in range(12) for one in (1, 2, 5) if frames / (step := one * 10**ten) <= most)
