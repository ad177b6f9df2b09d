"""What `recast edit` and `recast render` share: checking, rendering, and how it ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import DocumentError, OutOfMemory, RecastError
from ...graph.consent import with_consent
from ...graph.crew.count import CrewSize, crew_size, default_workers
from ...graph.crew.hire import hire_crew
from ...graph.faults import as_recast_error
from ...graph.graph import Graph
from . import exits
from .console import Console, EventSink
from .exits import CANCELLED, DONE, SOME_FAILED, WRONG_REQUEST
from .look_time import tell_look_time
from .outcome_text import count_text, report_outcome
from .process_end import leave
from .sets import apply_sets, read_set

if TYPE_CHECKING:
    from ...graph.crew.crew import LocalCrew
    from ...graph.render import Settings

__all__ = [
    "CANCELLED",
    "DONE",
    "SOME_FAILED",
    "WRONG_REQUEST",
    "EventSink",
    "apply_sets",
    "count_text",
    "report_outcome",
]


def open_shot(shot: str, sets: Sequence[str] = (), allowed: Sequence[str] = (), writing: bool = True) -> Graph:
    """The graph of a document, with `--set`s, if its paths keep to the places that the user named. What was set by
    hand may name anything. Without `writing` it is only looked at, so where it writes does not matter.
    Raises DocumentError.
    """
    from ...graph import allowed_paths
    from ...graph.document import load

    graph = apply_sets(load(shot), sets)
    chosen = {read_set(graph, text)[:2] for text in sets}
    graph = allowed_paths.confine(graph, allowed_paths.allowed_places(shot, allowed), chosen, writing)
    return with_consent(graph) if writing else graph


def find_output(graph: Graph) -> str:
    """The one node that writes files. Raises DocumentError where there is none or more than one."""
    outputs = graph.outputs()
    if len(outputs) != 1:
        found = ", ".join(outputs) or "none"
        raise DocumentError([f"the shot needs exactly one Write; it has {found}."])
    return outputs[0]


def attempt(as_json: bool, work: Callable[[EventSink], int], folder: Callable[[], Path | None] = lambda: None) -> None:
    """Do the work of a command that makes a shot's frames, and leave with its exit code; an error is printed.

    `folder` is where the frames go, once that is known.
    """
    console = Console(as_json)
    signal.signal(signal.SIGTERM, interrupt)
    with console.open():
        try:
            code = work(console)
        except RecastError as error:
            console.emit("error", f"Error: {error}")
            code = exits.of_error(error)
        except Exception as error:
            problem = as_recast_error(error)
            if not isinstance(problem, OutOfMemory):
                raise
            console.emit("error", f"Error: {problem}")
            code = exits.NO_MEMORY
    leave(code, folder())


def interrupt(number: int, frame: object) -> None:
    """SIGTERM, as farms send it, is what Ctrl-C is."""
    raise KeyboardInterrupt


def folder_of(graph: Graph) -> Path:
    """Where the frames of a shot go. Raises DocumentError."""
    output = find_output(graph)
    return Path(graph.at(output, 0).values["file"]).absolute().parent


def render_settings(
    console: EventSink, options: Mapping[str, Any], before: Callable[[], None] = lambda: None
) -> Settings:
    """How to render, as options of the command line or fields of a worker's request say. Raises DocumentError."""
    from ...graph.render import Resume

    if options.get("fail_fast") and options.get("continue_on_error"):
        raise DocumentError(["--fail-fast and --continue-on-error cannot be used together."])
    return replace(
        settings(console, options.get("workers"), options.get("memory", 64), options.get("cache")),
        resume=Resume(overwrite=options.get("overwrite", False), verify=options.get("verify", False)),
        before=lambda frames: before(),
        failing="any" if options.get("fail_fast") else "never" if options.get("continue_on_error") else "machine",
        timeout=options.get("timeout"),
        analysis_only=options.get("analysis", False),
        share=bool(options.get("analysis") and options.get("frames")),
    )


