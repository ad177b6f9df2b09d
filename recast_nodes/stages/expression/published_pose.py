"""Keypoints of the published networks: angles out of bins, rotations out of angles, and the two compositions.

PerformRecast and LivePortrait differ in every step, down to what stands for pi; the published weights were trained so.
Angles are degrees (...,); leading dimensions are batch. LivePortrait's rotation turns rows as
`stages.expression.head_pose` has it, PerformRecast's turns columns.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..thresholds import PublishedNumber
from .head_pose import compose

BIN = PublishedNumber(3.0, "degrees, in both networks' published code")
PERFORMRECAST_FIRST_BIN = PublishedNumber(-99.0, "degrees, PerformRecast's published code")
LIVEPORTRAIT_FIRST_BIN = PublishedNumber(-97.5, "degrees, LivePortrait's published code")
PERFORMRECAST_PI = PublishedNumber(3.14, "PerformRecast's published code; 3.4e-4 in x against the true one")


def expected_angle(logits: Tensor, first_bin: float) -> Tensor:
    """Degrees (...) of logits (..., bins): the mean of the bins under their softmax."""
    bins = torch.arange(logits.shape[-1], dtype=logits.dtype, device=logits.device)
    return (logits.softmax(-1) * bins).sum(-1) * BIN + first_bin


def performrecast_rotation(pitch: Tensor, yaw: Tensor, roll: Tensor) -> Tensor:
    """R = Rx(pitch) Ry(yaw) Rz(roll) (..., 3, 3), which turns columns: x' = R x."""
    about_x, about_y, about_z = _turns(pitch, yaw, roll, PERFORMRECAST_PI)
    return about_x @ about_y @ about_z


def liveportrait_rotation(pitch: Tensor, yaw: Tensor, roll: Tensor) -> Tensor:
    """R = (Rz(roll) Ry(yaw) Rx(pitch)) transposed (..., 3, 3), which turns rows: x' = x R."""
    about_x, about_y, about_z = _turns(pitch, yaw, roll, math.pi)
    return (about_z @ about_y @ about_x).mT


def performrecast_keypoints(
    canonical: Tensor, expression: Tensor, rotation: Tensor, scale: Tensor, translation: Tensor
) -> Tensor:
    """Eq. 3, x = s ((x_c + delta) R^T) + t with t_z taken as 0: keypoints (..., K, 3).

    Shapes are as in `stages.expression.head_pose.compose`; the rotation is `performrecast_rotation`'s.
    """
    return compose(canonical, expression, rotation.mT, scale, drop_depth(translation))


def liveportrait_keypoints(
    canonical: Tensor, expression: Tensor, rotation: Tensor, scale: Tensor, translation: Tensor
) -> Tensor:
    """Eq. 1, x = s (x_c R + delta) + t with t_z taken as 0: keypoints (..., K, 3).

    Shapes are as in `stages.expression.head_pose.compose`; the rotation is `liveportrait_rotation`'s.
    """
    return scale[..., None, :] * (canonical @ rotation + expression) + drop_depth(translation)[..., None, :]


def drop_depth(translation: Tensor) -> Tensor:
    """A translation (..., 3) without its depth, as the published networks use it."""
    return translation * translation.new_tensor([1.0, 1.0, 0.0])


def _turns(pitch: Tensor, yaw: Tensor, roll: Tensor, pi: float) -> tuple[Tensor, Tensor, Tensor]:
    """Right-handed rotations of columns about x, y and z, each (..., 3, 3)."""
    one, zero = torch.ones_like(pitch), torch.zeros_like(pitch)
    (cx, cy, cz), (sx, sy, sz) = zip(*((a.cos(), a.sin()) for a in (angle / 180 * pi for angle in (pitch, yaw, roll))))
    about_x = _matrix([one, zero, zero], [zero, cx, -sx], [zero, sx, cx])
    about_y = _matrix([cy, zero, sy], [zero, one, zero], [-sy, zero, cy])
    about_z = _matrix([cz, -sz, zero], [sz, cz, zero], [zero, zero, one])
    return about_x, about_y, about_z


def _matrix(*rows: list[Tensor]) -> Tensor:
    return torch.stack([torch.stack(row, -1) for row in rows], -2)
