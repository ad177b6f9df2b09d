"""Keeping a field from folding: no place of a picture may be turned inside out."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...natives import opencv
from ..grid.shapes import blur
from ..thresholds import Amount, Threshold

cv2 = opencv()

LEAST_AREA = Threshold(
    0.015,
    "of a cell's area",
    "a place that is pressed together from one that folds",
    "just above 0, so that no rounding folds it; what is pressed to a 67th cannot be seen; no measurement is on record",
)
WIDER = Amount(
    1.3,
    "times the round before",
    "how much wider each round of unfolding smooths: 14 rounds go from 1 to 30 cells, a seventh of a face",
)
REACH = Amount(2.5, "standard deviations", "how far about a fold a round smooths: 0.99 of its Gaussian lies within")
SOFT = Amount(
    0.5,
    "of a round's standard deviation",
    "how softly a smoothed place ends, or its edge would fold next; no measurement is on record",
)


def jacobian(flow: Tensor) -> Tensor:
    """Smallest Jacobian determinant (h-1, w-1) within each cell of the map that `flow` (2, h, w) makes, in units of
    its grid.
    """
    across = flow[:, :, 1:] - flow[:, :, :-1]
    down = flow[:, 1:, :] - flow[:, :-1, :]
    across[0] += 1
    down[1] += 1
    corners = (
        (x[0] * y[1]).sub_(x[1] * y[0])
        for x in (across[:, :-1], across[:, 1:])
        for y in (down[:, :, :-1], down[:, :, 1:])
    )
    least = next(corners)
    for corner in corners:
        torch.minimum(least, corner, out=least)
    return least


def unfold(flow: Tensor, rounds: int = 14) -> Tensor:
    """`flow` (2, h, w) in grid units made one-to-one: smoothed where it folds, wider and wider, so that one bad place
    costs the rest of the face nothing. What no smoothing unfolds is scaled down, about it first, and all of it in the
    end.
    """
    for sigma in (WIDER**turn for turn in range(rounds)):
        folded = jacobian(flow) < LEAST_AREA
        if not folded.any():
            return flow
        reach = 2 * round(REACH * sigma) + 3
        spot = functional.pad(folded.float()[None], (0, 1, 0, 1))
        spot = torch.from_numpy(cv2.dilate(spot[0].numpy(), np.ones((reach, reach), np.uint8)))[None]
        flow = torch.lerp(flow, blur(flow, sigma), blur(spot, SOFT * sigma + 1) * (flow.abs().amax(0) > 0))
    reach = 3
    while bool((folded := jacobian(flow) < LEAST_AREA).any()):
        flow = flow * (1 - 0.5 * _about(folded, reach))
        reach = 2 * reach + 1
    return flow


def _about(folded: Tensor, reach: int) -> Tensor:
    """(1, h, w) 1 about folded cells (h-1, w-1), fading over `reach` cells; 1 everywhere when that is all of them."""
    spot = functional.pad(folded.float()[None], (0, 1, 0, 1))
    if reach > max(spot.shape):
        return torch.ones_like(spot)
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return blur(torch.from_numpy(cv2.dilate(spot[0].numpy(), kernel))[None], reach / 2)
