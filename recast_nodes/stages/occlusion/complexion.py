"""What a face looks like over a shot, and what departs from it in one frame. Colours as in
`stages.occlusion.texture`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from ..grid.filters import blur_wide, departure, dilate, erode
from ..grid.medians import median_of, median_over, quantile_over
from ..thresholds import Amount, Amounts, Count, Ramp
from .texture import CELLS, Atlas, plain_skin

TOLERANCE = Amounts(
    (0.8, 0.16, 0.16),
    "log of brightness, of red and of blue over green",
    "differences at which a point of the face is foreign: light differs more than skin does; by eye",
)
OWN = Amount(2.5, "times a point's own departures", "so much is forgiven; by eye")
SELDOM = Amount(
    0.8, "quantile of the frames", "shows a point's own departures; what lasts for a fifth of a shot counts as the face"
)
FEWEST = Count(5, "frames", "a median of fewer is not yet the face, so nothing is concluded")
LIP_COLOURS = Amounts(
    (0.25, 0.75), "quantiles of the lips' colours", "what is between them below the mouth may be a lip"
)
LIGHT = Amount(2.2, "centimetres", "the light on a face is alike over so much; by eye")
FAR = Amount(0.02, "share", "what light three times as far away counts for, where nothing nearer is known; by eye")
LINE = Amount(0.35, "centimetres", "half the width up to which something dark is a rim or a strand of hair; by eye")
DARKER = Ramp(
    0.5, 0.3, "logarithm of brightness", "a crease of the skin from a rim or a strand", "against both sides; by eye"
)
OFTEN = Ramp(0.35, 0.3, "share of the frames", "a line that passes from one that is there", "the head turns; by eye")
BESIDE = Amount(0.15, "centimetres", "how far from where the shot has it a frame may have the line; by eye")
FOREIGN = Ramp(0.9, 0.5, "tolerances", "what the face does by itself from something else", "1 and about it; by eye")


class Complexion(NamedTuple):
    """What each point of a face shows over a shot."""

    colours: Tensor  # (3, h, w) medians
    departures: Tensor  # (3, h, w) how far it departs from them by itself
    lines: Tensor  # (1, h, w) 0..1: where most frames show a dark line that is none of the face's own


class _Expected(NamedTuple):
    """What frames are compared with: a complexion as it is asked for in each of them."""

    scale: Tensor  # (3, h, w) the difference at which a point is foreign
    darker: Tensor  # (3, h, w) from its colours to the lips', where those are less
    brighter: Tensor  # (3, h, w) and where they are more
    lines: Tensor  # (1, h, w) where a frame may have the lines that most have


@lru_cache(maxsize=8)  # a complexion is the same tensors in every frame of its shot
def _expected(complexion: Complexion, layout: Atlas) -> _Expected:
    colours = complexion.colours
    scale = colours.new_tensor(TOLERANCE)[:, None, None] + OWN * complexion.departures.nan_to_num()
    lips = colours[:, layout.lips[0] > 0]
    low, high = (lips.nanquantile(share, 1)[:, None, None] - colours for share in LIP_COLOURS)
    return _Expected(scale, low.clamp(max=0), high.clamp_min(0), dilate(complexion.lines, BESIDE * CELLS))


def learn_complexion(textures: Sequence[Tensor], layout: Atlas) -> Complexion | None:
    """The complexion that a shot's textures show; None where they are too few to conclude anything."""
    if len(textures) < FEWEST:
        return None
    every = torch.stack([texture.float() for texture in textures])
    first = median_over(every)
    even = torch.stack([texture - _find_light(texture - first, plain_skin(layout)) for texture in every])
    colours = median_over(even)
    departures = quantile_over((even - colours).abs(), SELDOM)
    known = torch.isfinite(every[:, :1]).sum(0) >= FEWEST
    lines = OFTEN(torch.stack([_find_lines(texture, layout) for texture in every]).mean(0))
    return Complexion(torch.where(known, colours, torch.nan), departures, lines)


def _find_lines(texture: Tensor, layout: Atlas) -> Tensor:
    """(1, h, w) 0..1: dark lines that are none of the face's own, by closing them up."""
    light = texture[:1].nan_to_num(nan=float(texture[0].nanmean()))
    closed = erode(dilate(light, LINE * CELLS), LINE * CELLS)
    return DARKER(closed - light) * layout.lines


def find_foreign(texture: Tensor, complexion: Complexion, layout: Atlas) -> tuple[Tensor, Tensor]:
    """Where a frame's texture shows something else than the face does over the shot.

    Gives (1, h, w) 0..1 what is surely foreign, on skin without features only, and (1, h, w) how far each cell departs,
    features too: 1 and more is much, and what nobody knows departs by 1.
    """
    difference = texture - complexion.colours
    known, plain = torch.isfinite(difference).all(0, keepdim=True), plain_skin(layout)
    expected = _expected(complexion, layout)
    even = difference - _find_light(difference, plain)
    away = torch.where(known, departure(even, expected.scale), torch.ones_like(plain))
    slipped = departure(_forgive_lips(even, expected, layout), expected.scale).nan_to_num()
    found = FOREIGN(slipped) * known * plain
    line = _find_lines(texture, layout) * expected.lines
    return torch.maximum(found, line), torch.maximum(away, line)


def _forgive_lips(even: Tensor, expected: _Expected, layout: Atlas) -> Tensor:
    """Differences (3, h, w) from the face's colours; below the mouth from the nearest of those and its lips' instead.

    Landmarks lag behind a jaw that drops far, so that the chin's place shows a lip and its shadow.
    """
    nearest = torch.maximum(torch.minimum(even, expected.brighter), expected.darker)
    return even - nearest * layout.chin


def _find_light(difference: Tensor, plain: Tensor) -> Tensor:
    """(3, h, w) the smooth part of a difference of colours: light and exposure. What departs far counts for nothing."""
    tolerance = difference.new_tensor(TOLERANCE)[:, None, None]
    known = torch.isfinite(difference).all(0, keepdim=True) * plain
    difference, light = difference.nan_to_num(), torch.zeros_like(difference)
    light = light + median_of(difference, known[0] > 0)[:, None, None]
    for _ in range(2):
        weight = known / (1 + departure(difference - light, 0.5 * tolerance).square().square())
        near, far = (
            torch.cat([blur_wide(difference * weight, sigma), blur_wide(weight, sigma)])
            for sigma in (LIGHT * CELLS / 2, 3 * LIGHT * CELLS)
        )
        summed = near + FAR * far
        light = summed[:3] / summed[3:].clamp_min(1e-6)
    return light
