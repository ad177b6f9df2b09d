"""Pictures on coarse grids: looked up, spread, grown and shrunk."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...natives import opencv
from ..thresholds import Amount
from .planes import interleave, separate
from .shapes import blur

cv2 = opencv()

CELLS_PER_SIGMA = Amount(
    2.0,
    "cells",
    "a standard deviation that is drawn by so many is off by 0.03 of a shape's edge at most, by one 0.08 (for 6 to 20"
    " cells); wide blurs on fewer cells halved the guard's time (2e23db2)",
)

GONE = Amount(87.0, "powers of e", "below e^-87 a float loses its digits: 1.6e-38 changes no sum of them")


def sample_bilinear(picture: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """`picture` (C, H, W) at places (h, w), bilinear; its edge beyond it."""
    places = torch.stack([x * (2 / picture.shape[2]) - 1, y * (2 / picture.shape[1]) - 1], -1)[None]
    return functional.grid_sample(picture[None], places, padding_mode="border", align_corners=False)[0]


def blur_wide(values: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (C, h, w); a wide one is made on fewer cells."""
    height, width = values.shape[1:]
    step = min(int(sigma / CELLS_PER_SIGMA), height // 8, width // 8)
    if step >= 2:
        few = cv2.resize(interleave(values), (width // step, height // step), interpolation=cv2.INTER_AREA)
        few = cv2.GaussianBlur(few, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
        return separate(cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR))
    return blur(values, sigma)


def dilate(values: Tensor, radius: float) -> Tensor:
    """(1, h, w) the largest value within `radius` cells."""
    return torch.from_numpy(cv2.dilate(values[0].numpy(), _disc(radius)))[None]


def erode(values: Tensor, radius: float) -> Tensor:
    """(1, h, w) the least value within `radius` cells."""
    return torch.from_numpy(cv2.erode(values[0].numpy(), _disc(radius)))[None]


def erode_shape(shape: Tensor, radius: float) -> Tensor:
    """`erode` of (1, h, w) that is 0 or 1 everywhere: the same in bytes, four of which are worked on for a float."""
    few = cv2.erode(shape[0].numpy().astype(np.uint8), _disc(radius))
    return torch.from_numpy(few.astype(np.float32))[None]


def window_of(mask: Tensor, margin: int) -> tuple[slice, slice]:
    """The rows and columns that hold all of a mask (h, w), which is not empty, and so many beyond on each side."""
    ends = []
    for side in (1, 0):
        places = np.flatnonzero(mask.numpy().any(side))
        ends.append(slice(max(0, int(places[0]) - margin), int(places[-1]) + 1 + margin))
    return ends[0], ends[1]


def fade(away: Tensor) -> Tensor:
    """e to the power of -`away`, which is 0 and more; 0 from `GONE` on, where torch takes twelve times as long for it,
    and thirty-six times as long just before it gives 0 itself.
    """
    return torch.exp(-away.clamp_max(GONE)).mul_(away < GONE)


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))


def departure(difference: Tensor, scale: Tensor) -> Tensor:
    """(1, h, w) length of a difference of colours in units of `scale` (3, ...)."""
    return (difference / scale).square().sum(0, keepdim=True).sqrt()
