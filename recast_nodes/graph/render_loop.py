"""Making the frames of a render: worker threads pull them through the graph and write them, chunk by chunk.

A frame that fails is named and the others go on; one that did not fit into memory is tried again alone at the end, and
one that another render has in work is waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import MediaError, OutOfMemory, RecastError, Stopped, StorageError
from ..natives import return_memory
from ..notices import notice
from . import fingerprint
from .analyse import TRIM_EVERY
from .evaluate import Evaluator
from .faults import Cancelled, as_recast_error
from .graph import Graph
from .keys import Keys
from .output_folder import find_removed
from .resume import Progress
from .settings import Outcome, Settings
from .sharing import Turn, Turns

if TYPE_CHECKING:
    from ..media.writers import Writer

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
    keys: Keys
    progress: Progress | None  # of a render that can be resumed
    writer: Writer = field(init=False)
    turns: Turns = field(init=False)
    heavy: list[int] = field(default_factory=list)  # frames that did not fit into memory beside others
    one_by_one: bool = False
    _since: dict[int, float] = field(default_factory=dict)  # first frame of a chunk in work -> when it was begun
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.turns = Turns(self.progress)

    def make(self, todo: list[int]) -> None:
        """Make and write these frames. Raises Cancelled, and what keeps the writer from opening or closing."""
        asked = partial(fingerprint.frame, self.graph, self.output)
        self.writer = self.graph.at(self.output, self.frames[0]).open(asked, self.frames)  # type: ignore[attr-defined]
        size = _batch(self.graph, self.output, self.frames[0])
        try:
            self._run(todo, size, self.settings.workers)
            self.one_by_one = True
            self._run(self.heavy, 1, 1)
            self._close()
        except BaseException as stop:
            self.writer.abort()
            if not isinstance(stop, _GiveUp):
                raise
            self.outcome.stopped = stop.error
        self._find_missing()

    def _close(self) -> None:
        """Close the writer; a movie that cannot be kept takes all its frames with it."""
        try:
            self.writer.close()
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
        waiting = [todo[start : start + size] for start in range(0, len(todo), size)][::-1]
        running: set[Future[None]] = set()
        pool = ThreadPoolExecutor(workers, thread_name_prefix="render")
        try:
            while waiting or running or self.turns.deferred:
                while len(running) < workers + 1 and waiting:
                    running.add(pool.submit(self._work, waiting.pop()))
                if running:
                    done, running = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
                    self._check_time()
                else:
                    waiting = [[frame] for frame in self._free()]
        except BaseException:
            self.settings.cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            begun = [future for future in running if not future.cancelled()]
            wait(begun, timeout=GRACE)  # a thread that hangs is left behind; the command ends without it
            raise
        pool.shutdown()

    def _work(self, chunk: list[int]) -> None:
        mine = [frame for frame in chunk if self._claim(frame)]
        if not mine:
            return
        self._since[mine[0]] = time.monotonic()
        try:
            for frame, result in self._results(mine):
                self._note_result(frame, result)
        finally:
            self._since.pop(mine[0], None)
            for frame in mine:
                self.turns.release(frame)

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

    def _note_result(self, frame: int, result: str | Exception) -> None:
        if isinstance(result, OutOfMemory) and not self.one_by_one:
            with self._lock:
                self.heavy.append(frame)
            notice(f"Frame {frame} did not fit into memory beside others; it is tried again alone.")
            return
        with self._lock:
            if isinstance(result, RecastError):
                self._fail(frame, result)
            else:
                self.outcome.written[frame] = str(result)
                self.settings.finished(frame, str(result))
            done = self._report()
        if done % TRIM_EVERY == 0:
            return_memory()
        if isinstance(result, RecastError) and self._stops(result):
            raise _GiveUp(result)

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

    def _results(self, chunk: list[int]) -> Iterator[tuple[int, str | Exception]]:
        """(frame, path or error) of a chunk. Where a batch fails as a whole, its frames are tried one by one."""
        source = self.graph.nodes[self.output].wires["image"]
        try:
            images = self.evaluator.pull_batch(source, chunk)
        except Cancelled:
            raise
        except Exception as error:
            if len(chunk) == 1:
                yield chunk[0], self._error_of(error, chunk[0])
                return
            for frame in chunk:
                yield from self._results([frame])
            return
        for frame, image in zip(chunk, images, strict=True):
            yield frame, self._put(frame, image)

    def _put(self, frame: int, image: Any) -> str | Exception:
        self.evaluator.check_cancel()
        try:
            with self.evaluator.time_node(self.output):
                if self.progress:
                    self.progress.refuse_changed(frame)
                path = self.writer.put(frame, image)
                if self.progress:
                    self.progress.note(frame, path)
                return path
        except Cancelled:
            raise
        except Exception as error:
            return self._error_of(error, frame)

    def _error_of(self, error: Exception, frame: int) -> RecastError:
        """The error of a frame. Where its files are not what they were when the render began, that is the cause."""
        fault = as_recast_error(error)
        if not isinstance(fault, MediaError) or isinstance(fault, StorageError) or not self.progress:
            return fault
        return fault if self.progress.stands(frame) else StorageError(f"{fault} It changed since the render began.")

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
