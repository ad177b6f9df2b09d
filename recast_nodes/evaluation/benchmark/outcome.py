"""What is kept of a run: every system's numbers as JSON, and one HTML page that needs no other file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...media.files.atomic import whole_file
from ...natives import opencv
from ..page import TEMPLATES
from ..pictures import data_uri
from ..plots import SERIES, as_svg
from .clips import of_benchmark
from .networks import Networks
from .plan import MODES, Plan
from .score import ClipScore, Result
from .table import COLUMNS, Rows, columns_of, format_number, record

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAGE = "quality.html"
PAPER = Path(__file__).with_name("paper_table1.json")  # its Table 1, quoted
WORST = 3  # frames of each system and mode
SHOWN, QUALITY = 220, 85  # pixels along a side of a picture on the page, and its JPEG quality
FULL_ERROR = 0.25  # of 0..1: the error that a heat map shows at its hottest
DRAWN = {"l1 face": "L1 inside the face", "aed truth": "Distance of the expression to the truth", "folds": "Folds"}


class WorstFrame(NamedTuple):
    """One frame that went wrong, its pictures embedded."""

    system: str
    triplet: str
    frame: int
    error: str
    pictures: list[tuple[str, str]]  # what, and its data


def keep_scores(
    place: Path,
    name: str,
    scores: Sequence[ClipScore],
    row: Mapping[str, Mapping[str, float]],
    files: Mapping[str, tuple[str, str]],
) -> None:
    """Writes `scores/NAME.json`: means by mode, the numbers of every frame, and the user's own networks, with their
    hashes.
    """
    content = {"system": name, "means": row, "networks": files, "clips": [record(score) for score in scores]}
    with whole_file(place / "scores" / f"{name}.json") as part:
        part.write_text(json.dumps(content, indent=1), encoding="utf-8")


def write_page(
    plan: Plan,
    place: Path,
    rows: Rows,
    scores: Mapping[str, Sequence[ClipScore]],
    results: Mapping[str, Result],
    networks: Networks,
) -> Path:
    """Writes the page: tables, curves, worst frames with truth beside result and heat maps; where it lies."""
    import jinja2
    from markupsafe import Markup

    loader = jinja2.FileSystemLoader(TEMPLATES)
    engine = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = engine.get_template("quality.html").render(
        plan=plan,
        tables=[_table(rows, mode, networks.columns) for mode in MODES],
        quoted=_quoted(),
        notes=networks.notes,
        curves=[(title, Markup(_curves(scores, name))) for name, title in DRAWN.items()],
        worst=[frame for name in scores for frame in _worst(plan, place, name, scores[name], results[name])],
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
    )
    path = place / PAGE
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


def _table(rows: Rows, mode: str, abouts: Mapping[str, str]) -> dict[str, Any]:
    """One mode's table; the best number of each metric is marked where there are several systems."""
    columns = columns_of(rows, abouts)
    lines = []
    for column in columns:
        values = [rows[name].get(mode, {}).get(column.name) for name in rows]
        known = [value for value in values if value is not None]
        best = (max if column.rises else min)(known) if len(known) > 1 and len(set(known)) > 1 else None
        cells = [(format_number(value, column), value is not None and value == best) for value in values]
        lines.append((column, cells))
    return {"mode": mode, "systems": list(rows), "lines": lines}


def _quoted() -> dict[str, Any]:
    """The paper's own table, as it was printed: other people, other pictures, other readers."""
    quoted = json.loads(PAPER.read_text(encoding="utf-8"))
    columns = [column for column in COLUMNS if column.name in next(iter(quoted.values()))[MODES[0]]]
    lines = [
        (name, [[modes[mode][column.name] for column in columns] for mode in MODES]) for name, modes in quoted.items()
    ]
    return {"columns": columns, "modes": MODES, "lines": lines}


def _curves(scores: Mapping[str, Sequence[ClipScore]], name: str) -> str:
    """A number over the frames, mean over the clips of a mode, a line for each system."""

    def drawing(mode: str) -> Callable[[Axes], None]:
        def draw(axes: Axes) -> None:
            for system, colour in zip(scores, SERIES * len(scores)):
                clips = [score.frames for score in scores[system] if score.triplet.mode == mode]
                means = [_mean([frame.get(name) for frame in frames]) for frames in zip(*clips)]
                axes.plot(range(1, len(means) + 1), means, color=colour, label=system)

        return draw

    return as_svg([(mode, drawing(mode)) for mode in MODES], f"{name} over the frames")


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")


def _worst(plan: Plan, place: Path, name: str, scores: Sequence[ClipScore], result: Result) -> list[WorstFrame]:
    """The frames whose faces lie farthest from the truth, one of a clip."""
    found = []
    for score in scores:
        errors = [frame.get("l1 face") or 0.0 for frame in score.frames]
        found.append((max(errors), int(np.argmax(errors)), score.triplet))
    found.sort(key=lambda each: -each[0])
    made = []
    for error, number, triplet in found[:WORST]:
        clips = {
            "source": of_benchmark(place, triplet.source, plan.size.pixels),
            "driver": of_benchmark(place, triplet.driving, plan.size.pixels),
            "result": result(triplet),
            "truth": of_benchmark(place, triplet.truth, plan.size.pixels),
        }
        pictures = [(what, _embed(clip.display(number))) for what, clip in clips.items()]
        apart = np.abs(clips["result"].picture(number) - clips["truth"].picture(number)).mean(-1)
        pictures.append(("error", _embed(_heat(apart))))
        made.append(WorstFrame(name, triplet.name, number + 1, f"{error:.3f}", pictures))
    return made


def _heat(error: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 of an error (H, W): black is none."""
    level = (np.clip(error / FULL_ERROR, 0, 1) * 255).astype(np.uint8)
    return np.asarray(opencv().applyColorMap(level, opencv().COLORMAP_INFERNO))[..., ::-1]


def _embed(pixels: np.ndarray) -> str:
    small = opencv().resize(np.ascontiguousarray(pixels), (SHOWN, SHOWN), interpolation=opencv().INTER_AREA)
    return data_uri(np.asarray(small, np.uint8), QUALITY)
