"""What `recast edit` and `recast render` share: options, checking, rendering, and how it ends."""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from ...errors import DocumentError, KnobError
from ...graph.graph import Graph
from .console import Console

if TYPE_CHECKING:
    from ...graph.render import Settings


class Teller(Protocol):
    """Where events go: the Console of a command, or the worker's way to a host."""

    as_json: bool

    def tell(self, event: str, text: str = "", **facts: Any) -> None: ...
    def progress(self, what: str, done: int, total: int) -> None: ...


DONE, SOME_FAILED, WRONG_REQUEST, CANCELLED = 0, 1, 2, 130


def workers_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--workers, for every command that works on several frames at once."""
    text = "Frames in work at once. Default: one a core, and one more."
    return click.option("--workers", type=click.IntRange(1, 256), help=text)(command)


def render_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that renders, gathered into one `options` dictionary."""
    options: list[Callable[..., Any]] = [
        click.option("--frames", help="Frames to render, such as 1001-1100, 1001-1100x2 or 1001,1050. Default: all."),
        click.option("--set", "sets", multiple=True, metavar="NODE.KNOB=VALUE", help="Set a knob; may be repeated."),
        click.option("--cache", type=click.Path(file_okay=False), help="Keep results of stages in this folder."),
        click.option("--memory", type=click.IntRange(0), default=64, show_default=True, help="Cache in memory, MB."),
        workers_option,
        click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a progress bar."),
    ]

    @functools.wraps(command)
    def gathered(**given: Any) -> Any:
        names = ("frames", "sets", "cache", "memory", "workers", "as_json")
        return command(options={name: given.pop(name) for name in names}, **given)

    for option in reversed(options):
        gathered = option(gathered)
    return gathered


def with_sets(graph: Graph, sets: Sequence[str]) -> Graph:
    """The graph with NODE.KNOB=VALUE applied. Raises DocumentError naming every wrong one."""
    problems = []
    for text in sets:
        target, equals, value = text.partition("=")
        word, dot, knob = target.partition(".")
        if not (equals and dot):
            problems.append(f"--set {text}: is not NODE.KNOB=VALUE.")
            continue
        try:
            kind = graph.nodes[graph.resolve(word)].kind
            parsed = kind.knobs[knob].parse(value) if knob in kind.knobs else value
            graph = graph.with_knob(word, knob, parsed)
        except KnobError as error:
            problems.append(f"--set {text}: {error}")
    if problems:
        raise DocumentError(problems)
    return graph


def the_output(graph: Graph) -> str:
    """The one node that writes files. Raises DocumentError where there is none or more than one."""
    outputs = graph.outputs()
    if len(outputs) != 1:
        found = ", ".join(outputs) or "none"
        raise DocumentError([f"the shot needs one node that writes files (Write); it has {found}."])
    return outputs[0]


def run(graph: Graph, options: dict[str, Any], before: Callable[[], None] = lambda: None) -> None:
    """Check, render, say how it went, and leave with the exit code. `before` runs once all checks have passed."""
    console = Console(options["as_json"])
    signal.signal(signal.SIGTERM, _interrupt)
    with console.open():

        def how() -> Settings:
            before()
            return settings(console, options["workers"], options["memory"], options["cache"])

        code = render_shot(graph, options["frames"], console, how)
    sys.exit(code)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def render_shot(graph: Graph, wanted: str | None, console: Teller, how: Callable[[], Settings]) -> int:
    """Check and render the `wanted` frames of a shot, or all; returns the exit code. Raises RecastError.

    `how` is asked once all checks have passed. What happens goes to `console`; the worker's sends it to a host.
    """
    from ...graph.check import check, shot_span
    from ...graph.render import render
    from ...media.sequences import format_frames, parse_frames

    output = the_output(graph)
    span = shot_span(graph, output)
    frames = parse_frames(wanted) if wanted else span
    beyond = sorted(set(frames) - set(span))
    if beyond:
        raise DocumentError([f"--frames: {format_frames(beyond)} are not in the shot, which is {format_frames(span)}."])
    errors, warnings = check(graph, output, span)
    for problem in warnings:
        console.tell("warning", f"Warning: {problem}")
    if errors:
        raise DocumentError([str(problem) for problem in errors])
    chosen = how()
    try:
        outcome = render(graph, output, frames, span, chosen)
    except KeyboardInterrupt:
        chosen.cancel.set()
        outcome = None
    if outcome is None or outcome.cancelled:
        console.tell("cancelled", "Cancelled. Every frame that was written is whole.")
        return CANCELLED
    _say_end(console, outcome)
    return SOME_FAILED if outcome.failed else DONE


def settings(console: Teller, workers: int | None, memory: int = 64, cache: str | None = None) -> Settings:
    """How to render here: `workers` frames at once, `memory` MB of cache, and a cache folder if one is named."""
    from ...graph.cache import DiskCache, MemoryCache
    from ...graph.render import Settings

    return Settings(
        workers=workers or at_once(),
        memory=MemoryCache(memory << 20),
        disk=_disk_cache(Path(cache), DiskCache) if cache else None,
        report=console.progress,
        finished=lambda frame, path: console.tell("frame", frame=frame, file=path) if console.as_json else None,
        failed=lambda frame, text: console.tell("failed", f"Frame {frame} failed: {text}", frame=frame),
    )


def at_once() -> int:
    """Frames in work at once: while one waits for the disk, every core has another."""
    return 1 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _disk_cache(folder: Path, kind: Any) -> Any:
    from ...media.forms import read_form, write_form

    return kind(folder, write_form, read_form)


def _say_end(console: Teller, outcome: Any) -> None:
    timings = {name: round(seconds, 3) for name, seconds in sorted(outcome.seconds.items())}
    failed = f", {len(outcome.failed)} failed" if outcome.failed else ""
    last = next(iter(sorted(outcome.written.items())), (0, "nothing"))[1]
    text = f"{len(outcome.written)} frames written{failed}: {last}" + (" and on" if len(outcome.written) > 1 else "")
    console.tell(
        "done",
        text,
        frames=len(outcome.written),
        failed={str(frame): reason for frame, reason in sorted(outcome.failed.items())},
        seconds=timings,
    )
