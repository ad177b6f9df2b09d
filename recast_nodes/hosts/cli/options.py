"""Options that several commands have, said once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

RENDER_OPTIONS = (
    "frames",
    "sets",
    "cache",
    "memory",
    "workers",
    "overwrite",
    "verify",
    "fail_fast",
    "continue_on_error",
    "timeout",
    "as_json",
)
allow_option = click.option(
    "--allow",
    "allowed",
    multiple=True,
    type=click.Path(),
    metavar="FOLDER",
    help="Also let the shot write below this folder (repeatable). By default: the document's folder and those in "
    "RECAST_ROOTS.",
)


def workers_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--workers, for every command that works on several frames at once."""
    text = (
        "How many frames to process at once, at most. Default, and never more: one per core, but two at least. For "
        "more than 3, a render has several processes (docs/farm.md)."
    )
    return click.option("--workers", type=click.IntRange(1, 256), help=text)(command)


def render_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that renders, gather into one `options` dictionary."""
    options: list[Callable[..., Any]] = [
        click.option("--frames", help="Frames to render: 1001-1100, 1001-1100x2 or 1001,1050. Default: all."),
        click.option("--set", "sets", multiple=True, metavar="NODE.KNOB=VALUE", help="Set a knob (repeatable)."),
        click.option("--cache", type=click.Path(file_okay=False), help="Cache the output of each node in this folder."),
        click.option(
            "--memory",
            type=click.IntRange(0),
            default=64,
            show_default=True,
            help="Memory for cached images in each process, MB.",
        ),
        workers_option,
        click.option("--overwrite", is_flag=True, help="Render every frame again, including finished ones."),
        click.option("--verify", is_flag=True, help="Decode and check every finished frame."),
        click.option("--fail-fast", is_flag=True, help="Stop at the first frame that fails."),
        click.option(
            "--continue-on-error",
            is_flag=True,
            help="Continue with the other frames even after a disk error. By default the render continues after a "
            "frame that fails, but stops if a disk is full or a share disappears.",
        ),
        click.option(
            "--timeout", type=click.FloatRange(0, min_open=True), help="Longest time one frame may take, seconds."
        ),
        click.option(
            "--json", "as_json", is_flag=True, help="Print one JSON object per line instead of a progress bar."
        ),
    ]

    @functools.wraps(command)
    def gather(**given: Any) -> Any:
        return command(options={name: given.pop(name) for name in RENDER_OPTIONS}, **given)

    for option in reversed(options):
        gather = option(gather)
    return gather
