"""`recast submit`: a shot as a job for a farm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..farm.opencue import need_opencue
from .job import count_text, find_output, open_shot
from .options import allow_option
from .sets import read_set

if TYPE_CHECKING:
    from ..farm.openjd import FarmJob


@click.command("submit")
@click.argument("shot", type=click.Path())
@allow_option
@click.option("--openjd", is_flag=True, help="Write an Open Job Description job bundle.")
@click.option("--opencue", is_flag=True, help="Submit to OpenCue, through its own library.")
@click.option(
    "--output",
    type=click.Path(),
    help="The bundle's folder. Default: SHOT's name with .openjd. With --opencue: only write the job specification to "
    "this file.",
)
@click.option("--frames", help="Frames to render: 1001-1100. Default: all.")
@click.option("--set", "sets", multiple=True, metavar="NODE.KNOB=VALUE", help="Set a knob (repeatable).")
@click.option("--chunk", type=click.IntRange(1), default=20, show_default=True, help="Frames per task at first.")
@click.option(
    "--chunk-seconds",
    type=click.IntRange(0),
    default=300,
    show_default=True,
    help="Target length of a task, for farms that can adapt its frames. 0: always --chunk frames.",
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
    """Submit the shot document SHOT to a render farm (docs/farm.md).

    `openjd run template.yaml -p file://values.yaml --step Report --run-dependencies` runs the bundle on this machine;
    `deadline bundle submit` submits it to AWS Deadline Cloud.
    """
    from ...errors import DocumentError
    from ...graph.check import check, shot_span
    from ...media.names.patterns import parse_frames
    from ..farm.openjd import Chunks, FarmJob

    if openjd == opencue:
        raise click.UsageError("choose either --openjd or --opencue.")
    if opencue:
        need_opencue()
    path = Path(shot).absolute()
    graph = open_shot(shot, sets, allowed)
    node = find_output(graph)
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
        problem = f"{folder}: is a symbolic link, which is not followed; set the bundle's folder with --output."
        raise DocumentError([problem])
    write_bundle(job, folder)
    count = len(job.frames)
    return f"{folder}: {count_text(count, 'frame')} in tasks of {min(job.chunks.frames, count)} at first."


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
        return f"{opencue.launch(launcher)}: {count_text(len(frames), 'frame')}, {chunk} per task."
    with whole_file(output) as temporary:
        temporary.write_text(opencue.specification(launcher), encoding="utf-8")
    return f"{output}: {count_text(len(frames), 'frame')}, {chunk} per task; not submitted."
