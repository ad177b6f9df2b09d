"""The face, the lips and the facial hull: cropped out of pictures so that gradients flow back, and as masks.

Coordinates are those of the networks: -1..1 over the picture's outer edges, x right, y down.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

DIRECTIONS = 64  # in which a hull's extent is measured
FACE_ROOM, LIP_ROOM = 0.05, 0.35  # of a box's own size, that it is larger by on each side


def box_around(points: Tensor, room: float) -> Tensor:
    """Squares (B, 3) about points (B, N, 2): centre x, y, and half of the side, larger by `room`."""
    low, high = points.amin(1), points.amax(1)
    half = (high - low).amax(-1, keepdim=True) / 2 * (1 + 2 * room)
    return torch.cat([(low + high) / 2, half], -1)


def crop_boxes(pictures: Tensor, boxes: Tensor, size: int) -> Tensor:
    """What pictures (B, C, H, W) show in boxes (B, 3): (B, C, size, size), bilinear; beyond the picture its edge."""
    turn = boxes.new_zeros(len(boxes), 2, 3)
    turn[:, 0, 0] = turn[:, 1, 1] = boxes[:, 2]
    turn[:, :, 2] = boxes[:, :2]
    grid = F.affine_grid(turn, [len(boxes), 1, size, size], align_corners=False)
    return F.grid_sample(pictures, grid.to(pictures.dtype), padding_mode="border", align_corners=False)


def hull_mask(points: Tensor, expand: float, size: int) -> Tensor:
    """Masks (B, 1, size, size) of the convex hull of points (B, N, 2), larger by `expand` about their middle.

    Appendix D: the facial region. A pixel belongs to it where its centre lies inside.
    """
    angle = torch.arange(DIRECTIONS, device=points.device, dtype=points.dtype) * (2 * math.pi / DIRECTIONS)
    normals = torch.stack([angle.cos(), angle.sin()], -1)
    middle = points.mean(1, keepdim=True)
    extent = ((points - middle) @ normals.T).amax(1) * (1 + expand)  # (B, directions)
    axis = (torch.arange(size, device=points.device, dtype=points.dtype) + 0.5) * (2 / size) - 1
    across, down = axis[None, None] - middle[..., :1], axis[None, :, None] - middle[..., 1:]
    inside = torch.ones(len(points), size, size, dtype=torch.bool, device=points.device)
    for (x, y), reach in zip(normals, extent.T, strict=True):  # one after the other: together they take gigabytes
        inside &= x * across + y * down <= reach[:, None, None]
    return inside[:, None].to(points.dtype)


def masked_l1(one: Tensor, other: Tensor, mask: Tensor | None = None) -> Tensor:
    """The mean absolute difference of pictures, over a mask (B, 1, H, W) where one is given."""
    away = (one - other).abs()
    if mask is None:
        return away.mean()
    return (away * mask).sum() / (mask.sum() * away.shape[1]).clamp_min(1.0)
