"""What landmarks leave over between two textures of one face.

Optical flow (dense inverse search: Kroeger, Timofte, Dai and Van Gool, ECCV 2016; OpenCV's) between what both show of
its features. It is believed where there is something to see, spread from there, and smooth: a fold that comes up is no
movement, and must not be explained by one.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...natives import opencv
from ..grid.filters import blur_wide, sample_bilinear
from ..grid.planes import separate
from ..grid.shapes import blur
from ..occlusion.texture import CELLS, CM
from ..thresholds import Amount, Count

cv2 = opencv()

DETAIL = Amount(0.9, CM, "what is wider than that is light, and lines up by itself")
FINEST = Count(
    1, "halvings", "at which the flow is found: it is smoothed over six cells anyway, and takes a third of the time"
)
CONTRAST = Amount(0.6, "logarithm of brightness", "departures from the light about that fill the eight bits of a flow")
SMOOTH = Amount(0.4, CM, "standard deviation of a movement that skin makes as a whole; by eye on nine clips")
FARTHEST = Amount(0.9, CM, "a brow is raised so far beyond its landmarks (decision 25); further is an error")
EDGE = Amount(0.15, "logarithm of brightness a cell", "an edge so strong says for sure how it moved; brows and lips")
FAINT = Amount(
    0.05, "logarithm of brightness a cell", "an edge as faint as a mole's says little: what comes up on skin is a fold"
)
FINE = Amount(0.7, "cells", "standard deviation that takes off what one cell shows by chance")


def register(light: Tensor, rest: Tensor, known: Tensor) -> Tensor:
    """Flow (2, h, w) in cells: what `light` (1, h, w) shows at a place, `rest` shows at that place + flow. `known`
    (1, h, w) is 0 where one of them shows nothing. Logarithms of brightness.
    """
    finder = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)  # a new one each time: it holds scratch
    finder.setFinestScale(FINEST)
    flow = separate(finder.calc(_features(light, known), _features(rest, known), None))
    sure = edges(rest).clamp_max(EDGE).square() * known
    summed = blur_wide(torch.cat([flow * sure, sure]), SMOOTH * CELLS)
    flow = summed[:2] / (summed[2:] + FAINT**2)
    length = torch.hypot(flow[:1], flow[1:])
    return flow * (FARTHEST * CELLS / length.clamp_min(1e-6)).clamp_max(1)


def move(texture: Tensor, flow: Tensor) -> Tensor:
    """`texture` (C, h, w) looked up at each cell + flow."""
    height, width = texture.shape[1:]
    return sample_bilinear(texture, torch.arange(width) + 0.5 + flow[0], torch.arange(height)[:, None] + 0.5 + flow[1])


def edges(light: Tensor) -> Tensor:
    """(1, h, w) how steep a texture is, per cell."""
    down, across = torch.gradient(blur(light, FINE)[0])
    return torch.hypot(down, across)[None]


def band(light: Tensor, known: Tensor, widest: float, narrowest: float) -> Tensor:
    """What of a texture (1, h, w) is between two sizes, standard deviations in cells; 0 where it is not `known`."""
    low = blur_wide(torch.cat([light * known, known]), widest)
    return blur((light - low[:1] / low[1:].clamp_min(1e-3)) * known, narrowest)


def _features(light: Tensor, known: Tensor) -> np.ndarray:
    """(h, w) bytes of what a texture shows beside its light."""
    shown = band(light, known, DETAIL * CELLS, FINE) / CONTRAST
    return (shown * 100 + 128).clamp(0, 255).byte()[0].numpy()
