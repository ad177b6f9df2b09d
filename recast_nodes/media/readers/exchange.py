"""What a render and its reader processes say to each other: messages in JSON, arrays in shared memory.

Nothing that arrives can run code: there is no pickle. A message is its length (8 bytes) and its text. Arrays follow
in a memory file whose descriptor is handed over; where the system cannot do that (Windows), as bytes after the message.
"""

from __future__ import annotations

import json
import mmap
import os
import socket
import struct
import tempfile
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

import numpy as np

LONGEST = 256 << 20  # bytes of a message; metadata are a few MB at most
TYPES = ("uint8", "uint16", "uint32", "float16", "float32", "float64")
ALIGNED = 64
HANDS_OVER = hasattr(socket, "send_fds")


class BrokenExchange(Exception):
    """The other side is gone, or does not keep to the protocol."""


class Pipes(NamedTuple):
    """Both directions, and where descriptors are handed over."""

    incoming: BinaryIO
    outgoing: BinaryIO
    handing: socket.socket | None = None

    def send(self, message: Any, arrays: Sequence[np.ndarray] = ()) -> None:
        """One message, with arrays."""
        places, size = _places(arrays)
        text = json.dumps({"message": message, "arrays": places, "size": size}).encode()
        self.outgoing.write(struct.pack("<Q", len(text)) + text)
        self.outgoing.flush()
        if not size:
            return
        if self.handing:
            _hand_over(self.handing, arrays, places, size)
        else:
            for array in arrays:
                self.outgoing.write(np.ascontiguousarray(array).data)
            self.outgoing.flush()

    def receive(self, largest: int = 0) -> tuple[Any, list[np.ndarray]]:
        """The next message and its arrays, at most `largest` bytes of them. Raises BrokenExchange where there
        is none, or a wrong one.
        """
        (length,) = struct.unpack("<Q", _exactly(self.incoming, 8))
        if length > LONGEST:
            raise BrokenExchange(f"a message of {length} bytes")
        try:
            header = json.loads(_exactly(self.incoming, length))
            message, places, size = header["message"], header["arrays"], header["size"]
            if not isinstance(size, int) or not 0 <= size <= largest:
                raise BrokenExchange(f"{size} bytes of pixels")
            if not size:
                return message, [np.zeros(shape, dtype) for dtype, shape, _ in map(_check_place, places)]
            return message, self._arrays(places, size)
        except (ValueError, KeyError, TypeError, RecursionError, OSError) as problem:
            raise BrokenExchange(str(problem)) from problem

    def _arrays(self, places: Any, size: int) -> list[np.ndarray]:
        if not self.handing:
            return [_from_bytes(self.incoming, *_check_place(place)) for place in places]
        _, descriptors, _, _ = socket.recv_fds(self.handing, 1, 1)
        if len(descriptors) != 1:
            raise BrokenExchange("no memory was handed over")
        try:
            if os.fstat(descriptors[0]).st_size < size:
                raise BrokenExchange("the memory is too small")
            memory = mmap.mmap(descriptors[0], size)
        finally:
            os.close(descriptors[0])
        return [_view(memory, *_check_place(place)) for place in places]


def _places(arrays: Sequence[np.ndarray]) -> tuple[list[tuple[str, tuple[int, ...], int]], int]:
    """Type, shape and offset of each array in the memory, and the size of it all."""
    places, at = [], 0
    for array in arrays:
        places.append((array.dtype.name, array.shape, at))
        at += -(-array.nbytes // ALIGNED) * ALIGNED
    return places, at


def _check_place(place: Any) -> tuple[str, tuple[int, ...], int]:
    kind, shape, offset = place
    numbers = [*shape, offset]
    if kind not in TYPES or not all(isinstance(number, int) and 0 <= number < 1 << 48 for number in numbers):
        raise BrokenExchange(f"an array of {place}")
    return kind, tuple(shape), offset


def _view(memory: mmap.mmap, kind: str, shape: tuple[int, ...], offset: int) -> np.ndarray:
    count = int(np.prod(shape, dtype=object))
    return np.frombuffer(memory, kind, count, offset).reshape(shape)


def _from_bytes(incoming: BinaryIO, kind: str, shape: tuple[int, ...], offset: int) -> np.ndarray:
    count = int(np.prod(shape, dtype=object)) * np.dtype(kind).itemsize
    return np.frombuffer(bytearray(_exactly(incoming, count)), kind).reshape(shape)


def _hand_over(handing: socket.socket, arrays: Sequence[np.ndarray], places: Sequence[Any], size: int) -> None:
    descriptor = _memory(size)
    try:
        with mmap.mmap(descriptor, size) as memory:
            for array, (kind, shape, offset) in zip(arrays, places, strict=True):
                view = _view(memory, kind, shape, offset)
                view[...] = array
                del view  # the memory cannot be closed while it is looked at
        socket.send_fds(handing, [b"."], [descriptor])
    finally:
        os.close(descriptor)


def _memory(size: int) -> int:
    """A nameless file in memory; nothing is left of it when both sides have let go."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("recast-pixels")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, size)
    return descriptor


def _exactly(incoming: BinaryIO, count: int) -> bytes:
    data = incoming.read(count)
    if len(data) != count:
        raise BrokenExchange("the other side is gone")
    return data
