"""What was seen in each frame of a shot (landmarks and the like), kept in one file, so that nobody looks twice.

A render that was killed, a chunk of frames on a farm, a shot with a changed knob: all of them need the records of the
whole shot and would have to track it again. A record is a few kilobytes, and a shot has thousands: they are put behind
each other, each with its fingerprint and a checksum. Each render appends to a file of its own; they are merged when
their renders have ended. What is not whole is passed over; what is damaged is passed over and said. Files are read
where they are needed and never mapped: one that is cut off under a mapping ends the process.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import MediaError
from ...notices import notice
from ..files import atomic
from ..files.safe_files import Folder
from .claims import OWNER, Claims
from .record_bytes import (
    KINDS,
    LEAD,
    LONGEST,
    MARK,
    WRONG,
    check_reads_back,
    decode_record,
    encode_record,
    is_sound,
    key_of,
)

MERGED = "records.bin"
PIECE = re.compile(rf"{OWNER.pattern}\.bin")
AT_ONCE = 100  # pieces that are read at once: each stays open, and systems give a process 1,024 open files, macOS 256


class _RecordPlace(NamedTuple):
    """Where a record lies: an open file, and bytes in it."""

    file: BufferedReader
    start: int  # of what leads it
    header: int  # bytes
    body: int  # bytes

    @property
    def end(self) -> int:
        return self.start + LEAD.size + self.header + self.body

    def read(self) -> bytes:
        """The whole record. Raises ValueError where it is not there any more."""
        self.file.seek(self.start)
        data = self.file.read(self.end - self.start)
        if not is_sound(data):
            raise ValueError("it was changed since")
        return data


class Records:
    """Records by fingerprint, in the folder of a journal. Safe for several threads.

    Without `merging` they stay in a file of their own, which others read as well: merging writes all of them anew, and
    a shot that is looked at in a hundred shares would be written a hundred times.
    """

    def __init__(self, folder: Path, claims: Claims, merging: bool = True):
        self.claims, self.merging = claims, merging
        self._folder = Folder(folder.parent, folder.name)
        self._pieces = self._folder.below("records")
        self._own = f"{claims.owner}.bin"
        self._places: dict[str, _RecordPlace] | None = None  # read when somebody asks: most frames ask for none
        self._requested_keys: set[str] = set()
        self._closed = False
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """The record of a fingerprint, or None."""
        with self._lock:
            self._requested_keys.add(key)
            return _record(self._known_places(), key)

    def want(self, key: str) -> bool:
        """Whether there is a record of a fingerprint. It counts as asked for, and stays."""
        with self._lock:
            self._requested_keys.add(key)
            return key in self._known_places()

    def put(self, key: str, record: Any) -> None:
        """Keep a record, if it is of a kind that is kept and would read back. Raises StorageError."""
        if type(record).__name__ not in KINDS:
            return
        try:
            data = encode_record(key, record)
            check_reads_back(data, record)
        except WRONG as problem:
            notice(f"A record of what was seen in a frame cannot be kept ({problem}); the frame is looked at again.")
            return
        self._requested_keys.add(key)
        with self._lock:
            if not self._closed:  # else this is a thread that was left behind when its render stopped
                atomic.append(self._pieces, self._own, data)

    def close(self) -> None:
        """Merge what renders that have ended kept. Records that nobody asked for go, where they are more than half."""
        with self._lock:
            self._closed = True
        if not self.merging:
            return
        pieces = [name for name in self._pieces.names_like(PIECE) if self._has_ended(name)]
        if pieces and self.claims.wait_for(MERGED):
            self._gather(pieces, sparing=True)
        self._pieces.remove_empty()

    def _known_places(self) -> dict[str, _RecordPlace]:
        """Where records lie that there were when somebody first asked."""
        if self._places is None:
            self._gather_many()
            self._places = _everything(self._folder)
        return self._places

    def _gather_many(self) -> None:
        """Merge what a thousand shares of a shot left, before it is read: more files than can be open."""
        pieces = self._pieces.names_like(PIECE)
        if len(pieces) > AT_ONCE and self.claims.take(MERGED):
            self._gather([name for name in pieces if name != self._own and self._has_ended(name)])

    def _gather(self, pieces: list[str], sparing: bool = False) -> None:
        """Merge pieces, so many at once, under the claim of the merged file, which is given back."""
        with suppress(OSError, MediaError):
            for start in range(0, len(pieces), AT_ONCE):
                some = pieces[start : start + AT_ONCE]
                self._merge(some, sparing and some[-1] == pieces[-1])
        self.claims.release(MERGED)

    def _has_ended(self, name: str) -> bool:
        return name == self._own or not self.claims.is_alive(name.removesuffix(".bin"))

    def _merge(self, pieces: list[str], sparing: bool) -> None:
        """`sparing`: records that nobody asked for go, where they are more than half."""
        places = _all([*((self._pieces, name) for name in pieces), (self._folder, MERGED)])
        asked = {key: place for key, place in places.items() if key in self._requested_keys}
        if sparing and 2 * len(asked) < len(places) and asked and not self.claims.others():
            places = asked
        with atomic.whole_file_of_ours(self._folder, MERGED) as temporary, open(temporary, "wb") as file:
            for place in places.values():
                with suppress(ValueError):
                    file.write(place.read())
        for name in pieces:
            self._pieces.remove(name)


class ReadOnlyRecords:
    """The records that renders left in the folder of a journal, to be read alone: nothing is written."""

    def __init__(self, folder: Path):
        self._places = _everything(Folder(folder.parent, folder.name))
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """The record of a fingerprint, or None."""
        with self._lock:
            return _record(self._places, key)

    def put(self, key: str, record: Any) -> None:
        """Let a new record go."""


def _everything(folder: Folder) -> dict[str, _RecordPlace]:
    pieces = folder.below("records")
    names = pieces.names_like(PIECE)
    if len(names) > AT_ONCE:
        notice(f"{pieces.path}: {len(names) - AT_ONCE} of {len(names)} files are passed over until a render has ended.")
    return _all([(folder, MERGED), *((pieces, name) for name in names[:AT_ONCE])])


def _all(files: Iterable[tuple[Folder, str]]) -> dict[str, _RecordPlace]:
    return {key: place for folder, name in files for key, place in _entries(folder, name)}


def _entries(folder: Folder, name: str) -> Iterator[tuple[str, _RecordPlace]]:
    """The whole records of a file; it stays open as long as one of them is held."""
    try:
        file = open(folder.open(name, os.O_RDONLY), "rb")  # noqa: SIM115
    except FileNotFoundError:
        return
    except OSError as problem:
        notice(f"{folder.path / name}: it is passed over: {problem.strerror}.")
        return
    at = 0
    while lead := file.read(LEAD.size):
        place = _place(file, at, lead)
        data = lead + file.read(place.header + place.body) if place else b""
        if name != MERGED and (len(lead) < LEAD.size or (place and at + len(data) < place.end)):
            return  # its end is still being written, or its render was killed
        key = key_of(data) if is_sound(data) else None
        if place is None or key is None:
            notice(f"{folder.path / name}: it is damaged from byte {at:,} on; what was seen there is looked at again.")
            return
        yield key, place
        at = place.end


def _place(file: BufferedReader, at: int, lead: bytes) -> _RecordPlace | None:
    if len(lead) < LEAD.size:
        return None
    mark, header, body, _ = LEAD.unpack(lead)
    return _RecordPlace(file, at, header, body) if mark == MARK and header + body <= LONGEST else None


def _record(places: dict[str, _RecordPlace], key: str) -> Any:
    """The record of a fingerprint; None where there is none that can be used."""
    place = places.get(key)
    if place is None:
        return None
    try:
        return decode_record(place.read(), place.header)
    except WRONG as problem:
        notice(f"A record of what was seen in a frame is damaged ({problem}); the frame is looked at again.")
    except OSError as problem:
        notice(f"Records of what was seen cannot be read ({problem.strerror}); the frames are looked at again.")
    return None
