"""Shapes and soft steps on a grid of pixels, and how large a face is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..natives import opencv

cv2 = opencv()


def face_size(points: Tensor) -> float:
    """The larger side of the bounding box of (K, 2) points, pixels; at least 1."""
    return max(1.0, float((points.amax(0) - points.amin(0)).max()))


def smooth_step(value: Tensor) -> Tensor:
    """0 up to 0, 1 from 1 on, with flat ends and no corner in the slope."""
    value = value.clamp(0, 1)
    return value * value * (3 - 2 * value)


def polygon(corners: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, H, W) 1 where a pixel's centre lies in the polygon (N, 2)."""
    mask = np.zeros((size[1], size[0]), np.float32)
    fixed = np.round((corners.double().clamp(-1e4, 1e4).numpy() - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 1.0, shift=8)
    return torch.from_numpy(mask)[None]


def blurred(field: Tensor, sigma: float) -> Tensor:
    """Gaussian smoothing of (C, h, w)."""
    rows = field.permute(1, 2, 0).contiguous().numpy()
    smooth = cv2.GaussianBlur(rows, (0, 0), max(sigma, 0.3), borderType=cv2.BORDER_REPLICATE).reshape(rows.shape)
    return torch.from_numpy(smooth).permute(2, 0, 1)
