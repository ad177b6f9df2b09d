"""`recast edit`: a shot document made on the spot, kept beside the output, and rendered."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from ...graph import allowed_paths
from ...graph.document import moved_to, save
from ...graph.edit import MODES, aligned, edit_graph
from ...graph.graph import Graph
from ...graph.origin import read, replace_document, same_shot, sign
from ...graph.stills import is_still, moving_span
from ...model_registry import MODELS
from ...notices import notice
from ..bridge.documents import document_beside
from . import exits
from .job import EventSink, attempt, how, render_shot
from .options import render_options
from .sets import with_sets

WRITER = "recast edit"


@click.command("edit", epilog=exits.TEXT)
@click.option("--source", required=True, help="The plate: plate.####.exr, a still, or a movie.")
@click.option("--driving", required=True, help="The driving performance: a sequence, a movie, or a motion template.")
@click.option("--output", required=True, help="The frames to write: out/shot.####.exr, or a movie for review.")
@click.option("--mode", type=click.Choice(MODES), default="replace", show_default=True, help="What to carry over.")
@click.option("--model", default=MODELS.default, show_default=True, help="One of those in `recast models list`.")
@click.option("--fps", type=float, help="Frames a second of the plate, where its files do not say them (Plate.fps).")
@click.option("--retime", is_flag=True, help="Keep the driver's seconds where frame rates differ, not its frames.")
@click.option(
    "--overwrite-document",
    is_flag=True,
    help="Start anew from these options, even where the document beside the output was changed by hand.",
)
@render_options
def command(
    source: str,
    driving: str,
    output: str,
    mode: str,
    model: str,
    fps: float | None,
    retime: bool,
    overwrite_document: bool,
    options: dict[str, Any],
) -> None:
    """Edit the expression in a plate by a driving performance.

    The shot document that does it is kept beside the output; `recast render` renders it again. A document that was
    changed by hand is never lost: with the options that it was made by, it is rendered as it is; with others, a copy
    of it is kept under a number.
    """
    source, driving, output = (str(Path(path).absolute()) for path in (source, driving, output))
    document = document_path(output)

    def work(console: EventSink) -> int:
        from ...media.output_names import check_length
        from ...media.writers import check_target

        check_target(output, ())
        check_length(document)
        graph = edit_graph(source, driving, output, mode, model, crop_from=_crop_from(model))
        sets = [*([f"Plate.fps={fps}"] if fps is not None else []), *options["sets"]]
        graph = with_sets(graph, sets)
        follows = is_still(graph, "Plate") and moving_span(graph, "Driving")
        graph = graph if follows else with_sets(aligned(graph, retime), sets)
        made = sign(moved_to(graph, document.parent), WRITER)
        shot = made if overwrite_document else chosen(made, document)
        save_it = partial(_save, made, document, overwrite_document) if shot is made else lambda: None
        return render_shot(shot, options["frames"], console, lambda: how(console, options, save_it))

    attempt(options["as_json"], work, lambda: document.parent)


def chosen(made: Graph, document: Path) -> Graph:
    """The shot that is meant: the one that was `made` by the options, or what hands have made of it in `document` since
    the same options made that.
    """
    there = read(document)
    if there is None or there.origin != made.origin or same_shot(there, made) or not _same_output(there, made):
        return made
    notice(
        f"{document} was changed since `recast edit` made it by these options: it is rendered as it is now. "
        "--overwrite-document starts anew."
    )
    return allowed_paths.confine(there, allowed_paths.named(document))


def _same_output(one: Graph, other: Graph) -> bool:
    files = [[graph.at(name, 0).values["file"] for name in graph.outputs()] for graph in (one, other)]
    return files[0] == files[1]


def _save(graph: Graph, document: Path, anew: bool) -> None:
    """Write the document; what hands made of an earlier one is kept."""
    if anew:
        save(graph, document)
        return
    kept = replace_document(graph, document)
    if kept:
        notice(
            f"{document} was changed by hand, and these options ask for something else: it is kept as {kept.name}, "
            f"and a new one takes its place."
        )


def _crop_from(model: str) -> str:
    """The landmarks that the faces are cropped by, as FaceTrack names them; '' for its default. The authors of a neural
    model have their own. That is decided here, once, and kept in the document.

    Left to each machine, the frames of one shot could come out of two kinds of crop.
    """
    from ...models.tracker.kinds.published import PUBLISHED
    from ...models.weights import onnx_faces

    if not MODELS.get(model).in_patch:
        return ""
    if all(map(onnx_faces.installed, PUBLISHED.user_networks)):
        return PUBLISHED.name
    notice(
        f"The faces are cropped by MediaPipe's landmarks: {onnx_faces.LANDMARKS}, by which {model}'s authors do it, is "
        "not installed (docs/models.md). FaceTrack.crop_from is tracked."
    )
    return ""


def document_path(output: str) -> Path:
    """out/shot.####.exr -> out/shot.recast.yaml"""
    return Path(document_beside(output))
