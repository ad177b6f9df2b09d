"""`--face FACE=DRIVER` of `recast edit`: several faces in one shot, each with a driver of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ...errors import DocumentError, KnobError
from ...graph.driver_time import align_driver
from ...graph.edit import MODES, edit_graph, without_driver
from ...graph.face_selectors import TAKES, read_selector, split_face
from ...graph.faces import FaceEdit, composites_of, faces_graph
from ...graph.graph import Graph
from ...graph.roles import find_roles
from ...graph.stills import is_still, moving_span

face_option = click.option(
    "--face",
    "faces",
    multiple=True,
    metavar="FACE=DRIVER",
    help=f"One of several faces in the plate and its driver, in place of --driving (repeatable). FACE is {TAKES}. "
    "Without =DRIVER the face is there for hand sliders.",
)


def read_faces(faces: Sequence[str], driving: str, takes: Sequence[str]) -> list[FaceEdit]:
    """The faces that are asked for: those of `--face`, or the one that `driving`, or with '' hand sliders, drive.

    Raises click.UsageError where options do not go together or a face is not said in words that there are.
    """
    if not faces:
        return [FaceEdit({}, str(Path(driving).absolute()) if driving else "")]
    if driving:
        raise click.UsageError("--face names a driver for each face, and --driving one for all: use one of them.")
    if takes and len(faces) > 1:
        raise click.UsageError(
            "--takes are of one actor, and there are several: name them by --set MotionExtract.takes=FILE, "
            "MotionExtract2.takes=FILE, ..."
        )
    try:
        return [_read_face(text) for text in faces]
    except KnobError as problem:
        raise click.UsageError(f"--face: {problem}") from None


def _read_face(text: str) -> FaceEdit:
    selector, driving = split_face(text)
    return FaceEdit(read_selector(selector), str(Path(driving).absolute()) if driving else "")


def make_shot(source: str, faces: Sequence[FaceEdit], output: str, mode: str, model: str, crop_from: str) -> Graph:
    """The shot that edits these faces. One that nobody picked is the shot of `edit_graph`."""
    if len(faces) == 1 and not faces[0].pick:
        graph = edit_graph(source, faces[0].driving, output, mode, model, crop_from)
        return graph if faces[0].driving else without_driver(graph)
    return faces_graph(source, faces, output, mode, model, crop_from)


def check_edited(faces: Sequence[FaceEdit], mode: str, made: Graph, by_hand: Graph) -> None:
    """Refuse a shot without any driver where knobs, set by hand, edit nothing either. Raises DocumentError."""
    if any(face.driving for face in faces):
        return
    option = "--face FACE=DRIVER" if any(face.pick for face in faces) else "--driving"
    if mode != MODES[0]:
        raise DocumentError([f"--mode {mode} needs a driver: give one by {option}."])
    mixes = [find_roles(by_hand, composite).mix for composite in composites_of(by_hand)]
    if all(by_hand.nodes[mix] == made.nodes[mix] for mix in mixes):
        text = f"give a driver by {option}, or set a hand slider, for example --set ExpressionMix.smile=0.6."
        raise DocumentError([f"Nothing would be edited: {text}"])


def align_drivers(graph: Graph, retime: bool) -> Graph:
    """The shot with every face's driver laid beside the plate; a still plate runs as long as what drives it."""
    for composite in composites_of(graph):
        found = find_roles(graph, composite)
        follows = is_still(graph, found.plate) and found.driver and moving_span(graph, found.driver)
        if found.driver and not follows:
            graph = align_driver(graph, retime, composite)
    return graph
