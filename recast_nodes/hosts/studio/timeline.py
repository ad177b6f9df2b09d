"""The frames of the shot: playhead, which frames are ready to be shown, where keys are, playing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget

from .document import Document

READY, FAILED, WAITING, KEY, HEAD = (QColor(each) for each in ("#46a05a", "#c84a40", "#3e3e3e", "#f0be3c", "#ffffff"))
BACKGROUND, LABEL = QColor(38, 38, 38), QColor(170, 170, 170)
STATES = {"ready": READY, "failed": FAILED, "waiting": WAITING}
States = Callable[[Sequence[int]], Sequence[str]]  # of frames: ready, failed or waiting
MARGIN = 12
LABELS_APART = 70  # pixels


class Ruler(QWidget):
    """Draws the frames; a press or drag moves the playhead."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.span = range(1, 2)
        self.frame = 1
        self.states: States = lambda frames: ["waiting"] * len(frames)
        self.keys: frozenset[int] = frozenset()
        self._frames: QPixmap | None = None  # as they were drawn last
        self.setMinimumHeight(38)

    def sizeHint(self) -> QSize:
        return QSize(600, 38)

    def x_of(self, frame: float) -> float:
        """Where the left edge of a frame is drawn."""
        return MARGIN + (frame - self.span[0]) * (self.width() - 2 * MARGIN) / max(len(self.span), 1)

    def frame_at(self, x: float) -> int:
        """The frame drawn at `x`, the nearest one outside."""
        step = (self.width() - 2 * MARGIN) / max(len(self.span), 1)
        return self.span[min(max(int((x - MARGIN) // max(step, 1e-6)), 0), len(self.span) - 1)]

    def redraw(self) -> None:
        """Frames or their states, keys or the span are others. (The playhead alone needs no more than `update`.)"""
        self._frames = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._frames = None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._frames is None:
            self._frames = self._drawn_frames()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._frames)
        middle = (self.x_of(self.frame) + self.x_of(self.frame + 1)) / 2
        painter.setPen(QPen(HEAD, 2))
        painter.drawLine(QPointF(middle, 16), QPointF(middle, 38))
        painter.end()

    def _drawn_frames(self) -> QPixmap:
        """All but the playhead: the state of a thousand frames is not asked for again at each of them."""
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(BACKGROUND)
        painter = QPainter(drawn)
        painter.setFont(self.font())
        for state, (first, last) in self._bars():
            left, right = self.x_of(first), self.x_of(last + 1)
            bar = QRectF(left, 24, max(right - left - (1 if self.apart else 0), 0.5), 6)
            painter.fillRect(bar, STATES[state])
        for frame in self.keys & set(self.span):
            painter.fillRect(QRectF((self.x_of(frame) + self.x_of(frame + 1)) / 2 - 2, 31, 4, 5), KEY)
        painter.setPen(LABEL)
        for frame in self.span[:: _label_step(len(self.span), self.width())]:
            painter.drawText(QPointF(self.x_of(frame), 14), str(frame))
            painter.drawLine(QPointF(self.x_of(frame), 18), QPointF(self.x_of(frame), 23))
        painter.end()
        return drawn

    @property
    def apart(self) -> bool:
        """Whether frames are wide enough to be told apart."""
        return self.x_of(self.span[0] + 1) - self.x_of(self.span[0]) > 4

    def _bars(self) -> list[tuple[str, tuple[int, int]]]:
        """State, first and last frame of each bar: a frame, or frames of one state where they are narrow."""
        bars: list[tuple[str, tuple[int, int]]] = []
        for frame, state in zip(self.span, self.states(self.span)):
            if bars and not self.apart and bars[-1][0] == state:
                bars[-1] = state, (bars[-1][1][0], frame)
            else:
                bars.append((state, (frame, frame)))
        return bars

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.chosen.emit(self.frame_at(event.position().x()))


def _label_step(frames: int, width: int) -> int:
    """Every how many frames a number fits: 1, 2, 5, 10, 20, 50, ..."""
    most = max(1, width // LABELS_APART)
    return next(step for ten in range(12) for one in (1, 2, 5) if frames / (step := one * 10**ten) <= most)


class Timeline(QWidget):
    """Ruler, buttons and the playing of frames that are ready."""

    def __init__(self, document: Document, states: States, comes: Callable[[], bool], parent: QWidget | None = None):
        super().__init__(parent)
        self._document, self._comes = document, comes
        self.ruler = Ruler(self)
        self.ruler.states = states
        self.ruler.chosen.connect(document.go_to)
        self.box = QSpinBox()
        self.box.setRange(-(10**9), 10**9)
        self.box.setKeyboardTracking(False)
        self.box.setToolTip("The frame at the playhead.")
        self.box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.box.valueChanged.connect(lambda value: document.go_to(self._inside(value)))
        self.rate = QDoubleSpinBox()
        self.rate.setRange(1, 240)
        self.rate.setDecimals(3)
        self.rate.setValue(24)
        self.rate.setToolTip("Frames a second to play at.")
        self.rate.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._buttons: dict[int, QToolButton] = {}  # by the direction they play in
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._direction, self._due = 0, 0.0
        self._build()
        document.moved.connect(lambda frame: self.refresh())
        self.refresh()

    def _build(self) -> None:
        bar = self.row = QHBoxLayout(self)
        bar.setContentsMargins(4, 2, 4, 2)
        for text, tip, what, direction in (
            ("|◀", "First frame (Home)", self.first, 0),
            ("◀", "Play backwards (J)", lambda: self.play(-1), -1),
            ("■", "Stop (K)", self.stop, 0),
            ("▶", "Play forwards (L, or Space)", lambda: self.play(1), 1),
            ("▶|", "Last frame (End)", self.last, 0),
        ):
            button = QToolButton()
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            if direction:
                button.setCheckable(True)
                self._buttons[direction] = button
            button.setText(text)
            button.setToolTip(tip)
            button.clicked.connect(what)
            bar.addWidget(button)
        bar.addWidget(self.box)
        bar.addWidget(self.ruler, 1)
        bar.addWidget(self.rate)
        bar.addWidget(QLabel("fps"))

    @property
    def span(self) -> range:
        """The frames of the shot."""
        return self.ruler.span

    def set_span(self, frames: Iterable[int]) -> None:
        """Show these frames; a playhead outside goes to the nearest one."""
        found = sorted(frames)
        self.ruler.span = range(found[0], found[-1] + 1)
        self.ruler.redraw()
        self._document.go_to(self._inside(self._document.frame))
        self.refresh()

    def set_keys(self, frames: Iterable[float]) -> None:
        """Mark keys at these frames."""
        self.ruler.keys = frozenset(round(frame) for frame in frames)
        self.ruler.redraw()

    def refresh(self) -> None:
        """Draw the playhead."""
        self.ruler.frame = self._document.frame
        self.box.blockSignals(True)
        self.box.setValue(self._document.frame)
        self.box.blockSignals(False)
        self.ruler.update()

    def first(self) -> None:
        """To the first frame."""
        self._document.go_to(self.span[0])

    def last(self) -> None:
        """To the last frame."""
        self._document.go_to(self.span[-1])

    def step(self, frames: int) -> None:
        """Some frames on or back, and no further than the ends."""
        self._document.go_to(self._inside(self._document.frame + frames))

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def play(self, direction: int = 1) -> None:
        """Play round and round; a frame that is on its way is waited for, so that every one is seen."""
        self._direction, self._due = direction, time.perf_counter()
        self._timer.start(4)
        self._show_playing()

    def stop(self) -> None:
        """Stay at the present frame."""
        self._timer.stop()
        self._show_playing()

    def _show_playing(self) -> None:
        for direction, button in self._buttons.items():
            button.setChecked(self.playing and self._direction == direction)

    def toggle(self) -> None:
        """Play or stop."""
        self.stop() if self.playing else self.play()

    def _tick(self) -> None:
        now = time.perf_counter()
        if now < self._due or self._comes():
            return
        self._due = max(self._due + 1 / self.rate.value(), now - 1 / self.rate.value())
        place = self._document.frame + self._direction - self.span[0]
        self._document.go_to(self.span[place % len(self.span)])

    def _inside(self, frame: int) -> int:
        return min(max(frame, self.span[0]), self.span[-1])
