"""Lashes in a field: carried along by the lid that they grow on, while the skin beyond them gives way.

They are pixels of the lid's skin to a mesh, which draws them out when a brow rises. Where the skin there is not
drawn out, or the lid closes and unfolds, nothing is done.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...face.anatomy import (
    EYE_INNER,
    EYE_OUTER,
    LEFT_BROW_BOTTOM,
    LEFT_EYE,
    LEFT_LOWER_LID,
    LEFT_SOCKET,
    LEFT_UPPER_LID,
    RIGHT_BROW_BOTTOM,
    RIGHT_EYE,
    RIGHT_LOWER_LID,
    RIGHT_SOCKET,
    RIGHT_UPPER_LID,
    SOCKET_ABOVE,
)
from ..grid.shapes import distance_from, fill_polygon, side_of
from ..thresholds import Amount, Count, Ramp, smooth_step
from .triangles import sample_at

LENGTH = Amount(
    0.13,
    "of the eye's width",
    "how far above the lid lashes are carried in full; by eye, on s18 by d10, 1008 and 1009",
)
BEYOND_LID = Ramp(
    0.5,
    0.3,
    "of the eye's width above the lid",
    "skin that gives way to lashes from skin that is none of theirs",
    "a brow is about so far from its lid, and must not be held by it; no measurement is on record",
)
ALONG = Amount(
    0.05,
    "of the eye's width, standard deviation",
    "how far along the lid its movement is averaged: its landmarks are 0.09 to 0.19 apart, a third of that with "
    "`FINER`",
)
BARE = Amount(0.25, "of the eye's width", "how far about the inner corner no lashes grow; no measurement is on record")
FINER = Count(3, "places", "on the lid for each of its landmarks: lashes follow its curve; no measurement is on record")
DRAWN_OUT = Ramp(
    1.1,
    0.4,
    "of the plate's height between lid and brow",
    "skin above a lid that keeps its height from skin that is drawn out, and lashes with it",
    "carried everywhere, lashes cost what the tracker sees of a squint: s18 by d19 fell from .76 to .70 (862a3b0)",
)
OPEN = Ramp(
    0.15,
    0.25,
    "of the plate's gap between the lids",
    "shut lids, whose unfolding skin is let go, from open ones",
    "by eye, on the demo's 1041 and 1043 (1ad13af)",
)
CLOSING = Ramp(
    0.6,
    0.25,
    "of the plate's gap between the lids",
    "a lid that falls, by whose own way lashes go, from one that the field follows",
    "a smoothed field goes half of a falling lid's way at the lid itself, and lashes it carries hold the eye open "
    "(1ad13af); by eye, on the demo's 1041",
)
_LIDS = (
    (LEFT_EYE, LEFT_UPPER_LID, LEFT_LOWER_LID, LEFT_SOCKET, LEFT_BROW_BOTTOM),
    (RIGHT_EYE, RIGHT_UPPER_LID, RIGHT_LOWER_LID, RIGHT_SOCKET, RIGHT_BROW_BOTTOM),
)


def carry_lashes(flow: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """The field (2, h, w) with what lies just above both upper lids moved as the lid is, where it would be drawn out.

    `before` and `after` (K, 2 or 3) are the plate's and the driven keypoints in its cells.
    """
    flow = flow.clone()
    for eye, lid, lower, socket, brow in _LIDS:
        height, driven = (_above(points, lid, socket[SOCKET_ABOVE]) for points in (before, after))
        amount = DRAWN_OUT(driven / height.clamp_min(1e-3))
        gap, left = (_above(points, lower, lid) for points in (before, after))
        amount = amount * OPEN(left / gap.clamp_min(1e-3))
        if float(amount) > 0:
            edge = [eye[EYE_OUTER], *lid, eye[EYE_INNER]]
            closing = 1 - CLOSING(left / gap.clamp_min(1e-3))
            # A smoothed field lags behind a lid that falls; carried by it, lashes would hold the eye open.
            moved = torch.lerp(sample_at(flow, after[edge, :2]), (before - after)[edge, :2], closing)
            _carry(flow, after[edge, :2], moved, after[list(eye), :2], after[list(brow), :2], amount)
    return flow


def _above(points: Tensor, lower: tuple[int, ...], upper: tuple[int, ...]) -> Tensor:
    """How far two edges of an eye are apart."""
    return torch.linalg.vector_norm((points[list(upper)].mean(0) - points[list(lower)].mean(0))[:2])


def _carry(flow: Tensor, lid: Tensor, moved: Tensor, contour: Tensor, brow: Tensor, amount: Tensor) -> None:
    """One eye, in place: `lid` (N, 2) its upper lid from corner to corner and the field there, `contour` (M, 2) its
    opening, `brow` the lower edge of the brow above it.
    """
    width = float(torch.linalg.vector_norm(lid[-1] - lid[0]))
    reach = (BEYOND_LID.start + BEYOND_LID.over) * width
    left, top = (max(0, int(value - reach)) for value in lid.amin(0))
    right, bottom = (
        min(limit, int(value + reach) + 2) for value, limit in zip(lid.amax(0), (flow.shape[2], flow.shape[1]))
    )
    if width < 2 or right - left < 2 or bottom - top < 2:
        return
    places, moved = _finer(torch.cat([lid, moved], 1)).split(2, 1)
    corner = lid.new_tensor([left, top])
    x, y = torch.arange(left, right) + 0.5, torch.arange(top, bottom) + 0.5
    across, down = (x - places[:, :1]).square(), (y - places[:, 1:]).square()
    away = (across[:, None] + down[:, :, None]).sqrt()
    carried = _average(across, down, moved, ALONG * width)
    beyond = _upwards(lid - corner, contour - corner, brow - corner, (right - left, bottom - top))
    above = away.amin(0)[None]
    left_over = distance_from(brow - corner, (right - left, bottom - top))
    weight = amount * beyond * _lid_share(above, left_over, LENGTH * width)
    weight = weight * (1 - BEYOND_LID(above / width))
    weight = weight * smooth_step(away[-1:] / (BARE * width))
    here = flow[:, top:bottom, left:right]
    flow[:, top:bottom, left:right] = torch.lerp(here, carried, weight)


def _average(across: Tensor, down: Tensor, moved: Tensor, sigma: float) -> Tensor:
    """(2, h, w) the mean of what lies at N places, `moved` (N, 2), weighed by a Gaussian of how far they are: (N, w)
    squared distances across and (N, h) down. A Gaussian of both is the product of one each, so that nothing is drawn
    for each place; in double, which holds what is 38 standard deviations away; what is
    further from all of them does not move, and is beyond what lashes carry.
    """
    wide, high = (torch.exp(side.double() / (-2 * sigma**2)).numpy() for side in (across, down))
    counted = np.concatenate([moved.double().numpy(), np.ones((len(moved), 1))], 1)
    # Not as a matrix product, whose last bits depend on where in memory its factors lie.
    summed = np.einsum("nch,nw->chw", counted[:, :, None] * high[:, None], wide)
    return torch.from_numpy(summed[:2] / np.maximum(summed[2], np.finfo(np.float64).tiny)).float()


def _upwards(lid: Tensor, contour: Tensor, brow: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) 1 beyond an upper lid on its brow's side, and not in the eye whose opening is `contour`."""
    along, over = lid[-1] - lid[0], brow.mean(0) - lid[0]
    brow_is_right = float(along[0] * over[1] - along[1] * over[0]) > 0
    return side_of(lid if brow_is_right else lid.flip(0), size) * (1 - fill_polygon(contour, size))


def _lid_share(above: Tensor, below: Tensor, length: float) -> Tensor:
    """0..1: how far skin `above` a lid and `below` a brow moves with the lid: in full up to the lashes' `length`, and
    then so that all of the rest up to the brow is drawn out alike. Less room would draw a crease out to a band.
    """
    share = above / (above + below).clamp_min(1e-3)  # of the way from lid to brow: so far does the mesh follow the brow
    rest = (above - length).clamp_min(0) / (above + below - length).clamp_min(1e-3)
    return (1 - rest / share.clamp_min(1e-3)).clamp(0, 1)


def _finer(points: Tensor) -> Tensor:
    """Points (N, C) of a line with `FINER` for each of its stretches."""
    steps = torch.arange(FINER, dtype=points.dtype)[None, :, None] / FINER
    between = points[:-1, None] + steps * (points[1:] - points[:-1])[:, None]
    return torch.cat([between.flatten(0, 1), points[-1:]])
