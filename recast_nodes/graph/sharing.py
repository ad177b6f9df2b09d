"""Several renders of one shot at once: each takes a frame before it makes it, and leaves what another has in work."""

from __future__ import annotations

import threading
from enum import Enum
from typing import TYPE_CHECKING

from ..notices import notice

if TYPE_CHECKING:
    from .resume import Progress


class Turn(Enum):
    """Who makes a frame."""

    OURS = "ours"
    THEIRS = "theirs"  # another render has it in work
    MADE = "made"  # another render has made it meanwhile


class Turns:
    """Whose turn each frame is, by the claims beside the output. Without a journal (None) all are ours."""

    def __init__(self, progress: Progress | None):
        self.progress = progress
        self.deferred: list[int] = []  # frames that other renders have in work
        self._lock = threading.Lock()

    def take(self, frame: int) -> Turn:
        """Take a frame, if it is to be had. Raises StorageError where nothing can be written beside the output."""
        if not self.progress:
            return Turn.OURS
        if not self.progress.journal.claims.take(self._name(frame)):
            with self._lock:
                self.deferred.append(frame)
            return Turn.THEIRS
        if not self.progress.resume.overwrite and self.progress.made_elsewhere(frame):
            self.release(frame)
            return Turn.MADE
        return Turn.OURS

    def release(self, frame: int) -> None:
        """Let a frame go that was taken."""
        if self.progress:
            self.progress.journal.claims.release(self._name(frame))

    def look(self) -> tuple[list[int], list[int]]:
        """Of the frames that others had in work: those that are made, and those that were let go without."""
        assert self.progress
        claims = self.progress.journal.claims
        self.progress.journal.refresh()
        # Holders are asked for first: a frame that is made between the two questions counts as made.
        taken = {frame: bool(claims.holder(self._name(frame))) for frame in self.deferred}
        made = [frame for frame in self.deferred if self.progress.made_elsewhere(frame)]
        free = [frame for frame in self.deferred if frame not in made and not taken[frame]]
        self.deferred = [frame for frame in self.deferred if frame not in made and taken[frame]]
        return made, free

    def announce(self) -> None:
        """Say which render is waited for."""
        assert self.progress
        frame, claims = self.deferred[0], self.progress.journal.claims
        holder = claims.holder(self._name(frame))
        if holder:
            notice(f"Frame {frame} is being rendered by {claims.describe_owner(holder)}; waiting for it.")

    def _name(self, frame: int) -> str:
        assert self.progress
        return self.progress.path(frame).replace("\\", "/").rpartition("/")[2]
