"""Analyses: nodes with `analyses` look at the whole shot once, frame by frame, before any frame of theirs is made.

Every frame of the shot's span is observed, several at once; the small records are stored, and `analyse` makes one value
of them. A frame that cannot be looked at is left out by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import ColourError, MediaError, OutOfMemory, RecastError, Stopped, StorageError
from ..natives import return_memory
from ..notices import notice
from ..wires import RECORDS, Image
from .faults import Cancelled, as_recast_error, name_errors

if TYPE_CHECKING:
    from .evaluate import Evaluator

TRIM_EVERY = 16  # frames


class Analysis(NamedTuple):
    """What a node learned of the whole shot, and the frames that could not be looked at."""

    value: Any
    failed: Mapping[int, RecastError]


class _Unseen(NamedTuple):
    """In place of a frame's record: why there is none."""

    error: RecastError


class Analyser:
    """Runs the analyses of an evaluator, which holds what is known of the shot and how it is asked for."""

    def __init__(self, evaluator: Evaluator):
        self.evaluator = evaluator
        self.graph, self.span, self.keys = evaluator.graph, evaluator.span, evaluator.keys

    def analyse(self, name: str) -> Analysis:
        """What a node learns of the whole shot: known from before, or from records of all frames. Raises what the node
        raises, naming it.
        """
        keys = {frame: self.keys.observation(name, frame) for frame in self.span}
        whole = self.keys.analysis_of_all(name)
        if whole in self.evaluator.shared_analyses:
            self.evaluator.reused.add(name)
            return self.evaluator.shared_analyses[whole]
        wanted: dict[str, int] = {}  # one frame for each distinct observation: a still is looked at once
        for frame, key in keys.items():
            wanted.setdefault(key, frame)
        records = self.observe_all(name, list(wanted.values()), list(wanted))
        failed = {frame: records[key].error for frame, key in keys.items() if isinstance(records[key], _Unseen)}
        seen = {frame: records[key] for frame, key in keys.items() if frame not in failed}
        if not seen:
            raise next(iter(failed.values()))
        for frame, error in failed.items():
            notice(f"Frame {frame} is left out of the analysis: {error}")  # once, whichever nodes it is missing at
        self.keys.set_unseen(name, failed)
        moment = self.graph.at(name, self.span[0])
        with self.evaluator.time_node(name), name_errors(name):
            value = moment.analyse(seen)
        if not self.keys.analysis_stands(name):
            raise StorageError(f"{name}: a file that it reads changed while the shot was looked at.")
        made = Analysis(value, failed)
        if not failed:
            self.evaluator.shared_analyses[whole] = made
        return made

    def observe_all(self, name: str, frames: Sequence[int], keys: Sequence[str]) -> dict[str, Any]:
        """The records of frames, by their fingerprints `keys`; several threads make them."""
        what, total = f"{name} analyses the shot", len(frames)
        seen: dict[str, Any] = {}
        pool = ThreadPoolExecutor(self.evaluator.workers, thread_name_prefix="observe")
        size = self._batch_size(name)
        pairs = list(zip(frames, keys))
        try:
            chunks = [pairs[start : start + size] for start in range(0, total, size)]
            waiting = [pool.submit(self._observe_some, name, chunk) for chunk in chunks]
            for chunk, future in zip(chunks, waiting):
                try:
                    seen |= future.result(self.evaluator.timeout and self.evaluator.timeout * len(chunk))
                except TimeoutError:
                    frame, limit = chunk[0][0], self.evaluator.timeout
                    raise Stopped(f"{name} looked at frame {frame} for more than {limit:g} seconds.") from None
                self.evaluator.report(what, len(seen), total)
                if len(seen) % TRIM_EVERY < size:
                    return_memory()
        except BaseException:
            self.evaluator.cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
        return seen

    def _batch_size(self, name: str) -> int:
        """How many frames are observed together: as many as the nodes before it gain by, where no pixels are kept."""
        first = self.span[0]
        if self.looks_at_pixels(name, first):
            return 1
        inputs = [self.graph.nodes[name].wires[entry] for entry in self.keys.observed_inputs(name, first)]
        return max((self.graph.at(source, first).batch_size() for source in inputs), default=1) or 1

    def _observe_some(self, name: str, pairs: Sequence[tuple[int, str]]) -> dict[str, Any]:
        """The records of several frames, by key; their inputs are made together."""
        self.evaluator.check_cancel()
        given = self._batch_inputs(name, [frame for frame, _ in pairs]) if len(pairs) > 1 else {}
        return {key: self._observe(name, frame, key, given.get(frame)) for frame, key in pairs}

    def _batch_inputs(self, name: str, frames: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What frames are observed by; nothing where one of them has no file, since each then fails or not alone."""
        wires = self.graph.nodes[name].wires
        given: dict[int, dict[str, Any]] = {frame: {} for frame in frames}
        try:
            for entry in self.keys.observed_inputs(name, frames[0]):
                for frame, value in zip(frames, self.evaluator.pull_batch(wires[entry], frames), strict=True):
                    given[frame][entry] = value
        except MediaError:
            return {}
        return given

    def _observe(self, name: str, frame: int, key: str, inputs: dict[str, Any] | None = None) -> Any:
        """One frame's record. `inputs` are what it is observed by, where they were made already."""
        self.evaluator.check_cancel()
        pixels = self.looks_at_pixels(name, frame)
        remembered = self.recall(key) if pixels else None
        if remembered is not None:
            return remembered
        wires, moment = self.graph.nodes[name].wires, self.keys.observer(name, frame)
        try:
            if inputs is None:
                entries = self.keys.observed_inputs(name, frame)
                inputs = {entry: self.evaluator.pull(wires[entry], frame) for entry in entries}
            with self.evaluator.time_node(name), name_errors(name):
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
            for store in self.evaluator.stores:
                store.put(key, record)
        return record

    def recall(self, key: str) -> Any:
        """What was seen before, if a store has it; the stores before it learn it too."""
        for at, store in enumerate(self.evaluator.stores):
            record = store.get(key)
            if record is not None:
                for other in self.evaluator.stores[:at]:
                    other.put(key, record)
                return record
        return None

    def looks_at_pixels(self, name: str, frame: int) -> bool:
        """Whether a node's records are costly: what is made from other records is made again sooner than read."""
        inputs = self.graph.nodes[name].kind.inputs
        return any(Image in inputs[entry].kinds for entry in self.keys.observed_inputs(name, frame))

    def _reads_files(self, name: str, frame: int) -> bool:
        """Whether a node sees what stands in files; what others made of files was compared when it was made."""
        wires = self.graph.nodes[name].wires
        return any(not self.graph.nodes[wires[entry]].wires for entry in self.keys.observed_inputs(name, frame))
