"""Where a picture shows an iris: landmarks of an eye that looks far aside miss it by up to half a radius."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..grid.filters import sample_bilinear
from ..thresholds import Amount, Amounts, Count

ASTRAY = Amount(0.6, "radii of the iris", "how far from its landmark it is looked for: d12, far aside, is off by 0.4")
STEPS = Count(4, "steps to each side", "0.15 radii each, between which the answer is a mean by how well each fits")
ANGLES = Count(24, "around a rim", "a rim of 60 pixels is seen every third of them; no measurement is on record")
RIM_RADII = Amounts((0.85, 1.15), "radii of the iris", "just inside and outside its rim, which is so soft; by eye")
SIZES = Amounts(
    (0.8, 0.9, 1.0, 1.1), "of the radius that the landmarks give", "0.85 to 1.05 of it on four clips; by eye"
)
STRAYING = Amount(
    0.35,
    "logarithm of brightness for a radius squared",
    "how much more clearly a rim has to show, the further from its landmark; by eye",
)
FITTING = Amount(0.02, "logarithm of brightness", "fits that differ by less are as good; no measurement is on record")


def find_iris(here: Tensor, sure: Tensor, centre: Tensor, radius: float) -> tuple[Tensor, float]:
    """How far (2,) an iris is from where its landmarks have it, pixels of `here` (3, h, w), and how large it is for
    theirs: where its rim, as far as no lid covers it (`sure`, (1, h, w)), parts dark from light most clearly.

    `centre` (2,) and `radius` are what landmarks tell. After Daugman's integro-differential operator (1993).
    """
    steps = torch.linspace(-ASTRAY, ASTRAY, 2 * STEPS + 1)
    off = torch.cartesian_prod(steps, steps, torch.tensor(SIZES))  # (N, 3) radii across and down, size
    turn = torch.arange(ANGLES) * (2 * math.pi / ANGLES)
    ways = torch.stack([turn.cos(), turn.sin()], 1)
    light = torch.cat([here.clamp_min(1e-4).mean(0, keepdim=True).log(), sure])
    inside, outside = (
        sample_bilinear(light, *((centre + radius * (off[:, None, :2] + at * off[:, None, 2:] * ways)).unbind(-1)))
        for at in RIM_RADII
    )
    seen = inside[1] * outside[1]
    step = (seen * (outside[0] - inside[0])).sum(1) / (seen.sum(1) + 1)
    fit = step - STRAYING * (off[:, :2].square().sum(1) + (off[:, 2] - 1).square())
    best = ((fit / FITTING).softmax(0)[:, None] * off).sum(0)
    return best[:2] * radius, float(best[2])
