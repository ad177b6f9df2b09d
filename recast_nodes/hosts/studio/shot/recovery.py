"""Where a shot that was never saved is autosaved: a path for each running Studio, offered once that one has crashed."""

from __future__ import annotations

import uuid
from pathlib import Path

import platformdirs
from PySide6.QtCore import QLockFile

from .document import SUFFIX


class Recovery:
    """This Studio's path, and those that others have left. A lock file shows whether its Studio still runs."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder or platformdirs.user_state_path("recast-nodes", appauthor=False) / "studio"
        self.place = self.folder / f"{uuid.uuid4().hex}{SUFFIX}"
        self._lock: QLockFile | None = None

    def lock(self) -> None:
        """Mark this Studio as running. If the folder cannot be made, shots without a file are not autosaved."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = _make_lock(self.place)
        self._lock.tryLock(0)

    def unlock(self) -> None:
        """This Studio ends normally."""
        if self._lock:
            self._lock.unlock()

    def find_abandoned(self) -> Path | None:
        """The latest unsaved shot of a Studio that crashed."""
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
