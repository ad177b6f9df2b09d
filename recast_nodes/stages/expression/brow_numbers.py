"""How far brows are lowered and raised, in numbers: by what the tracker's coefficients say and by where brows are.

Coefficients alone say a fifth of a frown, and least under an open mouth. Where the brow's landmarks are says more, once
it is counted from the corners of the eye below it: what is known of the head's pose, and of how near a side of the face
is to the camera, errs by as much as a frown is. Both are weighed by least squares, with what they err by.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    BESIDE_EYE_CORNERS,
    LEFT_BROW_BOTTOM,
    LEFT_BROW_TOP,
    LEFT_EYE_CORNERS,
    NOSE_RIDGE,
    RIGHT_BROW_BOTTOM,
    RIGHT_BROW_TOP,
    RIGHT_EYE_CORNERS,
    TEMPLES,
)
from ...face.blendshapes import BLENDSHAPES, blendshapes
from ..thresholds import Amount, Amounts
from .head_pose import robust_similarity, to_head

MISREAD = Amount(
    0.1, "centimetres", "standard deviation of a brow's landmarks in height, on rendered people 0.05 to 0.13"
)
SLANTED = Amount(0.02, "centimetres", "that all brows are too low by, or one lower than the other, by an eye's corners")
DOUBTED = Amounts(
    (0.6, 0.1, 0.02),
    "of a coefficient",
    "what is said of lowered brows, of their inner and of their outer ends, errs by so much: rendered people's outer "
    "ends correlate with what they act to 0.97 and frowns to 0.78",
)
MOST = Amount(1.0, "of a coefficient", "more is none")
LOWERED = ("browDownLeft", "browDownRight")
_NAMES = (*LOWERED, "browInnerUp", "browOuterUpLeft", "browOuterUpRight")
ROWS = [BLENDSHAPES.index(name) for name in _NAMES]
_BLINKS = list(blendshapes("eyeBlink"))  # brows are read lower in a blink, and blinks are read well
FIRM = (*LEFT_EYE_CORNERS, *RIGHT_EYE_CORNERS, *BESIDE_EYE_CORNERS, *TEMPLES, *NOSE_RIDGE)
"""What no brow pulls along, as it does the forehead."""
_SIDES = (
    (LEFT_BROW_TOP, LEFT_BROW_BOTTOM, LEFT_EYE_CORNERS),
    (RIGHT_BROW_TOP, RIGHT_BROW_BOTTOM, RIGHT_EYE_CORNERS),
)


def read_brows(rest: Tensor, expression: Tensor, coefficients: Tensor, movements: Tensor) -> Tensor:
    """`coefficients` (52,), above rest, with what they say of brows set right by an `expression` (K, 3) of a face at
    `rest` (K, 3). `movements` (52, K, 3) is what each coefficient moves.
    """
    firm = list(FIRM)
    shape = rest + expression
    moved = to_head(shape, robust_similarity(rest[firm], shape[firm])) - rest
    acted = coefficients[ROWS].clamp(0, MOST).double()
    by = torch.stack([_heights(movements[row]) for row in ROWS], 1).double()  # (10, 5)
    blinking = torch.einsum("c,ckd->kd", coefficients[_BLINKS], movements[_BLINKS])
    left = _heights(moved - blinking).double() - by @ acted
    doubt = torch.tensor([DOUBTED[0]] * 2 + [DOUBTED[1]] + [DOUBTED[2]] * 2 + [SLANTED] * 2, dtype=torch.float64)
    half = len(by) // 2
    tilt = torch.cat([by.new_full((half,), -1.0), by.new_ones(half)])
    by = torch.cat([by, torch.ones_like(tilt)[:, None], tilt[:, None]], 1) / MISREAD
    normal = (by[:, :, None] * by[:, None]).sum(0) + torch.diag(doubt.square().reciprocal())
    more = torch.linalg.solve(normal, (by * (left / MISREAD)[:, None]).sum(0))[: len(ROWS)]
    read = coefficients.clone()
    read[ROWS] = (acted + more).clamp(0, MOST).to(read)
    return read


def _heights(moved: Tensor) -> Tensor:
    """(10,) how much further down each column of both brows is than the corners of the eye below it."""
    found = []
    for top, bottom, corners in _SIDES:
        brow = (moved[list(top), 1] + moved[list(bottom), 1]) / 2
        found.append(brow - moved[list(corners), 1].mean())
    return torch.cat(found)