def render_shot(
    graph: Graph,
    wanted: str | None,
    console: EventSink,
    how: Callable[[], Settings],
    hire: Callable[[CrewSize], AbstractContextManager[LocalCrew | None]] = hire_crew,
) -> int:
    """Check and render the `wanted` frames of a shot, or all that are not there; returns the exit code.

    `how` gives the settings; its `before` is called once all checks have passed. What happens goes to `console`; the
    worker's sends it to a host. `hire` gives the processes for it. Raises RecastError.
    """
    from ...graph.check import shot_span

    output = find_output(graph)
    span = shot_span(graph, output)
    frames = wanted_frames(wanted, span)
    chosen = tell_look_time(how(), console, graph, output, span)

    def ready(todo: list[int]) -> None:
        if todo:
            report_check(graph, output, span, console)
        chosen.before(todo)

    size = crew_size(graph, output, span, chosen.workers)
    with hire(size) as crew:
        chosen = replace(chosen, workers=chosen.workers if crew else size.threads)
        return render_frames(graph, output, frames, span, console, replace(chosen, before=ready, crew=crew))


def wanted_frames(wanted: str | None, span: Sequence[int]) -> Sequence[int]:
    """The frames of --frames, all of the shot without it. Raises DocumentError where the shot has not all of them."""
    from ...media.names.patterns import format_frames, parse_frames

    frames = parse_frames(wanted) if wanted else span
    beyond = sorted(set(frames) - set(span))
    if beyond:
        verb = "is" if len(beyond) == 1 else "are"
        text = f"--frames: {format_frames(beyond)} {verb} outside the shot, which is {format_frames(span)}."
        raise DocumentError([text])
    return frames


def render_frames(
    graph: Graph, output: str, frames: Sequence[int], span: Sequence[int], console: EventSink, chosen: Settings
) -> int:
    """Render frames of a shot that was checked, and say how it went; returns the exit code. Raises RecastError."""
    from ...graph.render import render

    try:
        outcome = render(graph, output, frames, span, chosen)
    except KeyboardInterrupt:
        chosen.cancel.set()
        outcome = None
    if outcome is None or outcome.cancelled:
        console.emit("cancelled", "Cancelled. Frames already written are complete.")
        return CANCELLED
    if chosen.analysis_only:
        looked = frames if chosen.share else span
        console.emit("done", f"Analysis is complete: {count_text(len(looked), 'frame')}.", frames=0)
    else:
        report_outcome(console, outcome, frames, graph.at(output, frames[0]).values["file"])
    return exits.of_outcome(outcome)


def report_check(graph: Graph, output: str, span: Sequence[int], console: EventSink) -> None:
    """Tell the warnings about a shot. Raises DocumentError with what keeps it from being rendered."""
    from ...graph.check import check
    from ...graph.graph import merge_equal

    errors, warnings = check(graph, output, span)
    for text in merge_equal(warnings):
        console.emit("warning", f"Warning: {text}")
    if errors:
        raise DocumentError(merge_equal(errors))


def settings(console: EventSink, workers: int | None, memory: int = 64, cache: str | None = None) -> Settings:
    """How to render here: `workers` frames at once, `memory` MB of cache, and a cache folder if one is named."""
    from ...graph.cache import DiskCache, MemoryCache
    from ...graph.render import Resume, Settings

    return Settings(
        resume=Resume(),
        workers=workers or default_workers(),
        memory=MemoryCache(memory << 20),
        disk=_disk_cache(Path(cache), DiskCache) if cache else None,
        report=console.progress,
        finished=lambda frame, path: console.emit("frame", frame=frame, file=path) if console.as_json else None,
        failed=lambda frame, text: console.emit("failed", f"Frame {frame} failed: {text}", frame=frame),
    )


def _disk_cache(folder: Path, kind: Any) -> Any:
    from ...media.exr.forms import read_form, write_form

    return kind(folder, write_form, read_form)
