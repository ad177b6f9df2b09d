"""Analyses: nodes with `analyses` look at the whole shot once, frame by frame, before any frame of theirs is made.

Every frame of the shot's span is observed, several at once; the small records are stored, and `analyse` makes one value
of them. A frame that cannot be looked at is left out by name.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from ..errors import ColourError, MediaError, OutOfMemory, RecastError, Stopped, StorageError
from ..natives import return_memory
from ..notices import notice, overhear
from ..wires import RECORDS, Image
from .analysis import Analysis, Unseen
from .crew.crew import sit
from .crew.looks import crew_for, observe_by_crew
from .crew.shares import FrameShares
from .faults import Cancelled, as_recast_error, name_errors
from .look_together import JointLook, find_joint_looks
from .pull import Pull
from .takes import Take

if TYPE_CHECKING:
    from .evaluate import Evaluator

TRIM_EVERY = 16  # frames
LOOK = 0.5  # seconds between looks at how long frames take


class Analyser:
    """Runs the analyses of an evaluator, which holds what is known of the shot and how it is asked for."""

    def __init__(self, evaluator: Evaluator):
        self.evaluator = evaluator
        self.graph, self.span, self.keys = evaluator.graph, evaluator.span, evaluator.keys

    def analyse(self, name: str) -> Analysis:
        """What a node learns of the whole shot: known from before, or from records of all frames. Raises what the node
        raises, naming it.
        """
        if known := self.recall_analysis(name):
            return known
        whole = self.keys.analysis_of_all(name)
        keys = {frame: self.keys.observation(name, frame) for frame in self.span}
        wanted: dict[str, int] = {}  # one frame for each distinct observation: a still is looked at once
        for frame, key in keys.items():
            wanted.setdefault(key, frame)
        records = self.observe_all(name, list(wanted.values()), list(wanted))
        failed = {frame: records[key].error for frame, key in keys.items() if isinstance(records[key], Unseen)}
        seen = {frame: records[key] for frame, key in keys.items() if frame not in failed}
        if not seen:
            raise next(iter(failed.values()))
        for frame, error in failed.items():
            notice(f"Frame {frame} is left out of the analysis: {error}")  # once, whichever nodes it is missing at
        self.keys.set_unseen(name, failed)
        moment = self.graph.over(name, self.span)
        with self.evaluator.time_node(name), name_errors(name), overhear() as texts:
            takes = {take.file: self._observe_take(name, take) for take in self.keys.takes(name)}
            value = moment.analyse_takes(seen, takes) if takes else moment.analyse(seen)
        if not self.keys.analysis_stands(name):
            raise StorageError(f"{name}: a file that it reads changed while the shot was looked at.")
        made = Analysis(value, failed)
        if not failed:
            self.evaluator.keep_analysis(moment, whole, made, texts)
        return made

    def _observe_take(self, name: str, take: Take) -> dict[int, Any]:
        """The records of a take's frames that could be looked at."""
        beside = self.evaluator.beside(take.graph, take.frames)
        for source in take.graph.nodes[name].wires.values():
            beside.prepare(source)
        keys = [beside.keys.observation(name, frame) for frame in take.frames]
        records = Analyser(beside).observe_all(name, take.frames, keys)
        seen = {at: records[key] for at, key in zip(take.frames, keys) if not isinstance(records[key], Unseen)}
        if len(seen) < len(keys):
            notice(f"{take.file}: {len(keys) - len(seen)} frames of this take cannot be read, and lend nothing.")
        return seen

    def recall_analysis(self, name: str) -> Analysis | None:
        """What is known of the whole shot from before; None where it has to be looked at."""
        known = self.evaluator.find_analysis(self.keys.analysis_of_all(name))
        if known is not None:
            self.evaluator.reused.add(name)
        return known

    def observe_all(self, name: str, frames: Sequence[int], keys: Sequence[str]) -> dict[str, Any]:
        """The records of frames, by their fingerprints `keys`; made by several threads or a crew."""
        what, total = f"{name} analyses the shot", len(frames)
        seen = self._recall_all(name, frames, keys)
        pairs = [pair for pair in zip(frames, keys) if pair[1] not in seen]
        if pairs:
            for records in self._observe_pairs(name, pairs):
                seen |= records
                self.evaluator.report(what, len(seen), total)
                if len(seen) % TRIM_EVERY < len(records):
                    return_memory()
        else:
            self.evaluator.report(what, total, total)
        return seen

    def _observe_pairs(self, name: str, pairs: list[tuple[int, str]]) -> Iterator[dict[str, Any]]:
        """The records of frames as they are made, some at once."""
        evaluator, size = self.evaluator, self._batch_size(name)
        crew = crew_for(self, name, len(pairs))
        joint = find_joint_looks(self, name, pairs)
        chunks = [pairs[start : start + size] for start in range(0, len(pairs), size)]
        shares = FrameShares(chunks, crew.size if crew else 1)
        since: dict[int, float] = {}  # first frame of what is in work -> when it was begun

        def work() -> dict[str, Any]:
            chunk = shares.take(crew.seat if crew else 0)
            if chunk is None:
                return {}
            since[chunk[0][0]] = time.monotonic()
            others = [look for frame, _ in chunk for look in joint.get(frame, ())]
            try:
                asked = name, chunk, others
                seen = observe_by_crew(crew, self, *asked) if crew else self.observe_some(*asked)
            finally:
                since.pop(chunk[0][0])
            evaluator.seen_ahead.update({look.key: seen.pop(look.key) for look in others})
            return seen

        workers = crew.workers if crew else evaluator.workers
        pool = ThreadPoolExecutor(workers, "observe", sit, (crew,))
        running: set[Future[dict[str, Any]]] = set()
        try:
            while shares or running:
                while len(running) < workers + 1 and shares:
                    running.add(pool.submit(work))
                done, running = wait(running, LOOK, FIRST_COMPLETED)
                yield from (future.result() for future in done)
                self._check_time(name, since, size + max(map(len, joint.values()), default=0))
        except BaseException:
            evaluator.cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()

    def _check_time(self, name: str, since: Mapping[int, float], size: int) -> None:
        """Raises Stopped where a frame is looked at for too long."""
        limit, now = self.evaluator.timeout, time.monotonic()
        late = next((frame for frame, begun in list(since.items()) if limit and now - begun > limit * size), None)
        if late is not None:
            raise Stopped(f"{name} looked at frame {late} for more than {limit:g} seconds.")

    def _recall_all(self, name: str, frames: Sequence[int], keys: Sequence[str]) -> dict[str, Any]:
        """What was seen before of these frames."""
        found: dict[str, Any] = {}
        for frame, key in zip(frames, keys):
            self.evaluator.check_cancel()
            if self.looks_at_pixels(name, frame) and (record := self.recall(key)) is not None:
                found[key] = record
        return found

    def _batch_size(self, name: str) -> int:
        """How many frames are observed together: as many as the nodes before it gain by, where no pixels are kept."""
        first = self.span[0]
        if self.looks_at_pixels(name, first):
            return 1
        inputs = [self.graph.nodes[name].wires[entry] for entry in self.keys.observed_inputs(name, first)]
        return max((self.graph.at(source, first).batch_size() for source in inputs), default=1) or 1

    def observe_some(
        self, name: str, pairs: Sequence[tuple[int, str]], joint: Sequence[JointLook] = ()
    ) -> dict[str, Any]:
        """The records of several frames, by key, their inputs made together; and what others see of their pictures."""
        self.evaluator.check_cancel()
        pull = Pull(self.evaluator)
        given = self._batch_inputs(name, [frame for frame, _ in pairs]) if len(pairs) > 1 else {}
        seen = {key: self._observe(pull, name, frame, key, given.get(frame)) for frame, key in pairs}
        return seen | {key: self._observe(pull, other, frame, key) for other, frame, key in joint}

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

    def _observe(self, pull: Pull, name: str, frame: int, key: str, inputs: dict[str, Any] | None = None) -> Any:
        """One frame's record. `inputs` are what it is observed by, where they were made already."""
        self.evaluator.check_cancel()
        pixels = self.looks_at_pixels(name, frame)
        wires, moment = self.graph.nodes[name].wires, self.keys.observer(name, frame)
        try:
            if inputs is None:
                entries = self.keys.observed_inputs(name, frame)
                inputs = {entry: pull.get(wires[entry], [frame])[0] for entry in entries}
            with self.evaluator.time_node(name), name_errors(name):
                record = moment.observe(**inputs)
        except (MediaError, ColourError) as error:
            fault = as_recast_error(error)
            if isinstance(fault, StorageError) or self.keys.now().observation(name, frame) != key:
                raise StorageError(f"{name} could not look at frame {frame}: {fault}") from error
            return Unseen(error)  # this frame will fail by name; the others do not depend on it
        except (RecastError, Cancelled):
            raise
        except Exception as error:  # a fault of ours with this frame's file is no fault of the other frames
            fault = as_recast_error(error)
            if isinstance(fault, (OutOfMemory, StorageError)):
                raise fault from error
            return Unseen(fault)
        if (pixels or self._reads_files(name, frame)) and self.keys.now().observation(name, frame) != key:
            raise StorageError(f"{name} could not look at frame {frame}: its files changed while they were read.")
        if pixels:
            self.store(key, record)
        return record

    def store(self, key: str, record: Any) -> None:
        """Keep what was seen of pixels, here or by a process of the crew."""
        if isinstance(record, RECORDS):
            for store in self.evaluator.stores:
                store.put(key, record)

    def recall(self, key: str) -> Any:
        """What was seen before, if a store has it; the stores before it learn it too."""
        if key in self.evaluator.seen_ahead:
            return self.evaluator.seen_ahead[key]
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
