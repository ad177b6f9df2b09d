"""`recast train performer`: a model of one actor, learned from the actor's own footage on this machine."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import DocumentError, RecastError
from ...graph.graph import Graph
from . import exits
from .console import Console
from .job import open_shot
from .options import allow_option

if TYPE_CHECKING:
    from ...performer.learn import Lesson
    from ...stages.features.donor import Lender
    from ...wires import Image, Track

LOOKED_AT = 160  # frames of the plate, spread evenly


@click.command("performer")
@click.argument("shot", type=click.Path())
@click.option("--takes", multiple=True, help="More footage of this actor. Repeatable; MotionExtract.takes come too.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: beside SHOT.")
@click.option("--pairs", type=click.IntRange(8, 2000), default=96, show_default=True, help="Frames to learn from.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same footage and seed give the same file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line instead of a progress bar.")
@allow_option
def performer(
    shot: str,
    takes: tuple[str, ...],
    output: Path | None,
    pairs: int,
    seed: int,
    as_json: bool,
    allowed: tuple[str, ...],
) -> None:
    """Learn a model of the actor in the shot document SHOT, for Decode.performer (docs/performer.md).

    Ctrl-C once keeps what was learned so far; twice keeps nothing.
    """
    output = output or Path(f"{Path(shot).name.removesuffix('.yaml').removesuffix('.recast')}.performer.safetensors")
    output = output if output.is_absolute() or output.parent != Path() else Path(shot).parent / output
    console = Console(as_json)
    with console.open():
        try:
            graph = open_shot(shot, (), allowed, writing=False)
            with stop_once(console) as stop:
                _train(graph, takes, output, (pairs, seed), console, stop)
        except KeyboardInterrupt:
            console.emit("cancelled", "Cancelled. Nothing was written.")
            sys.exit(exits.CANCELLED)
        except RecastError as error:
            console.emit("error", f"Error: {error}")
            sys.exit(exits.of_error(error))


@contextmanager
def stop_once(console: Console) -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed; a second time it is KeyboardInterrupt."""
    pressed: list[int] = []

    def press(number: int, frame: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)
        console.emit("stopping", "Stopping: what was learned so far is being written. Ctrl-C again writes nothing.")

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _train(
    graph: Graph, takes: tuple[str, ...], output: Path, how: tuple[int, int], console: Console, stop: Callable[[], bool]
) -> None:
    from ...models.performer.file import write_performer
    from ...performer.footage import gather_footage
    from ...performer.learn import LearnSettings, learn
    from ...performer.preview import write_preview

    tracks, open_image, card = collect(graph, takes, console.progress)
    footage = gather_footage(tracks, open_image, lambda done, total: console.progress("Looking", done, total))
    lesson = learn(footage, LearnSettings(*how), {"footage": card}, console.progress, stop)
    write_performer(output, lesson.performer)
    preview = output.with_suffix(".png")
    write_preview(preview, lesson.rows)
    console.emit("done", _summary(lesson, output, preview), file=str(output), preview=str(preview), **_figures(lesson))


def collect(
    graph: Graph, takes: tuple[str, ...], report: Callable[[str, int, int], None]
) -> tuple[dict[Lender, Track], Callable[[Lender], Image], list[dict[str, Any]]]:
    """The tracks of the plate's frames and of all takes', how their pictures are had, and what they are known by."""
    from ...graph.check import shot_span
    from ...graph.evaluate import Evaluator
    from ...graph.roles import find_roles
    from ...graph.takes import IMAGE, TRACK, takes_of
    from ...stages.features.donor import Lender

    roles = find_roles(graph)
    decode = next((name for name, placed in graph.nodes.items() if "performer" in placed.kind.knobs), "")
    if not decode:
        raise DocumentError(["The shot has no Decode, which a performer is for."])
    graph = _with_takes(graph, decode, takes)
    span = shot_span(graph, roles.track)
    plate = Evaluator(graph, span, report=report)
    sources = {"": (plate, roles.plate, roles.track, tuple(span[:: max(1, -(-len(span) // LOOKED_AT))]))}
    for take in takes_of(graph, decode, span[0]):
        sources[take.file] = (plate.beside(take.graph, take.frames), IMAGE, TRACK, take.frames)
    tracks: dict[Lender, Track] = {}
    card = []
    for take_name, (evaluator, image, track, frames) in sources.items():
        evaluator.prepare(track)
        tracks |= {Lender(frame, take_name): evaluator.pull(track, frame) for frame in frames}
        file = take_name or str(graph.at(roles.plate, span[0]).values.get("file", ""))
        known_by = evaluator.keys.of(image, frames[0])
        card.append({"file": Path(file).name, "frames": len(frames), "first frame": known_by})

    def open_image(name: Lender) -> Image:
        evaluator, image, *_ = sources[name.take]
        return evaluator.pull(image, name.frame)

    return tracks, open_image, card


def _with_takes(graph: Graph, decode: str, takes: tuple[str, ...]) -> Graph:
    """The shot with further takes where it names its own: the nodes' `performance` leads there from `decode`."""
    from ...knobs import FileList

    name, seen = decode, set[str]()
    while takes and name not in seen:
        seen.add(name)
        placed = graph.nodes[name]
        for knob in placed.kind.knobs.values():
            if isinstance(knob, FileList):
                own = knob.split(placed.constants.get(knob.name, ""))
                files = dict.fromkeys((*own, *(str(Path(take).absolute()) for take in takes)))
                return graph.with_knob(name, knob.name, "; ".join(files))
        name = placed.wires.get(placed.kind.performance, name)
    return graph


def _summary(lesson: Lesson, output: Path, preview: Path) -> str:
    mesh, finished = lesson.mesh, lesson.finished
    lines = [
        f"{output} written ({output.stat().st_size / 1e6:.1f} MB); what it does is in {preview}.",
        "On frames that it was not learned from, mesh model and performer:"
        f" LPIPS {mesh.lpips:.3f} and {finished.lpips:.3f}, PSNR {mesh.psnr:.1f} and {finished.psnr:.1f} dB,"
        f" sharpness {mesh.sharpness:.2f} and {finished.sharpness:.2f} of the true frame's.",
        f"Use it: --set Decode.performer={output}",
    ]
    return "\n".join(lines)


def _figures(lesson: Lesson) -> dict[str, dict[str, float]]:
    return {"mesh model": lesson.mesh._asdict(), "performer": lesson.finished._asdict()}
