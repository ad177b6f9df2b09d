"""`recast submit`: a shot as a job for a farm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..farm.opencue import need_opencue
from .job import counted, open_shot, the_output
from .options import allow_option
from .sets import read_set

if TYPE_CHECKING:
    from ..farm.openjd import FarmJob


@click.command("submit")
@click.argument("shot", type=click.Path())
@allow_option
@click.option("--openjd", is_flag=True, help="As a job bundle of Open Job Description.")
@click.option("--opencue", is_flag=True, help="To OpenCue, by its own library.")
@click.option(
    "--output",
    type=click.Path(),
    help="The bundle's folder; default: SHOT's name .openjd. With --opencue: a file for the job's specification, which "
    "is then not launched.",
)
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
    opencue: bool,
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
    from ...media.names.patterns import parse_frames
    from ..farm.openjd import Chunks, FarmJob

    if openjd == opencue:
        raise click.UsageError("either --openjd or --opencue is needed.")
    if opencue:
        need_opencue()
    path = Path(shot).absolute()
    graph = open_shot(shot, sets, allowed)
    node = the_output(graph)
    span = shot_span(graph, node)
    errors, _ = check(graph, node, span)
    if errors:
        raise DocumentError([str(problem) for problem in errors])
    wanted = tuple(sorted(parse_frames(frames))) if frames else span
    if opencue:
        click.echo(_to_opencue(path, wanted, sets, allowed, chunk, output))
        return
    by_hand = tuple(read_set(graph, text) for text in sets)
    click.echo(_to_bundle(FarmJob(graph, node, path, wanted, Chunks(chunk, chunk_seconds), by_hand), output))


def _to_bundle(job: FarmJob, output: str | None) -> str:
    """Write the bundle of a job; returns what was done."""
    from ...errors import DocumentError
    from ..farm.openjd import write_bundle

    folder = Path(output) if output else job.shot.with_name(f"{job.shot.name.removesuffix('.recast.yaml')}.openjd")
    if not output and folder.is_symlink():  # nobody named it: whoever made the shot's folder chose where it leads
        raise DocumentError([f"{folder}: is a link, which is not followed; name the bundle's folder by --output."])
    write_bundle(job, folder)
    count = len(job.frames)
    return f"{folder}: {counted(count, 'frame')} in tasks of {min(job.chunks.frames, count)} to begin with."


def _to_opencue(
    shot: Path, frames: tuple[int, ...], sets: tuple[str, ...], allowed: tuple[str, ...], chunk: int, output: str | None
) -> str:
    """Launch the job, or write its specification; returns what was done."""
    from ...media.files.atomic import whole_file
    from ..farm import opencue

    words = [word for text in sets for word in ("--set", text)]
    words += [word for folder in allowed for word in ("--allow", str(Path(folder).absolute()))]
    launcher = opencue.job(shot, frames, words, chunk)
    if not output:
        return f"{opencue.launch(launcher)}: {counted(len(frames), 'frame')}, {chunk} a task."
    with whole_file(output) as temporary:
        temporary.write_text(opencue.specification(launcher), encoding="utf-8")
    return f"{output}: {counted(len(frames), 'frame')}, {chunk} a task; it is not launched."
