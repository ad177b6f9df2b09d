"""Lines of JSON in files of ours that others append to, and that anybody with the folder could have changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...notices import notice
from ..files.safe_files import Folder

LONGEST_LINE = 16 << 20  # bytes; a line of ours has 300, or 10 for each frame that could not be looked at
LONGEST_FILE = 1 << 28  # bytes; 250,000 frames are 70 MB
INTEGERS = 1 << 63  # no number of ours is as large

Form = Mapping[str, Any]  # the names of an entry, and the type of each; [type] is a list of them


class SideLines:
    """Reads what is new in files of one folder. A line that is not of one of the `forms` is passed over, and said."""

    def __init__(self, folder: Folder, forms: Sequence[Form]):
        self.folder, self.forms = folder, forms
        self._read: dict[tuple[str, int], int] = {}  # file and its inode -> bytes of it that are known

    def new(self, name: str) -> Iterator[dict[str, Any]]:
        """The entries behind those that were read before. A line without its end is still being written."""
        try:
            handle = self.folder.open(name, os.O_RDONLY)
        except FileNotFoundError:
            return
        except OSError as problem:
            notice(f"{self.folder.path / name}: it is passed over: {problem.strerror}.")
            return
        damaged = 0
        with open(handle, "rb") as file:
            state = os.fstat(handle)
            which = name, state.st_ino
            if state.st_size > LONGEST_FILE:
                notice(f"{self.folder.path / name}: it is passed over: it has {state.st_size:,} bytes.")
                return
            file.seek(self._read.get(which, 0))
            while line := file.readline(LONGEST_LINE):
                if not line.endswith(b"\n") and len(line) < LONGEST_LINE:
                    break
                self._read[which] = file.tell()
                entry = self._entry(line)
                if entry is None:
                    damaged += 1
                else:
                    yield entry
        if damaged:
            notice(f"{self.folder.path / name}: {damaged} damaged lines are passed over; their frames are made again.")

    def _entry(self, line: bytes) -> dict[str, Any] | None:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            return None
        fits = isinstance(entry, dict) and any(_fits(entry, form) for form in self.forms)
        return entry if fits else None


def _fits(entry: Mapping[str, Any], form: Form) -> bool:
    return set(entry) == set(form) and all(_is(entry[name], kind) for name, kind in form.items())


def _is(value: Any, kind: Any) -> bool:
    if isinstance(kind, list):
        return isinstance(value, list) and all(_is(each, kind[0]) for each in value)
    return type(value) is kind and (kind is not int or -INTEGERS < value < INTEGERS)
