"""`recast check`: everything that can be known before rendering."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ...graph.graph import Graph
from .console import Console
from .job import DONE, WRONG_REQUEST, count_text, find_output, open_shot
from .options import allow_option
from .sets import read_set


@click.command("check")
@click.argument("shot", type=click.Path())
@click.option("--frames", help="Check these frames only.")
@click.option("--set", "sets", multiple=True, metavar="NODE.KNOB=VALUE", help="Set a knob (repeatable).")
@allow_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def command(shot: str, frames: str | None, sets: tuple[str, ...], allowed: tuple[str, ...], as_json: bool) -> None:
    """Find problems in the shot document SHOT without rendering it."""
    from ...errors import DocumentError, RecastError

    console = Console(as_json)
    with console.open():
        try:
            errors, warnings, count = _findings(shot, frames, sets, allowed)
        except DocumentError as error:
            errors, warnings, count = error.problems, [], 0
        except RecastError as error:
            errors, warnings, count = [str(error)], [], 0
        for text in errors:
            console.emit("error", f"Error: {text}")
        for text in warnings:
            console.emit("warning", f"Warning: {text}")
        console.emit("done", f"{shot}: {_verdict(errors, count)}", errors=len(errors), warnings=len(warnings))
    sys.exit(WRONG_REQUEST if errors else DONE)


def _findings(
    shot: str, frames: str | None, sets: tuple[str, ...], allowed: tuple[str, ...]
) -> tuple[list[str], list[str], int]:
    from ...graph.check import check, shot_span
    from ...graph.graph import merge_equal
    from ...media.names.patterns import parse_frames

    graph = open_shot(shot, sets, allowed)
    output = find_output(graph)
    wanted = parse_frames(frames) if frames else shot_span(graph, output)
    errors, warnings = check(graph, output, wanted)
    farm = _farm_refusals(graph, output, shot, wanted, sets) if not errors else []
    return merge_equal(errors), [*merge_equal(warnings), *farm], len(wanted)


def _farm_refusals(graph: Graph, output: str, shot: str, frames: Sequence[int], sets: tuple[str, ...]) -> list[str]:
    """What `recast submit` would refuse, though it renders here."""
    from ..farm import opencue, openjd

    path = Path(shot).absolute()
    by_hand = tuple(read_set(graph, text) for text in sets)
    job = openjd.FarmJob(graph, output, path, tuple(sorted(frames)), sets=by_hand)
    refused = {"--openjd": openjd.refusals(job), "--opencue": opencue.refusals([str(path), *sets])}
    return [
        f"`recast submit {farm}` would refuse it: {problem}"
        for farm, problems in refused.items()
        for problem in problems
    ]


def _verdict(errors: list[Any], count: int) -> str:
    if errors:
        return f"{count_text(len(errors), 'error')}."
    return f"ready to render {count_text(count, 'frame')}."
