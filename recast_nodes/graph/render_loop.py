"""Making the frames of a render: worker threads pull them through the graph and write them, chunk by chunk.

A frame that fails is named and the others go on; one that did not fit into memory is tried again alone at the end, and
one that another render has in work is waited for.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from ..errors import MediaError, OutOfMemory, RecastError, Stopped, StorageError
from ..natives import return_memory
from ..notices import notice
from .analyse import TRIM_EVERY
from .crew.crew import LOST, LocalCrew, sit
from .crew.shares import FrameShares
from .evaluate import Evaluator
from .faults import Cancelled, MemberLost
from .graph import Graph
from .make_frames import FrameWriter, MadeFrame
from .output_folder import find_removed
from .resume import Progress
from .settings import Outcome, Settings
from .sharing import Turn, Turns

GRACE = 10.0  # seconds that threads are given to end after a stop
LOOK = 0.5  # seconds between looks at what other renders do


@dataclass
class FrameMaker:
    """The frames of one render, of which some are to be made. What becomes of them goes into `outcome`."""

    graph: Graph
    output: str  # the node that writes
    frames: Sequence[int]  # all that were asked for
    settings: Settings
    outcome: Outcome
    evaluator: Evaluator
    progress: Progress | None  # of a render that can be resumed
    crew: LocalCrew | None = None  # whose processes make the frames, if it is not threads of this one
    writer: FrameWriter = field(init=False)
    turns: Turns = field(init=False)
    shares: FrameShares[list[int]] = field(init=False)
    losses: Counter[int] = field(default_factory=Counter)  # frame -> processes that ended while they made it
    heavy: list[int] = field(default_factory=list)  # frames that did not fit into memory beside others
    one_by_one: bool = False
    _since: dict[int, float] = field(default_factory=dict)  # first frame of a chunk in work -> when it was begun
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.turns = Turns(self.progress)

    def make(self, todo: list[int]) -> None:
        """Make and write these frames. Raises Cancelled, and what keeps the writer from opening or closing."""
        asked = self.progress.todo if self.progress else None
        self.writer = FrameWriter(self.evaluator, self.output, self.frames, asked)
        size = _batch(self.graph, self.output, self.frames[0])
        try:
            self._run(todo, size, self.crew.workers if self.crew else self.settings.workers)
            self.one_by_one = True
            self._run(self.heavy, 1, 1)
            self._close()
        except BaseException as stop:
            self.writer.writer.abort()
            if not isinstance(stop, _GiveUp):
                raise
            self.outcome.stopped = stop.error
        self._find_missing()

    def _close(self) -> None:
        """Close the writer; a movie that cannot be kept takes all its frames with it."""
        try:
            self.writer.writer.close()
        except MediaError as error:
            self.outcome.written.clear()
            raise _GiveUp(error) from error

    def _find_missing(self) -> None:
        """Name frames that were there and are not any more: somebody removed them, or their folder."""
        file = self.graph.at(self.output, self.frames[0]).values.get("file")
        for frame, error in find_removed({**self.outcome.existing, **self.outcome.written} if file else {}):
            self.outcome.written.pop(frame, None)
            self.outcome.existing.pop(frame, None)
            self._fail(frame, error)

    def _run(self, todo: list[int], size: int, workers: int) -> None:
        """Keep every worker busy with one chunk and one waiting, so that memory does not grow with the shot."""
        chunks = [todo[start : start + size] for start in range(0, len(todo), size)]
        self.shares = FrameShares(chunks, self.crew.size if self.crew and workers > 1 else 1)
        running: set[Future[None]] = set()
        pool = ThreadPoolExecutor(workers, "render", sit, (self.crew,))
        try:
            while self.shares or running or self.turns.deferred:
                while len(running) < workers + 1 and self.shares:
                    running.add(pool.submit(self._work))
                if running:
                    done, running = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
                    self._check_time()
                else:
                    for frame in self._free():
                        self.shares.give_back([frame])
        except BaseException:
            self.settings.cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            begun = [future for future in running if not future.cancelled()]
            wait(begun, timeout=GRACE)  # a thread that hangs is left behind; the command ends without it
            raise
        pool.shutdown()

    def _work(self) -> None:
        """Make the next chunk that nobody has taken."""
        chunk = self.shares.take(self.crew.seat if self.crew else 0)
        mine = [frame for frame in chunk or () if self._claim(frame)]
        if not mine:
            return
        self._since[mine[0]] = time.monotonic()
        try:
            for made in self._results(mine):
                self._note_result(made)
        except MemberLost:
            self._note_lost(mine)
        finally:
            self._since.pop(mine[0], None)
            for frame in mine:
                self.turns.release(frame)

    def _results(self, frames: list[int]) -> Iterable[MadeFrame]:
        """What becomes of frames. Raises MemberLost where a process of the crew ends over them."""
        if not self.crew:
            return self.writer.make(frames)
        made: list[MadeFrame] = self.crew.call("make", frames, evaluator=self.evaluator)
        return made

    def _note_lost(self, frames: list[int]) -> None:
        """Frames whose process ended are made by others, in the end alone; one that ends its process again fails."""
        with self._lock:
            self.losses.update(frames)
        for frame in frames:
            times = self.losses[frame]
            if times == 1:
                notice(LOST)
                self.shares.give_back([frame])
            else:
                text = f"its process ended {times} times, as when memory runs out or a library crashes."
                self._note_result(MadeFrame(frame, error=OutOfMemory(text)))

    def _claim(self, frame: int) -> bool:
        """Whether this frame is ours to make; another render may have it in work, or have made it meanwhile."""
        self.evaluator.check_cancel()
        try:
            turn = self.turns.take(frame)
        except MediaError as error:
            raise _GiveUp(error) from error
        if turn is Turn.MADE:
            self._keep(frame)
        return turn is Turn.OURS

    def _keep(self, frame: int) -> None:
        assert self.progress
        with self._lock:
            self.outcome.existing[frame] = self.progress.path(frame)
            self._report()

    def _free(self) -> list[int]:
        """Of the frames that other renders had, those that they let go without making them."""
        made, free = self.turns.look()
        for frame in made:
            self._keep(frame)
        if not free and self.turns.deferred:
            self.turns.announce()
            if self.settings.cancel.wait(LOOK):
                raise Cancelled
        return free

    def _note_result(self, made: MadeFrame) -> None:
        if isinstance(made.error, OutOfMemory) and not self.one_by_one:
            with self._lock:
                self.heavy.append(made.frame)
            notice(f"Frame {made.frame} did not fit into memory beside others; it is tried again alone.")
            return
        error = made.error or self._note_written(made)
        with self._lock:
            if error:
                self._fail(made.frame, error)
            else:
                self.outcome.written[made.frame] = made.path
                self.settings.finished(made.frame, made.path)
            done = self._report()
        if done % TRIM_EVERY == 0:
            return_memory()
        if error and self._stops(error):
            raise _GiveUp(error)

    def _note_written(self, made: MadeFrame) -> RecastError | None:
        """Note a frame in the journal; what is against it."""
        try:
            if self.progress and made.note:
                self.progress.journal.note(made.path, made.note)
        except RecastError as error:
            return error
        return None

    def _fail(self, frame: int, error: RecastError) -> None:
        self.outcome.failed[frame], self.outcome.faults[frame] = str(error), error
        self.settings.failed(frame, str(error))

    def _report(self) -> int:
        done = len(self.outcome.written) + len(self.outcome.failed) + len(self.outcome.existing)
        self.settings.report("render", done, len(self.frames))
        return done

    def _stops(self, error: RecastError) -> bool:
        rule = self.settings.failing
        return rule == "any" or (rule == "machine" and isinstance(error, StorageError))

    def _check_time(self) -> None:
        limit, now = self.settings.timeout, time.monotonic()
        late = [frame for frame, since in list(self._since.items()) if limit and now - since > limit]
        if late:
            error = Stopped(f"it was not done after {limit:g} seconds.")
            with self._lock:
                for frame in late:
                    self._fail(frame, error)
            raise _GiveUp(Stopped(f"Frame {late[0]} was not done after {limit:g} seconds."))


class _GiveUp(Exception):
    """No frame is tried any more."""

    def __init__(self, error: RecastError):
        self.error = error


def _batch(graph: Graph, output: str, frame: int) -> int:
    return max(graph.at(name, frame).batch_size() for name in graph.upstream(output))
