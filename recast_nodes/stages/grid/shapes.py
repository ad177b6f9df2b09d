"""Shapes on a grid of pixels, and how large a face is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...natives import opencv
from ..thresholds import Amount
from ..thresholds import smooth_step as smooth_step  # for whoever still looks for it here
from .planes import interleave, separate

cv2 = opencv()

SHARPEST = Amount(
    0.3,
    "pixels of standard deviation",
    "the narrowest blur: it leaves a pixel 0.98 of its own value, and OpenCV takes 0 for a width of its own choice",
)
FAR = 1e4  # pixels from the picture's corner: OpenCV's corners are whole numbers of 32 bits, in 256ths of a pixel here


def face_size(points: Tensor) -> float:
    """The larger side of the bounding box of (K, 2) points, pixels; at least 1."""
    return max(1.0, float((points.amax(0) - points.amin(0)).max()))


def fill_polygon(corners: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, H, W) 1 where a pixel's centre lies in the polygon (N, 2)."""
    mask = np.zeros((size[1], size[0]), np.float32)
    fixed = np.round((corners.double().clamp(-FAR, FAR).numpy() - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 1.0, shift=8)
    return torch.from_numpy(mask)[None]


def blur(field: Tensor, sigma: float) -> Tensor:
    """Gaussian smoothing of (C, h, w)."""
    rows = interleave(field)
    return separate(cv2.GaussianBlur(rows, (0, 0), max(sigma, SHARPEST), borderType=cv2.BORDER_REPLICATE))


def distance_from(path: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) the distance of each pixel of a window of `size` from a line (N, 2)."""
    x, y = np.arange(size[0], dtype=np.float32) + 0.5, np.arange(size[1], dtype=np.float32)[:, None] + 0.5
    nearest = np.full((size[1], size[0]), np.inf, np.float32)
    part, away, below = (np.empty_like(nearest) for _ in range(3))
    points = path.float().numpy()
    for start, way in zip(points[:-1], points[1:] - points[:-1]):
        across, down = x - start[0], y - start[1]
        share = way / max(float(way[0]) ** 2 + float(way[1]) ** 2, 1e-6)
        np.add(across * share[0], down * share[1], out=part)
        part.clip(0, 1, out=part)
        np.subtract(across, np.multiply(part, way[0], out=away), out=away)
        np.subtract(down, np.multiply(part, way[1], out=below), out=below)
        np.add(np.multiply(away, away, out=away), np.multiply(below, below, out=below), out=away)
        np.minimum(nearest, away, out=nearest)
    return torch.from_numpy(np.sqrt(nearest, out=nearest))[None]


def side_of(path: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) 1 on the right of a line (N, 2), as it is walked along; for one from left to right that is below it.

    The line goes on straight beyond its ends, as the way from the first to the last of them.
    """
    along = path[-1] - path[0]
    far = 3 * torch.stack([-along[1], along[0]])
    ends = torch.stack([path[0] - 3 * along, path[-1] + 3 * along])
    return fill_polygon(torch.cat([ends[:1], path, ends[1:], ends[1:] + far, ends[:1] + far]), size)
