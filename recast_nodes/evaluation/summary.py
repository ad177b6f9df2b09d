"""The whole shot in a few numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..face.blendshapes import COEFFICIENTS
from . import metrics
from .numbers import Numbers


class Spread(NamedTuple):
    """A number over the shot: its mean, and its worst value with the frame that has it."""

    mean: float
    worst: float
    frame: int


class Summary(NamedTuple):
    """None or an empty mapping where there was nothing to measure."""

    frames: int
    measured: int
    edited: int
    ratio: float | None  # mean distance result-driver over mean distance plate-driver
    correlation: float | None
    plate_correlation: float | None
    active: int  # coefficients that the driver acts with
    regions: dict[str, dict[str, float | None]]
    spreads: dict[str, Spread | None]


MEASURED = (
    *("pose_drift", "rigid_drift", "hull_step", "edit_step", "ragged_edge", "edge_rim", "torn_iris"),
    *("mouth_sharpness", "mouth_light", "flicker", "bounce", "identity", "confidence"),
)
LOW_IS_WORST = ("identity", "confidence")


def summarise(shot: Sequence[Numbers]) -> Summary:
    """The shot's numbers from those of its frames."""
    acted = [numbers for numbers in shot if numbers.coefficients is not None]
    known = [numbers.coefficients for numbers in shot if numbers.coefficients is not None]
    curves = np.stack(known, 1) if known else np.zeros((3, 0, COEFFICIENTS))
    return Summary(
        frames=len(shot),
        measured=sum(not numbers.fault for numbers in shot),
        edited=sum(bool(numbers.edited) for numbers in shot),
        ratio=_ratio([numbers.expression for numbers in acted if numbers.expression]),
        correlation=_correlation(curves, 2),
        plate_correlation=_correlation(curves, 0),
        active=len(metrics.find_active(curves[1])) if acted else 0,
        regions={region: _region(acted, curves, region) for region in metrics.MEASURED_REGIONS} if acted else {},
        spreads={name: _spread(shot, name) for name in MEASURED},
    )


def _region(acted: Sequence[Numbers], curves: np.ndarray, region: str) -> dict[str, Any]:
    near = [numbers.regions[region] for numbers in acted]
    return {
        "moved": float(np.mean([each.moved for each in near])),
        "before": float(np.mean([each.before for each in near])),
        "after": float(np.mean([each.after for each in near])),
        "ratio": _ratio(near),
        "correlation": _correlation(curves, 2, region),
        "plate_correlation": _correlation(curves, 0, region),
    }


def _ratio(near: Sequence[metrics.Nearness]) -> float | None:
    before = sum(each.before for each in near)
    return sum(each.after for each in near) / before if before > 1e-6 else None


def _correlation(curves: np.ndarray, which: int, region: str = "") -> float | None:
    return metrics.correlation(curves[which], curves[1], region) if curves.shape[1] > 1 else None


def _spread(shot: Sequence[Numbers], name: str) -> Spread | None:
    known = [(getattr(numbers, name), numbers.frame) for numbers in shot if not numbers.fault]
    known = [(value, frame) for value, frame in known if value is not None]
    if not known:
        return None
    worst = (min if name in LOW_IS_WORST else max)(known)
    return Spread(float(np.mean([value for value, _ in known])), *worst)
