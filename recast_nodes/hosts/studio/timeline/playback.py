"""Playing: the frames of the shot, in and out point, and a clock that moves the playhead. Knows no widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ..shot.document import Document
from .play_range import PlayRange

TICK = 4  # milliseconds


class Playback(QObject):
    """Moves the document's playhead. In and out point are the window's, not the shot's: they are neither saved nor
    rendered.
    """

    playing_changed = Signal()  # it plays, stops or reverses
    span_changed = Signal()  # the shot has been checked: these are its frames now
    range_changed = Signal()  # in or out point

    def __init__(self, document: Document, is_pending: Callable[[], bool], parent: QObject | None = None):
        """`is_pending` answers whether the frame at the playhead is not on the screen yet."""
        super().__init__(parent)
        self._document, self._is_pending = document, is_pending
        self.span = range(1, 2)  # the frames of the shot
        self.points = PlayRange()
        self.rate = 24.0  # frames a second
        self.direction = 0  # 1 or -1, as it played last
        self._way, self._last = 1, document.frame  # 1 or -1, as the playhead moved last
        self._due = 0.0
        document.moved.connect(self._note_way)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    # The playhead

    def set_span(self, frames: Iterable[int]) -> None:
        """The shot has these frames; a playhead outside goes to the nearest one."""
        found = sorted(frames)
        self.span = range(found[0], found[-1] + 1)
        self.span_changed.emit()
        self.go_to(self._document.frame)

    def go_to(self, frame: int) -> None:
        """To a frame, or the nearest one of the shot."""
        self._document.go_to(min(max(frame, self.span[0]), self.span[-1]))

    def step(self, frames: int) -> None:
        """Some frames forwards or backwards, and no further than the ends."""
        self.go_to(self._document.frame + frames)

    def go_to_first(self) -> None:
        """To the shot's first frame."""
        self._document.go_to(self.span[0])

    def go_to_last(self) -> None:
        """To the shot's last frame."""
        self._document.go_to(self.span[-1])

    # In and out point

    @property
    def play_range(self) -> range:
        """The frames that are played: between in and out point, or all."""
        return self.points.within(self.span)

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
        self.range_changed.emit()

    # Playing

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def play(self, direction: int = 1) -> None:
        """Loop forwards or backwards. Playback waits for a frame that is not ready, so that every one is
        seen.
        """
        self.direction, self._due = direction, time.perf_counter()
        self._timer.start(TICK)
        self.playing_changed.emit()

    def stop(self) -> None:
        """Stop at the current frame."""
        self._timer.stop()
        self.playing_changed.emit()

    def toggle(self) -> None:
        """Play or stop."""
        self.stop() if self.is_playing else self.play()

    def tick(self) -> None:
        """Show the next frame, if it is due and the current one is on the screen."""
        now = time.perf_counter()
        if now < self._due or self._is_pending():
            return
        self._due = max(self._due + 1 / self.rate, now - 1 / self.rate)
        after, played = self._document.frame + self.direction, self.play_range
        self._document.go_to(after if after in played else played[0 if self.direction > 0 else -1])

    def _note_way(self, frame: int) -> None:
        self._way, self._last = (1 if frame > self._last else -1), frame

    def find_next(self, count: int) -> list[int]:
        """The frames that are shown next: those of the loop while it plays, else those on the way that the playhead
        went last.
        """
        now, played = self._document.frame, self.play_range
        if not self.is_playing:
            return [frame for step in range(1, 1 + count) if (frame := now + self._way * step) in self.span]
        place = played.index(now) if now in played else min(-self.direction, 0)  # before the first one to come
        return [played[(place + self.direction * step) % len(played)] for step in range(1, min(count, len(played)) + 1)]
