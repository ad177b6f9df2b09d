"""How a head stands before the camera, as six numbers that a fit can move freely, and where its landmarks then lie.

Pixels are square, x to the right, y down. The picture is a perspective one about its middle; z is in the scale of x and
smaller is nearer, as in `wires`.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .articulated import rotation_of

POSE_NUMBERS = ("turn x", "turn y", "turn z", "x", "y", "scale")
"""Axis times angle of the head's rotation, where its origin lies in the picture (pixels), and the logarithm of pixels
for a centimetre there.
"""
POSE = len(POSE_NUMBERS)
TURN, ORIGIN, SCALE = slice(0, 3), slice(3, 5), -1  # where these stand in a pose


class ShotLens(NamedTuple):
    """What does not change within a shot."""

    middle: Tensor  # (2,) of the picture, square pixels
    focal: Tensor  # () pixels


def project(points: Tensor, pose: Tensor, lens: ShotLens) -> Tensor:
    """Points (K, 3) of the head's frame, centimetres, as pixels with depth (K, 3) under a pose (6,)."""
    turned = points @ rotation_of(pose[TURN]).T
    scale = pose[SCALE].exp()
    nearer = 1 / (1 - turned[:, 2:] * scale / lens.focal)
    flat = turned[:, :2] * scale * torch.tensor([1.0, -1.0], dtype=points.dtype, device=points.device)
    place = lens.middle + (flat + pose[ORIGIN] - lens.middle) * nearer
    return torch.cat([place, -turned[:, 2:] * scale], 1)


def camera_place(pose: Tensor, lens: ShotLens) -> Tensor:
    """(..., 3) centimetres: where the head's origin is from the camera, x to the right, y up, z towards the camera."""
    depth = lens.focal / pose[..., SCALE].exp()
    right, down = ((pose[..., ORIGIN] - lens.middle) / lens.focal).unbind(-1)
    return torch.stack([right * depth, -down * depth, -depth], -1)


def axis_angle(matrix: Tensor) -> Tensor:
    """(..., 3) axis times angle of rotations by less than half a turn (..., 3, 3)."""
    trace = matrix.diagonal(dim1=-2, dim2=-1).sum(-1)
    angle = ((trace - 1) / 2).clamp(-1, 1).acos()
    axis = torch.stack(
        [
            matrix[..., 2, 1] - matrix[..., 1, 2],
            matrix[..., 0, 2] - matrix[..., 2, 0],
            matrix[..., 1, 0] - matrix[..., 0, 1],
        ],
        -1,
    )
    half = torch.where(angle < 1e-6, torch.full_like(angle, 0.5), angle / (2 * angle.sin()).clamp_min(1e-12))
    return axis * half[..., None]
