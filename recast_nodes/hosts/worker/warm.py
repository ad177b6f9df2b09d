"""What outlives a request: results by fingerprint, the evaluators of the last shots, and what is on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import replace
from typing import Any

from ...errors import RecastError
from ...graph.analysis import Analysis
from ...graph.background import STEP, BackgroundLook, Urgency
from ...graph.cache import DiskCache, MemoryCache, size_of
from ...graph.crew.hire import CrewKeeper
from ...graph.evaluate import Evaluator
from ...graph.faults import Cancelled
from ...graph.graph import Graph
from ...graph.provisional import ProvisionalEvaluator, recall_analyses
from ..cli import job
from ..openfx.session import Sessions
from .events import EventSender
from .rendered import Rendered
from .requests import Request

SMALL = 1 << 20  # bytes; tracks, motions and records of frames that were looked at are far below
SHOTS, ANALYSES = 4, 64  # shots, and analyses of any shot, that are kept
PASSING = 128 << 20  # bytes of pictures that a look keeps: it sees each once, and those of the viewer stay
DARK = 64  # pixels of a picture without a face


class MemoryRecords:
    """Small results in memory for as long as the worker lives, before a cache folder where a request names one."""

    def __init__(self, small: MemoryCache, behind: DiskCache | None = None):
        self.small, self.behind = small, behind

    @property
    def on_disk(self) -> DiskCache | None:
        """What other processes share."""
        return self.behind

    def get(self, key: str) -> Any:
        """What is known by `key`, or None."""
        found = self.small.get(key)
        return self.behind.get(key) if found is None and self.behind else found

    def put(self, key: str, value: Any) -> None:
        """Keep a result."""
        if size_of(value) <= SMALL:
            self.small.put(key, value)
        if self.behind:
            self.behind.put(key, value)


class Warm:
    """What outlives a request."""

    def __init__(self, memory: int):
        self.pictures, self.small = MemoryCache(memory), MemoryCache(256 << 20)
        self.rendered = Rendered()
        self.urgency = Urgency()  # of views and renders, which looks at whole shots keep out of the way of
        self.effects = Sessions()  # of hosts that hold their frames in memory
        self._rendering = threading.Lock()  # one render at a time: each takes all cores
        self.crews = CrewKeeper()  # for whoever is rendering
        self._looking = threading.Lock()  # one look at a time: the next one finds what the last one saw
        self._viewing, self._preparing = threading.Lock(), threading.Lock()
        self._evaluators: OrderedDict[Any, Evaluator] = OrderedDict()
        self._analyses: dict[str, Analysis] = {}
        self._focus = 0  # the frame that was asked for last: looks begin there

    def settings(self, sender: EventSender, cancel: threading.Event, request: Request) -> Any:
        """The command line's settings, on the worker's own caches."""
        chosen = job.render_settings(sender, request.fields)
        disk: Any = MemoryRecords(self.small, chosen.disk)
        return replace(chosen, memory=self.pictures, disk=disk, cancel=cancel, shared_analyses=self._analyses)

    @contextmanager
    def rendering(self, sender: EventSender, cancel: threading.Event) -> Iterator[None]:
        """A render is on; another one waits for its end. Raises Cancelled."""
        words = "Another render is on; this one is next."
        with _hold(self._rendering, cancel, lambda: sender.emit("waiting", words)), self.urgency.urgent():
            yield

    def prepare(self, evaluator: Evaluator, node: str, cancel: threading.Event) -> Evaluator:
        """An evaluator of `find_evaluator`, that now has looked at the shot as far as `node` needs."""
        with _hold(self._preparing, cancel):
            evaluator.prepare(node)
        return evaluator

    def find_provisional(
        self, whole: Evaluator, node: str, frame: int, cancel: threading.Event
    ) -> ProvisionalEvaluator | None:
        """What makes a provisional result of one frame; None where the final one needs no look at the shot."""
        self._focus = frame
        return None if recall_analyses(whole, node) else ProvisionalEvaluator(whole, node, frame, cancel)

    def look(self, graph: Graph, node: str, frame: int | None, sender: EventSender, cancel: threading.Event) -> int:
        """Look at the shot as far as `node` needs, beginning at `frame`. Returns how many frames it has."""
        with _hold(self._looking, cancel):
            whole = self.find_evaluator(graph, node, sender, cancel)
            if frame is not None:
                self._focus = frame
            if not recall_analyses(whole, node):
                whole.memory = MemoryCache(PASSING)
                whole.wait_turn = lambda: self.urgency.wait(cancel)
                BackgroundLook(whole, node, lambda: self._focus, sender.progress).run()
            return len(whole.span)

    def find_evaluator(self, graph: Graph, node: str, sender: EventSender | None, cancel: threading.Event) -> Evaluator:
        """The evaluator of a shot, for one request, for which nothing is looked at here. The last shots' are kept with
        what is known of them.
        """
        from ...graph.check import shot_span
        from ...graph.fingerprint import shot

        with self._viewing:
            span = shot_span(graph, node)
            key = shot(graph), str(graph.folder), span, _stamps(graph, node, span[0])
            found = self._evaluators.pop(key, None) or self._evaluator(graph, span)
            self._evaluators[key] = found
            while len(self._evaluators) > SHOTS:
                self._evaluators.popitem(last=False)
            while len(self._analyses) > ANALYSES:
                self._analyses.pop(next(iter(self._analyses)))
        evaluator = copy(found)  # the same memory, but each request has its own cancel and progress
        evaluator.cancel = cancel
        if sender is not None:
            evaluator.report = sender.progress
        return evaluator

    def _evaluator(self, graph: Graph, span: Sequence[int]) -> Evaluator:
        """It remembers what this worker saw, and what renders of the shot saw, which lies beside their frames."""
        disk: Any = MemoryRecords(self.small)
        return Evaluator(
            graph,
            span,
            memory=self.pictures,
            disk=disk,
            records=self.rendered.of(graph),
            workers=job.default_workers(),
            shared_analyses=self._analyses,
        )


@contextmanager
def _hold(lock: threading.Lock, cancel: threading.Event, waiting: Any = lambda: None) -> Iterator[None]:
    """The lock is ours meanwhile. `waiting` is called where it is another's at first. Raises Cancelled."""
    if not lock.acquire(blocking=False):
        waiting()
        while not lock.acquire(timeout=STEP):
            if cancel.is_set():
                raise Cancelled
    try:
        yield
    finally:
        lock.release()


def _stamps(graph: Graph, node: str, frame: int) -> tuple[str, ...]:
    """The state of the files that are read, so that a plate that was rendered again is looked at again."""
    return tuple(graph.at(name, frame).stamp() for name in graph.upstream(node))


def load_tracker() -> None:
    """Load what the first frame of a shot needs, its tracker's networks above all, while the artist still chooses it.
    Where something is missing, the first shot says so.
    """
    import numpy as np

    from ...media.colour.colour import scene_linear
    from ...nodes.face_track import FaceTrack
    from ...wires import Image, Part, Window

    window = Window(0, 0, DARK, DARK)
    channels = {name: np.zeros((DARK, DARK), np.float16) for name in "RGB"}
    with suppress(RecastError):
        FaceTrack().observe(Image((Part("", channels, window, window),), ("R", "G", "B"), scene_linear()))
