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
    help="Let the shot write beneath this folder too; may be repeated. Without it: the document's folder, and those "
    "in RECAST_ROOTS.",
)


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
        click.option("--overwrite", is_flag=True, help="Render every frame anew, also those that are there."),
        click.option("--verify", is_flag=True, help="Read every frame that is there again, decode and compare it."),
        click.option("--fail-fast", is_flag=True, help="Stop at the first frame that fails."),
        click.option(
            "--continue-on-error",
            is_flag=True,
            help="Go on with the other frames even where the disk is at fault. Without it, a frame that fails is named "
            "and the others go on, but a full disk or a share that is gone stops the render.",
        ),
        click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds that one frame may take."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a progress bar."),
    ]

    @functools.wraps(command)
    def gathered(**given: Any) -> Any:
        return command(options={name: given.pop(name) for name in RENDER_OPTIONS}, **given)

    for option in reversed(options):
        gathered = option(gathered)
    return gathered
