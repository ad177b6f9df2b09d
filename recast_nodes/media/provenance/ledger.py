"""Who rendered which edit: lines beside the output that can be added to, and not changed unseen.

`out/shot.ledger.jsonl` belongs to the frames `out/shot.####.exr`. Every line is a JSON object with its number, the hash
of the line before it (`previous`), and its own (`hash`, SHA-256 of all the rest). So a changed line does not fit its
hash, and a removed one leaves a gap. Where the file ends is kept beside the journal as well
(`.shot.recast/ledger.json`), so that lines are missed that were removed there.

Several processes and machines append in turn: whoever writes holds a claim, as renders do for frames.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import MediaError, StorageError
from ..files import atomic
from ..files.safe_files import Folder
from ..journal.claims import Claims
from ..journal.journal import folder_of, stem

ENDING = ".ledger.jsonl"
HEAD = "ledger.json"
CLAIM = "ledger"
PATIENCE = 30.0  # seconds that others are waited for, who hold the ledger for moments
LONGEST = 1 << 28  # bytes; a line of 1,000 frames has 90 KB
EACH = 20  # missing lines in a row that are named one by one
FIRST = ""  # what stands before the first line


class LedgerLine(NamedTuple):
    """A line as it stands in the file; `entry` is None where it is no entry. `place` counts from 1."""

    place: int
    entry: dict[str, Any] | None

    @property
    def is_sound(self) -> bool:
        """Whether the line is what its own hash says."""
        return self.entry is not None and self.entry.get("hash") == hash_of(self.entry)


class LedgerCheck(NamedTuple):
    """What was found in a ledger: how many lines, what is wrong with them, and the files that they account for."""

    lines: int
    faults: tuple[str, ...]
    files: Mapping[str, str]  # name -> SHA-256, the latest


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of an entry, in which its own is left out."""
    plain = {name: value for name, value in entry.items() if name != "hash"}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def ledger_path(pattern: str | os.PathLike[str]) -> Path:
    """out/shot.####.exr -> out/shot.ledger.jsonl"""
    return Path(pattern).absolute().with_name(stem(str(pattern)) + ENDING)


class Ledger:
    """The ledger of one output. Reading it leaves nothing behind."""

    def __init__(self, pattern: str):
        self.path = ledger_path(pattern)
        self._folder = Folder(self.path.parent)
        self._beside = folder_of(pattern)

    def append(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Add a line behind the last one. Returns it with its number and hashes. Raises MediaError, StorageError."""
        atomic.make_folder(self.path.parent)
        claims = Claims(self._beside)
        try:
            if not claims.wait_for(CLAIM, PATIENCE):
                raise StorageError(f"{self.path}: cannot be written: another process holds it.")
            return self._append(facts)
        finally:
            claims.close()
            Folder(self._beside.parent, self._beside.name).remove_empty()

    def _append(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        data = self._read()
        last = next((line.entry for line in reversed(_lines(data)) if line.entry and line.is_sound), None)
        entry = {"number": int(last["number"]) + 1 if last else 1, "previous": last["hash"] if last else FIRST, **facts}
        entry["hash"] = hash_of(entry)
        torn = b"\n" if data and not data.endswith(b"\n") else b""  # of a process that was killed over it
        line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        atomic.append(self._folder, self.path.name, torn + line)
        ours = Folder(self._beside.parent, self._beside.name)
        with atomic.whole_file_of_ours(ours, HEAD) as temporary:
            Path(temporary).write_text(json.dumps({"number": entry["number"], "hash": entry["hash"]}))
        return entry

    def check(self) -> LedgerCheck:
        """Whether the lines are what was written, in the order in which they were. Raises MediaError."""
        lines = _lines(self._read())
        faults = [*_faults(lines), *self._end_faults(lines)]
        files: dict[str, str] = {}
        for line in lines:
            named = line.entry.get("files") if line.entry and line.is_sound else None
            files |= named if isinstance(named, dict) else {}
        return LedgerCheck(len(lines), tuple(faults), files)

    def end(self) -> dict[str, Any]:
        """Number and hash of the last line; nothing where there is none. Raises MediaError."""
        last: dict[str, Any] = next((line.entry for line in reversed(_lines(self._read())) if line.entry), {})
        return {name: last[name] for name in ("number", "hash") if name in last}

    def _end_faults(self, lines: list[LedgerLine]) -> Iterator[str]:
        try:
            head = json.loads(Folder(self._beside.parent, self._beside.name).read(HEAD, 4096))
            number = int(head["number"])
        except (OSError, ValueError, KeyError, TypeError):
            return
        numbers = [line.entry["number"] for line in lines if line.entry]
        if number not in numbers:
            yield f"line {number}, which was the last one, is missing."

    def _read(self) -> bytes:
        try:
            data = self._folder.read(self.path.name, LONGEST + 1)
        except FileNotFoundError:
            return b""
        except OSError as problem:
            raise MediaError(f"{self.path}: cannot be read: {problem.strerror}.") from problem
        if len(data) > LONGEST:
            raise MediaError(f"{self.path}: is too long to be a ledger.")
        return data


def _lines(data: bytes) -> list[LedgerLine]:
    found = []
    for place, line in enumerate(data.splitlines(), 1):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        whole = isinstance(entry, dict) and isinstance(entry.get("number"), int) and isinstance(entry.get("hash"), str)
        found.append(LedgerLine(place, entry if whole else None))
    return found


def _faults(lines: list[LedgerLine]) -> Iterator[str]:
    """What is wrong with lines, each named by its number, or by its place where it has none."""
    number, before, unread = 0, FIRST, 0
    for place, entry in lines:
        if entry is None:
            yield f"line {place} is not an entry of a ledger."
            unread += 1
            continue
        yield from _missing(number + 1 + unread, entry["number"] - 1)
        if entry["number"] <= number:
            yield f"line {entry['number']} stands twice, or out of order."
        elif entry["number"] == number + 1 and entry.get("previous") != before:
            yield f"line {entry['number']} does not follow line {number}: one of them was changed."
        if entry["hash"] != hash_of(entry):
            yield f"line {entry['number']} was changed."
        number, before, unread = entry["number"], entry["hash"], 0


def _missing(first: int, last: int) -> Iterator[str]:
    """Lines that are not there, each by its number, or many of them together."""
    if last - first >= EACH:
        yield f"lines {first} to {last} are missing."
        return
    yield from (f"line {number} is missing." for number in range(first, last + 1))
