"""`recast report`: a page that shows how good an edit is, and the numbers beside it."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .console import Console
from .edited import ENDING, ShotOnDisk, find_document
from .job import CANCELLED, DONE, SOME_FAILED, settings
from .options import workers_option

if TYPE_CHECKING:
    from ...evaluation.report import MeasuredShot, ShotFacts

PACKAGES = ("torch", "ai-edge-litert", "opencv-python-headless", "OpenImageIO", "opencolorio")


@click.command("report")
@click.argument("out", type=click.Path())
@click.option("--frames", help="Frames to measure: 1001-1048 or 1001,1020. Default: all written frames.")
@click.option("--every", type=click.IntRange(1), default=1, show_default=True, help="Measure every Nth frame.")
@click.option(
    "--sheet", type=click.IntRange(0, 200), default=8, show_default=True, help="Number of frames on the contact sheet."
)
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line instead of a progress bar.")
def command(out: str, frames: str | None, every: int, sheet: int, workers: int | None, as_json: bool) -> None:
    """Measure a rendered shot and write its report beside it: one HTML page, CSV and JSON.

    OUT is the shot document (out/shot.recast.yaml), the frames (out/shot.####.exr) or their folder. The exit
    code is 1 if some frames could not be measured.
    """
    console = Console(as_json)
    with console.open():
        code = _report(out, frames, every, sheet, workers, console)
    sys.exit(code)


def _report(out: str, frames: str | None, every: int, sheet: int, workers: int | None, console: Console) -> int:
    from ...graph import allowed_paths
    from ...graph.consent import with_consent
    from ...graph.document import load

    document, pattern = find_document(out)
    from ...evaluation.report import report_on, write_report  # only now: it loads what takes a second

    places = allowed_paths.allowed_places(document)
    graph = with_consent(allowed_paths.confine(load(document), places, writing=False))
    edited = ShotOnDisk(graph, pattern)
    chosen = settings(console, workers)
    measured_frames = edited.frames(frames, every)
    try:
        shot = edited.shot(measured_frames, workers=chosen.workers, report=console.progress, cancel=chosen.cancel)
        facts = _facts(edited, document, measured_frames)
        measured = report_on(shot, facts, sheet, console.progress, chosen.workers)
    except KeyboardInterrupt:
        chosen.cancel.set()
        console.emit("cancelled", "Cancelled. No report was written.")
        return CANCELLED
    paths = write_report(measured, document.with_name(document.name.removesuffix(ENDING).removesuffix(".yaml")))
    return _report_end(console, measured, paths)


def _report_end(console: Console, measured: MeasuredShot, paths: dict[str, Path]) -> int:
    faults = [numbers.frame for numbers in measured.numbers if numbers.fault]
    for note in (each for each in measured.notes if each not in measured.facts.remarks):  # those were said already
        console.emit("notice", f"Note: {note}")
    looks = len({flag.frame for flag in measured.flags})
    console.emit(
        "done",
        f"{paths['html']}: {looks} of {len(measured.numbers)} frames need a look.",
        frames=len(measured.numbers),
        need_an_eye=looks,
        failed=faults,
        files={kind: str(path) for kind, path in paths.items()},
    )
    return SOME_FAILED if faults else DONE


def _facts(edited: ShotOnDisk, document: Path, frames: tuple[int, ...]) -> ShotFacts:
    from ...evaluation.report import ShotFacts
    from ...graph import fingerprint
    from ...graph import summary as asked
    from ...graph.consent import FIELDS, consents_of

    return ShotFacts(
        title=document.name.removesuffix(ENDING),
        document=str(document.absolute()),
        results=edited.results.pattern,
        fingerprint=fingerprint.shot(edited.graph),
        fingerprints={frame: fingerprint.frame(edited.graph, edited.output, frame) for frame in frames},
        rate=_rate(edited),
        settings=asked.settings(edited.graph),
        weights=asked.weights(edited.graph, frames),
        weight_keys=asked.weight_keys(edited.graph, frames),
        versions=_versions(edited),
        date=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        remarks=edited.remarks,
        consents=[dict.fromkeys(FIELDS, "") | consent.facts for consent in consents_of(edited.graph)],
    )


def _rate(edited: ShotOnDisk) -> float:
    plate = edited.graph.at(edited.roles.plate, edited.span[0])
    return float(plate.rate() or 24)  # type: ignore[attr-defined]


def _versions(edited: ShotOnDisk) -> dict[str, str]:
    import importlib.metadata
    import platform

    from ... import __version__
    from ...media.colour.colour import config_name
    from ...models.weights import downloads as files

    versions: dict[str, Any] = {
        "Recast Nodes": __version__,
        "Python": f"{platform.python_version()}, {platform.platform()}",
    }
    versions |= {name: importlib.metadata.version(name) for name in PACKAGES}
    versions["Colour"] = os.environ.get("OCIO") or config_name()
    versions |= {f"Model {name}": weights for name, weights in _models(edited).items()}
    versions |= {each.file.name: f"{each.state}, sha256 {each.file.sha256[:16]}" for each in files.status()}
    return versions


def _models(edited: ShotOnDisk) -> dict[str, str]:
    """The models that the shot names, and what their weights are known by."""
    from ...errors import ModelMissing
    from ...models.provenance import weights

    names = {
        str(edited.graph.at(name, edited.span[0]).values["model"])
        for name, placed in edited.graph.nodes.items()
        if "model" in placed.kind.knobs
    }
    known = {}
    for name in sorted(names):
        try:
            known[name] = weights(name)
        except ModelMissing as missing:
            known[name] = str(missing)
    return known
