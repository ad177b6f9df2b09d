"""Keeping a field from folding: no place of a picture may be turned inside out."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...natives import opencv
from ..grid.shapes import blurred

cv2 = opencv()

LEAST_AREA = 0.015  # smallest Jacobian determinant that is left in the field: no place may be turned inside out
SPREAD = 1.3  # how much wider each round of unfolding smooths than the one before


def jacobian(flow: Tensor) -> Tensor:
    """Smallest Jacobian determinant (h-1, w-1) within each cell of the map that `flow` (2, h, w) makes, in units of
    its grid.
    """
    across = flow[:, :, 1:] - flow[:, :, :-1]
    down = flow[:, 1:, :] - flow[:, :-1, :]
    corners = (
        (1 + x[0]) * (1 + y[1]) - x[1] * y[0]
        for x in (across[:, :-1], across[:, 1:])
        for y in (down[:, :, :-1], down[:, :, 1:])
    )
    return torch.stack(list(corners)).amin(0)


def unfold(flow: Tensor, rounds: int = 14) -> Tensor:
    """`flow` (2, h, w) in grid units made one-to-one: smoothed where it folds, wider and wider, so that one bad place
    costs the rest of the face nothing. What no smoothing unfolds is scaled down, about it first, and all of it in the
    end.
    """
    for sigma in (SPREAD**turn for turn in range(rounds)):
        folded = jacobian(flow) < LEAST_AREA
        if not folded.any():
            return flow
        reach = 2 * round(2.5 * sigma) + 3
        spot = functional.pad(folded.float()[None], (0, 1, 0, 1))
        spot = torch.from_numpy(cv2.dilate(spot[0].numpy(), np.ones((reach, reach), np.uint8)))[None]
        flow = torch.lerp(flow, blurred(flow, sigma), blurred(spot, 0.5 * sigma + 1) * (flow.abs().amax(0) > 0))
    reach = 3
    while bool((folded := jacobian(flow) < LEAST_AREA).any()):
        flow = flow * (1 - 0.4 * _about(folded, reach))
        reach = 2 * reach + 1
    return flow


def _about(folded: Tensor, reach: int) -> Tensor:
    """(1, h, w) 1 about folded cells (h-1, w-1), fading over `reach` cells; 1 everywhere when that is all of them."""
    spot = functional.pad(folded.float()[None], (0, 1, 0, 1))
    if reach > max(spot.shape):
        return torch.ones_like(spot)
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return blurred(torch.from_numpy(cv2.dilate(spot[0].numpy(), kernel))[None], reach / 2)
