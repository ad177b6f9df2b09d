"""Glasses, found over a shot: rims, bridge and temples as wires in the plane before the eyes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import LEFT_EYE, RIGHT_EYE
from ..grid.filters import sample_bilinear
from ..grid.ridges import average_along, find_course
from ..thresholds import Amount, Amounts, Count, Threshold
from .complexion import FEWEST
from .glasses_plane import CELLS, PLANE, Lit
from .glasses_wires import (
    FINE,
    HALVES,
    STEPS,
    STIFF,
    SURE,
    Wire,
    alike_thickness,
    place,
    score_lines,
    steps,
    unroll,
    weigh_scores,
)
from .texture import CM

NEAR = Amount(1.1, CM, "from the middle of the eye, no rim is nearer: lids and lashes are")
FAR = Amount(3.7, CM, "nor further: brows and cheeks are; TRIED's largest is 3.5")
ASIDE = Count(4, "cells", "that a course may go aside in a step; more never pay with STIFF")
TRIED = (
    Amounts((-0.4, 0.8, 7), CM, "beside the eye's middle, and how many of them"),
    Amounts((-0.4, 1.0, 8), CM, "below it: lenses hang lower than eyes"),
    Amounts((1.9, 3.5, 9), CM, "half their widths: of children's to oversized"),
    Amounts((1.3, 3.1, 10), CM, "half their heights"),
    Amounts((2.0, 4.0, 3), "power", "from ellipses to rounded squares"),
)
SLACK = Amount(0.6, CM, "across, in which a wire departs from the superellipse that it is taken for; by eye")
ROUND = Threshold(
    0.42,
    "share of the frames' votes",
    "rims from folds, brows and lashes",
    "all around: glasses had 0.52 and more, faces without at most 0.37 (fifteen stretches of five clips, decision 24)",
)
BELOW = Threshold(
    0.35,
    "share of the frames' votes",
    "rims from skin",
    "below both eyes, where skin has no lines; by eye (decision 24)",
)
EACH_BELOW = Threshold(
    0.15,
    "share of the frames' votes",
    "a pair of rims from one line",
    "below the lesser eye: glasses had 0.22 and more, faces without up to 0.16 (decision 24)",
)
UNDER = (8, 56)  # from and to where that is, of the steps round from the temple
BESIDE = Threshold(0.4, "share of the frames' votes", "a bridge or a temple from a brow or a crease", "by eye")
BARS = Amounts((-1.8, 1.2), CM, "below the middle of the eyes, between which bridge and temples are")
OVERLAP = Amount(0.5, CM, "bars are looked for from so far inside the rims, and end where they leave them")
MARGIN = Amount(0.3, CM, "off the edge of the plane, beyond which nothing is known")
SHORT = Amount(0.1, CM, "from one place to the next on a bar: one a millimetre, as on rims")
LEAST = Threshold(4, "places", "a bar from a speck", "4 mm; by eye")
STRETCH = Count(8, "steps", "to each side, over which a wire has one thickness; by eye")
SMOOTH = Count(4, "steps", "to each side, over which that is averaged; by eye")
_FRONT = torch.tensor([[CELLS, 0.0, -PLANE[0] * CELLS], [0.0, CELLS, -PLANE[1] * CELLS]])


def find_glasses(fronts: Sequence[Tensor], canonical: Tensor) -> tuple[Wire, ...]:
    """The wires of the glasses that a shot's `fronts` (h, w) show; none where they show no pair of rims."""
    if len(fronts) < FEWEST:
        return ()
    rims = [_unknown_rim(canonical[list(eye), :2].mean(0)) for eye in (LEFT_EYE, RIGHT_EYE)]
    shares = torch.stack([count_votes(_score_frames(fronts, rim, torch.arange(NEAR, FAR, FINE))) for rim in rims])
    shape, seen = _fit_rim(shares, rims[1])
    if not are_rims(seen):
        return ()
    slack = torch.arange(-SLACK, SLACK, FINE)
    left, right = (_follow(fronts, rim._replace(across=shape.across, half=shape.half), slack)[0] for rim in rims)
    return (left, right, *_find_bars(fronts, left, right))


def are_rims(votes: Tensor) -> bool:
    """Whether a pair of rims has votes enough (2, STEPS), shares of the frames round from the temple."""
    below = votes[:, slice(*UNDER)].mean(1)
    return float(votes.mean()) >= ROUND and float(below.mean()) >= BELOW and float(below.min()) >= EACH_BELOW


def _unknown_rim(middle: Tensor) -> Wire:
    """A rim about an eye of which nothing is known."""
    nothing = torch.zeros(STEPS)
    return Wire(True, middle, math.copysign(1.0, float(middle[0])), nothing, nothing)


def _score_frames(fronts: Sequence[Tensor], wire: Wire, cells: Tensor) -> Tensor:
    """(F, len(HALVES), N, M) what each frame answers, by itself: poses err by as much as a thin rim is wide."""
    return torch.stack([score_lines(Lit(front[None].float(), _FRONT, _FRONT), wire, cells) for front in fronts])


def count_votes(found: Tensor) -> Tensor:
    """(..., M) the share of the frames that answer yes, of `found` (F, ..., M); a cell aside counts too."""
    share = found.clamp(max=1).mean(0)
    return functional.max_pool1d(share.flatten(0, -2)[:, None], 3, 1, 1).reshape(share.shape)


