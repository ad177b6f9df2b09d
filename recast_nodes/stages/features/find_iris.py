"""Where a picture shows an iris: landmarks of an eye that looks far aside miss it by up to half a radius."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..grid.filters import sample_bilinear
from ..thresholds import Amount, Amounts, Count, Ramp

ASTRAY = Amount(0.6, "radii of the iris", "how far from its landmark it is looked for: d12, far aside, is off by 0.4")
STEPS = Count(4, "steps to each side", "0.15 radii each, between which the answer is a mean by how well each fits")
ANGLES = Count(24, "around a rim", "a rim of 60 pixels is seen every third of them; no measurement is on record")
RIM_RADII = Amounts((0.85, 1.15), "radii of the iris", "just inside and outside its rim, which is so soft; by eye")
SIZES = Amounts(
    (0.8, 0.9, 1.0, 1.1), "of the radius that the landmarks give", "0.85 to 1.05 of it on four clips; by eye"
)
STRAYING = Amount(
    0.25,
    "of the white's brightness for a radius squared",
    "how much more clearly a rim has to show, the further from its landmark; by eye",
)
BESIDE_RIM = Amounts((0.5, 1.5), "radii of the iris", "well inside and outside its rim")
SHARP = Ramp(
    0.55,
    0.15,
    "of the step from iris to white",
    "a rim that is out of focus from a sharp one",
    "what of the step lies in a third of a radius: 0.5 on a portrait blurred by half a radius, 0.6 and more on "
    "s18, s20, s13, d12, d14",
)
MEASURED = Ramp(
    4.0,
    3.0,
    "pixels of radius",
    "an iris whose rim can be measured from one that has too few pixels",
    "those of s13 have 3.4, and read anything; they count as sharp",
)
LEAST_STEP = Amount(0.1, "of the white's brightness", "a step that is less tells nothing of sharpness; by eye")
MOST_STEP = Amount(
    0.6, "of the white's brightness", "the edge of a catch-light tells no more than that of an iris; by eye"
)
WHITE = Amount(
    0.8, "quantile of the open eye", "its white is a third of an eye that looks ahead, and some of it shaded"
)
FITTING = Amount(0.02, "of the white's brightness", "fits that differ by less are as good; no measurement is on record")


def find_iris(here: Tensor, sure: Tensor, centre: Tensor, radius: float) -> tuple[Tensor, float, float]:
    """How far (2,) an iris is from where its landmarks have it, pixels of `here` (3, h, w), how large it is for theirs,
    and how sharp its rim is, 0..1: where that, as far as no lid covers it (`sure`, (1, h, w)), parts dark from light
    most clearly. `centre` (2,) and `radius` are what landmarks tell.

    After Daugman's integro-differential operator (1993).
    """
    steps = torch.linspace(-ASTRAY, ASTRAY, 2 * STEPS + 1)
    off = torch.cartesian_prod(steps, steps, torch.tensor(SIZES))  # (N, 3) radii across and down, size
    light = torch.cat([_relative(here, sure), sure])
    step = _steps(light, centre, radius, off, RIM_RADII)
    fit = step - STRAYING * (off[:, :2].square().sum(1) + (off[:, 2] - 1).square())
    best = ((fit / FITTING).softmax(0)[:, None] * off).sum(0)
    rim, whole = (float(_steps(light, centre, radius, best[None], radii)) for radii in (RIM_RADII, BESIDE_RIM))
    sharp = SHARP(torch.tensor((rim + LEAST_STEP) / (max(whole, rim) + LEAST_STEP)))
    soft = (1 - sharp) * MEASURED(torch.tensor(radius))
    return best[:2] * radius, float(best[2]), 1 - float(soft)


def _steps(light: Tensor, centre: Tensor, radius: float, off: Tensor, radii: tuple[float, ...]) -> Tensor:
    """(N,) how much lighter each of irises `off` (N, 3) is at the second of two radii than at the first.

    `light` (2, h, w) is `_relative` brightness, and how surely it is seen.
    """
    turn = torch.arange(ANGLES) * (2 * math.pi / ANGLES)
    ways = torch.stack([turn.cos(), turn.sin()], 1)
    inside, outside = (
        sample_bilinear(light, *((centre + radius * (off[:, None, :2] + at * off[:, None, 2:] * ways)).unbind(-1)))
        for at in radii
    )
    seen = inside[1] * outside[1]
    return (seen * (outside[0] - inside[0]).clamp(max=MOST_STEP)).sum(1) / (seen.sum(1) + 1)


def _relative(here: Tensor, sure: Tensor) -> Tensor:
    """(1, h, w) the brightness of (3, h, w) in that of its eye's white: a catch-light is no brighter than that, and a
    pupil hardly darker than its iris.
    """
    bright = here.mean(0, keepdim=True)
    seen = bright[sure > 0.5]
    white = seen.quantile(WHITE) if len(seen) else bright.amax()
    return (bright / white.clamp_min(1e-6)).clamp(0, 1)
