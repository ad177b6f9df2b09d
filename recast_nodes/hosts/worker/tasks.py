"""How the worker answers: by the functions of the command line, with everything kept warm between requests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ...errors import DocumentError, KnobError
from ...graph.consent import with_consent
from ...graph.faults import Cancelled
from ...graph.graph import Graph
from ...notices import forget
from ...wires import Track
from ..cli import exits, job
from .effects import answer_effect
from .events import EventSender
from .requests import Request
from .warm import Warm, load_tracker

if TYPE_CHECKING:
    from ...graph.evaluate import Evaluator

log = logging.getLogger(__name__)
DONE, CANCELLED = job.DONE, job.CANCELLED


def read_shot(request: Request) -> Graph:
    """The shot of a request. Raises DocumentError.

    A document may be a stranger's: it keeps to the places that the user named, as on the command line. A shot that
    comes as text is what a host's user made.
    """
    from ...graph.document import parse

    sets = request.get("sets", ())
    writing = request.name in ("render", "check")
    if request.get("path") is not None:
        return job.open_shot(request.get("path"), sets, request.get("allow", ()), writing)
    folder = request.get("folder")
    graph = job.apply_sets(parse(request.get("shot"), Path(folder) if folder else None), sets)
    return with_consent(graph) if writing else graph  # who agreed matters to what is written, and to no view


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
    with warm.rendering(sender, cancel):
        how = partial(warm.settings, sender, cancel, request)
        return job.render_shot(graph, request.get("frames"), sender, how, warm.crews.hire)


def _track(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    """Follow the faces of a shot, so that rendering and viewing find them known."""
    graph = read_shot(request)
    tracking = [name for name, placed in graph.nodes.items() if placed.gives is Track and placed.wires]
    names = [_resolve(graph, request.get("node"))] if request.get("node") else tracking
    found = {}
    for name in names:
        evaluator = warm.prepare(warm.find_evaluator(graph, name, sender, cancel), name, cancel)
        states = {frame: evaluator.pull(name, frame).state for frame in evaluator.span}
        lost = [frame for frame, state in states.items() if state == "lost"]
        found[name] = {"frames": len(states), "tracked": _count(states, "tracked"), "lost": lost}
        sender.emit("tracked", f"{name}: the face was seen in {_count(states, 'tracked')} of {len(states)} frames.")
    sender.emit("result", tracks=found)
    return DONE


def _count(states: dict[int, str], state: str) -> int:
    return sum(each == state for each in states.values())


def _view(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    """One node's result. A host that takes a provisional one has it at once, and asks for a `look`."""
    from .views import view_result

    graph, frame = read_shot(request), request.get("frame")
    name = _resolve(graph, request.get("node"))
    evaluator = warm.find_evaluator(graph, name, sender, cancel)
    _refuse_outside(evaluator, name, frame)
    with warm.urgency.urgent():
        provisional = warm.find_provisional(evaluator, name, frame, cancel) if request.get("provisional") else None
        result = provisional.make() if provisional else warm.prepare(evaluator, name, cancel).pull(name, frame)
        found = view_result(result, request.get("size", 0), request.get("layer", ""))
        if provisional:
            found["provisional"] = True
        sender.emit("result", **found)
    return DONE


def _refuse_outside(evaluator: Evaluator, name: str, frame: int) -> None:
    """Raises DocumentError where a frame outside the shot is asked for of a node that knows the shot's frames alone."""
    from ...media.names.patterns import format_frames

    graph, span = evaluator.graph, evaluator.span
    if frame not in span and any(graph.nodes[each].kind.analyses for each in graph.upstream(name)):
        raise DocumentError([f"Frame {frame} is outside the shot, which is {format_frames(span)}."])


def _look(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    """Look at the whole shot behind what is urgent, nearest frames first, so that views of it are final."""
    graph = read_shot(request)
    frames = warm.look(graph, _resolve(graph, request.get("node")), request.get("frame"), sender, cancel)
    sender.emit("result", frames=frames)
    return DONE


def _warm_up(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    """Load what a first picture needs, before there is a shot."""
    load_tracker()
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
    "look": _look,
    "warm_up": _warm_up,
    "effect": answer_effect,
}
