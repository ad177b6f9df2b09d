"""The timeline: ruler, buttons, and the playing of frames that are ready."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ..shot.document import Document
from ..widgets.number_field import NumberField, WholeField
from .play_range import PlayRange
from .ruler import Ruler, States


class Timeline(QWidget):
    """Ruler, buttons and the playing of frames that are ready."""

    def __init__(self, document: Document, states: States, comes: Callable[[], bool], parent: QWidget | None = None):
        super().__init__(parent)
        self._document, self._comes = document, comes
        self.ruler = Ruler(self)
        self.ruler.states = states
        self.ruler.chosen.connect(document.go_to)
        self.points = PlayRange()
        self._offer_points()
        self.box = WholeField(-(10**9), 10**9, 1, tip="The frame at the playhead.")
        self.box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.box.valueChanged.connect(lambda value: document.go_to(self._inside(value)))
        self.rate = NumberField(1, 240, 24, tip="Frames a second to play at.", decimals=3)
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

    def _offer_points(self) -> None:
        """In and out point under the right mouse button, for those who do not know the keys."""
        for text, what in (
            ("In point at the playhead (I)", self.set_in),
            ("Out point at the playhead (O)", self.set_out),
            ("Play the whole shot (Alt+U)", self.clear_points),
        ):
            action = QAction(text, self.ruler)
            action.triggered.connect(lambda checked=False, what=what: what())
            self.ruler.addAction(action)
        self.ruler.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.ruler.setToolTip("I and O set in and out point of playing, Alt+I and Alt+O clear them, Alt+U both.")

    # In and out point of playing. They are the window's, not the shot's: nothing of them is saved or rendered

    def set_in(self) -> None:
        """Play from the playhead on."""
        self._set_points(self.points.with_start(self._document.frame))

    def set_out(self) -> None:
        """Play up to the playhead."""
        self._set_points(self.points.with_end(self._document.frame))

    def clear_in(self) -> None:
        """Play from the shot's first frame."""
        self._set_points(self.points.without_start())

    def clear_out(self) -> None:
        """Play up to the shot's last frame."""
        self._set_points(self.points.without_end())

    def clear_points(self) -> None:
        """Play the whole shot."""
        self._set_points(PlayRange())

    def _set_points(self, points: PlayRange) -> None:
        self.points = points
        self.ruler.played = points.within(self.span)
        self.ruler.update()

    @property
    def span(self) -> range:
        """The frames of the shot."""
        return self.ruler.span

    def set_span(self, frames: Iterable[int]) -> None:
        """Show these frames; a playhead outside goes to the nearest one."""
        found = sorted(frames)
        self.ruler.span = range(found[0], found[-1] + 1)
        self.ruler.played = self.points.within(self.span)
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
        """Play round and round between in and out point. A frame that is on its way is waited for, so that every one is
        seen.
        """
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

    def coming(self, count: int) -> list[int]:
        """The frames that are looked at next: played ones round and round, else those after the playhead."""
        now, played = self._document.frame, self.ruler.played
        if not self.playing:
            return [frame for frame in range(now + 1, now + 1 + count) if frame in self.span]
        place = played.index(now) if now in played else min(-self._direction, 0)  # before the first one to come
        return [
            played[(place + self._direction * step) % len(played)] for step in range(1, min(count, len(played)) + 1)
        ]

    def toggle(self) -> None:
        """Play or stop."""
        self.stop() if self.playing else self.play()

    def _tick(self) -> None:
        now = time.perf_counter()
        if now < self._due or self._comes():
            return
        self._due = max(self._due + 1 / self.rate.value(), now - 1 / self.rate.value())
        after, played = self._document.frame + self._direction, self.ruler.played
        self._document.go_to(after if after in played else played[0 if self._direction > 0 else -1])

    def _inside(self, frame: int) -> int:
        return min(max(frame, self.span[0]), self.span[-1])
