"""Pull evaluation: a result is made when it is asked for, from the inputs it asks for, and kept by its fingerprint.

Nodes with `analyses` look at the whole shot first: `prepare` observes every frame of the shot's span (several frames at
once), keeps the small records, and runs `analyse`. After that every frame stands alone, so frames can be pulled in any
order, by several threads, on several machines, and come out the same.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

from ..errors import ColourError, MediaError, OutOfMemory, RecastError, Stopped, StorageError
from ..natives import one_thread_each, return_memory
from ..notices import notice
from ..wires import RECORDS, WIRES, Image
from .cache import DiskCache, MemoryCache
from .faults import as_recast_error, name_errors
from .graph import Graph
from .keys import Keys
from .pull import Pull

TRIM_EVERY = 16  # frames

Report = Callable[[str, int, int], None]  # (what is being done, frames done, frames in all)


class Cancelled(Exception):
    """The user asked to stop."""


class Analysis(NamedTuple):
    """What a node learned of the whole shot, and the frames that could not be looked at."""

    value: Any
    failed: Mapping[int, RecastError]


class _Unseen(NamedTuple):
    """In place of a frame's record: why there is none."""

    error: RecastError


class Store(Protocol):
    """Keeps records by fingerprint. What it cannot keep it lets go."""

    def get(self, key: str) -> Any: ...

    def put(self, key: str, record: Any) -> None: ...


class Timer:
    """Adds the seconds that a thread spends inside the block to a counter."""

    def __init__(self, seconds: Counter[str], name: str):
        self.seconds, self.name = seconds, name

    def __enter__(self) -> None:
        self.started = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.seconds[self.name] += time.perf_counter() - self.started  # type: ignore[assignment]


