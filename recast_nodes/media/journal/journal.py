"""What a render has done, kept beside its output, so that the next one does what is missing or stale and nothing else.

`out/.shot.recast` belongs to the frames `out/shot.####.exr`. In it, `frames.jsonl` and the files in `frames/` have one
line for each frame that was written: its file, the fingerprint of what was asked for, and what the file was (size, time
of change, SHA-256). Each render appends to a file of its own, which needs no lock on any file system; they are merged
when their renders have ended. A line that is not whole is passed over, and a damaged one is passed over and said.

A frame counts as done where its file is there with the size and time that were noted, or with the noted content, and
what is asked for is what was asked for then.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import threading
from collections import defaultdict
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import MediaError
from ..files import atomic
from ..files.safe_files import Folder, hold
from ..names.patterns import parse_pattern
from .claims import OWNER, Claims
from .side_lines import SideLines

if TYPE_CHECKING:
    from .kept_analyses import KeptAnalyses
    from .records import Records

MERGED = "frames.jsonl"
CANDIDATES = 4  # notes that are kept of one file
NOTE = {"file": str, "key": str, "size": int, "changed": int, "content": str}  # an entry's names, and their types
FORMS = (NOTE | {"consent": str}, NOTE, {"analysis": str, "unseen": [int]})  # of a line; earlier versions have NOTE


class FrameNote(NamedTuple):
    """One frame that was written: the fingerprint of what was asked for, and what the file was."""

    key: str
    size: int
    changed: int  # nanoseconds, as the file system tells
    content: str  # SHA-256
    consent: str = ""  # what the header says of who agreed, by its fingerprint


def folder_of(pattern: str) -> Path:
    """Where the journal of these frames lies: out/shot.####.exr -> out/.shot.recast"""
    path = Path(pattern).absolute()
    return path.with_name(f".{stem(pattern)}.recast")


def stem(pattern: str) -> str:
    """The name that a shot's files share: out/shot.####.exr -> shot"""
    parsed = parse_pattern(str(pattern))
    if not parsed.place:
        return Path(parsed.base).stem
    return parsed.base.rstrip("._") or Path(pattern).absolute().parent.name


RECORDS = re.compile("records")
PIECE = re.compile(rf"{OWNER.pattern}\.jsonl")


