"""What was seen in each frame of a shot (landmarks and the like), kept in one file, so that nobody looks twice.

A render that was killed, a chunk of frames on a farm, a shot with a changed knob: all of them need the records of the
whole shot and would have to track it again. A record is a few kilobytes, and a shot has thousands: they are put behind
each other, each with its fingerprint and a checksum. Each render appends to a file of its own; they are merged when
their renders have ended. What is not whole is passed over.
"""

from __future__ import annotations

import json
import mmap
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..errors import MediaError
from ..wires import Faces, Motion, Track
from . import atomic
from .claims import Claims

KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Faces, Track, Motion)}
LEAD = struct.Struct("<4sIII")  # mark, bytes of the header, bytes of the tensors, CRC-32 of both
MARK = b"rec1"
MERGED = "records.bin"


class _Place(NamedTuple):
    """Where a record lies."""

    view: memoryview
    header: int
    body: int
    end: int


class Records:
    """Records by fingerprint, in the folder of a journal. Safe for several threads.

    Without `merging` they stay in a file of their own, which others read as well: merging writes all of them anew, and
    a shot that is looked at in a hundred shares would be written a hundred times.
    """

    def __init__(self, folder: Path, claims: Claims, merging: bool = True):
        self.folder, self.claims, self.merging = folder, claims, merging
        self._own = folder / "records" / f"{claims.owner}.bin"
        self._places: dict[str, _Place] | None = None  # read when somebody asks: most frames ask for none
        self._asked: set[str] = set()
        self._closed = False
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """The record of a fingerprint, or None."""
        with self._lock:
            self._asked.add(key)
            if self._places is None:
                self._places = _all([self.folder / MERGED, *_pieces(self.folder)])
        place = self._places.get(key)
        return _decoded(place) if place else None

    def put(self, key: str, record: Any) -> None:
        """Keep a record, if it is of a kind that is kept. Raises StorageError."""
        if type(record).__name__ not in KINDS:
            return
        data = _encoded(key, record)
        self._asked.add(key)
        with self._lock:
            if not self._closed:  # else this is a thread that was left behind when its render stopped
                atomic.append(self._own, data)

    def close(self) -> None:
        """Merge what renders that have ended kept. Records that nobody asked for go, where they are more than half."""
        with self._lock:
            self._closed = True
        if not self.merging:
            return
        pieces = [path for path in _pieces(self.folder) if path == self._own or not self.claims.lives(path.stem)]
        if pieces and self.claims.wait_for(MERGED):
            with suppress(OSError, MediaError):
                self._merge(pieces)
            self.claims.give(MERGED)
        with suppress(OSError):
            self._own.parent.rmdir()

    def _merge(self, pieces: list[Path]) -> None:
        places = _all([*pieces, self.folder / MERGED])
        asked = {key: place for key, place in places.items() if key in self._asked}
        if 2 * len(asked) < len(places) and asked and not self.claims.others():
            places = asked
        with atomic.whole_file(self.folder / MERGED) as temporary, open(temporary, "wb") as file:
            for place in places.values():
                file.write(place.view[place.header - LEAD.size : place.end])
        for path in pieces:
            path.unlink(missing_ok=True)


class Kept:
    """The records that renders left in the folder of a journal, to be read alone: nothing is written."""

    def __init__(self, folder: Path):
        self._places = _all([folder / MERGED, *_pieces(folder)])

    def get(self, key: str) -> Any:
        """The record of a fingerprint, or None."""
        place = self._places.get(key)
        return _decoded(place) if place else None

    def put(self, key: str, record: Any) -> None:
        """Let a new record go."""


def _pieces(folder: Path) -> list[Path]:
    return sorted((folder / "records").glob("*.bin"))


def _all(paths: Iterable[Path]) -> dict[str, _Place]:
    return {key: place for path in paths for key, place in _entries(path)}


def _entries(path: Path) -> Iterator[tuple[str, _Place]]:
    """The whole records of a file; it stays mapped as long as one of them is held."""
    try:
        with open(path, "rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):  # not there, or empty
        return
    at = 0
    while at + LEAD.size <= len(view):
        mark, header, body, check = LEAD.unpack_from(view, at)
        start = at + LEAD.size
        end = start + header + body
        if mark != MARK or end > len(view) or zlib.crc32(view[start:end]) != check:
            return
        yield json.loads(bytes(view[start : start + header]))["key"], _Place(view, start, start + header, end)
        at = end


def _encoded(key: str, record: Any) -> bytes:
    fields: dict[str, Any] = {}
    tensors = []
    for name, value in record._asdict().items():
        if isinstance(value, Tensor):
            tensors.append(value.detach().cpu().to(torch.float32).contiguous().numpy().tobytes())
            fields[name] = {"shape": list(value.shape)}
        else:
            fields[name] = {"value": value}
    header = json.dumps({"key": key, "kind": type(record).__name__, "fields": fields}).encode()
    body = b"".join(tensors)
    return LEAD.pack(MARK, len(header), len(body), zlib.crc32(header + body)) + header + body


def _decoded(place: _Place) -> Any:
    told = json.loads(bytes(place.view[place.header : place.body]))
    values, at = {}, place.body
    for name, field in told["fields"].items():
        if "shape" not in field:
            values[name] = field["value"]
            continue
        count = 4 * torch.Size(field["shape"]).numel()
        data = bytearray(place.view[at : at + count])
        values[name] = (
            torch.frombuffer(data, dtype=torch.float32).reshape(field["shape"])
            if count
            else torch.zeros(field["shape"])
        )
        at += count
    return KINDS[told["kind"]](**values)