class Evaluator:
    """Evaluates one graph over one span of frames. Threads may pull from it together once it is prepared."""

    def __init__(
        self,
        graph: Graph,
        span: Sequence[int],
        *,
        memory: MemoryCache | None = None,
        disk: DiskCache | None = None,
        workers: int = 2,
        report: Report = lambda what, done, total: None,
        cancel: threading.Event | None = None,
        known: MutableMapping[str, Analysis] | None = None,
        records: Store | None = None,
        keys: Keys | None = None,
        timeout: float | None = None,
    ):
        self.graph, self.span, self.workers, self.report = graph, tuple(span), workers, report
        self.keys = keys or Keys(graph, span)
        self.timeout = timeout
        self._stores: list[Store] = [store for store in (records, disk) if store]
        self.memory, self.disk = memory or MemoryCache(), disk
        self.cancel = cancel or threading.Event()
        self.seconds: Counter[str] = Counter()  # node -> thread time spent in it, inputs excluded
        self.remarks: list[str] = []  # of the nodes that are prepared
        self.analyses: dict[str, Analysis] = {}  # of the nodes that are prepared, by name
        self._known = {} if known is None else known  # analyses by fingerprint, where they outlive this evaluator
        self._reused: set[str] = set()  # nodes whose analysis was known
        one_thread_each()

    # Analysis: the whole shot, once

    def prepare(self, name: str) -> None:
        """Run the analyses that `name` depends on, upstream first. Raises what a node raises, naming it."""
        for upstream in self.graph.upstream(name):
            if self.graph.nodes[upstream].kind.analyses and upstream not in self.analyses:
                self.analyses[upstream] = self._analyse(upstream)
                self._remark(upstream)

    def _remark(self, name: str) -> None:
        """Tell the user what a node remarks of the shot."""
        for remark in self.graph.at(name, self.span[0]).remarks(self.analyses[name].value):
            self.remarks.append(f"{name}: {remark}")
            notice(self.remarks[-1])

    def look(self, name: str, frames: Sequence[int]) -> None:
        """See a share of the shot's frames for whoever runs the analyses of `name` later, and keep what was seen.

        Nodes whose observing waits for another analysis are left to them.
        """
        behind: set[str] = set()  # nodes that analyse, and those after them
        for upstream in self.graph.upstream(name):
            placed = self.graph.nodes[upstream]
            waits = not behind.isdisjoint(placed.wires.values())
            if placed.kind.analyses and not waits and self._looks_at_pixels(upstream, self.span[0]):
                keys = {self.keys.observation(upstream, frame): frame for frame in frames}
                self._observe_all(upstream, list(keys.values()), list(keys))
            if placed.kind.analyses or waits:
                behind.add(upstream)

    def keep_records(self) -> None:
        """Keep what was seen for earlier requests of this process too: they had no folder to keep it in."""
        for name in self._reused:
            if self._looks_at_pixels(name, self.span[0]):
                for frame in self.span:
                    self._record(self.keys.observation(name, frame))

    def _analyse(self, name: str) -> Analysis:
        keys = {frame: self.keys.observation(name, frame) for frame in self.span}
        whole = self.keys.analysis_of_all(name)
        if whole in self._known:
            self._reused.add(name)
            return self._known[whole]
        wanted: dict[str, int] = {}  # one frame for each distinct observation: a still is looked at once
        for frame, key in keys.items():
            wanted.setdefault(key, frame)
        records = self._observe_all(name, list(wanted.values()), list(wanted))
        failed = {frame: records[key].error for frame, key in keys.items() if isinstance(records[key], _Unseen)}
        seen = {frame: records[key] for frame, key in keys.items() if frame not in failed}
        if not seen:
            raise next(iter(failed.values()))
        for frame, error in failed.items():
            notice(f"Frame {frame} is left out of the analysis: {error}")  # once, whichever nodes it is missing at
        self.keys.set_unseen(name, failed)
        moment = self.graph.at(name, self.span[0])
        with self.timed(name), name_errors(name):
            value = moment.analyse(seen)
        if not self.keys.analysis_stands(name):
            raise StorageError(f"{name}: a file that it reads changed while the shot was looked at.")
        made = Analysis(value, failed)
        if not failed:
            self._known[whole] = made
        return made

    def _observe_all(self, name: str, frames: Sequence[int], keys: Sequence[str]) -> dict[str, Any]:
        what, total = f"{name} analyses the shot", len(frames)
        seen: dict[str, Any] = {}
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="observe")
        size = self._together(name)
        pairs = list(zip(frames, keys))
        try:
            chunks = [pairs[start : start + size] for start in range(0, total, size)]
            waiting = [pool.submit(self._observe_some, name, chunk) for chunk in chunks]
            for chunk, future in zip(chunks, waiting):
                try:
                    seen |= future.result(self.timeout and self.timeout * len(chunk))
                except TimeoutError:
                    frame, limit = chunk[0][0], self.timeout
                    raise Stopped(f"{name} looked at frame {frame} for more than {limit:g} seconds.") from None
                self.report(what, len(seen), total)
                if len(seen) % TRIM_EVERY < size:
                    return_memory()
        except BaseException:
            self.cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
        return seen

    def _together(self, name: str) -> int:
        """How many frames are observed together: as many as the nodes before it gain by, where no pixels are kept."""
        first = self.span[0]
        if self._looks_at_pixels(name, first):
            return 1
        inputs = [self.graph.nodes[name].wires[entry] for entry in self.keys.analysed(name, first)]
        return max((self.graph.at(source, first).batch_size() for source in inputs), default=1) or 1

    def _observe_some(self, name: str, pairs: Sequence[tuple[int, str]]) -> dict[str, Any]:
        """The records of several frames, by key; their inputs are made together."""
        self.check_cancel()
        given = self._inputs_together(name, [frame for frame, _ in pairs]) if len(pairs) > 1 else {}
        return {key: self._observe(name, frame, key, given.get(frame)) for frame, key in pairs}

    def _inputs_together(self, name: str, frames: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What frames are observed by; nothing where one of them has no file, since each then fails or not alone."""
        wires = self.graph.nodes[name].wires
        given: dict[int, dict[str, Any]] = {frame: {} for frame in frames}
        try:
            for entry in self.keys.analysed(name, frames[0]):
                for frame, value in zip(frames, self.pull_batch(wires[entry], frames), strict=True):
                    given[frame][entry] = value
        except MediaError:
            return {}
        return given

    def _observe(self, name: str, frame: int, key: str, inputs: dict[str, Any] | None = None) -> Any:
        """One frame's record. `inputs` are what it is observed by, where they were made already."""
        self.check_cancel()
        pixels = self._looks_at_pixels(name, frame)
        kept = self._record(key) if pixels else None
        if kept is not None:
            return kept
        wires, moment = self.graph.nodes[name].wires, self.keys.observer(name, frame)
        try:
            if inputs is None:
                inputs = {entry: self.pull(wires[entry], frame) for entry in self.keys.analysed(name, frame)}
            with self.timed(name), name_errors(name):
                record = moment.observe(**inputs)
        except (MediaError, ColourError) as error:
            fault = as_recast_error(error)
            if isinstance(fault, StorageError) or self.keys.now().observation(name, frame) != key:
                raise StorageError(f"{name} could not look at frame {frame}: {fault}") from error
            return _Unseen(error)  # this frame will fail by name; the others do not depend on it
        except (RecastError, Cancelled):
            raise
        except Exception as error:  # a fault of ours with this frame's file is no fault of the other frames
            fault = as_recast_error(error)
            if isinstance(fault, (OutOfMemory, StorageError)):
                raise fault from error
            return _Unseen(fault)
        if (pixels or self._reads_files(name, frame)) and self.keys.now().observation(name, frame) != key:
            raise StorageError(f"{name} could not look at frame {frame}: its files changed while they were read.")
        if pixels and isinstance(record, RECORDS):
            for store in self._stores:
                store.put(key, record)
        return record

    def _record(self, key: str) -> Any:
        """What was seen before, if a store has it; the stores before it learn it too."""
        for at, store in enumerate(self._stores):
            kept = store.get(key)
            if kept is not None:
                for other in self._stores[:at]:
                    other.put(key, kept)
                return kept
        return None

    def _looks_at_pixels(self, name: str, frame: int) -> bool:
        """Whether a node's records are costly: what is made from other records is made again sooner than read."""
        inputs = self.graph.nodes[name].kind.inputs
        return any(Image in inputs[entry].kinds for entry in self.keys.analysed(name, frame))

    def _reads_files(self, name: str, frame: int) -> bool:
        """Whether a node sees what stands in files; what others made of files was compared when it was made."""
        wires = self.graph.nodes[name].wires
        return any(not self.graph.nodes[wires[entry]].wires for entry in self.keys.analysed(name, frame))

    # Frames, one by one or in batches

    def key(self, name: str, frame: int) -> str:
        """The fingerprint of a result, without making it."""
        return self.keys.of(name, frame)

    def pull(self, name: str, frame: int) -> Any:
        """The result of a node at one frame."""
        return self.pull_batch(name, [frame])[0]

    def pull_batch(self, name: str, frames: Sequence[int]) -> list[Any]:
        """The results of a node at several frames, made together where its stage gains by it."""
        return Pull(self).get(name, frames)

    def recall(self, key: str) -> Any:
        """A result that was made before; None where it is not kept."""
        kept = self.memory.get(key)
        return self.disk.get(key) if kept is None and self.disk else kept

    def keep(self, key: str, value: Any) -> None:
        """Keep a result by its fingerprint; pictures in memory only."""
        self.memory.put(key, value)
        if self.disk and isinstance(value, WIRES) and not isinstance(value, Image):
            self.disk.put(key, value)

    def check_cancel(self) -> None:
        """Raise Cancelled once the user asked to stop."""
        if self.cancel.is_set():
            raise Cancelled

    def timed(self, name: str) -> Timer:
        """A block whose time counts for a node."""
        return Timer(self.seconds, name)
