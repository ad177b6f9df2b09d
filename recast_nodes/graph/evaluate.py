"""Pull evaluation: a result is made when it is asked for, from the inputs it asks for, and kept by its fingerprint.

Nodes with `analyses` look at the whole shot first: `prepare` observes every frame of the shot's span (several frames at
once), keeps the small records, and runs `analyse`. After that every frame stands alone, so frames can be pulled in any
order, by several threads, on several machines, and come out the same.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from ..errors import MediaError, RecastError, Stopped, StorageError
from ..natives import one_thread_each, return_memory
from ..node import Node
from ..notices import notice
from ..wires import WIRES, Faces, Image
from .cache import DiskCache, MemoryCache
from .faults import spoken
from .graph import Graph
from .keys import Keys

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
        self._analyses: dict[str, Analysis] = {}
        self._known = {} if known is None else known  # analyses by fingerprint, where they outlive this evaluator
        one_thread_each()

    # Analysis: the whole shot, once

    def prepare(self, name: str) -> None:
        """Run the analyses that `name` depends on, upstream first. Raises what a node raises, naming it."""
        for upstream in self.graph.upstream(name):
            if self.graph.nodes[upstream].kind.analyses and upstream not in self._analyses:
                self._analyses[upstream] = self._analyse(upstream)

    def look(self, name: str, frames: Sequence[int]) -> None:
        """See a share of the shot's frames for whoever runs the analyses of `name` later, and keep what was seen.

        Nodes whose observing waits for another analysis are left to them.
        """
        for upstream in self.graph.upstream(name):
            before = (self.graph.nodes[other].kind.analyses for other in self.graph.upstream(upstream)[:-1])
            kind = self.graph.nodes[upstream].kind
            if kind.analyses and not any(before) and self._looks_at_pixels(upstream, self.span[0]):
                keys = {self.keys.observation(upstream, frame): frame for frame in frames}
                self._observe_all(upstream, list(keys.values()), list(keys))

    def _analyse(self, name: str) -> Analysis:
        keys = {frame: self.keys.observation(name, frame) for frame in self.span}
        whole = self.keys.analysis_of_all(name)
        if whole in self._known:
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
            notice(f"{name} could not look at frame {frame}: {error}")
        self.keys.set_unseen(name, failed)
        moment = self.graph.at(name, self.span[0])
        with self._timed(name), _spoken_by(name):
            value = moment.analyse(seen)
        made = Analysis(value, failed)
        if not failed:
            self._known[whole] = made
        return made

    def _observe_all(self, name: str, frames: Sequence[int], keys: Sequence[str]) -> dict[str, Any]:
        what, total = f"{name} looks at the shot", len(frames)
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
        self._check_cancel()
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
        self._check_cancel()
        pixels = self._looks_at_pixels(name, frame)
        kept = self._record(key) if pixels else None
        if kept is not None:
            return kept
        wires, moment = self.graph.nodes[name].wires, self.keys.observer(name, frame)
        try:
            if inputs is None:
                inputs = {entry: self.pull(wires[entry], frame) for entry in self.keys.analysed(name, frame)}
            with self._timed(name), _spoken_by(name):
                record = moment.observe(**inputs)
        except MediaError as error:
            told = spoken(error)
            if isinstance(told, StorageError) or self.keys.now().observation(name, frame) != key:
                raise StorageError(f"{name} could not look at frame {frame}: {told}") from error
            return _Unseen(error)  # this frame will fail by name; the others do not depend on it
        if pixels and isinstance(record, (Faces, *WIRES)):
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

    # Frames, one by one or in batches

    def key(self, name: str, frame: int) -> str:
        """The fingerprint of a result, without making it."""
        return self.keys.of(name, frame)

    def pull(self, name: str, frame: int) -> Any:
        """The result of a node at one frame."""
        return self.pull_batch(name, [frame])[0]

    def pull_batch(self, name: str, frames: Sequence[int]) -> list[Any]:
        """The results of a node at several frames, made together where its stage gains by it."""
        return _Pull(self).get(name, frames)

    def _recall(self, key: str) -> Any:
        kept = self.memory.get(key)
        return self.disk.get(key) if kept is None and self.disk else kept

    def _keep(self, key: str, value: Any) -> None:
        self.memory.put(key, value)
        if self.disk and isinstance(value, WIRES) and not isinstance(value, Image):
            self.disk.put(key, value)

    def _check_cancel(self) -> None:
        if self.cancel.is_set():
            raise Cancelled

    def _timed(self, name: str) -> _Timer:
        return _Timer(self.seconds, name)


class _Timer:
    """Adds this thread's processor time inside the block to a counter."""

    def __init__(self, seconds: Counter[str], name: str):
        self.seconds, self.name = seconds, name

    def __enter__(self) -> None:
        self.started = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.seconds[self.name] += time.perf_counter() - self.started  # type: ignore[assignment]


