"""What an edit of this shot would miss of its driver, learned from frames that are edited on trial and read back.

Pixels that were moved are not read as what they were moved by. On one face, with one driver, what is missed is no
accident of a frame: a mouth that opens hides a frown, a brow reads less than it moves. It follows from what driver and
plate do, by one rule for the whole shot, so that it is the same in every frame and nothing flickers.

Only what varies over the shot is made up for. What is missed in all frames alike is mostly the difference of two faces
at rest, and carrying it over would cost the likeness. A frown is the exception: it is held through a shot, and high
brows that sink a little are read as no frown at all. Half of what is missed of it in all frames is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import LOWER_LIP_RINGS, UPPER_LIP_RINGS
from ...face.blendshapes import SQUINTS, blendshapes
from ...wires import Trial
from ..membership import share_of
from ..thresholds import Amount, Count

RIDGE = Amount(
    0.1,
    "squared coefficients",
    "how much evidence a coefficient needs before anything is concluded from it: three times as much, asking for half"
    " as much again, was no better on four pairs (decision 20)",
)
FEWEST = Count(8, "trials", "fewer are no ground for a rule over 104 coefficients; no measurement is on record")
MOST = Amount(
    0.4,
    "of a coefficient",
    "more is not missed but misread; on s20 by d10, 24 frames, 0.31 is the most that is asked for",
)
SQUINTS_TIMES = Amount(
    4.0,
    "times what is missed",
    "of a squint that is asked for an eighth is read, and so much more fits in `FARTHEST` (decision 23)",
)
MOST_WEAKLY_READ = Amount(
    0.8,
    "of a coefficient",
    "twice as far as others, since a squint is asked for four times (decision 23), a frown twice",
)
FROWNS_TIMES = Amount(
    2.0,
    "times what is missed",
    "asked for once, s18 and d12 by d18 show 0.2 of a frown's changes (correlation 0.49, 0.20), twice 0.75, 0.57 "
    "(decision 41)",
)
FROWN_HELD = Amount(
    0.5,
    "of a frown that is missed in all frames alike",
    "s18 by d18 comes from 0.41 to 0.37 of the distance to its driver, looked at; all of it is another's brow",
)
FARTHEST = Amount(
    0.3,
    "centimetres",
    "3 mm: within 2 a frown was cut off (decision 41); no more was looked at",
)
BROWS, LIPS, FROWNS = blendshapes("brow"), blendshapes("mouth"), blendshapes("browDown")
ASKED = (*BROWS, *SQUINTS, *LIPS)
"""Squints narrow an eye from below and by the cheek; how far lids are open is not theirs. Lids and gaze that are asked
for turn eyes up under lowered lids, and the jaw would be drawn down once more."""
MOVED = ((BROWS, ("brows",)), (SQUINTS, ("brows", "eyes", "cheeks")), (LIPS, ("mouth", "jaw")))
"""The regions that move for what is asked: brows leave lids alone, and lips the nose."""


class Rule(NamedTuple):
    """What a shot's edit misses of its driver, as a linear function of what driver and plate do (104 coefficients)."""

    usual: Tensor  # (104,) what they do on average
    missed: Tensor  # (104, 52) what is missed for each of theirs
    always: Tensor  # (52,) what is missed on average


def learn_rule(trials: Sequence[Trial]) -> Rule | None:
    """The rule that a shot's trials tell, by ridge regression; None where they are too few."""
    trials = [trial for trial in trials if all(bool(torch.isfinite(part).all()) for part in trial)]
    if len(trials) < FEWEST:
        return None
    driver, plate, result = (torch.stack(parts).double() for parts in zip(*trials, strict=True))
    acts, misses = torch.cat([driver, plate], 1), driver - result
    usual = acts.mean(0)
    spread = acts - usual
    # Written out: a matrix product's last bits depend on where in memory its factors lie.
    gram = (spread[:, None] * spread).sum(-1) + RIDGE * torch.eye(len(trials), dtype=torch.float64)
    shares = torch.linalg.solve(gram, misses - misses.mean(0))
    missed = (spread[:, :, None] * shares[:, None]).sum(0)
    return Rule(usual.float(), missed.float(), misses.mean(0).float())


def predict_missing(rule: Rule, driver: Tensor, plate: Tensor) -> Tensor:
    """(52,) coefficients to be asked for on top in a frame in which driver and plate have these (52,); nothing where
    either is unknown (NaN).
    """
    acts = torch.cat([driver, plate]) - rule.usual
    extra = torch.zeros_like(driver)
    if bool(torch.isfinite(acts).all()):
        more = (acts[:, None] * rule.missed).sum(0)  # written out for the reason given at `learn_rule`
        squints, frowns = list(SQUINTS), list(FROWNS)
        extra[list(ASKED)] = more[list(ASKED)].clamp(-MOST, MOST)
        frown = more[frowns] + FROWN_HELD * rule.always[frowns].clamp_min(0)
        for which, asked in ((squints, SQUINTS_TIMES * more[squints]), (frowns, FROWNS_TIMES * frown)):
            extra[which] = asked.clamp(-MOST_WEAKLY_READ, MOST_WEAKLY_READ)
    return extra


def move_for(missing: Tensor, movements: Tensor, membership: Tensor) -> Tensor:
    """(K, 3) centimetres that keypoints go for coefficients `missing` (52,), bounded by FARTHEST.

    `movements` (52, K, 3) is what each coefficient moves, `membership` (R, K) how much each keypoint belongs to each
    region. Lips keep the gap that they have: parted or shut by a tenth of a millimetre, they show another mouth.
    """
    moved = torch.zeros_like(movements[0])
    for coefficients, names in MOVED:
        own = share_of(membership, *names)[:, None]
        moved = moved + own * _sum(missing, movements, coefficients)
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    moved[upper] = moved[lower] = (moved[upper] + moved[lower]) / 2
    length = torch.linalg.vector_norm(moved, dim=1, keepdim=True).clamp_min(1e-6)
    return moved * (FARTHEST * torch.tanh(length / FARTHEST) / length)


def _sum(missing: Tensor, movements: Tensor, which: tuple[int, ...]) -> Tensor:
    rows = list(which)
    return torch.einsum("c,ckd->kd", missing[rows], movements[rows])
