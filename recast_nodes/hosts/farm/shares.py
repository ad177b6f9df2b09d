"""Frames shared out to a crew of renderers: whichever is free gets the next share; the frames that a lost one had go to
others.

A crew is anything that takes shares and sends events (farm/crew.py: actors of a Ray cluster). Shares become smaller
towards the end, so that all end together, and a frame that takes its renderer down with it ends up in a share alone.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ...errors import OutOfMemory, RecastError, StorageError
from ...notices import notice
from ..cli import exits
from ..cli.job import EventSink

if TYPE_CHECKING:
    from ...graph.render import Outcome

LONGEST = 100  # frames of one share
TRIES = 3  # times that a frame is begun, where its renderer is lost or says that another try may do
LOOK = 0.5  # seconds that events are waited for at once
PASSED_ON = ("warning", "notice")


class Member(Protocol):
    """One renderer. Its name is its machine's."""

    @property
    def name(self) -> str: ...


class Crew(Protocol):
    """Renderers that come and go."""

    def free(self) -> Sequence[Member]:
        """Those that have nothing to do. Never waits."""

    def size(self) -> int:
        """How many there are, at work or free."""

    def begin(self, member: Member, frames: Sequence[int], options: Mapping[str, Any]) -> None:
        """Give a free one a share."""

    def events(self, seconds: float) -> Iterator[tuple[Member, dict[str, Any] | None]]:
        """What happened, waiting for it at most so long; None where a renderer was lost. Raises StorageError where no
        renderer is left, and none will come.
        """


@dataclass
class Share:
    """Frames that one renderer has in work, and what became of them so far."""

    frames: list[int]
    written: set[int] = field(default_factory=set)
    failed: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)  # not tried, as the renderer said
    error: str = ""  # why it stopped


class Sharing:
    """One pass over frames by a crew. What becomes of them goes into `outcome`, events to `console`.

    Where `making` is off, frames are only looked at: they are done when their share is.
    """

    def __init__(
        self, crew: Crew, console: EventSink, outcome: Outcome, options: Mapping[str, Any], making: bool = True
    ) -> None:
        self.crew, self.console, self.outcome, self.options, self.making = crew, console, outcome, options, making
        self._waiting: deque[list[int]] = deque()
        self._busy: dict[Member, Share] = {}
        self._begun: Counter[int] = Counter()
        self._progress: dict[str, dict[int, float]] = {}  # what is looked at -> first frame of a share -> frames seen
        self._total = 0

    def run(self, frames: Sequence[int], whole: bool = False) -> None:
        """Have all frames made, in shares or (`whole`) by one renderer. Raises RecastError: the shot is at fault."""
        self._waiting.append(list(frames))
        self._total = len(frames) + len(self.outcome.existing)
        while self._busy or (self._waiting and not self.outcome.stopped):
            for member in self.crew.free():
                if self._waiting and not self.outcome.stopped:
                    self._begin(member, self._take(len(frames) if whole else 0))
            for member, event in self.crew.events(LOOK):
                self._handle(member, event)

    def _take(self, size: int) -> list[int]:
        """The next share: half of what would be everybody's, so that nobody waits long for the last one."""
        left = sum(map(len, self._waiting))
        size = size or min(LONGEST, max(1, left // (2 * max(1, self.crew.size()))))
        frames = self._waiting.popleft()
        if frames[size:]:
            self._waiting.appendleft(frames[size:])
        return frames[:size]

    def _begin(self, member: Member, frames: list[int]) -> None:
        self._begun.update(frames)
        self._busy[member] = Share(frames)
        self.crew.begin(member, frames, self.options)

    def _handle(self, member: Member, event: dict[str, Any] | None) -> None:
        share = self._busy[member]
        kind = event["event"] if event else "lost"
        if event is None:
            self._on_lost(member, share)
        elif kind == "frame":
            share.written.add(event["frame"])
            self.outcome.written[event["frame"]] = event["file"]
            if self.console.as_json:
                self.console.emit("frame", frame=event["frame"], file=event["file"], node=member.name)
            self._report()
        elif kind == "failed":
            share.failed[event["frame"]] = event["text"].partition(": ")[2]
        elif kind == "progress" and event["what"] != "render":
            self._on_progress(event, share)
        elif kind in ("stopped", "error"):
            share.error = event.get("reason") or event["text"]
        elif kind == "done":
            share.left = event.get("left", [])
            self._add_seconds(event.get("seconds", {}))
        elif kind in PASSED_ON:
            notice(event["text"])
        elif kind == "end":
            self._on_end(member, share, int(event["code"]))

    def _on_end(self, member: Member, share: Share, code: int) -> None:
        """A share is over. What another try may mend is tried again, by whoever is free."""
        del self._busy[member]
        undone = sorted({*share.failed, *share.left} or {*share.frames} - share.written)
        if code == exits.TRY_AGAIN and undone and not self.options.get("continue_on_error"):
            if max(self._begun[frame] for frame in undone) < TRIES:
                notice(f"{member.name}: {share.error} Other machines try again.")
                self._waiting.append(undone)
            else:
                self._stop(StorageError(share.error))
            return
        if share.error and not share.failed:  # nothing could be made at all: the shot is at fault
            raise _error_of(code, share.error)
        for frame, text in share.failed.items():
            self._fail(frame, _error_of(code, text))
        if share.failed and self.options.get("fail_fast"):
            self._stop(_error_of(code, share.error))
        if self.making:
            for frame in {*share.frames} - {*share.failed, *share.left, *share.written}:
                self.outcome.existing[frame] = ""
        self._report()

    def _on_lost(self, member: Member, share: Share) -> None:
        """A renderer is gone, with its machine or without. Frames that it wrote are whole."""
        del self._busy[member]
        undone = [frame for frame in share.frames if frame not in share.written]
        if undone and self._begun[undone[0]] >= TRIES and (len(undone) == 1 or not self.making):
            error = OutOfMemory(f"its renderer ended {TRIES} times, as when memory runs out.")
            if not self.making:
                raise error
            self._fail(undone[0], error)
        elif undone:
            notice(f"A renderer on {member.name} is lost; others make the {len(undone)} frames that it had.")
            self._waiting.append(undone)

    def _fail(self, frame: int, error: RecastError) -> None:
        self.outcome.failed[frame], self.outcome.faults[frame] = str(error), error
        self.console.emit("failed", f"Frame {frame} failed: {error}", frame=frame)
        self._report()

    def _stop(self, error: RecastError) -> None:
        """No frame is begun any more; shares in work are ended by those who have them."""
        self.outcome.stopped = self.outcome.stopped or error

    def _add_seconds(self, seconds: Mapping[str, float]) -> None:
        for name, spent in seconds.items():
            self.outcome.seconds[name] = self.outcome.seconds.get(name, 0) + spent

    def _report(self) -> None:
        if self.making:
            done = len(self.outcome.written) + len(self.outcome.failed) + len(self.outcome.existing)
            self.console.progress("render", done, self._total)

    def _on_progress(self, event: dict[str, Any], share: Share) -> None:
        """One bar for what all look at. A still is looked at once for all frames of a share."""
        shares = self._progress.setdefault(event["what"], {})
        shares[share.frames[0]] = len(share.frames) * event["done"] / max(1, event["total"])
        self.console.progress(event["what"], round(sum(shares.values())), self._total)


def _error_of(code: int, text: str) -> RecastError:
    kinds: dict[int, Callable[[str], RecastError]] = {exits.TRY_AGAIN: StorageError, exits.NO_MEMORY: OutOfMemory}
    return kinds.get(code, RecastError)(text)
