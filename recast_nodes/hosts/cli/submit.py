"""`recast submit`: a shot as a job for a farm."""

from __future__ import annotations

from pathlib import Path

import click

from .job import allow_option, open_shot, the_output


@click.command("submit")
@click.argument("shot", type=click.Path())
@allow_option
@click.option("--openjd", is_flag=True, required=True, help="As a job bundle of Open Job Description.")
@click.option("--output", type=click.Path(file_okay=False), help="The bundle's folder. Default: SHOT's name .openjd.")
@click.option("--frames", help="Frames to render, such as 1001-1100. Default: all.")
@click.option("--set", "sets", multiple=True, metavar="NODE.KNOB=VALUE", help="Set a knob; may be repeated.")
@click.option(
    "--chunk", type=click.IntRange(1), default=20, show_default=True, help="Frames that a task takes at first."
)
@click.option(
    "--chunk-seconds",
    type=click.IntRange(0),
    default=300,
    show_default=True,
    help="How long tasks are meant to be; farms that can, choose their frames by it. 0: always --chunk frames.",
)
def command(
    shot: str,
    allowed: tuple[str, ...],
    openjd: bool,
    output: str | None,
    frames: str | None,
    sets: tuple[str, ...],
    chunk: int,
    chunk_seconds: int,
) -> None:
    """Write the shot document SHOT as a job that a farm executes (docs/farm.md).

    `openjd run template.yaml -p file://values.yaml --step Report --run-dependencies` executes it on this machine;
    `deadline bundle submit` hands its folder to AWS Deadline Cloud.
    """
    from ...errors import DocumentError
    from ...graph.check import check, shot_span
    from ...media.sequences import parse_frames
    from ..farm.openjd import Chunks, write_bundle

    path = Path(shot).absolute()
    graph = open_shot(shot, sets, allowed)
    node = the_output(graph)
    span = shot_span(graph, node)
    errors, _ = check(graph, node, span)
    if errors:
        raise DocumentError([str(problem) for problem in errors])
    wanted = tuple(sorted(parse_frames(frames))) if frames else span
    folder = Path(output) if output else path.with_name(f"{path.name.removesuffix('.recast.yaml')}.openjd")
    write_bundle(graph, node, path, wanted, folder, Chunks(chunk, chunk_seconds))
    click.echo(f"{folder}: {len(wanted)} frames, at first {chunk} a task.")
