"""How far eyes are open, and how far the edit can open them."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    LEFT_IRIS,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    RIGHT_IRIS,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
)
from ..thresholds import Amount, Ramp

WIDEST = Amount(1.7, "times the plate's gap", "further, an iris is drawn out to a smear; by eye")
SEEN = Ramp(
    0.10,
    0.12,
    "widths of the eye",
    "lids whose lashes cover the eye from lids that show it",
    "what lashes cover cannot be drawn open; by eye",
)
ALWAYS = Amount(0.006, "face sizes", "a lash's breadth: so little may a shut eye open; by eye")
LIDS_PARTED = Ramp(
    0.08,
    0.08,
    "widths of the eye",
    "lids that meet from lids that part",
    "lashes fill a gap of 0.08, and from 0.16 on an eye looks out; by eye",
)

HALF_SHUT = Ramp(
    1.15, 0.4, "times a frame's gap", "an eye at rest from one that blinks", "of the resting face's gap; by eye"
)
LIDS = ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID))
_EYES = ((LEFT_UPPER_LID, LEFT_LOWER_LID, LEFT_IRIS), (RIGHT_UPPER_LID, RIGHT_LOWER_LID, RIGHT_IRIS))


def limit_opening(source: Tensor, driven: Tensor, size: float) -> Tensor:
    """`driven` (478, 3) with lids held where the plate's pixels in `source` (478, 3) would be stretched to a smear.

    The plate shows no eyeball behind a lid, so where its eye is shut it stays shut, and the gaze is left alone there.
    `size` is the face's, pixels.
    """
    driven = driven.clone()
    for contours in _EYES:
        up, down, iris = (list(contour) for contour in contours)
        shown = torch.linalg.vector_norm(source[down, :2] - source[up, :2], dim=1).max()
        wanted = torch.linalg.vector_norm(driven[down, :2] - driven[up, :2], dim=1).max()
        width = torch.linalg.vector_norm(source[up[0], :2] - source[up[-1], :2]).clamp_min(1e-3)
        seen = SEEN(shown / width)
        lids = (driven[up + down] - source[up + down]).mean(0)
        driven[iris] = torch.lerp(source[iris] + lids, driven[iris], seen)  # behind shut lids there is no gaze to move
        most = (1 + (WIDEST - 1) * seen) * shown + ALWAYS * size
        if wanted > most:
            middle = (driven[up] + driven[down]) / 2
            share = most / wanted
            driven[up] = middle + (driven[up] - middle) * share
            driven[down] = middle + (driven[down] - middle) * share
    return driven


def lid_gap(points: Tensor, upper: tuple[int, ...], lower: tuple[int, ...]) -> Tensor:
    """The widest gap between two lids, in widths of the eye."""
    apart = torch.linalg.vector_norm(points[list(lower), :2] - points[list(upper), :2], dim=1).clamp_min(1e-3).max()
    return apart / torch.linalg.vector_norm(points[upper[0], :2] - points[upper[-1], :2]).clamp_min(1e-3)


def lid_gaps(points: Tensor) -> Tensor:
    """(2,) the widest gap between the lids of each eye, in widths of the eye."""
    return torch.stack([lid_gap(points, *lids) for lids in LIDS])


def blink_amount(shape: Tensor, rest: Tensor) -> Tensor:
    """0..1: how far the lids of a head-frame shape (478, 3) are shut, against the face at rest (478, 3)."""
    return HALF_SHUT(lid_gaps(rest).mean() / lid_gaps(shape).mean())


def length(vectors: Tensor) -> Tensor:
    return torch.linalg.vector_norm(vectors, dim=-1).clamp_min(1e-3)