class Journal:
    """The journal of one output. Reading it leaves nothing behind; a render opens it. Safe for several threads."""

    claims: Claims  # from `open` on

    def __init__(self, pattern: str):
        self.pattern, self.folder = pattern, folder_of(pattern)
        self._ours = Folder(self.folder.parent, self.folder.name)
        self._pieces = self._ours.below("frames")
        self._folder_hold = ExitStack()  # the output's folder, from `open` to `close`
        self._own = ""  # the piece that this render writes, from `open` to `close`
        self._contents = _JournalContents()
        self._merged_lines, self._piece_lines = SideLines(self._ours, FORMS), SideLines(self._pieces, FORMS)
        self._records: Records | None = None
        self._lock = threading.Lock()
        self.refresh()

    def open(self) -> None:
        """Begin a render: sweep up after those that were killed, and get ready to write. Raises StorageError."""
        atomic.make_folder(self.folder.parent)
        self._folder_hold.enter_context(hold(self.folder.parent))
        try:
            self._pieces.make()
            self.claims = Claims(self.folder)
        except OSError as problem:
            self._folder_hold.close()
            raise atomic.cannot_write(self._pieces.path, problem) from problem
        except MediaError:
            self._folder_hold.close()
            raise
        self._own = f"{self.claims.owner}.jsonl"
        self._sweep()
        with suppress(OSError, MediaError):  # it is tidiness; what the disk has against it is met again
            self._merge()

    def records(self, merging: bool = True) -> Records:
        """What was seen in the frames of the shot, kept for the next render of it. See Records for `merging`."""
        from .records import Records

        self._records = self._records or Records(self.folder, self.claims, merging)
        return self._records

    def analyses(self) -> KeptAnalyses:
        """What nodes learned of the whole shot, kept for the next render of it."""
        from .kept_analyses import KeptAnalyses

        return KeptAnalyses(self.folder)

    def refresh(self) -> None:
        """Learn what other renders have noted since."""
        self._contents.add(*self._merged_lines.new(MERGED))
        for name in self._pieces.names_like(PIECE):
            if name != self._own:
                self._contents.add(*self._piece_lines.new(name))

    def notes_of(self, path: str) -> list[FrameNote]:
        """What was noted of a file, the latest last."""
        name = os.path.basename(path)  # asked of every frame: a Path costs ten times as much
        return self._contents.notes.get(name, [])

    def unseen_frames(self, analysis: str) -> list[int]:
        """The frames that an analysis could not look at, by the fingerprint that it would have had with all."""
        return self._contents.unseen_frames.get(analysis, [])

    def note(self, path: str, note: FrameNote) -> None:
        """Note that a frame was written. Raises StorageError."""
        self._add(Path(path).name, note)

    def note_unseen(self, analysis: str, frames: list[int]) -> None:
        """Note which frames an analysis could not look at. Raises StorageError."""
        self._append({"analysis": analysis, "unseen": frames})

    def renew(self, path: str, note: FrameNote) -> None:
        """Note that a file is what it was, though its time of change is another: it was copied. Raises StorageError."""
        self._add(Path(path).name, note._replace(changed=state_of(path)[1]))

    def close(self) -> None:
        """Give the claims back, and merge with what others noted. What cannot be tidied now is tidied by the next."""
        with self._lock:  # a thread that was left behind when its render stopped notes nothing any more
            own, self._own = self._own, ""
        with suppress(OSError, MediaError):
            if self._records or self._ours.names_like(RECORDS):  # of a render that was killed while it merged them
                self.records().close()
            self._merge(own)
        self._sweep()
        self.claims.close()
        self._pieces.remove_empty()  # where nobody else writes there
        self._folder_hold.close()

    def _add(self, name: str, note: FrameNote) -> None:
        self._append({"file": name, **note._asdict()})

    def _append(self, entry: dict[str, Any]) -> None:
        """One line, in one write. The file is closed each time: only then do other machines see it."""
        line = (json.dumps(entry) + "\n").encode()
        with self._lock:
            if self._own:
                atomic.append(self._pieces, self._own, line)
                self._contents.add(entry)

    def _sweep(self) -> list[Path]:
        owners = defaultdict[str, list[str]](list)  # by the token of their process
        for name in self._ours.below("owners").names_like(OWNER):
            owners[name.rpartition(".")[0]].append(name)

        def is_gone(token: str) -> bool:
            return token in owners and not any(map(self.claims.is_alive, owners[token]))

        return [path for folder in (Folder(self.folder.parent), self._ours) for path in atomic.sweep(folder, is_gone)]

    def _merge(self, own: str = "") -> None:
        """Gather the notes of renders that have ended into one file, and `own` with them; one process at a time."""
        if not (self.claims.wait_for(MERGED) if own else self.claims.take(MERGED)):
            return
        try:
            ended = [name for name in self._pieces.names_like(PIECE) if self._has_ended(name, own)]
            if ended:  # read before the merged file, which may hold already what was among them a moment ago
                pieces = [entry for name in ended for entry in SideLines(self._pieces, FORMS).new(name)]
                merged = _JournalContents()
                merged.add(*SideLines(self._ours, FORMS).new(MERGED), *pieces)
                merged.write(self._ours)
                for name in ended:
                    self._pieces.remove(name)
        finally:
            self.claims.release(MERGED)

    def _has_ended(self, name: str, own: str) -> bool:
        return name == own or not self.claims.is_alive(name.removesuffix(".jsonl"))


def state_of(path: str) -> tuple[int, int]:
    """Size and time of change of a frame. Raises OSError where there is none; a link is none."""
    state = os.lstat(path)
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "it is not a plain file", path)
    return state.st_size, state.st_mtime_ns


def note_of(path: str, key: str, consent: str = "") -> FrameNote:
    """What is noted of a frame that was written. Raises MediaError where it is not there any more."""
    try:
        return FrameNote(key, *state_of(path), content_of(path), consent)
    except OSError as problem:
        raise MediaError(f"{path}: it was written, and cannot be read again: {problem.strerror}.") from problem


def content_of(path: str) -> str:
    """SHA-256 of a frame. Raises OSError."""
    with open(Folder(os.path.dirname(path)).open(os.path.basename(path), os.O_RDONLY), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _JournalContents:
    """What the lines of journals say, taken together."""

    def __init__(self) -> None:
        self.notes: dict[str, list[FrameNote]] = {}
        self.unseen_frames: dict[str, list[int]] = {}

    def add(self, *entries: dict[str, Any]) -> None:
        for entry in entries:
            if "analysis" in entry:
                self.unseen_frames[entry["analysis"]] = entry["unseen"]
            else:
                self._remember(entry["file"], FrameNote(**{name: entry[name] for name in entry if name != "file"}))

    def _remember(self, name: str, note: FrameNote) -> None:
        state = note.size, note.changed
        others = [each for each in self.notes.get(name, ()) if (each.size, each.changed) != state]
        self.notes[name] = [*others[-CANDIDATES + 1 :], note]

    def write(self, folder: Folder) -> None:
        with atomic.whole_file_of_ours(folder, MERGED) as temporary, open(temporary, "w", encoding="utf-8") as file:
            for analysis, frames in self.unseen_frames.items():
                file.write(json.dumps({"analysis": analysis, "unseen": frames}) + "\n")
            for name in sorted(self.notes):
                for note in self.notes[name]:
                    file.write(json.dumps({"file": name, **note._asdict()}) + "\n")
