"""In and out point of playback: which frames loop. They affect nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class PlayRange:
    """First and last frame to play; None for the shot's own."""

    start: int | None = None
    end: int | None = None

    def with_start(self, frame: int) -> PlayRange:
        """The in point at `frame`; an out point before it is cleared."""
        return PlayRange(frame, self.end if self.end is not None and self.end >= frame else None)

    def with_end(self, frame: int) -> PlayRange:
        """The out point at `frame`; an in point after it is cleared."""
        return PlayRange(self.start if self.start is not None and self.start <= frame else None, frame)

    def without_start(self) -> PlayRange:
        return replace(self, start=None)

    def without_end(self) -> PlayRange:
        return replace(self, end=None)

    def within(self, span: range) -> range:
        """The frames to play of a shot with `span`; all of them where the points leave none."""
        first = span[0] if self.start is None else max(self.start, span[0])
        last = span[-1] if self.end is None else min(self.end, span[-1])
        return range(first, last + 1) if first <= last else span
