"""The report of a shot: one HTML page that needs nothing else, and the same numbers as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..face.regions import REGIONS
from ..media.files.atomic import whole_file
from ..models.tracker import identity
from . import plots
from .flags import LIMITS, Flag, excuses, flags, value_of
from .measure import MeasuredFrame, measure, see
from .metrics import Nearness
from .numbers import Numbers
from .page import render_page
from .pictures import KINDS, STRIP_KINDS, data_uri, views_of
from .shot import EditedShot
from .summary import Summary, summarise

VERSION = 1
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what formulas begin with
SHEET_SIZE, SHEET_QUALITY = 480, 88  # pixels along the longer side of a picture of the contact sheet
STRIP_SIZES, STRIP_QUALITY = {120: 440, 240: 320}, 72  # frames in the strip up to which its pictures have this size
STRIP_MOST = max(STRIP_SIZES)  # frames in the strip; of longer shots it plays every second, third, ... frame


@dataclass(frozen=True)
class ShotFacts:
    """What the page says of a shot besides its numbers; all of it plain data."""

    title: str
    document: str
    results: str
    fingerprint: str
    fingerprints: Mapping[int, str]  # frame -> fingerprint of what the document asks for there, as frames carry it
    rate: float  # frames a second
    settings: Sequence[Any]  # rows: node, kind, knob, value, default
    weights: Mapping[str, Mapping[int, float]]
    weight_keys: Mapping[str, Mapping[float, float]]
    versions: Mapping[str, str]
    date: str  # when it was made
    remarks: Sequence[str] = ()  # what nodes said of the shot
    consents: Sequence[Mapping[str, str]] = ()  # who agreed to the edit, by field


@dataclass(frozen=True)
class MeasuredShot:
    """A measured shot: all that the three files are made of."""

    facts: ShotFacts
    numbers: Sequence[Numbers]
    flags: Sequence[Flag]
    summary: Summary
    notes: Sequence[str]
    strip: Sequence[Mapping[str, Any]]
    sheet: Sequence[Mapping[str, Any]]

    @cached_property
    def excuses(self) -> list[Flag]:
        """Numbers beyond their limit that are no reason to look, each with why."""
        return excuses(self.numbers, self.facts.weights)


def report_on(
    shot: EditedShot, facts: ShotFacts, sheet: int, progress: Callable[[str, int, int], None], workers: int = 2
) -> MeasuredShot:
    """Measure a shot and take its pictures. `sheet` is how many frames the contact sheet shows."""
    played = set(shot.frames[:: -(-len(shot.frames) // STRIP_MOST)])
    size = next(size for most, size in STRIP_SIZES.items() if len(played) <= most)

    def show(sight: MeasuredFrame) -> dict[str, str] | None:
        if sight.numbers.frame not in played:
            return None
        pictures = views_of(sight, shot, size, STRIP_KINDS)
        return {kind: data_uri(pixels, STRIP_QUALITY) for kind, pixels in pictures.items()}

    numbers, shown = measure(shot, show, progress, workers)
    found = flags(numbers, facts.weights)
    strip = [{"frame": each.frame, **pictures} for each, pictures in zip(numbers, shown) if pictures is not None]
    chosen = sheet_frames(shot.frames, found, sheet)
    return MeasuredShot(facts, numbers, found, summarise(numbers), notes(numbers, facts), strip, _sheet(shot, chosen))


def sheet_frames(frames: Sequence[int], found: Sequence[Flag], count: int) -> list[int]:
    """The frames of the contact sheet: evenly spread, and up to a quarter those with most reasons to look, apart."""
    reasons = Counter(flag.frame for flag in found)
    apart = len(frames) / max(1, 3 * count)
    extra: list[int] = []
    chosen = _even(frames, count - count // 4)
    for frame, _ in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        if len(extra) < count // 4 and all(abs(frame - other) >= apart for other in (*chosen, *extra)):
            extra.append(frame)
    return sorted({*_even(frames, count - len(extra)), *extra})


def _even(frames: Sequence[int], count: int) -> list[int]:
    """So many of the frames, first and last among them, in even steps."""
    count = min(count, len(frames))
    return [frames[round(at * (len(frames) - 1) / max(1, count - 1))] for at in range(count)]


def _sheet(shot: EditedShot, frames: Sequence[int]) -> list[dict[str, Any]]:
    """Rows of pictures, read again one frame at a time."""
    rows = []
    for frame in frames:
        sight = see(shot, frame)
        pictures = views_of(sight, shot, SHEET_SIZE, KINDS)
        own = sight.result is not None and "matte.A" in sight.result.main.channels
        encoded = {kind: data_uri(pixels, SHEET_QUALITY) for kind, pixels in pictures.items()}
        rows.append({"frame": frame, "fault": sight.numbers.fault, "own_matte": own, "pictures": encoded})
    return rows


def notes(numbers: Sequence[Numbers], facts: ShotFacts) -> list[str]:
    """What should be known before the numbers are believed."""
    remarks = list(facts.remarks)
    if not identity.available():
        remarks.append(identity.MISSING)
    if all(each.expression is None for each in numbers):
        remarks.append(
            "There is no driver whose face could be read, so nothing is said of how near the edit came to it."
        )
    stated = {each.frame: each.made_by.get("shot", "") for each in numbers}
    others = [frame for frame, text in stated.items() if text not in ("", facts.fingerprints.get(frame))]
    if others:
        some = ", ".join(map(str, others[:12])) + (" and more" if len(others) > 12 else "")
        remarks.append(f"Rendered with other settings or files than the document names now: frames {some}.")
    frames = [each.frame for each in numbers]
    if any(after != before + 1 for before, after in zip(frames, frames[1:])):
        remarks.append("Change over time is measured between neighbouring frames only.")
    return remarks


# The three files


def write_report(measured: MeasuredShot, stem: Path) -> dict[str, Path]:
    """`stem`.report.html, .csv and .json, each whole or not at all. Raises MediaError."""
    texts = {"html": as_html(measured), "csv": as_csv(measured), "json": as_json(measured)}
    paths = {kind: stem.with_name(f"{stem.name}.report.{kind}") for kind in texts}
    for kind, text in texts.items():
        with whole_file(paths[kind]) as temporary:
            # names may hold bytes that are no text
            temporary.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    return paths


def as_html(measured: MeasuredShot) -> str:
    """The page."""
    facts = measured.facts
    numbers = plots.number_panels(measured.numbers, measured.excuses)
    panels = plots.weight_panels(facts.weights, facts.weight_keys) + numbers
    what = "Keyed weights and measured numbers over the frames"
    return render_page(measured, {shape.name: plots.as_svg(panels, what, shape) for shape in plots.SHAPES})


def row_of(numbers: Numbers, found: Sequence[Flag]) -> dict[str, Any]:
    """One frame as plain data, the same in CSV and JSON."""
    row: dict[str, Any] = {
        "frame": numbers.frame,
        "state": numbers.state or None,
        "confidence": numbers.confidence if numbers.state else None,
        "edited": numbers.edited,
        **_nearness_entries("expression", numbers.expression),
    }
    for region in REGIONS:
        row |= _nearness_entries(region, numbers.regions.get(region))
    for limit in LIMITS:
        if limit.name not in ("confidence", "nearness"):
            row[limit.name] = value_of(numbers, limit.name)
    row["fault"] = numbers.fault or None
    row["flags"] = "; ".join(flag.reason for flag in found if flag.frame == numbers.frame) or None
    return row


def _nearness_entries(name: str, near: Nearness | None) -> dict[str, float | None]:
    values = (near.moved, near.before, near.after, near.ratio) if near else (None,) * 4
    return dict(zip((f"{name}_moved", f"{name}_before", f"{name}_after", f"{name}_ratio"), values))


def as_csv(measured: MeasuredShot) -> str:
    """One row a frame; what was not measured is empty."""
    rows = [row_of(numbers, measured.flags) for numbers in measured.numbers]
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(_round_floats(value)) for name, value in row.items()} for row in rows)
    return table.getvalue()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_json(measured: MeasuredShot) -> str:
    """All numbers, flags, limits and facts; what was not measured is null."""
    facts, summary = measured.facts, measured.summary
    document = {
        "recast_report": VERSION,
        "title": facts.title,
        "document": facts.document,
        "results": facts.results,
        "fingerprint": facts.fingerprint,
        "made": facts.date,
        "consent": [dict(consent) for consent in facts.consents],
        "versions": dict(facts.versions),
        "settings": [row._asdict() for row in facts.settings],
        "notes": list(measured.notes),
        "summary": _round_floats(
            summary._asdict() | {"spreads": {name: each and each._asdict() for name, each in summary.spreads.items()}}
        ),
        "limits": [limit._asdict() for limit in LIMITS],
        "flags": [flag._asdict() for flag in measured.flags],
        "excuses": [excuse._asdict() for excuse in measured.excuses],
        "frames": [_round_floats(row_of(numbers, measured.flags)) for numbers in measured.numbers],
    }
    return json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _round_floats(value: Any) -> Any:
    """Floats to six digits, through mappings and lists: more was not measured."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: _round_floats(each) for name, each in value.items()}
    return [_round_floats(each) for each in value] if isinstance(value, list | tuple) else value
