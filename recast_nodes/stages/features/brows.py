"""Brows that landmarks have lost: raised far, they are reported well below where the plate shows them.

The mesh would take such a brow for forehead, and draw it out when the edit lowers it. It is looked for above its
landmarks, as a dark band between lighter ones; where it lies on them, as nearly always, it stays there. And all brows
reach a little above their landmarks: as one falls, its upper edge falls with it and plain forehead is drawn out.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    CHIN_TIP,
    FOREHEAD,
    LEFT_BROW_BOTTOM,
    LEFT_BROW_TOP,
    LEFT_UPPER_LID,
    OVAL,
    RIGHT_BROW_BOTTOM,
    RIGHT_BROW_TOP,
    RIGHT_UPPER_LID,
)
from ..grid.shapes import blur
from ..thresholds import Amount, Count, Ramp, Threshold, smooth_step

MIDDLE = slice(1, 4)  # columns of a brow that are looked at: at its outer end there may be hair
ABOVE = Amount(
    3.0, "heights of the brow", "how far above its landmarks it is looked for: slipped ones were up to 2.2 above"
)
PLACES = Count(40, "places in a column", "about ten for each of its four heights")
LIGHT = Amount(0.8, "quantile of a column", "its lighter part is skin, a brow is less than half of it; by eye")
EDGE = Amount(
    0.95, "share of a column's darkness", "what lies below its upper edge: single hairs above do not count; by eye"
)
DARKER = Threshold(0.25, "logarithm of brightness", "a brow from the shade of a forehead", "by eye")
EVEN = Amount(0.15, "heights of the brow", "the plate is evened over so much, so that hairs make one band; by eye")
SURE = Ramp(0.8, 1.0, "columns", "a band that is a brow from one that may be hair", "of three; by eye")
SLIPPED = Ramp(
    0.3,
    0.2,
    "heights of the brow",
    "a brow that its landmarks have lost from one that they have",
    "well-read brows of s18, s20 and d18 (24 frames each) lie 0.5 below to 0.3 above, slipped ones 0.5 to 2.2 above",
)
REACH = Amount(3.0, "times its slip", "so far about a brow the skin has slipped with it; by eye")
EDGES = Amount(
    0.5,
    "heights of the brow",
    "how far its upper edge is above its landmarks; with 0.8 the forehead folds (d10 by d18, decision 25)",
)
SEEN = Ramp(
    4.0, 3.0, "pixels", "a brow high enough to be found from one that is not", "those of s13 have 3, and read anything"
)
_BROWS = (
    (LEFT_BROW_TOP, LEFT_BROW_BOTTOM, LEFT_UPPER_LID),
    (RIGHT_BROW_TOP, RIGHT_BROW_BOTTOM, RIGHT_UPPER_LID),
)


def correct_brows(plate: Tensor, source: Tensor, driven: Tensor) -> tuple[Tensor, Tensor]:
    """`source` and `driven` (K, 3), landmarks in pixels of the plate (3, H, W), with brows where that shows them.

    A brow that was lost falls to where the edit says, unless it falls by less than it was off: then twice as far as
    the edit asks. It rises from where it is. So a small edit stays small.
    """
    up, moved = _upwards(source), driven[:, :2] - source[:, :2]
    found, wanted = source.clone(), driven.clone()
    for top, bottom, lid in _BROWS:
        row = list(top)
        fallen = ((moved[FOREHEAD] - moved[row].mean(0)) @ up).clamp_min(0)
        off = find_slip(plate, source, top, bottom, lid)
        far = (off[row, :2] @ up).mean()
        found, wanted = found + off, wanted + off * (1 - fallen / far.clamp_min(1e-6)).clamp_min(0)
        height = ((source[row, :2] - source[list(bottom), :2])[MIDDLE] @ up).mean().clamp_min(1.0)
        edge = EDGES * height * smooth_step((fallen + torch.minimum(fallen, far)) / height)
        found[row, :2] += edge * up
        wanted[row, :2] += edge * up
    return found, wanted


def _upwards(points: Tensor) -> Tensor:
    """(2,) the way from chin to forehead."""
    up = points[FOREHEAD, :2] - points[CHIN_TIP, :2]
    return up / torch.linalg.vector_norm(up).clamp_min(1e-3)


def find_slip(
    plate: Tensor, points: Tensor, top: tuple[int, ...], bottom: tuple[int, ...], lid: tuple[int, ...]
) -> Tensor:
    """(K, 3) what brings landmarks (K, 3) to a brow that the plate (3, H, W) shows further up, and those of the skin
    about it along; the outline of the face stays.
    """
    up, off = _upwards(points), torch.zeros_like(points)
    far = _measure_slip(plate, points, top, bottom, up)
    if far > 0:
        off[:, :2] = far * _share(points[:, :2], list(top + bottom), list(lid), up, far)[:, None] * up
    off[list(OVAL)] = 0
    return off


def _measure_slip(plate: Tensor, points: Tensor, top: tuple[int, ...], bottom: tuple[int, ...], up: Tensor) -> float:
    """How far above its landmarks a brow is, in pixels; 0 where they are about right, or the plate shows none."""
    upper, lower = points[list(top), :2][MIDDLE], points[list(bottom), :2][MIDDLE]
    tall = (upper - lower) @ up
    height = tall.mean().clamp_min(1.0)
    ways = torch.linspace(0, 1, PLACES)[:, None] * (tall + ABOVE * height)
    light = _light(plate, lower + ways[..., None] * up, EVEN * float(height))
    dark = (light.quantile(LIGHT, dim=0) - light - DARKER).clamp_min(0)
    below = dark.cumsum(0) / dark.sum(0).clamp_min(1e-6) < EDGE
    edge = (ways * below).amax(0) - (EDGE * tall)
    whole = (1 - dark[-3:].mean(0) / dark.amax(0).clamp_min(1e-6)).pow(3) * (dark.amax(0) > 0)  # and no edge of hair
    off = (whole * edge).sum() / whole.sum().clamp_min(1e-6)
    return float(off * SURE(whole.sum()) * SEEN(height) * SLIPPED(off / height))


def _light(plate: Tensor, places: Tensor, sigma: float) -> Tensor:
    """(S, C) the logarithm of the plate's brightness at places (S, C, 2), the plate's edge beyond it."""
    low, high = (edge.floor().int().tolist() for edge in (places.amin((0, 1)) - 2, places.amax((0, 1)) + 3))
    left, top = (min(max(0, value), end - 1) for value, end in zip(low, (plate.shape[2], plate.shape[1])))
    patch = plate[:, top : max(top + 1, high[1]), left : max(left + 1, high[0])]
    patch = blur(patch.clamp_min(0).mean(0, keepdim=True).clamp_min(1e-4).log(), sigma)[0]
    column = (places[..., 0] - left).long().clamp(0, patch.shape[1] - 1)
    row = (places[..., 1] - top).long().clamp(0, patch.shape[0] - 1)
    return patch[row, column]


def _share(points: Tensor, brow: list[int], lid: list[int], up: Tensor, far: float) -> Tensor:
    """(K,) 0..1: how much of a brow's slip is each landmark's: less further away, and nothing from the lid down."""
    near, low = (torch.cdist(points.double(), points[part].double()).amin(1).to(points) for part in (brow, lid))
    between = smooth_step(2 * low / (low + near).clamp_min(1e-3)) * ((points - points[lid].mean(0)) @ up > 0)
    return between * (1 - smooth_step(near / (REACH * far)))
