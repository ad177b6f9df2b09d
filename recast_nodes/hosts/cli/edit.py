"""`recast edit`: a shot document made on the spot, kept beside the output, and rendered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ...graph.edit import MODES, aligned, edit_graph
from . import exits
from .job import run, with_sets
from .options import render_options


@click.command("edit", epilog=exits.TEXT)
@click.option("--source", required=True, help="The plate: plate.####.exr, a still, or a movie.")
@click.option("--driving", required=True, help="The driving performance: a sequence, a movie, or a motion template.")
@click.option("--output", required=True, help="The frames to write: out/shot.####.exr, or a movie for review.")
@click.option("--mode", type=click.Choice(MODES), default="replace", show_default=True, help="What to carry over.")
@click.option("--model", default="mesh", show_default=True, help="mesh, performrecast or liveportrait.")
@click.option("--fps", type=float, help="Frames a second of the plate, where its files do not say them (Plate.fps).")
@click.option("--retime", is_flag=True, help="Keep the driver's seconds where frame rates differ, not its frames.")
@render_options
def command(
    source: str,
    driving: str,
    output: str,
    mode: str,
    model: str,
    fps: float | None,
    retime: bool,
    options: dict[str, Any],
) -> None:
    """Edit the expression in a plate by a driving performance.

    The shot document that does it is kept beside the output; `recast render` renders it again.
    """
    from ...graph.document import save

    source, driving, output = (str(Path(path).absolute()) for path in (source, driving, output))
    graph = edit_graph(source, driving, output, mode, model, published=_published_crop(model))
    sets = [*([f"Plate.fps={fps}"] if fps is not None else []), *options["sets"]]
    graph = with_sets(aligned(with_sets(graph, sets), retime), sets)
    run(graph, options, before=lambda: save(graph, document_path(output)))


def _published_crop(model: str) -> bool:
    """Whether the faces are cropped as a neural model's authors do it: decided here, once, and kept in the document.

    Left to each machine, the frames of one shot could come out of two kinds of crop.
    """
    from ...models import face_networks
    from ...notices import notice

    if model == "mesh":
        return False
    there = face_networks.installed(face_networks.LANDMARKS)
    if not there:
        notice(
            f"The faces are cropped by MediaPipe's landmarks: {face_networks.LANDMARKS}, by which {model}'s authors do "
            "it, is not installed (docs/models.md). FaceTrack.crop_from is tracked."
        )
    return there


def document_path(output: str) -> Path:
    """out/shot.####.exr -> out/shot.recast.yaml"""
    from ...media.journal import stem

    return Path(output).absolute().with_name(f"{stem(output)}.recast.yaml")
