"""Teeth that the plate shows and the edit shuts away: pressed together, they are still a white line."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    INNER_MOUTH_CORNERS,
    LOWER_LIP_RINGS,
    OUTER_LIPS,
    UPPER_LIP_RINGS,
)
from ..grid.filters import blur_wide, dilate
from ..grid.shapes import distance_from
from ..thresholds import Amount, Ramp, smooth_step
from .donor import bounds
from .lip_line import MOUTHS, lip_gap, mouth_width
from .mouth import lip_colour

LIPS_PART = Ramp(0.03, 0.025, MOUTHS, "lips that meet from lips that part", "by eye")
LINE = Amount(0.038, MOUTHS, "how thick the line between shut lips may be drawn; by eye")
CORE = Ramp(0.2, 0.5, "thicknesses of that line", "its middle from its edge", "how soft it is; by eye")
WHITE = Ramp(1.1, 0.3, "times the lips' brightness", "what may be lips from what must be teeth", "by eye")
LINE_SHADE = Amount(0.4, "times the lips' brightness", "the line that is drawn over such teeth; by eye")


def remove_teeth(pixels: Tensor, source: Tensor, driven: Tensor) -> Tensor:
    """`pixels` (3, H, W) with nothing bright between lips that `source` (K, 3) parts and `driven` (K, 3) shuts: pressed
    together, the plate's teeth are still a white line. Only what is brighter than the line of shut lips changes.
    """
    shut = LIPS_PART.falling()(lip_gap(driven)) * smooth_step(
        (lip_gap(source) - lip_gap(driven)) / LIPS_PART.start - 0.5
    )
    if float(shut) == 0:
        return pixels
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    first, last = (driven[[corner], :2] for corner in INNER_MOUTH_CORNERS)
    middle = torch.cat([first, (driven[upper, :2] + driven[lower, :2]) / 2, last])
    left, top, right, bottom = bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    if min(right - left, bottom - top) < 4:
        return pixels
    across = float(mouth_width(driven))
    away = distance_from(middle - middle.new_tensor([left, top]), (right - left, bottom - top))
    thick = (LINE + float(lip_gap(driven))) * across
    lips, pixels = lip_colour(pixels, driven), pixels.clone()
    patch = pixels[:, top:bottom, left:right]
    core = 1 - CORE(away / thick)
    white = dilate(core * patch.mean(0, keepdim=True) / lips.mean(), 2 * LINE * across)
    share = core * blur_wide(WHITE(white), LINE * across) * shut
    line = (LINE_SHADE * lips * lips / lips.max())[:, None, None]  # deeper in hue too: light comes through flesh
    pixels[:, top:bottom, left:right] = torch.lerp(patch, torch.minimum(patch, line), share)
    return pixels