def _fit_rim(shares: Tensor, rim: Wire) -> tuple[Wire, Tensor]:
    """The superellipse that most votes (2, len(HALVES), N, M) of both eyes for a line of some thickness are for, in
    place of `rim`, and those votes (2, N).
    """
    along, across = _draw_superellipses(rim)
    near = functional.max_pool2d(torch.cat([shares, shares[:, :, :1]], 2), (1, 7), 1, (0, 3))
    for_it = sample_bilinear(near.mean(0), (across - NEAR) / FINE + 0.5, along * STEPS + 0.5).mean(2)
    half, best = divmod(int(for_it.argmax()), len(along))
    order = along[best].argsort()
    known = np.interp(steps(rim)[:, 0], along[best][order], across[best][order], period=1.0)
    shape = torch.from_numpy(known).float()
    seen = sample_bilinear(near[:, half], (shape[None] - NEAR) / FINE + 0.5, torch.arange(STEPS)[None] + 0.5)[:, 0]
    return rim._replace(across=shape, half=torch.full((STEPS,), HALVES[half] * FINE)), seen


def _draw_superellipses(rim: Wire) -> tuple[Tensor, Tensor]:
    """Along and across (T, N / 2) of all that are tried."""
    turn = torch.arange(STEPS // 2) * (4 * math.pi / STEPS)
    tried = (torch.linspace(low, high, int(count)) for low, high, count in TRIED)
    aside, below, wide, high, power = torch.cartesian_prod(*tried).T[:, :, None]
    x = aside + wide * turn.cos().sign() * turn.cos().abs() ** (2 / power)
    y = below + high * turn.sin().sign() * turn.sin().abs() ** (2 / power)
    return unroll(rim, rim.origin + torch.stack([x, y], -1))


def _find_bars(fronts: Sequence[Tensor], left: Wire, right: Wire) -> list[Wire]:
    """Bridge and temples, as far as they are seen, between and beside two rims."""
    inner = [float(place(rim, torch.tensor(0.5), rim.across[STEPS // 2])[0]) for rim in (left, right)]
    outer = [float(place(rim, torch.tensor(0.0), rim.across[0])[0]) for rim in (left, right)]
    edges = PLANE[0] + MARGIN, PLANE[0] + PLANE[2] - MARGIN
    spans = (
        (inner[0] - OVERLAP, inner[1] + OVERLAP), (outer[0] + OVERLAP, edges[0]), (outer[1] - OVERLAP, edges[1])
    )  # fmt: skip
    found, (top, bottom) = [], BARS
    for start, end in spans:
        nothing = torch.zeros(round(abs(end - start) / SHORT))
        bar = Wire(False, torch.tensor([start, float(left.origin[1])]), end - start, nothing, nothing)
        found += _cut_bar(*_follow(fronts, bar, torch.arange(top, bottom, FINE)), (left, right))
    return found


def _cut_bar(bar: Wire, seen: Tensor, rims: Sequence[Wire]) -> list[Wire]:
    """The part of a bar that is outside the rims, from where it leaves one to where it reaches the other or is lost; or
    none.
    """
    places = place(bar, steps(bar)[:, 0], bar.across)
    outside = torch.stack([_is_outside(rim, places) for rim in rims]).all(0)
    first = int(outside.int().argmax())
    after = torch.arange(len(seen)) >= first
    running = (seen * after).cumsum(0) / after.cumsum(0).clamp_min(1)
    places_seen = (after & outside & (running >= BESIDE)).nonzero()[:, 0]
    last = int(places_seen[-1]) + 1 if len(places_seen) else first
    if last - first < LEAST:
        return []
    step = bar.extent / (len(seen) - 1)
    origin = bar.origin + torch.tensor([first * step, 0.0])
    part = slice(first, last)
    return [Wire(False, origin, step * (last - first - 1), bar.across[part], bar.half[part])]


def _is_outside(rim: Wire, places: Tensor) -> Tensor:
    """(P,) whether places (P, 2) are outside a rim, or on it."""
    along, across = unroll(rim, places)
    around = torch.cat([rim.across, rim.across[:1]])
    low = (along * STEPS).floor().long().clamp(0, STEPS - 1)
    return across > torch.lerp(around[low], around[low + 1], along * STEPS - low)


def _follow(fronts: Sequence[Tensor], wire: Wire, cells: Tensor) -> tuple[Wire, Tensor]:
    """`wire` where most frames see it among `cells` (M,) across, and the share (N,) of them that do."""
    found = _score_frames(fronts, wire, cells)
    gain = weigh_scores(found.mean(0), wire)
    course = find_course(gain.amax(0), wire.closed, STIFF, ASIDE)
    row = torch.arange(len(course))
    across = wire.across + average_along(cells[course][:, None], 1, wire.closed)[:, 0]
    half = _measure_thickness((found.mean(0) * SURE * alike_thickness(wire)[..., None])[:, row, course], wire.closed)
    return wire._replace(across=across, half=half), count_votes(found).amax(0)[row, course]


def _measure_thickness(departs: Tensor, closed: bool) -> Tensor:
    """(N,) half the thickness of a wire: what departs most (len(HALVES), N) on the stretch around."""
    about = average_along(departs.T, STRETCH, closed).argmax(1)
    return average_along(torch.tensor(HALVES)[about].float()[:, None] * FINE, SMOOTH, closed)[:, 0]
