"""A mouth that nobody shows: dark, with a tongue in it. Teeth are nobody's, so there are none."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    INNER_LIPS,
    INNER_MOUTH_CORNERS,
    LOWER_LIP_RINGS,
    OUTER_LIPS,
    UPPER_LIP_RINGS,
)
from ..grid.filters import blur_wide
from ..grid.shapes import distance_from, fill_polygon
from ..thresholds import Amount, Ramp
from .donor import bounds, mean_colour
from .lip_line import MOUTHS, lip_gap, mouth_width
from .mouth import EVEN, WIDE, draw_mouth_matte

SHADE = Amount(0.05, "times the lips' brightness", "a mouth that nobody shows; by eye")
TONGUE = Amount(0.3, "times the lips' brightness", "and its tongue; by eye")
CHEEK = Ramp(0.15, 0.15, MOUTHS, "the corners of a mouth from its tongue", "a tongue is narrower than lips; by eye")
TONGUE_RISES = Ramp(0.3, 0.4, "share of the way down", "the dark of a mouth from its tongue", "it lies low; by eye")
TONGUE_ENDS = Ramp(0.0, 0.15, "share of the way up", "the lower lip's edge from the tongue", "behind the teeth; by eye")


def paint_dark_mouth(pixels: Tensor, driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(3, H, W) a plain mouth where nothing is known of it: nearly black in the hue of the lips' flesh, with a tongue
    that rises out of the dark as the mouth opens wide. Teeth are nobody's, so there are none.
    """
    lips = mean_colour(pixels, driven[list(OUTER_LIPS), :2])
    flesh = (lips * lips / lips.max())[:, None, None]  # deeper in hue: light comes through it
    lit = SHADE * (2 - draw_mouth_matte(driven, size))
    left, top, right, bottom = bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    if right > left and bottom > top:
        place, window = driven[:, :2] - driven.new_tensor([left, top]), (right - left, bottom - top)
        wide = WIDE(lip_gap(driven))
        lit[:, top:bottom, left:right] += (TONGUE - SHADE) * wide * _draw_tongue(place, window)
    return lips[:, None, None] * lit.clamp(max=SHADE) + flesh * (lit - SHADE).clamp_min(0)


def _draw_tongue(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) 0..1: a tongue at rest between the driven lips (K, 2): low in the mouth and narrower than it."""
    corners = driven[list(INNER_MOUTH_CORNERS)]
    upper, lower = (
        distance_from(torch.cat([corners[:1], driven[list(ring[0])], corners[1:]]), size)
        for ring in (UPPER_LIP_RINGS, LOWER_LIP_RINGS)
    )
    down = upper / (upper + lower).clamp_min(1e-3)
    inside = blur_wide(fill_polygon(driven[list(INNER_LIPS)], size), EVEN * float(mouth_width(driven)))
    aside = torch.stack([torch.hypot(*(grid - end for grid, end in zip(_grid(size), corner))) for corner in corners])
    clear = CHEEK(aside.amin(0)[None] / mouth_width(driven))
    return inside * clear * TONGUE_RISES(down) * TONGUE_ENDS(1 - down)


def _grid(size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    return torch.arange(size[0]) + 0.5, torch.arange(size[1])[:, None] + 0.5
