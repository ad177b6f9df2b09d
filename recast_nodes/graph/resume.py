"""Which frames of a render are there already, as they are asked for, and which are to be made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import RecastError
from ..notices import notice
from .asked_frames import AskedFrames
from .faults import Cancelled
from .graph import Graph
from .keys import Keys

if TYPE_CHECKING:
    from ..media.journal.journal import FrameNote, Journal


@dataclass(frozen=True)
class Resume:
    """How a render takes up what is there. `overwrite`: not at all. `verify`: every frame that counts as done is read
    again, decoded as a whole and compared with what was noted of it.
    """

    overwrite: bool = False
    verify: bool = False


class Progress(AskedFrames):
    """The frames of one output, compared with its journal."""

    def __init__(self, graph: Graph, output: str, keys: Keys, journal: Journal, resume: Resume):
        super().__init__(graph, output, keys, {})
        self.journal, self.resume = journal, resume
        self.existing: dict[int, str] = {}  # frame -> its file
        self._states: dict[int, tuple[int, int] | None] = {}  # what was there of a frame that is to be made
        self._copied: list[tuple[str, FrameNote]] = []
        self.outdated: dict[int, FrameNote] = {}  # kept frames whose headers say something else of who agreed
        self.renewed: dict[int, str] = {}  # those that got another header, and their files

    def look(self, frames: Sequence[int]) -> None:
        """Sort the frames into `todo` and `kept`."""
        self._recall_unseen()
        self.todo, self.existing, self.outdated = {}, {}, {}
        for frame in frames:
            path, key = self.path(frame), self.key(frame)
            note = self._find_note(path, key) if key and not self.resume.overwrite else None
            if note:
                self.existing[frame] = path
                if note.consent != self.consent:
                    self.outdated[frame] = note
            else:
                self._put_off(frame, key)

    def verify(self, workers: int, report: Callable[[str, int, int], None], cancel: threading.Event) -> list[int]:
        """Read every kept frame again; those that are not what was written are to be made, and are named."""
        spoilt, total = [], len(self.existing)
        with ThreadPoolExecutor(workers, thread_name_prefix="verify") as pool:
            checked = pool.map(lambda frame: cancel.is_set() or self._sound(frame), self.existing)
            for done, (frame, sound) in enumerate(zip(list(self.existing), checked), 1):
                report("verify", done, total)
                if not sound:
                    spoilt.append(frame)
        for frame in spoilt:
            path = self.existing.pop(frame)
            self.outdated.pop(frame, None)
            notice(f"{path}: it is not what was written; it is rendered again.")
            self._put_off(frame, self.key(frame))
        return spoilt

    def tidy(self) -> None:
        """Note, in a journal that is open, what was found out by looking."""
        for path, note in self._copied:
            self.journal.renew(path, note)
        self._copied = []

    def renew_headers(self, report: Callable[[str, int, int], None], cancel: threading.Event) -> None:
        """Have the headers of frames that are kept say who agreed as the shot does now; no pixel changes. The journal
        must be open. Raises MediaError.
        """
        from ..media.exr.rehead import set_text
        from ..media.journal.journal import note_of
        from .make_frames import frame_facts

        total = len(self.outdated)
        if total:
            notice(f"The shot's consent changed: {total} frames get a new header, and keep their pixels.")
        for done, (frame, note) in enumerate(self.outdated.items(), 1):
            if cancel.is_set():
                raise Cancelled
            path, facts = self.path(frame), frame_facts(self.graph, self.output, frame)
            if path.lower().endswith(".exr"):
                (shot, asked), (name, text) = facts.items()
                set_text(path, name, text, (shot, asked))
            self.journal.note(path, note_of(path, note.key, self.consent))
            self.renewed[frame] = path
            report("headers", done, total)
        self.outdated = {}

    def made_elsewhere(self, frame: int) -> bool:
        """Whether another render made this frame since we looked."""
        path = self.path(frame)
        if self._states[frame] == _state(path):
            return False
        self.journal.refresh()
        return bool(self.todo[frame]) and self._find_note(path, self.todo[frame]) is not None

    def _put_off(self, frame: int, key: str) -> None:
        self.todo[frame], self._states[frame] = key, _state(self.path(frame))

    def _find_note(self, path: str, key: str) -> FrameNote | None:
        """What was noted of a frame, where it is there as it is asked for."""
        state = _state(path)
        notes = self.journal.notes_of(path)
        if not state or not notes:
            return None
        exact = [note for note in notes if (note.size, note.changed) == state]
        if exact:
            return exact[-1] if exact[-1].key == key else None
        same = next((note for note in notes if note.key == key and note.size == state[0]), None)
        if same and _content(path) == same.content:  # a copy, or the time of change is reported differently here
            self._copied.append((path, same))
            return same
        return None

    def _sound(self, frame: int) -> bool:
        """Whether a file has the content that was noted, and can be decoded as a whole."""
        from ..media.images import read_parts

        path = self.existing[frame]
        key = self.key(frame)
        if _content(path) not in {note.content for note in self.journal.notes_of(path) if note.key == key}:
            return False
        try:
            read_parts(path)
        except RecastError:
            return False
        return True

    def _recall_unseen(self) -> None:
        """What analyses could not look at, as far as it was noted: their results are known by that too."""
        for name in self.analysing():
            self.keys.set_unseen(name, self.journal.unseen_frames(self.keys.analysis_of_all(name)))

    def note_unseen(self) -> bool:
        """Note which frames the analyses could not look at. True where that is news."""
        news = False
        for name in self.analysing():
            unseen, whole = sorted(self.keys.unseen(name)), self.keys.analysis_of_all(name)
            if self.journal.unseen_frames(whole) != unseen:
                self.journal.note_unseen(whole, unseen)
                news = True
        return news

    def analysing(self) -> Iterator[str]:
        return (name for name in self.graph.upstream(self.output) if self.graph.nodes[name].kind.analyses)


def _state(path: str) -> tuple[int, int] | None:
    from ..media.journal.journal import state_of

    try:
        return state_of(path)
    except OSError:
        return None


def _content(path: str) -> str:
    from ..media.journal.journal import content_of

    try:
        return content_of(path)
    except OSError:
        return ""
