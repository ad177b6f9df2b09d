"""Where results wait: in memory with a bound on bytes, and on disk in the EXR form where the user names a folder."""

from __future__ import annotations

import stat
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..channels import bytes_of
from ..errors import MediaError
from ..notices import notice
from ..wires import WIRES, Faces


def size_of(value: Any) -> int:
    """Bytes of all arrays and tensors inside a wire value."""
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    if hasattr(value, "channels"):
        return bytes_of(value.channels)
    if isinstance(value, (tuple, list)):
        return sum(map(size_of, value))
    return 64


class MemoryCache:
    """Least recently used results, at most `limit` bytes in all. Safe for several threads."""

    def __init__(self, limit: int = 128 << 20):
        self.limit, self.used = limit, 0
        self._entries: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: str, value: Any) -> None:
        size = size_of(value)
        if size > self.limit:
            return
        with self._lock:
            self.used += size - self._entries.pop(key, (None, 0))[1]
            self._entries[key] = value, size
            while self.used > self.limit:
                self.used -= self._entries.popitem(last=False)[1][1]


class DiskCache:
    """Results in a folder, one EXR each, named by fingerprint. One that cannot be read is reported and made again."""

    def __init__(self, folder: Path, write: Callable[[Any, Path], None], read: Callable[[Path], Any]):
        from ..media.files import safe_files

        self.folder, self._write, self._read = folder, write, read
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MediaError(f"{folder}: the cache folder cannot be made: {error.strerror}.") from None
        safe_files.mark_ours(folder)

    @property
    def on_disk(self) -> DiskCache:
        """What other processes share: all of it."""
        return self

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.exr"

    def get(self, key: str) -> Any:
        path = self._path(key)
        if not self._holds(path):
            return None
        try:
            return self._read(path)
        except MediaError as error:
            notice(f"A frame in the cache is made again: {error}")
            return None

    def put(self, key: str, value: Any) -> None:
        if isinstance(value, (Faces, *WIRES)):  # the others have no EXR form, and are kept beside a render's frames
            self._write(value, self._path(key))

    def _holds(self, path: Path) -> bool:
        """Whether there is a plain file; what a link leads to was not put there by us."""
        from ..media.files.safe_files import folder_at

        try:
            return stat.S_ISREG(folder_at(path.parent).state(path.name).st_mode)
        except OSError:
            return False
