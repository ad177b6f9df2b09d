"""Where a shot that was never saved is autosaved: a place for each running Studio, offered once that one has ended."""

from __future__ import annotations

import uuid
from pathlib import Path

import platformdirs
from PySide6.QtCore import QLockFile

from .document import SUFFIX


class Recovery:
    """This Studio's place, and what others have left. A lock file says whether its Studio still runs."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder or platformdirs.user_state_path("recast-nodes", appauthor=False) / "studio"
        self.place = self.folder / f"{uuid.uuid4().hex}{SUFFIX}"
        self._lock: QLockFile | None = None

    def lock(self) -> None:
        """Say that this Studio runs. Where the folder cannot be made, nothing is kept for such shots."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = _make_lock(self.place)
        self._lock.tryLock(0)

    def unlock(self) -> None:
        """This Studio ends as it should."""
        if self._lock:
            self._lock.unlock()

    def find_abandoned(self) -> Path | None:
        """The latest unsaved shot of a Studio that has ended otherwise."""
        found = [path for path in self.folder.glob(f"*{SUFFIX}") if path != self.place and _has_ended(path)]
        return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _make_lock(place: Path) -> QLockFile:
    lock = QLockFile(f"{place}.lock")
    lock.setStaleLockTime(0)  # however long it runs; Qt sees by the process whether it does
    return lock


def _has_ended(place: Path) -> bool:
    lock = _make_lock(place)
    ended = lock.tryLock(0)
    if ended:
        lock.unlock()
    return ended
