"""Frames from a host in the middle of its request, and results back, through files in memory that both have mapped.

The worker says `want` with a clip, a frame and a slot; the host writes the frame into the slot's file and says `give`.
A slot is free again when nothing here refers to its pixels any more, so that neither side copies or clears memory for
each frame.
"""

from __future__ import annotations

import itertools
import mmap
import os
import tempfile
import threading
import uuid
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import MediaError, StorageError
from ...graph.faults import Cancelled
from ...wires import Window

if TYPE_CHECKING:
    import numpy as np

    from ...media.host_frames import HostFrame

STEP = 0.1  # seconds between looks at whether the request was cancelled
MOST_SLOTS = 8  # frames that may lie in slots; one more is copied
CHANNELS = {4: ("R", "G", "B", "A"), 1: ("A",)}


class Slots:
    """The mapped files of one connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: list[int] = []
        self._count = 0
        self._maps: dict[int, tuple[str, mmap.mmap]] = {}
        self._out: tuple[str, mmap.mmap] | None = None

    def take(self) -> int:
        """A slot that nobody uses."""
        with self._lock:
            if not self._free:
                self._free.append(self._count)
                self._count += 1
            return self._free.pop()

    def release(self, slot: int) -> None:
        """Nobody uses it any more."""
        with self._lock:
            self._free.append(slot)

    def planes(self, slot: int, given: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """The channels that lie in a slot, (H, W) halves; the slot is free when they are gone. Raises MediaError."""
        import numpy as np

        _, _, width, height = given["window"]
        names = CHANNELS[given["channels"]]
        try:
            memory = self._map(slot, str(given["file"]), 2 * len(names) * width * height)
        except (OSError, ValueError) as error:
            self.release(slot)
            raise MediaError(f"The host's frame cannot be read: {error}") from None
        values = np.frombuffer(memory, np.float16, len(names) * width * height)
        if slot >= MOST_SLOTS:
            values = values.copy()
            self.release(slot)
        else:
            weakref.finalize(values, self.release, slot)
        return dict(zip(names, values.reshape(len(names), height, width)))

    def _map(self, slot: int, path: str, size: int) -> mmap.mmap:
        known = self._maps.get(slot)
        if known and known[0] == path and len(known[1]) >= size:
            return known[1]
        with open(path, "r+b") as file:
            memory = mmap.mmap(file.fileno(), 0)
        if len(memory) < size:
            raise ValueError(f"{path} is shorter than the frame.")
        self._maps[slot] = path, memory
        return memory

    def write(self, planes: Sequence[np.ndarray]) -> str:
        """Put planes of one type into the file for results, one after the other. Returns its path."""
        import numpy as np

        size = sum(plane.nbytes for plane in planes)
        if self._out is None or len(self._out[1]) < size:
            self._out = _new_file(size)
        path, memory = self._out
        values = np.frombuffer(memory, planes[0].dtype, size // planes[0].itemsize)
        for plane, target in zip(planes, values.reshape(len(planes), *planes[0].shape), strict=True):
            np.copyto(target, plane)
        return path


def _new_file(size: int) -> tuple[str, mmap.mmap]:
    """A file in memory of this size; on disk where memory has no room for it. Raises StorageError."""
    from .views import PREFIX, picture_folder

    for folder in (picture_folder(), Path(tempfile.gettempdir())):
        path = folder / f"{PREFIX}{uuid.uuid4().hex}"
        with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b") as file:
            try:
                if hasattr(os, "posix_fallocate"):  # what is not there would end us when it is written to
                    os.posix_fallocate(file.fileno(), 0, size)
                file.truncate(size)
                return str(path), mmap.mmap(file.fileno(), size)
            except OSError as error:
                path.unlink()
                problem = error
    raise StorageError(f"There is no room for a picture of {size >> 20} MB: {problem.strerror}.")


class FrameExchange:
    """The frames that one request asks its host for. Threads may ask together."""

    def __init__(self, send: Callable[[dict[str, Any]], None], cancel: threading.Event, slots: Slots):
        self._send, self._cancel, self.slots = send, cancel, slots
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[dict[str, Any]]] = {}

    def fetch(self, clip: str, frame: int) -> HostFrame:
        """A frame of a clip, from the host. Raises StorageError where it gives none: a shot that is looked at without
        some of its frames would be another one for whoever renders it next. Raises Cancelled.
        """
        from ...media.host_frames import HostFrame

        number, slot, answer = next(self._numbers), self.slots.take(), Future[dict[str, Any]]()
        self._waiting[number] = answer
        self._send({"event": "want", "id": number, "clip": clip, "frame": frame, "slot": slot})
        while True:
            if self._cancel.is_set():
                raise Cancelled
            try:
                given = answer.result(STEP)
                break
            except NotYet:
                continue
        if "missing" in given:
            self.slots.release(slot)
            raise StorageError(f"{clip}: frame {frame}: {given['missing']}")
        planes = self.slots.planes(slot, given)
        window, display = Window(*given["window"]), Window(*given["display"])
        return HostFrame(planes, window, display, float(given["aspect"]), str(given["digest"]))

    def give(self, message: dict[str, Any]) -> None:
        """What the host gave. What nobody waits for is let go."""
        waiting = self._waiting.pop(message.get("id", 0), None)
        if waiting:
            waiting.set_result(message)
