"""`recast bench quality`: digital humans rendered with their true answers, models run over them, and the table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...machine import cores
from .bench_progress import ProgressLine

if TYPE_CHECKING:
    from ...evaluation.benchmark.clips import ShownClip
    from ...evaluation.benchmark.plan import Plan, Triplet
    from ...evaluation.benchmark.score import ClipScore, Result

UNEDITED = "unedited"
FOLDER = Path("recast-benchmark")
MODE = {"replacement": "replace", "enhancement": "enhance"}  # as `recast edit` calls them
RESULT = "result.####.exr"


def _named(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> dict[str, Path]:
    return _read_named(texts, "NAME=FOLDER")


def _read_named(texts: tuple[str, ...], form: str) -> dict[str, Path]:
    found = {}
    for text in texts:
        name, sign, path = text.partition("=")
        if not (name and sign and path):
            raise click.BadParameter(f"takes {form}, not {text!r}.")
        found[name] = Path(path).expanduser()
    return found


def _own_network(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> dict[str, Path]:
    from ...evaluation.benchmark.own_networks import KINDS

    files = _read_named(texts, " or ".join(f"{name}=FILE" for name in KINDS))
    for metric, file in files.items():
        if metric not in KINDS:
            known = ", ".join(f"{name} ({kind.called})" for name, kind in KINDS.items())
            raise click.BadParameter(f"knows {known}, not {metric!r}.")
        if not file.is_file():
            raise click.BadParameter(f"{file} is not there.")
    return files


@click.command("quality")
@click.option("--make", "made", type=click.Path(file_okay=False, path_type=Path), help="Render the benchmark here.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="A benchmark that was made.")
@click.option("--model", "models", multiple=True, help=f"One of `recast models list`, or {UNEDITED}. Repeatable.")
@click.option(
    "--weights",
    "trained",
    multiple=True,
    callback=_named,
    help="NAME=FOLDER: a model that `recast train export --to FOLDER` wrote. Repeatable.",
)
@click.option("--results", multiple=True, callback=_named, help="NAME=FOLDER: frames of any other system. Repeatable.")
@click.option(
    "--network",
    "own",
    multiple=True,
    callback=_own_network,
    help="csim=FILE, aed=FILE or mae=FILE: your own AdaFace, SMIRK or L2CS as ONNX, in place of SFace and MediaPipe. "
    "Repeatable.",
)
@click.option("--quick", is_flag=True, help="Two identities, ten frames of 256 pixels.")
@click.option("--identities", type=click.IntRange(1), help="People. Default: 20.")
@click.option("--frames", type=click.IntRange(3), help="Frames of a clip. Default: 150.")
@click.option("--size", type=click.IntRange(64, 4096), help="Pixels along a side. Default: 512.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Other people, other pairings.")
@click.option(
    "--recording",
    "recordings",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="An ARKit recording (CSV) to be acted too. Repeatable.",
)
@click.option(
    "--environment",
    type=click.Path(exists=True, dir_okay=False),
    help="A latitude-longitude panorama (EXR) whose light everybody stands in. Default: rooms of their own.",
)
@click.option("--workers", type=click.IntRange(1), default=cores, help="Processes that render.")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def quality(
    made: Path | None,
    folder: Path | None,
    models: tuple[str, ...],
    trained: dict[str, Path],
    results: dict[str, Path],
    own: dict[str, Path],
    quick: bool,
    identities: int | None,
    frames: int | None,
    size: int | None,
    seed: int,
    recordings: tuple[str, ...],
    environment: str | None,
    workers: int,
    as_json: bool,
) -> None:
    """Measure edits against a known truth, on rendered digital humans.

    --make renders source, driver and truth of every triplet, and goes on where it was stopped. --model runs a model
    over them and scores its frames beside the truth; --results scores frames that another system wrote. Without
    --folder, the benchmark lies in ./recast-benchmark, and is made where it is not there. See docs/digital-humans.md.
    """
    from ...evaluation.benchmark.plan import FULL, QUICK, Size, draw_plan, read_plan

    usual = QUICK if quick else FULL
    asked = Size(identities or usual.identities, frames or usual.frames, size or usual.pixels)
    place = (made or folder or FOLDER).expanduser().absolute()
    if made or not folder:
        recorded = tuple(str(Path(each).absolute()) for each in recordings)
        plan = draw_plan(seed, asked, recorded, str(Path(environment).absolute()) if environment else "")
        _make(plan, place, workers)
    plan = read_plan(place)
    models += use_weights(trained)
    if models or results:
        _score(plan, place, models, results, own, as_json)


def use_weights(trained: dict[str, Path]) -> tuple[str, ...]:
    """Add trained models to those of this process and of the edits that it starts; their names."""
    from ...model_registry import MODELS
    from ...models.trained import NAMED

    if trained:
        given = [f"{name}={folder.absolute()}" for name, folder in trained.items()]
        os.environ[NAMED] = os.pathsep.join([*given, *filter(None, [os.environ.get(NAMED)])])
        MODELS.reload()
    return tuple(trained)


def _make(plan: Plan, place: Path, workers: int) -> None:
    from ...evaluation.benchmark.make import make

    make(plan, place, workers, ProgressLine("Rendering digital humans", "frames"))


def _score(
    plan: Plan,
    place: Path,
    models: tuple[str, ...],
    results: dict[str, Path],
    own: dict[str, Path],
    as_json: bool,
) -> None:
    from ...evaluation.benchmark.kept_scores import KeptScores
    from ...evaluation.benchmark.networks import Networks
    from ...evaluation.benchmark.outcome import keep_scores, write_page
    from ...evaluation.benchmark.score import score
    from ...evaluation.benchmark.table import as_text, summarise
    from ...natives import one_thread_each

    one_thread_each()
    networks, rows, shown = Networks(own), {}, {}
    scores: dict[str, list[ClipScore]] = {}
    for name, result in _systems(plan, place, models, results):
        shown[name], scores[name] = result, []
        progress, total = ProgressLine(f"Scoring {name}", "clips"), len(plan.triplets)
        progress(0, total)
        for found in score(plan, place, result, networks, KeptScores(place, name, plan, networks)):
            scores[name].append(found)
            progress(len(scores[name]), total)
        rows[name] = summarise(scores[name])
        keep_scores(place, name, scores[name], rows[name], networks.files)
    page = write_page(plan, place, rows, scores, shown, networks)
    if as_json:
        click.echo(json.dumps({"rows": rows, "notes": networks.notes, "page": str(page)}, indent=1))
        return
    click.echo(as_text(rows, networks.columns))
    for note in networks.notes:
        click.echo(note)
    click.echo(f"The page: {page}")


def _systems(
    plan: Plan, place: Path, models: tuple[str, ...], results: dict[str, Path]
) -> Iterator[tuple[str, Result]]:
    """Each system's name and where its frames of a triplet are; a model's are made first."""
    from ...evaluation.benchmark.clips import of_benchmark, of_system

    folders = {name: place / "results" / name for name in models} | results
    for name, folder in folders.items():

        def result(triplet: Triplet, name: str = name, folder: Path = folder) -> ShownClip:
            if name == UNEDITED:
                return of_benchmark(place, triplet.source, plan.size.pixels)
            return of_system(folder, triplet.name, plan.size.pixels)

        if name in models and name != UNEDITED:
            _edit(plan, place, name)
        yield name, result


def _edit(plan: Plan, place: Path, model: str) -> None:
    """Runs a model over every triplet, as `recast edit` does; finished frames are kept."""
    from ...evaluation.benchmark.frames import PICTURE
    from ...model_registry import MODELS

    MODELS.get(model)  # an unknown name is an error before anything runs
    progress, total = ProgressLine(f"Editing by {model}", "clips"), len(plan.triplets)
    for number, triplet in enumerate(plan.triplets):
        progress(number, total)
        output = place / "results" / model / triplet.name / RESULT
        arguments = ["--source", place / triplet.source / PICTURE, "--driving", place / triplet.driving / PICTURE]
        arguments += ["--output", output, "--mode", MODE[triplet.mode], "--model", model, "--json"]
        run = [sys.executable, "-m", "recast_nodes.hosts.cli", "edit", *map(str, arguments)]
        ended = subprocess.run(run, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if ended.returncode:
            raise click.ClickException(f"{model} failed on {triplet.name}: {ended.stderr.strip()[-400:]}")
    progress(total, total)
