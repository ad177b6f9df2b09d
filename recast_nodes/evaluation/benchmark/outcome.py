"""What is kept of a run: every system's numbers as JSON, and one HTML page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...media.files.atomic import whole_file
from .plan import Plan
from .score import ClipScore
from .table import as_text, record

PAGE = "quality.html"
Rows = Mapping[str, Mapping[str, Mapping[str, float]]]


def keep_scores(place: Path, name: str, scores: Sequence[ClipScore], row: Mapping[str, Mapping[str, float]]) -> None:
    """Writes `scores/NAME.json`: means by mode, and the numbers of every frame."""
    content = {"system": name, "means": row, "clips": [record(score) for score in scores]}
    with whole_file(place / "scores" / f"{name}.json") as part:
        part.write_text(json.dumps(content, indent=1), encoding="utf-8")


def write_page(
    plan: Plan, place: Path, rows: Rows, scores: Mapping[str, Sequence[ClipScore]], notes: Sequence[str]
) -> Path:
    """Writes the page; where it lies."""
    path = place / PAGE
    with whole_file(path) as part:
        part.write_text(f"<pre>{as_text(rows)}</pre>", encoding="utf-8")
    return path
