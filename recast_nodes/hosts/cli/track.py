"""`recast track`: follow the face of a plate and export the landmarks, or its performance in numbers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ...graph.graph import Graph, Placed
from ...nodes import NODES
from ...nodes.read import is_numbers
from ...tracker_registry import TRACKERS
from .console import Console
from .exports import check_exports, check_head_exports
from .job import CANCELLED, DONE, apply_sets, settings
from .numbers import convert, is_performance, write_tracked
from .options import workers_option

FILM = 24.0  # frames a second, of a file of USD whose plate states no rate


@click.command("track")
@click.option(
    "--source",
    required=True,
    help="The plate or performance: plate.####.exr, a still, or a movie; or a performance in numbers (take.csv), which "
    "is written in other forms.",
)
@click.option(
    "--export",
    "exports",
    multiple=True,
    required=True,
    help="Where to write the landmarks: .csv, .json, .npz, .npy, or .nk for Nuke's Tracker and CornerPin2D; "
    "face.####.exr for the EXR form. Or the performance in numbers: arkit.csv, metahuman.json, audio2face.json, also "
    "with a name before (sh010.arkit.csv). Or a fitted head (FaceTrack.detector=fitted-head): .head.csv, .head.json, "
    ".chan, .camera.chan, .usd, or keypoints.npz for training. Repeatable.",
)
@click.option("--set", "sets", multiple=True, metavar="NODE.KNOB=VALUE", help="Set a knob (repeatable).")
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line instead of a progress bar.")
def command(source: str, exports: tuple[str, ...], sets: tuple[str, ...], workers: int | None, as_json: bool) -> None:
    """Track a face: landmarks, performance in numbers, or fitted head.

    The last needs --set FaceTrack.detector=fitted-head (docs/tracking.md).
    """
    if is_numbers(source):
        sys.exit(convert(source, exports, as_json))
    graph = Graph(
        {
            "Plate": Placed("Plate", NODES["Read"]).with_knob("file", str(Path(source).absolute())),
            "FaceTrack": Placed("FaceTrack", NODES["FaceTrack"], wires={"image": "Plate"}),
        }
    )
    console = Console(as_json)
    with console.open():
        code = _track(apply_sets(graph, sets), exports, console, workers)
    sys.exit(code)


def _track(graph: Graph, exports: tuple[str, ...], console: Console, workers: int | None) -> int:
    from ...errors import DocumentError
    from ...graph.check import check, shot_span
    from ...graph.crew.count import crew_size
    from ...graph.crew.hire import hire_crew
    from ...graph.evaluate import Evaluator

    span = shot_span(graph, "FaceTrack")
    errors, warnings = check(graph, "FaceTrack", span)
    for problem in warnings:
        console.emit("warning", f"Warning: {problem}")
    if errors:
        raise DocumentError([str(problem) for problem in errors])
    check_exports(exports, span, _files(graph, span))
    check_head_exports(exports, TRACKERS.get(graph.at("FaceTrack", span[0]).values["detector"]).parameters)
    chosen = settings(console, workers)
    evaluator = Evaluator(graph, span, workers=chosen.workers, report=console.progress, cancel=chosen.cancel)
    try:
        with hire_crew(crew_size(graph, "FaceTrack", span, chosen.workers)) as evaluator.crew:
            evaluator.prepare("FaceTrack")
    except KeyboardInterrupt:
        console.emit("cancelled", "Cancelled. Nothing was exported.")
        return CANCELLED
    tracks = {frame: evaluator.pull("FaceTrack", frame) for frame in span}
    plate, display = graph.at("Plate", span[0]), evaluator.pull("Plate", span[0]).main.display
    for target in exports:
        _export(tracks, target, plate, display)
        console.emit("exported", f"{target} written.", file=target)
    found = sum(track.state == "tracked" for track in tracks.values())
    console.emit("done", f"The face was detected in {found} of {len(span)} frames.", frames=len(span), tracked=found)
    return DONE


def _files(graph: Graph, span: Sequence[int]) -> list[str]:
    """What is read to track the shot."""
    source = graph.at("Plate", span[0]).source()  # type: ignore[attr-defined]
    return [source.path(frame) for frame in source.frames]


def _export(tracks: dict[int, Any], target: str, plate: Any, display: Any) -> None:
    from ...media.landmarks.landmarks import export_track
    from ...media.names.patterns import frame_path
    from ...models.head_fit.head_files import ending_of, write_head

    if is_performance(target):
        write_tracked(tracks, plate, target)
        return
    if ending_of(target):
        write_head(tracks, target, display, float(plate.rate() or FILM))
        return
    if Path(target).suffix.lower() != ".exr":
        export_track(tracks, target, display)
        return
    from ...media.exr.forms import write_form

    for frame, track in tracks.items():
        write_form(track, frame_path(target, frame))
