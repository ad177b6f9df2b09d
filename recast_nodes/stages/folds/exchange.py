"""The driver's folds for the plate's own, by region, as deep and as sharp as the plate's light shows relief.

What is exchanged follows the edit of the landmarks (`stages.expression.blend`): with w the region's knob,

    folds = w (replace + enhance) driver - w replace own

so folds of an expression that gives way are divided out, and those of one that is added to stay.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..occlusion.texture import CELLS, CM
from ..thresholds import Amounts
from .register import band
from .resting import with_even_light

RELIEF = Amounts(
    (0.2, 2.0), CM, "standard deviations: between them the relief of a face at rest is lit; pores and exposure are not"
)
GAIN = Amounts((0.6, 1.3), "times", "s18, lit from the side, shows 1.8 times d19's relief, s20 about as much as d19")
DEEPEST = Amounts((0.7, 0.35), "logarithm of brightness, darker and lighter", "d19's deepest fold has 0.5; by eye")


def exchange_folds(given: Tensor, own: Tensor, weights: Tensor, maps: Tensor, amount: float) -> Tensor:
    """(1, h, w) the logarithm of what the light on the plate's skin is multiplied by.

    `given` and `own` (1, h, w) are the driver's folds and the plate's, `maps` (R, h, w) how much each point belongs to
    each region, `weights` (2, R) how much of the driver's each region is given, and how much of its own it loses: all
    of it at most, even by an `amount` beyond 1.
    """
    give, take = (weights[:, :, None, None] * maps).sum(1, keepdim=True)
    folds = amount * give * given - (amount * take).clamp_max(1) * own
    darkest, lightest = DEEPEST
    return torch.where(folds < 0, darkest * torch.tanh(folds / darkest), lightest * torch.tanh(folds / lightest))


def light_gain(plate: Tensor, driver: Tensor, room: Tensor) -> float:
    """How deep the plate's light shows relief, against the driver's: by the relief of both faces at rest (3, h, w).

    The square root, because faces differ in relief as well.
    """
    here, there = (_relief(rest, room) for rest in (plate, driver))
    low, high = GAIN
    return min(high, max(low, (here / max(there, 1e-6)) ** 0.5)) if here > 0 and there > 0 else 1.0


def _relief(rest: Tensor, room: Tensor) -> float:
    """The usual departure from the light about, within `room` (1, h, w) for folds; 0 where nothing is known."""
    known = torch.isfinite(rest[:1]).float()
    shown = band(with_even_light(rest)[:1].nan_to_num(), known * room, RELIEF[1] * CELLS, RELIEF[0] * CELLS)
    inside = shown[known * room > 0.5]
    return float(inside.abs().median()) if inside.numel() else 0.0
