"""Whose mouth is shown at each frame of a shot: one of the actor's own in another frame, or the driver's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..features.lip_line import MOUTHS, lip_gap
from ..thresholds import Amount, Count, Ramp, Threshold
from .fit import BETTER, miss_of_lips
from .path import find_path, shares_about_changes
from .sight import BLURRED, SOFT

TURNED = Amount(0.08, f"{MOUTHS} a radian", "7 degrees weigh as much as lips that miss by 0.01; by eye")
MOST_TURNED = Threshold(
    0.5,
    "radians",
    "a head that can lend from one that is turned too far away",
    "teeth and lips are half hidden by then",
)
SOFTER = Amount(0.02, MOUTHS, "a mouth half as sharp as usual weighs as much; by eye")
AWAY = Amount(0.01, MOUTHS, "another take weighs as much: its light is another; by eye")
DRIVER = Threshold(
    0.055,
    MOUTHS,
    "own lips that can be warped from a mouth that is better the driver's",
    "a smile drawn to an O misses by 0.075, one smile drawn to another by 0.015 to 0.045 (decision 39)",
)
ENOUGH = Ramp(
    0.35,
    0.35,
    "times the wanted gap",
    "a mouth too little open to fill the wanted one from one that fills it",
    "drawn to more than twice its height, teeth and tongue are a smear; by eye",
)
LIP_LINE = Amount(0.03, MOUTHS, "lips that are no further apart show no teeth; by eye")
CHANGE = Amount(0.03, f"{MOUTHS} times frames", "a change of the lender pays if lips then fit 0.01 better for 3 frames")
DISSOLVE = Count(2, "frames", "to either side of a change of the lender, so that nothing jumps; by eye")


class Candidates(NamedTuple):
    """Frames that may lend their mouths. N of them."""

    keypoints: Tensor  # (N, K, 3) square pixels of their own pictures
    rotations: Tensor  # (N, 3, 3) of the head
    sharpness: Tensor  # (N,) times the usual one of their footage
    away: Tensor  # (N,) 0 for frames of the shot itself, 1 for another take's


class ChosenMouth(NamedTuple):
    """Who lends at one frame: the number of a candidate, or None for the driver, and who is being dissolved into."""

    own: int | None
    other: int | None = None
    share: float = 0.0  # of the other, 0..0.5
    shown: bool = True  # whether anything of it would be seen


def choose_mouths(
    candidates: Candidates, source: Tensor, wanted: Tensor, rotations: Tensor, opened: Tensor
) -> list[ChosenMouth]:
    """Who lends at each of T frames whose keypoints are `source` (T, K, 3), and would be `wanted` (T, K, 3) if the
    driver were followed in full; `rotations` (T, 3, 3) are of the head, `opened` (T,) 0..1 says how far a mouth is
    lacking.

    All frames are seen together, so that one of them alone comes out the same.
    """
    missed = _miss_each(source, wanted)
    shown = torch.maximum(BETTER(missed), opened)
    own = _costs(candidates, wanted, rotations) + DRIVER * _misfit(candidates, wanted, opened)
    costs = torch.cat([own, torch.full((len(wanted), 1), float(DRIVER))], 1) * shown[:, None]
    costs = costs.nan_to_num(nan=0.0, posinf=torch.inf)  # nothing times infinity: where nothing is shown, anyone may
    changes = CHANGE * torch.minimum(shown[1:], shown[:-1])
    path = find_path(costs, changes)
    who = [None if at == own.shape[1] else at for at in range(own.shape[1] + 1)]
    others = shares_about_changes(path, shown, DISSOLVE)
    seen = (shown > 0).tolist()
    return [ChosenMouth(who[at], who[other], share, on) for at, (other, share), on in zip(path, others, seen)]


def can_lend(sharpness: Sequence[float], covered: Sequence[bool]) -> list[float]:
    """The sharpness of each frame of one footage in times of its usual one; 0 for those that cannot lend."""
    seen = [each for each, hidden in zip(sharpness, covered) if not hidden]
    usual = float(torch.tensor(seen).median()) if seen else 0.0
    if usual == 0:
        return [0.0 for _ in sharpness]
    shares = [each / usual for each in sharpness]
    return [0.0 if hidden or share < BLURRED else share for share, hidden in zip(shares, covered)]


def _miss_each(source: Tensor, wanted: Tensor) -> Tensor:
    """(T,) how far each frame's own lips are from those that are wanted there."""
    pairs = (miss_of_lips(ours[None], theirs[None])[0] for ours, theirs in zip(source, wanted))
    return torch.cat(list(pairs))


def _misfit(candidates: Candidates, wanted: Tensor, opened: Tensor) -> Tensor:
    """(T, N) 0..1: how far each candidate's mouth is too little open to fill what is wanted, or so much that its teeth
    would be squeezed to a line.
    """
    ours, theirs = _gaps(candidates.keypoints), _gaps(wanted)[:, None]
    lacking = opened[:, None] * (1 - ENOUGH(ours / theirs.clamp_min(1e-3)))
    return torch.maximum(lacking, 1 - ENOUGH((theirs + LIP_LINE) / (ours + LIP_LINE)))


def _gaps(points: Tensor) -> Tensor:
    return points.new_tensor([float(lip_gap(each)) for each in points])


def _costs(candidates: Candidates, wanted: Tensor, rotations: Tensor) -> Tensor:
    """(T, N) what each candidate costs at each frame; infinite where it cannot lend."""
    # Written out: a matrix product's last bits depend on where in memory its factors lie.
    cosine = ((rotations[:, None] * candidates.rotations).sum((-2, -1)) - 1) / 2
    turned = torch.arccos(cosine.clamp(-1, 1))
    soft = SOFT(1 - candidates.sharpness)
    costs = miss_of_lips(candidates.keypoints, wanted) + TURNED * turned + SOFTER * soft + AWAY * candidates.away
    return torch.where((turned > MOST_TURNED) | (candidates.sharpness == 0), torch.inf, costs)
