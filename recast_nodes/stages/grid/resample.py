"""Moving scene-linear pixels: finite, sharp, and without rings around highlights."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...natives import opencv
from ..thresholds import Count
from .planes import interleave, join_places, pick, pick_places, separate

cv2 = opencv()

REACH = Count(
    32,
    "pixels",
    "over which a hole is filled from its rim, one a pass over the picture: no hole takes longer (9ee7037)",
)


def fill_not_finite(pixels: Tensor) -> Tensor:
    """`pixels` (C, H, W) with NaN and infinite values replaced by the mean of their finite neighbours; what is further
    than REACH pixels from any takes its channel's mean, or 0 where the channel has none.

    The plate's own bad pixels stay where they are in the plate; this copy is what a filter may spread.
    """
    with np.errstate(all="ignore"):  # a finite sum tells that all is finite, and costs a tenth of looking at each value
        if np.isfinite(pixels.numpy().sum()):
            return pixels
    good = torch.isfinite(pixels)
    if bool(good.all()):
        return pixels
    total, weight = torch.where(good, pixels, torch.zeros_like(pixels)).double(), good.double()
    overall = total.sum((1, 2), keepdim=True) / weight.sum((1, 2), keepdim=True).clamp_min(1)
    for _ in range(REACH):
        empty = weight == 0
        if not bool(empty.any()):
            break
        near_weight, near_total = _box(weight), _box(total)
        total = torch.where(empty, near_total / near_weight.clamp_min(1e-12), total)
        weight = torch.where(empty, (near_weight > 0).double(), weight)
    return torch.where(good, pixels, torch.where(weight > 0, total, overall).to(pixels.dtype))


def _box(values: Tensor) -> Tensor:
    return functional.avg_pool2d(values[None], 3, 1, 1, count_include_pad=True)[0]


def resample(pixels: Tensor, flow: Tensor) -> Tensor:
    """`pixels` (C, H, W), finite, looked up for every pixel of `flow` (2, h, w): at its centre + flow; edges repeat.

    Both pictures have the same upper left corner. Bicubic (Keys, a = -0.75), held inside the range of the pixels around
    the place that is looked up: scene-linear highlights are a hundred times brighter than skin, and the cubic's lobes
    would ring dark and negative around them.
    """
    height, width = pixels.shape[1:]
    x = torch.arange(flow.shape[2], dtype=torch.float32) + 0.5 + flow[0]
    y = torch.arange(flow.shape[1], dtype=torch.float32)[:, None] + 0.5 + flow[1]
    places = join_places(x * (2 / width) - 1, y * (2 / height) - 1)[None]
    cubic = functional.grid_sample(pixels[None], places, mode="bicubic", padding_mode="border", align_corners=False)[0]
    low, high = _surroundings(pixels, x, y)
    torch.maximum(cubic, low, out=cubic)
    return torch.minimum(cubic, high, out=cubic)


def _surroundings(pixels: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Least and largest value (C, h, w) of the 3 x 3 pixels around each looked-up place (h, w)."""
    rows, kernel = interleave(pixels), np.ones((3, 3), np.uint8)
    places = pick_places(x.clamp(0, rows.shape[1] - 1), y.clamp(0, rows.shape[0] - 1))
    low, high = (separate(pick(bound, places)) for bound in (cv2.erode(rows, kernel), cv2.dilate(rows, kernel)))
    return low, high
