"""The page itself: a template, filled. Everything that comes from a shot is escaped by the template engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..media.names.patterns import format_frames
from .flags import LIMITS, Flag, Limit, value_of
from .numbers import Numbers
from .pictures import GAIN, KINDS, STRIP_KINDS

if TYPE_CHECKING:
    from .report import MeasuredShot

TEMPLATES = Path(__file__).parent / "templates"
DIGITS = {"pose_drift": 1, "leak": 0}
COLUMNS = (
    *("nearness", "rigid_drift", "pose_drift", "edit_step", "hull_step", "ragged_edge", "edge_rim", "torn_iris"),
    *("mouth_sharpness", "mouth_light", "flicker", "bounce", "identity", "leak"),
)
HEADS = {
    "nearness": "to driver",
    "rigid_drift": "rigid %",
    "pose_drift": "pose °",
    "edit_step": "edge step",
    "hull_step": "hull step",
    "ragged_edge": "ragged",
    "edge_rim": "rim",
    "torn_iris": "iris",
    "mouth_sharpness": "mouth ×",
    "mouth_light": "mouth light",
    "flicker": "change",
    "bounce": "bounce",
    "identity": "identity",
    "leak": "leak",
}


class Card(NamedTuple):
    """One number of the whole shot, large; `look` where a frame lies beyond its limit."""

    label: str
    value: str
    detail: str
    look: bool = False


class Run(NamedTuple):
    """Neighbouring frames that need a look for the same reasons."""

    frames: str
    first: int
    reasons: list[str]


class Cell(NamedTuple):
    """One number of a frame as text, whether it is a reason to look, and why it is none though beyond its limit."""

    text: str
    look: bool
    excuse: str = ""


def render_page(measured: MeasuredShot, plots: Mapping[str, str]) -> str:
    """The page as one text. `plots` are SVG that this program made, by their shape; they go in as they are."""
    import jinja2
    from markupsafe import Markup

    loader = jinja2.FileSystemLoader(TEMPLATES)
    engine = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return engine.get_template("report.html").render(
        facts=measured.facts,
        summary=measured.summary,
        notes=measured.notes,
        cards=cards(measured),
        reasons=_reasons(measured),
        runs=runs(measured),
        rows=_rows(measured),
        heads=[HEADS[name] for name in COLUMNS],
        limits=LIMITS,
        regions=_regions(measured),
        strip=list(measured.strip),
        strip_kinds=[kind for kind in STRIP_KINDS if any(kind in pictures for pictures in measured.strip)],
        sheet=measured.sheet,
        sheet_kinds=[kind for kind in KINDS if any(kind in row["pictures"] for row in measured.sheet)],
        rate=measured.facts.rate / _step(measured),
        gain=GAIN,
        plots={name: Markup(plot) for name, plot in plots.items() if plot},
        excuses=_group(measured.excuses),
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        script=Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),
    )


def _step(measured: MeasuredShot) -> int:
    """Frames between two pictures of the strip."""
    frames = [pictures["frame"] for pictures in measured.strip]
    return max(1, min((after - before for before, after in zip(frames, frames[1:])), default=1))


def cards(measured: MeasuredShot) -> list[Card]:
    """The shot in eight numbers at most; those that nothing was measured for are left out."""
    summary = measured.summary
    made = []
    if summary.ratio is not None:
        made.append(Card("Distance left to the driver", f"{summary.ratio:.2f}", "of the plate's; 0 is the driver"))
    if summary.correlation is not None:
        detail = f"plate {_text(summary.plate_correlation, 2)}; over {summary.active} acted coefficients"
        made.append(Card("Follows in time", f"{summary.correlation:.2f}", detail))
    for name, label in (
        ("rigid_drift", "Rigid pixels drift, %"),
        ("pose_drift", "Head pose drifts, °"),
        ("edit_step", "Step at the edge, × noise"),
        ("flicker", "Change, × the plate's"),
        ("identity", "Identity, cosine"),
    ):
        if spread := summary.spreads[name]:
            look = any(flag.name == name for flag in measured.flags)
            detail = f"mean; worst {_text(spread.worst, DIGITS.get(name, 2))} at {spread.frame}"
            value = _text(spread.mean, DIGITS.get(name, 2))
            made.append(Card(label, value, detail, look))
    return [*made, _leak_card(measured)]


def _leak_card(measured: MeasuredShot) -> Card:
    known = [numbers.leak for numbers in measured.numbers if numbers.leak is not None]
    if not known:
        return Card("Leak outside the hull", "—", "bits could not be compared")
    detail = "values changed where none may" if sum(known) else "every bit outside the hull is the plate's"
    return Card("Leak outside the hull", f"{sum(known):,}", detail, sum(known) > 0)


def _reasons(measured: MeasuredShot) -> list[tuple[int, list[str]]]:
    """Frames that need a look, each with its reasons."""
    by_frame: dict[int, list[str]] = {}
    for flag in measured.flags:
        by_frame.setdefault(flag.frame, []).append(flag.reason)
    return list(by_frame.items())


def runs(measured: MeasuredShot) -> list[Run]:
    """Frames that need a look for the same reasons, next to each other, as one; each reason from its worst frame."""
    order = {numbers.frame: at for at, numbers in enumerate(measured.numbers)}
    by_frame: dict[int, list[Flag]] = {}
    for flag in measured.flags:
        by_frame.setdefault(flag.frame, []).append(flag)
    grouped: list[list[int]] = []
    for frame, found in by_frame.items():
        last = grouped[-1][-1] if grouped else None
        same = last is not None and [flag.name for flag in by_frame[last]] == [flag.name for flag in found]
        if last is not None and same and order[frame] == order[last] + 1:
            grouped[-1].append(frame)
        else:
            grouped.append([frame])
    return [_run(measured, frames, by_frame) for frames in grouped]


def _run(measured: MeasuredShot, frames: list[int], by_frame: dict[int, list[Flag]]) -> Run:
    """One run: its frames in words, and for each reason what is said of the frame where it is worst."""
    numbers = {each.frame: each for each in measured.numbers}
    reasons = []
    for each in zip(*(by_frame[frame] for frame in frames)):
        worst = max(each, key=lambda flag: _excess(numbers[flag.frame], flag.name))
        reasons.append(worst.reason + (f", worst at {worst.frame}" if len({flag.reason for flag in each}) > 1 else ""))
    return Run(f"{frames[0]}–{frames[-1]}" if len(frames) > 1 else str(frames[0]), frames[0], reasons)


def _excess(numbers: Numbers, name: str) -> float:
    """How far a frame lies beyond a limit; reasons without a number are all alike."""
    limit = next((limit for limit in LIMITS if limit.name == name), None)
    value = value_of(numbers, name) if limit else None
    return 0.0 if limit is None or value is None else (limit.limit - value) * (1 if limit.below else -1)


def _rows(measured: MeasuredShot) -> list[dict[str, Any]]:
    flagged = {(flag.frame, flag.name) for flag in measured.flags}
    excused = {(excuse.frame, excuse.name): excuse.reason for excuse in measured.excuses}
    limits = {limit.name: limit for limit in LIMITS}

    def cell(numbers: Numbers, limit: Limit) -> Cell:
        text = _text(value_of(numbers, limit.name), DIGITS.get(limit.name, 2))
        which = numbers.frame, limit.name
        return Cell(text, which in flagged, excused.get(which, ""))

    return [
        {
            "frame": numbers.frame,
            "state": "failed" if numbers.fault else numbers.state,
            "confidence": _text(numbers.confidence if numbers.state else None, 2),
            "edited": {True: "yes", False: "no", None: "—"}[numbers.edited],
            "cells": [cell(numbers, limits[name]) for name in COLUMNS],
            "look": any(frame == numbers.frame for frame, _ in flagged),
        }
        for numbers in measured.numbers
    ]


def _group(excuses: Iterable[Flag]) -> list[tuple[str, str, str]]:
    """(number, frames, why) of what lies beyond a limit without being a reason to look."""
    frames: dict[tuple[str, str], list[int]] = {}
    for excuse in excuses:
        frames.setdefault((excuse.name, excuse.reason), []).append(excuse.frame)
    labels = {limit.name: limit.label for limit in LIMITS}
    return [(labels[name], format_frames(found), why) for (name, why), found in frames.items()]


def _regions(measured: MeasuredShot) -> list[tuple[str, list[str]]]:
    names = ("moved", "before", "after", "ratio", "correlation", "plate_correlation")
    digits = (3, 3, 3, 2, 2, 2)
    regions = measured.summary.regions
    return [(region, [_text(regions[region][name], count) for name, count in zip(names, digits)]) for region in regions]


def _text(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"
