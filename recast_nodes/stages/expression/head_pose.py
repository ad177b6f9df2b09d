"""Keypoints to parameters and back: x = s ((x_c + delta) R) + t (PerformRecast, eq. 3).

Points are rows, so rotations multiply from the right. Pixels are square here: `square` brings tracked landmarks there.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ..thresholds import Amount

TYPICAL = Amount(
    1.5,
    "times the median miss",
    "about one standard deviation: the median of a normal distribution's absolute values is 0.67 of it",
)


class Pose(NamedTuple):
    """A similarity from the head frame to square pixels: x = s (shape R) + t. Leading dimensions are batch."""

    rotation: Tensor  # (..., 3, 3)
    scale: Tensor  # (..., 1)
    translation: Tensor  # (..., 3)


def compose(canonical: Tensor, expression: Tensor, rotation: Tensor, scale: Tensor, translation: Tensor) -> Tensor:
    """Keypoints (..., K, 3) of eq. 3: the expression is added before the head is turned.

    `canonical` and `expression` are (..., K, 3), `rotation` (..., 3, 3), `scale` (..., 1) or (..., 3), `translation`
    (..., 3).
    """
    return scale[..., None, :] * ((canonical + expression) @ rotation) + translation[..., None, :]


def to_head(points: Tensor, pose: Pose) -> Tensor:
    """Shapes (..., K, 3) in the head frame: the inverse of posing them."""
    centred = (points - pose.translation[..., None, :]) / pose.scale[..., None, :].clamp_min(1e-9)
    return centred @ pose.rotation.transpose(-1, -2)


def square(landmarks: Tensor, pixel_aspect: float) -> Tensor:
    """Landmarks (..., K, 2 or 3) in pixels brought to square pixels of the plate's pixel height; z is in the scale of
    x.
    """
    return landmarks * landmarks.new_tensor([pixel_aspect, 1.0, pixel_aspect])[: landmarks.shape[-1]]


def to_pixels(points: Tensor, pixel_aspect: float) -> Tensor:
    """The inverse of `square`."""
    return points / points.new_tensor([pixel_aspect, 1.0, pixel_aspect])


def similarity(shape: Tensor, points: Tensor, weights: Tensor) -> Pose:
    """The least-squares similarity that takes `shape` to `points`, both (..., N, 3), under `weights` (..., N).

    Umeyama 1991, with proper rotations only. Degenerate points (all in one place) give scale 0.
    """
    weights = (weights / weights.sum(-1, keepdim=True).clamp_min(1e-12))[..., None]
    shape_mean, points_mean = (weights * shape).sum(-2), (weights * points).sum(-2)
    shape, points = shape - shape_mean[..., None, :], points - points_mean[..., None, :]
    u, spread, v = torch.linalg.svd(shape.transpose(-1, -2) @ (weights * points))
    signs = torch.ones_like(spread)
    signs[..., 2] = torch.linalg.det(u @ v).sign()
    rotation = (u * signs[..., None, :]) @ v
    scale = (spread * signs).sum(-1) / (weights * shape.square()).sum((-1, -2)).clamp_min(1e-12)
    translation = points_mean - scale[..., None] * (shape_mean[..., None, :] @ rotation)[..., 0, :]
    return Pose(rotation, scale[..., None], translation)


def robust_similarity(shape: Tensor, points: Tensor, rounds: int = 8) -> Pose:
    """`similarity` by iteratively reweighted least squares (Geman-McClure), so that single bad points do not turn the
    head.
    """
    shape = shape.expand_as(points)
    weights = torch.ones_like(points[..., 0])
    for _ in range(rounds):
        pose = similarity(shape, points, weights)
        misses = torch.linalg.vector_norm(compose(shape, torch.zeros_like(shape), *pose) - points, dim=-1)
        typical = misses.median(-1, keepdim=True).values * TYPICAL + 1e-6 * pose.scale.abs() + 1e-12
        weights = (1 + (misses / typical).square()).reciprocal().square()
    return similarity(shape, points, weights)


def head_poses(points: Tensor, canonical: Tensor, rigid: Tensor, rounds: int = 2) -> tuple[Pose, Tensor]:
    """Poses and head-frame shapes (F, K, 3) of a shot's keypoints (F, K, 3), square pixels.

    The canonical face defines the head frame; the fit itself is then repeated against the person's own rigid points
    (`rigid`, indices), because the average skull fitted to somebody else's rocks as the head turns.
    """
    pose = robust_similarity(canonical[rigid], points[..., rigid, :])
    for _ in range(rounds):
        own = to_head(points[..., rigid, :], pose).median(0).values
        into = robust_similarity(own, canonical[rigid])
        own = compose(own, torch.zeros_like(own), *into)
        pose = robust_similarity(own, points[..., rigid, :])
    return pose, to_head(points, pose)
