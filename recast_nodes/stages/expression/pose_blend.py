"""The head's part of an edit: the pose between the plate's and the driver's, no further than a plate can follow."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..thresholds import Amount, Threshold
from .head_pose import Pose

FAR_SIDE = "further, the side that comes to light is drawn out, which no plate shows; no measurement is on record"
LEAVES_HULL = "further, a face leaves its boundary, and the field cannot be one-to-one; no measurement is on record"
FREE_TURN = Threshold(12.0, "degrees", "a head that follows freely from one that is slowed", FAR_SIDE)
MOST_TURN = Amount(20.0, "degrees", FAR_SIDE)
FREE_SHIFT = Threshold(0.08, "of the face's size", "a head that follows freely from one that is slowed", LEAVES_HULL)
MOST_SHIFT = Amount(0.14, "of the face's size", LEAVES_HULL)
FREE_GROWTH = Threshold(0.12, "natural logarithm", "a head that follows freely from one that is slowed", LEAVES_HULL)
MOST_GROWTH = Amount(0.22, "natural logarithm", LEAVES_HULL)


def blend_pose(source: Pose, driver: Pose, first: Pose | None, amount: float) -> Pose:
    """The pose between the source's (amount 0) and the driver's (1).

    With `first`, the driver's pose at its first frame, its head's movement since then is laid on the source's pose;
    without it the driver's pose itself is taken, as eq. 11 has it.
    """
    if first is not None:
        growth = driver.scale / first.scale
        rotation = source.rotation @ (first.rotation.T @ driver.rotation)
        moved = (driver.translation - first.translation) * (source.scale / first.scale)
        driver = Pose(rotation, source.scale * growth, source.translation + moved)
    return interpolate_pose(source, driver, amount)


def limit_pose(source: Pose, pose: Pose, middle: Tensor, size: float) -> tuple[Pose, float]:
    """A pose as far as a plate's pixels can follow it from `source`, and what share of the way (0..1) that is.

    Far turned, a plate shows nothing of the side that comes to light; far moved, a face leaves its boundary and the
    field cannot be one-to-one. `middle` (3,) is the face's in the head frame, `size` the face's in units of x.
    """
    cosine = ((source.rotation.T @ pose.rotation).diagonal().sum() - 1) / 2
    places = [each.scale * (middle @ each.rotation) + each.translation for each in (source, pose)]
    ways = (
        (float(torch.rad2deg(torch.arccos(cosine.clamp(-1, 1)))), FREE_TURN, MOST_TURN),
        (float(torch.linalg.vector_norm((places[1] - places[0])[:2])) / size, FREE_SHIFT, MOST_SHIFT),
        (abs(float((pose.scale / source.scale).log().mean())), FREE_GROWTH, MOST_GROWTH),
    )
    share = min(_slow_down(way, free, most) / max(way, 1e-9) if way > free else 1.0 for way, free, most in ways)
    return (pose, 1.0) if share == 1 else (interpolate_pose(source, pose, share), share)


def _slow_down(way: float, free: float, most: float) -> float:
    """A way beyond `free` that comes to `most` at the furthest."""
    return free + (most - free) * math.tanh((way - free) / (most - free))


def interpolate_pose(source: Pose, driver: Pose, amount: float) -> Pose:
    """`amount` of the way from one pose to another: rotations along the shortest turn, the rest in a straight line."""
    way = source.rotation.T @ driver.rotation
    return Pose(
        source.rotation @ interpolate_rotation(way, amount),
        torch.lerp(source.scale, driver.scale, amount),
        torch.lerp(source.translation, driver.translation, amount),
    )


def interpolate_rotation(rotation: Tensor, amount: float) -> Tensor:
    """`amount` of the way along the shortest turn to `rotation` (3, 3) (Rodrigues); 0 is the identity, 1 the rotation
    itself.
    """
    if amount == 1:
        return rotation
    cosine = ((rotation.diagonal().sum() - 1) / 2).clamp(-1, 1)
    angle = torch.arccos(cosine)
    sine = torch.sin(angle)
    if float(cosine) < 0:
        axis = _cross(_axis(rotation))
    elif float(sine) < 1e-6:
        return torch.eye(3, dtype=rotation.dtype)
    else:
        axis = (rotation - rotation.T) / (2 * sine)
    return (
        torch.eye(3, dtype=rotation.dtype)
        + torch.sin(amount * angle) * axis
        + (1 - torch.cos(amount * angle)) * (axis @ axis)
    )


def _axis(rotation: Tensor) -> Tensor:
    """(3,) the unit axis of a rotation by more than a quarter turn, which its antisymmetric part tells ill: at a half
    turn, as from an upright face to one that is upside down, that is nothing.
    """
    cosine = (rotation.diagonal().sum() - 1) / 2
    outer = ((rotation + rotation.T) / 2 - cosine * torch.eye(3, dtype=rotation.dtype)) / (1 - cosine)
    axis = outer[int(outer.diagonal().argmax())]
    axis = axis / torch.linalg.vector_norm(axis)
    way = torch.stack(
        [rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]]
    )
    return axis if float(axis @ way) >= 0 else -axis


def _cross(axis: Tensor) -> Tensor:
    """(3, 3) the matrix of the cross product with an axis (3,)."""
    x, y, z = axis
    nothing = torch.zeros_like(x)
    rows = [[nothing, -z, y], [z, nothing, -x], [-y, x, nothing]]
    return torch.stack([torch.stack(row) for row in rows])