class _Pull:
    """One request for frames. Each moment, key and result inside it is made once, however many nodes use it."""

    def __init__(self, evaluator: Evaluator):
        self.evaluator, self.graph = evaluator, evaluator.graph
        self.made: dict[tuple[str, int], Any] = {}
        self.keys: dict[tuple[str, int], str] = {}
        self.moments: dict[tuple[str, int], Node] = {}

    def get(self, name: str, frames: Sequence[int]) -> list[Any]:
        self.evaluator._check_cancel()
        missing = [frame for frame in dict.fromkeys(frames) if not self._recalled(name, frame)]
        if missing:
            self._make(name, [self.moment(name, frame) for frame in missing])
        return [self.made[name, frame] for frame in frames]

    def moment(self, name: str, frame: int) -> Node:
        if (name, frame) not in self.moments:
            self.moments[name, frame] = self.graph.at(name, frame)
        return self.moments[name, frame]

    def key(self, name: str, frame: int) -> str:
        if (name, frame) not in self.keys:
            self.keys[name, frame] = self.evaluator.keys.of(name, frame)
        return self.keys[name, frame]

    def _used(self, name: str, moment: Node) -> list[str]:
        """The inputs that are connected and that the knob values use."""
        return [entry for entry in moment.wanted() if entry in self.graph.nodes[name].wires]

    def _needed(self, name: str, moment: Node, entry: str) -> Iterable[int]:
        if not moment.inputs[entry].many:
            return (moment.frame,)
        analysed = (self.evaluator._analyses[name].value,) if moment.analyses else ()
        return moment.frames(moment.frame, entry, *analysed)

    def _recalled(self, name: str, frame: int) -> bool:
        if (name, frame) in self.made:
            return True
        kept = self.evaluator._recall(self.key(name, frame))
        if kept is not None:
            self.made[name, frame] = kept
        return kept is not None

    def _make(self, name: str, moments: Sequence[Node]) -> None:
        size = moments[0].batch_size() or len(moments)
        for start in range(0, len(moments), size):
            batch = moments[start : start + size]
            self._refuse_unseen(name, batch)
            given = self._gather(name, batch)
            with self.evaluator._timed(name), _spoken_by(name):
                made = type(batch[0]).process_batch(batch, given)
            for moment, value in zip(batch, made, strict=True):
                self.made[name, moment.frame] = value
                self.evaluator._keep(self.key(name, moment.frame), value)

    def _refuse_unseen(self, name: str, moments: Sequence[Node]) -> None:
        if moments[0].analyses:
            failed = self.evaluator._analyses[name].failed
            for moment in moments:
                if moment.frame in failed:
                    raise failed[moment.frame]

    def _gather(self, name: str, moments: Sequence[Node]) -> list[dict[str, Any]]:
        """Each moment's inputs. An upstream node is asked once for all frames that are needed of it."""
        wires = self.graph.nodes[name].wires
        asked: dict[str, dict[int, None]] = defaultdict(dict)
        for moment in moments:
            for entry in self._used(name, moment):
                asked[wires[entry]].update(dict.fromkeys(self._needed(name, moment, entry)))
        for upstream, frames in asked.items():
            self.get(upstream, list(frames))
        return [self._inputs_of(name, moment) for moment in moments]

    def _inputs_of(self, name: str, moment: Node) -> dict[str, Any]:
        wires = self.graph.nodes[name].wires
        given: dict[str, Any] = dict.fromkeys(moment.inputs)
        for entry in self._used(name, moment):
            values = {frame: self.made[wires[entry], frame] for frame in self._needed(name, moment, entry)}
            given[entry] = values if moment.inputs[entry].many else values[moment.frame]
        if moment.analyses:
            given["analysis"] = self.evaluator._analyses[name].value
        return given


@contextmanager
def _spoken_by(name: str) -> Iterator[None]:
    """Errors for the artist begin with the name of the node that they come from."""
    try:
        yield
    except RecastError as error:
        if error.args and not str(error).startswith(f"{name}"):
            error.args = (f"{name}: {error}", *error.args[1:])
        raise
