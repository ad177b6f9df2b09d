"""How the worker answers: by the functions of the command line, with everything kept warm between requests."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ... import __version__
from ...errors import DocumentError, KnobError
from ...graph.analyse import Analysis
from ...graph.cache import DiskCache, MemoryCache, size_of
from ...graph.crew.hire import CrewKeeper
from ...graph.evaluate import Evaluator
from ...graph.faults import Cancelled
from ...graph.graph import Graph
from ...notices import forget
from ...wires import Track
from ..cli import exits, job
from .rendered import Rendered
from .requests import Request

log = logging.getLogger(__name__)
SMALL = 1 << 20  # bytes; tracks, motions and records of frames that were looked at are far below
SHOTS, ANALYSES = 4, 64  # shots, and analyses of any shot, that are kept
DONE, CANCELLED = job.DONE, job.CANCELLED


class EventSender:
    """Sends what `Console` prints: the same events, in the same words, down a connection."""

    as_json = True

    def __init__(self, send: Callable[[dict[str, Any]], None]):
        self._send = send

    def emit(self, event: str, text: str = "", **facts: Any) -> None:
        """One event."""
        self._send({"event": event, **({"text": text} if text else {}), **facts})

    def progress(self, what: str, done: int, total: int) -> None:
        """`done` of `total` frames of `what`."""
        self.emit("progress", what=what, done=done, total=total)


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
    """What outlives a request: results by fingerprint, and the evaluators of the last shots."""

    def __init__(self, memory: int):
        self.pictures, self.small = MemoryCache(memory), MemoryCache(256 << 20)
        self.rendered = Rendered()
        self.rendering = threading.Lock()  # one render at a time: each takes all cores
        self._viewing = threading.Lock()
        self._evaluators: OrderedDict[Any, Evaluator] = OrderedDict()
        self._analyses: dict[str, Analysis] = {}
        self.crews = CrewKeeper()  # for whoever holds `rendering`

    def settings(self, sender: EventSender, cancel: threading.Event, request: Request) -> Any:
        """The command line's settings, on the worker's own caches."""
        chosen = job.render_settings(sender, request.fields)
        disk: Any = MemoryRecords(self.small, chosen.disk)
        return replace(chosen, memory=self.pictures, disk=disk, cancel=cancel, shared_analyses=self._analyses)

    def prepare(self, graph: Graph, node: str, sender: EventSender, cancel: threading.Event) -> Evaluator:
        """An evaluator that has looked at the shot as far as `node` needs; the last shots' are kept."""
        from ...graph.check import shot_span
        from ...graph.fingerprint import shot

        with self._viewing:
            span = shot_span(graph, node)
            key = shot(graph), str(graph.folder), span, _stamps(graph, node, span[0])
            found = self._evaluators.pop(key, None) or self._evaluator(graph, span)
            self._evaluators[key] = found
            evaluator = copy(found)  # the same memory, but each request has its own cancel and progress
            evaluator.cancel, evaluator.report = cancel, sender.progress
            evaluator.prepare(node)
            while len(self._evaluators) > SHOTS:
                self._evaluators.popitem(last=False)
            while len(self._analyses) > ANALYSES:
                self._analyses.pop(next(iter(self._analyses)))
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


def _stamps(graph: Graph, node: str, frame: int) -> tuple[str, ...]:
    """The state of the files that are read, so that a plate that was rendered again is looked at again."""
    return tuple(graph.at(name, frame).stamp() for name in graph.upstream(node))


def read_shot(request: Request) -> Graph:
    """The shot of a request. Raises DocumentError.

    A document may be a stranger's: it keeps to the places that the user named, as on the command line. A shot that
    comes as text is what a host's user made.
    """
    from ...graph.document import parse

    sets = request.get("sets", ())
    if request.get("path") is not None:
        writing = request.name in ("render", "check")
        return job.open_shot(request.get("path"), sets, request.get("allow", ()), writing)
    folder = request.get("folder")
    return job.apply_sets(parse(request.get("shot"), Path(folder) if folder else None), sets)


def answer(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    """Do what is asked and return the exit code. Raises RecastError where the request cannot be done."""
    forget()
    try:
        return _ANSWERS[request.name](request, sender, cancel, warm)
    except Cancelled:
        sender.emit("cancelled", "Cancelled.")
        return CANCELLED


def attempt(sender: EventSender, work: Callable[[], int]) -> int:
    """The exit code of `work`. An error that it raises is reported; a fault of ours must not end the others' work."""
    from ...graph.render import as_recast_error

    try:
        return work()
    except Exception as error:
        fault = as_recast_error(error)
        if fault is not error:
            log.exception("A request failed.")
        sender.emit("error", str(fault), problems=getattr(fault, "problems", [str(fault)]))
        return exits.of_error(fault)


def _describe(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    from ...nodes import NODES

    sender.emit("result", version=__version__, nodes=[kind.describe() for kind in NODES.values()])
    return DONE


def _check(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    from ...graph.check import check, shot_span
    from ...media.names.patterns import format_frames, parse_frames

    graph = read_shot(request)
    output = job.find_output(graph)
    span = shot_span(graph, output)
    frames = parse_frames(request.get("frames")) if request.get("frames") else span
    errors, warnings = check(graph, output, frames)
    sender.emit("result", frames=format_frames(span), errors=[*map(str, errors)], warnings=[*map(str, warnings)])
    return job.WRONG_REQUEST if errors else DONE


def _render(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    graph = read_shot(request)
    if not warm.rendering.acquire(blocking=False):
        sender.emit("waiting", "Another render is on; this one is next.")
        while not warm.rendering.acquire(timeout=0.1):
            if cancel.is_set():
                raise Cancelled
    try:
        how = partial(warm.settings, sender, cancel, request)
        return job.render_shot(graph, request.get("frames"), sender, how, warm.crews.hire)
    finally:
        warm.rendering.release()


def _track(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    """Follow the faces of a shot, so that rendering and viewing find them known."""
    graph = read_shot(request)
    tracking = [name for name, placed in graph.nodes.items() if placed.gives is Track and placed.wires]
    names = [_resolve(graph, request.get("node"))] if request.get("node") else tracking
    found = {}
    for name in names:
        evaluator = warm.prepare(graph, name, sender, cancel)
        states = {frame: evaluator.pull(name, frame).state for frame in evaluator.span}
        lost = [frame for frame, state in states.items() if state == "lost"]
        found[name] = {"frames": len(states), "tracked": _count(states, "tracked"), "lost": lost}
        sender.emit("tracked", f"{name}: the face was seen in {_count(states, 'tracked')} of {len(states)} frames.")
    sender.emit("result", tracks=found)
    return DONE


def _count(states: dict[int, str], state: str) -> int:
    return sum(each == state for each in states.values())


def _view(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    from .views import view_result

    graph = read_shot(request)
    name = _resolve(graph, request.get("node"))
    evaluator = warm.prepare(graph, name, sender, cancel)
    result = evaluator.pull(name, request.get("frame"))
    sender.emit("result", **view_result(result, request.get("size", 0), request.get("layer", "")))
    return DONE


def _resolve(graph: Graph, word: str) -> str:
    try:
        return graph.resolve(word)
    except KnobError as error:
        raise DocumentError([str(error)]) from None


_ANSWERS: dict[str, Callable[[Request, EventSender, threading.Event, Warm], int]] = {
    "describe": _describe,
    "check": _check,
    "render": _render,
    "track": _track,
    "view": _view,
}
