"""How well a frame of the same actor fits what is wanted: what a similarity leaves over, part by part of the face.

Parts that are alike but for place, size and turn are warped without being stretched, and their folds and shading are
right too. How much each part tells of a picture's error differs from actor to actor, so that is learned
(`performer.learn`); here are the numbers that it is learned from.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from ...face.anatomy import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_IRIS,
    MESH,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_IRIS,
)
from ..features.lip_line import lip_gap
from ..grid.shapes import face_size
from ..thresholds import Amount, Count, Ramp

LOWER, UPPER = 0, 1
"""The halves of a face that are taken from own frames apart: mouth, cheeks and jaw; eyes, brows and forehead."""

DIVIDE = Amount(
    0.35,
    "of the way from the eyes to the lips",
    "below the lower lids and above the wings of the nose: skin that hardly moves; by eye",
)
SEAM = Ramp(
    -0.75,
    1.5,
    "centimetres of the canonical face, down from the division",
    "what the upper half lends from what the lower one does",
    "as far as skin between them is plain, so that two frames' light meets without a line; by eye",
)
EYES = tuple(dict.fromkeys(LEFT_EYE + RIGHT_EYE))
IRISES = LEFT_IRIS + RIGHT_IRIS
BROWS = tuple(dict.fromkeys(LEFT_BROW + RIGHT_BROW))
LIPS = tuple(dict.fromkeys(OUTER_LIPS + INNER_LIPS))
FEATURES = Count(5, "numbers", "of each half: three parts, a gap, the head's turn; files of performers hold as many")
GAP = Amount(0.2, "a gap's own unit", "lips or lids a twentieth too narrow count as a part that misses by 0.01")
TURN = Amount(0.1, "a radian", "a head turned by 6 degrees counts as a part that misses by 0.01")


def divide(canonical: Tensor) -> float:
    """Where the halves of a canonical face (K, 3) meet: centimetres down."""
    eyes, lips = (float(canonical[list(which), 1].mean()) for which in (EYES, LIPS))
    return eyes + DIVIDE * (lips - eyes)


@cache
def _parts(line: float, places: tuple[float, ...]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """By half: all its landmarks, then its three parts."""
    below = tuple(index for index, at in enumerate(places) if at > line)
    above = tuple(index for index, at in enumerate(places) if at <= line)
    skin_below, skin_above = (tuple(sorted({*half} - {*LIPS, *EYES, *BROWS})) for half in (below, above))
    return (below, LIPS, INNER_LIPS, skin_below), (above, EYES, BROWS + IRISES, skin_above)


def measure_fit(given: Tensor, turned: Tensor, wanted: Tensor, canonical: Tensor) -> Tensor:
    """(2, N, FEATURES) how far faces `given` (N, K, 3) are from the one that is `wanted` (K, 3), both in pixels, by
    half: three parts of it, the gap of lips or lids, and how far heads are `turned` from each other (N,), radians.

    All are about 0.01 where a fit is good. `canonical` (K, 3) is the face at rest that the halves are divided on.
    """
    halves = _parts(divide(canonical), tuple(canonical[:MESH, 1].tolist()))
    size = face_size(wanted[:, :2])
    found = []
    for half, (whole, *parts) in enumerate(halves):
        left = _left_over(given, wanted, whole) / size
        apart = (_gaps(given, half) - _gaps(wanted[None], half)).abs().amax(1)  # a wink has one eye that fits
        known = [left[:, list(part)].square().mean(1).sqrt() for part in parts]
        found.append(torch.stack([*known, GAP * apart, TURN * turned], 1))
    return torch.stack(found).float()


def _left_over(given: Tensor, wanted: Tensor, fitted: tuple[int, ...]) -> Tensor:
    """(N, K) pixels that landmarks lie apart once the best similarity of the `fitted` ones is taken off."""
    ours, theirs = (torch.complex(each[..., 0].double(), each[..., 1].double()) for each in (given, wanted))
    rows = list(fitted)
    ours = ours - ours[:, rows].mean(1, keepdim=True)
    theirs = theirs - theirs[rows].mean()
    scale = (theirs[rows] * ours[:, rows].conj()).sum(1) / ours[:, rows].abs().square().sum(1).clamp_min(1e-9)
    return (theirs - scale[:, None] * ours).abs()


def _gaps(points: Tensor, half: int) -> Tensor:
    """(N, G) the gap of the lips in mouth widths, or those of both eyes' lids in eye widths."""
    if half == LOWER:
        return torch.stack([lip_gap(each) for each in points])[:, None]
    return torch.stack([_lids(each) for each in points])


def _lids(points: Tensor) -> Tensor:
    openings = []
    for eye in (LEFT_EYE, RIGHT_EYE):
        place = points[list(eye), :2]
        way = place - place.mean(0)
        size = torch.linalg.eigvalsh(way.T.double() @ way.double()).clamp_min(1e-9)
        openings.append((size[0] / size[1]).sqrt())
    return torch.stack(openings)
