"""`recast edit`: a shot document made on the spot, kept beside the output, and rendered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from ...graph import allowed_paths
from ...graph.consent import with_consent
from ...graph.document import move_to, save
from ...graph.edit import MODES, with_takes
from ...graph.graph import Graph
from ...graph.origin import is_same_shot, read_document, replace_document, sign
from ...model_registry import MODELS
from ...notices import notice
from ..bridge.documents import document_beside
from . import exits
from .faces import align_drivers, check_edited, face_option, make_shot, read_faces
from .job import EventSink, attempt, render_settings, render_shot
from .limited import load_ahead
from .options import render_options
from .sets import apply_sets

WRITER = "recast edit"


@click.command("edit", epilog=exits.TEXT)
@click.option("--source", required=True, help="The plate: plate.####.exr, a still, or a movie.")
@click.option(
    "--driving",
    default="",
    help="The driving performance: a sequence, a movie, a performance in numbers (take.csv), or a motion template. "
    "Hand sliders alone need none: --set ExpressionMix.smile=0.6.",
)
@face_option
@click.option("--output", required=True, help="The frames to write: out/shot.####.exr, or a movie for review.")
@click.option(
    "--mode", type=click.Choice(MODES), default="replace", show_default=True, help="What to transfer from the driver."
)
@click.option("--model", default=MODELS.default, show_default=True, help="One of those in `recast models list`.")
@click.option(
    "--takes",
    multiple=True,
    help="Further footage of the plate's actor, which lends what the plate lacks; may be given several times.",
)
@click.option(
    "--consent",
    type=click.Path(),
    help="A file with a block `consent:`, which becomes the document's (docs/provenance.md).",
)
@click.option("--fps", type=float, help="The plate's frame rate, if its files do not state one (Plate.fps).")
@click.option(
    "--retime",
    is_flag=True,
    help="Where frame rates differ, keep the driver's timing in seconds rather than in frames.",
)
@click.option(
    "--overwrite-document",
    is_flag=True,
    help="Make a new document from these options, discarding manual changes to the one beside the output.",
)
@render_options
def command(
    source: str,
    driving: str,
    faces: Sequence[str],
    output: str,
    mode: str,
    model: str,
    takes: Sequence[str],
    consent: str | None,
    fps: float | None,
    retime: bool,
    overwrite_document: bool,
    options: dict[str, Any],
) -> None:
    """Edit the expression in a plate from a driving performance, or by hand sliders alone.

    The shot document is saved beside the output; `recast render` renders it again. One that you have changed is never
    lost: with the options of before it is rendered as it is; otherwise it is first copied to a numbered file.
    """
    edits = read_faces(faces, driving, takes)
    source, output, *takes = (str(Path(path).absolute()) for path in (source, output, *takes))
    document = document_path(output)

    def work(console: EventSink) -> int:
        load_ahead()
        from ...media.output_names import check_length
        from ...media.writers import check_target

        check_target(output, ())
        check_length(document)
        bare = with_takes(make_shot(source, edits, output, mode, model, _crop_from(model)), takes)
        sets = [*([f"Plate.fps={fps}"] if fps is not None else []), *options["sets"]]
        check_edited(edits, mode, bare, graph := apply_sets(bare, sets))
        graph = apply_sets(align_drivers(graph, retime), sets)
        made = sign(move_to(with_consent(graph, consent), document.parent), WRITER)
        shot = made if overwrite_document else choose_shot(made, document)
        save_it = partial(_save, made, document, overwrite_document) if shot is made else lambda: None
        return render_shot(shot, options["frames"], console, lambda: render_settings(console, options, save_it))

    attempt(options["as_json"], work, lambda: document.parent)


def choose_shot(made: Graph, document: Path) -> Graph:
    """The shot that is meant: the one that was `made` by the options, or what hands have made of it in `document` since
    the same options made that.
    """
    there = read_document(document)
    if there is None or there.origin != made.origin or is_same_shot(there, made) or not _same_output(there, made):
        return made
    notice(
        f"{document} has been changed since `recast edit` wrote it; rendering it as it is now. "
        "Use --overwrite-document to start again."
    )
    return with_consent(allowed_paths.confine(there, allowed_paths.allowed_places(document)))


def _same_output(one: Graph, other: Graph) -> bool:
    files = [[graph.at(name, 0).values["file"] for name in graph.outputs()] for graph in (one, other)]
    return files[0] == files[1]


def _save(graph: Graph, document: Path, anew: bool) -> None:
    """Write the document; what hands made of an earlier one is kept."""
    if anew:
        save(graph, document)
        return
    copy = replace_document(graph, document)
    if copy:
        notice(
            f"{document} has been changed, and these options differ from its own: it is now {copy.name}, "
            f"and a new document replaces it."
        )


def _crop_from(model: str) -> str:
    """The landmarks that the faces are cropped by, as FaceTrack names them; '' for its default. The authors of a neural
    model have their own. That is decided here, once, and kept in the document.

    Left to each machine, the frames of one shot could come out of two kinds of crop.
    """
    from ...models.tracker.kinds.published import PUBLISHED
    from ...models.weights import onnx_faces

    traits = MODELS.get(model)
    if not traits.in_patch or traits.folder:  # a trained model was shown crops of the tracked landmarks' kind
        return ""
    if all(map(onnx_faces.is_installed, PUBLISHED.user_networks)):
        return PUBLISHED.name
    notice(
        f"The faces are cropped by MediaPipe's landmarks: {onnx_faces.LANDMARKS}, by which {model}'s authors do it, is "
        "not installed (docs/models.md). FaceTrack.crop_from is tracked."
    )
    return ""


def document_path(output: str) -> Path:
    """out/shot.####.exr -> out/shot.recast.yaml"""
    return Path(document_beside(output))
