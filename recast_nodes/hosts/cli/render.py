"""`recast render`: a shot document to files."""

from __future__ import annotations

import importlib.util
import signal
import sys
from pathlib import Path
from typing import Any

import click

from ...errors import RecastError
from ...graph.graph import Graph
from . import exits
from .job import EventSink, attempt, folder_of, interrupt, open_shot, render_settings, render_shot
from .limited import load_ahead
from .options import RENDER_OPTIONS, allow_option, render_options

OUR_OWN = ("sets", "cache", "memory", "as_json")  # options that go to the worker in another form, or not at all
TO_WORKER = (*(name for name in RENDER_OPTIONS if name not in OUR_OWN), "analysis")


@click.command("render", epilog=exits.TEXT)
@click.argument("shot", type=click.Path())
@allow_option
@click.option(
    "--worker", is_flag=True, help="Render in the running worker: no start-up time, and its own --memory setting."
)
@click.option(
    "--analysis",
    is_flag=True,
    help="Only analyse the shot, and save the results beside the frames for later renders. With --frames: only those "
    "frames, if other machines analyse the rest.",
)
@click.option("--cluster", type=click.Choice(["ray"]), help="Render on all machines of a cluster (docs/farm.md).")
@click.option(
    "--address", help="The cluster's address. Default: $RAY_ADDRESS; if unset, a cluster is started on this machine."
)
@click.option("--cores", type=click.IntRange(1), help="Cores per renderer in the cluster, without a GPU. Default: 4.")
@render_options
def command(
    shot: str,
    allowed: tuple[str, ...],
    worker: bool,
    analysis: bool,
    cluster: str | None,
    address: str | None,
    cores: int | None,
    options: dict[str, Any],
) -> None:
    """Render the shot document SHOT: every frame that is missing or out of date (docs/resume.md)."""
    options["analysis"] = analysis
    if worker and cluster:
        raise click.UsageError("--worker and --cluster cannot be used together.")
    if (address or cores) and not cluster:
        raise click.UsageError("--address and --cores need --cluster.")
    opened: list[Graph] = []

    def work(console: EventSink) -> int:
        if cluster:
            _need_ray()
        else:
            load_ahead()
        graph = open_shot(shot, options["sets"], allowed)
        opened.append(graph)
        if cluster:
            return _by_cluster(graph, options, address, cores, console)
        return render_shot(graph, options["frames"], console, lambda: render_settings(console, options))

    if worker:
        sys.exit(_by_worker(shot, allowed, options))
    attempt(options["as_json"], work, lambda: folder_of(opened[0]) if opened else None)


def _need_ray() -> None:
    """What can be known before anything is loaded. Raises RecastError."""
    from ..farm.ray_cluster import NEEDED

    if importlib.util.find_spec("ray") is None:
        raise RecastError(NEEDED)


def _by_cluster(
    graph: Graph, options: dict[str, Any], address: str | None, cores: int | None, console: EventSink
) -> int:
    from ..farm.cluster import render

    if options["cache"]:
        options["cache"] = str(Path(options["cache"]).absolute())
    return render(graph, options, address or "", cores or 0, console)


def _by_worker(shot: str, allowed: tuple[str, ...], options: dict[str, Any]) -> int:
    """Have the worker render, and say here what it says; returns the exit code."""
    from ..worker.client import Worker
    from .console import Console
    from .worker import own_command

    asked = {name: options[name] for name in TO_WORKER if options[name]}
    asked |= {"path": str(Path(shot).absolute()), "sets": list(options["sets"])}
    asked |= {"allow": [str(Path(folder).absolute()) for folder in allowed]}
    if options["cache"]:
        asked["cache"] = str(Path(options["cache"]).absolute())
    console = Console(options["as_json"])
    signal.signal(signal.SIGTERM, interrupt)
    with console.open():
        job = Worker(command=own_command()).start("render", **asked)
        try:
            for event in job:
                _pass_on(console, dict(event))
        except KeyboardInterrupt:
            job.cancel()
            for event in job:
                _pass_on(console, dict(event))
    return int(job.code or 0)


def _pass_on(console: Any, event: dict[str, Any]) -> None:
    kind = event.pop("event")
    if kind == "progress":
        console.progress(**event)
    elif kind == "error":
        console.emit(kind, f"Error: {event['text']}")
    elif kind == "frame" and not console.as_json or kind in ("accepted", "end"):
        return
    else:
        console.emit(kind, event.pop("text", ""), **event)
