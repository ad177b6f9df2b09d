"""The table: systems beside one another, a row each, mode by mode; and the paper's own rows, quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..fidelity import frechet_distance
from .plan import MODES
from .score import ClipScore

Rows = Mapping[str, Mapping[str, Mapping[str, float]]]  # system, mode, metric


class Column(NamedTuple):
    """One metric: its name in the records, its head, decimals, and whether more is better."""

    name: str
    head: str
    digits: int
    rises: bool
    about: str


COLUMNS = (
    Column("psnr", "PSNR", 2, True, "dB over the whole picture"),
    Column("ssim", "SSIM", 4, True, "over the whole picture"),
    Column("lpips", "LPIPS", 4, False, "AlexNet"),
    Column("l1", "L1", 4, False, "mean absolute difference, 0..1"),
    Column("csim", "CSIM", 4, True, "cosine of SFace's embeddings, to the truth"),
    Column("mae", "MAE°", 2, False, "gaze, by MediaPipe's eyes, to the truth"),
    Column("aed", "AED", 4, False, "MediaPipe's coefficients without gaze, to the driver"),
    Column("apd", "APD", 4, False, "head pose in radians, to the source"),
    Column("fid", "FID", 2, False, "Inception, all frames"),
    Column("fvd", "FVD", 1, False, "I3D, all clips, 16 frames at a time"),
    Column("psnr face", "PSNR face", 2, True, "inside the face of source and truth"),
    Column("ssim face", "SSIM face", 4, True, "inside the face"),
    Column("lpips face", "LPIPS face", 4, False, "inside the face"),
    Column("l1 face", "L1 face", 4, False, "inside the face"),
    Column("l1 acting", "L1 acting", 4, False, "inside the face where the truth differs from the source"),
    Column("l1 still", "L1 still", 4, False, "inside the face where it does not"),
    Column("aed truth", "AED truth", 4, False, "MediaPipe's coefficients without gaze, to the truth"),
    Column("l1 brows", "brows", 4, False, "L1 about the brows"),
    Column("l1 eyes", "eyes", 4, False, "L1 about the eyes"),
    Column("l1 mouth", "mouth", 4, False, "L1 about the mouth"),
    Column("ring", "ring", 4, False, "L1 along the outline of the face"),
    Column("folds", "folds", 3, True, "correlation of fine shading with the truth's; 0 adds none"),
    Column("flicker", "flicker", 5, False, "of the error, second difference in time, inside the face"),
    Column("outside", "outside", 6, False, "change beyond the face, 0 at best"),
    Column("unread", "unread", 3, False, "share of frames in which the reader finds no face"),
)
DISTANCES = {"fid": "inception", "fvd": "i3d"}  # of sets of features


def summarise(scores: Sequence[ClipScore]) -> dict[str, dict[str, float]]:
    """Every metric's mean over the clips of a mode, by mode; what was not measured is left out."""
    made: dict[str, dict[str, float]] = {}
    for mode in MODES:
        chosen = [score for score in scores if score.triplet.mode == mode]
        row: dict[str, float] = {}
        for column in COLUMNS:
            known = [mean for score in chosen if (mean := score.mean(column.name)) is not None]
            if known:
                row[column.name] = float(np.mean(known))
        made[mode] = row | _distances(chosen)
    return made


def _distances(scores: Sequence[ClipScore]) -> dict[str, float]:
    found = {}
    for name, network in DISTANCES.items():
        sets = [score.features[network] for score in scores if network in score.features]
        if sets:
            result, truth = (np.concatenate(each) for each in zip(*sets, strict=True))
            if len(truth):
                found[name] = frechet_distance(result, truth)
    return found


def columns_of(rows: Rows, abouts: Mapping[str, str] | None = None) -> list[Column]:
    """The metrics that some system has; `abouts` say otherwise what some are, by name."""
    named = abouts or {}
    has = [each for each in COLUMNS if any(each.name in row for modes in rows.values() for row in modes.values())]
    return [each._replace(about=named.get(each.name, each.about)) for each in has]


def as_text(rows: Rows, abouts: Mapping[str, str] | None = None) -> str:
    """The table for a terminal: metrics downwards, systems beside one another. `abouts` as for `columns_of`."""
    lines = []
    names = list(rows)
    wide = max([10, *(len(name) for name in names)]) + 2
    for mode in MODES:
        lines.append(f"{mode:<14}" + "".join(f"{name:>{wide}}" for name in names))
        for column in columns_of(rows, abouts):
            cells = [format_number(rows[name].get(mode, {}).get(column.name), column) for name in names]
            lines.append(f"  {column.head:<12}" + "".join(f"{cell:>{wide}}" for cell in cells) + f"   {column.about}")
        lines.append("")
    return "\n".join(lines)


def format_number(value: float | None, column: Column) -> str:
    """A metric's value as text; a dash where it was not measured."""
    return "-" if value is None else f"{value:.{column.digits}f}"


def record(score: ClipScore) -> dict[str, Any]:
    """A clip's numbers as plain data."""
    return {"triplet": score.triplet.name, "mode": score.triplet.mode, "frames": score.frames}
