"""The edit: how much of a driver's expression takes the place of the plate's, or is added to it.

delta = delta_s + w [ replace (delta_d - delta_s) + enhance (delta_d - delta_ref) ], per keypoint, with w the sum of the
region knobs weighted by how much the keypoint belongs to each region. replace 1 is eq. 6 of PerformRecast, enhance 1
its eq. 9, and pose 1 with replace 1 its eq. 11. All shapes are in the head frame.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...face.anatomy import (
    CHIN_COLUMNS,
    CHIN_TIP,
    LEFT_EYE,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    LOWER_LIP,
    LOWER_LIP_RINGS,
    RIGHT_EYE,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
    UPPER_LIP_RINGS,
)
from ...face.regions import FACE_WIDTH, REGIONS, Span
from ..grid.shapes import smooth_step
from ..membership import share_of
from .head_pose import Pose

TOUCHING, PARTED = 0.25, 0.6  # centimetres between a driver's inner lips: a landmarker reads closed lips a little apart

TURNED = (12.0, 20.0)  # degrees up to which a head follows freely, and at most: further, the far side is drawn out
MOVED = (0.08, 0.14)  # the same of its way over its size: further, it leaves its boundary, and the field is none
GROWN = (0.12, 0.22)  # and of its growth (logarithm)

LEAST_CHIN = 0.65  # of the source's height between lower lip and chin
_EDGES = tuple(
    (list(upper), list(lower))
    for upper, lower in (
        (UPPER_LIP_RINGS[0], LOWER_LIP_RINGS[0]),
        (LEFT_UPPER_LID, LEFT_LOWER_LID),
        (RIGHT_UPPER_LID, RIGHT_LOWER_LID),
    )
)  # upper and lower edges that meet but do not cross


def blend(source: Tensor, driving: Tensor, reference: Tensor, replace: float, enhance: float, weight: Tensor) -> Tensor:
    """The blended expression (K, 3) from the source's, the driver's and the driver's reference expression, `weight`
    (K, 1).
    """
    return source + weight * (replace * (driving - source) + enhance * (driving - reference))


def keypoint_weights(regions: tuple[float, ...], membership: Tensor, still: Tensor, protect: float) -> Tensor:
    """(K, 1) what the region knobs come to at each keypoint; `protect` 1 keeps what the skull holds (`still`, (K,))
    where it is.
    """
    return ((membership.new_tensor(regions) @ membership) * (1 - protect * still))[:, None]


def proportions(source_rest: Tensor, driver_rest: Tensor, membership: Tensor) -> Tensor:
    """Factors (K, 3) that fit the driver's movements to the source's face: its own sizes over the driver's, per region.

    A blink has to travel the source's lid gap, a smile its mouth's width. Factors stay between 0.6 and 1.6: beyond that
    a resting face was measured wrongly.
    """
    ratio = (_sizes(source_rest) / _sizes(driver_rest).clamp_min(1e-3)).clamp(0.6, 1.6)
    return membership.T @ ratio.to(membership)


def _sizes(rest: Tensor) -> Tensor:
    """Width, height and depth (R, 3) that each region's movements go by, in the order of `REGIONS`."""
    depth = _size(rest, FACE_WIDTH)
    sizes = [(_size(rest, region.across), _size(rest, region.down), depth) for region in REGIONS.values()]
    return torch.stack([torch.stack(each) for each in sizes])


def _size(rest: Tensor, span: Span) -> Tensor:
    return (rest[list(span.second), span.axis] - rest[list(span.first), span.axis]).mean()


def resting_difference(source_rest: Tensor, driver_rest: Tensor, membership: Tensor) -> Tensor:
    """What tells the driver's resting face from the source's (K, 3), at brows, lids, lips and irises only.

    The eyes are laid over each other first: what is carried is how brows and lids sit about them, not where the eyes
    are.
    """
    eyes = list(LEFT_EYE + RIGHT_EYE)
    shift = driver_rest[eyes].mean(0) - source_rest[eyes].mean(0)
    difference = driver_rest - shift - source_rest
    mouth = share_of(membership, "mouth")[:, None]
    middle = (mouth * difference).sum(0) / mouth.sum()
    taking_part = share_of(membership, *(region.name for region in REGIONS.values() if region.resting))
    return taking_part[:, None] * difference + mouth * (difference - middle)


def lips_meet(shape: Tensor, driver: Tensor, amount: float) -> Tensor:
    """`shape` (K, 3) with its lips closed as far as the driver's are, by `amount`; both are head-frame shapes.

    Resting lips differ from face to face, and a difference from rest leaves a slit where the driver's lips touch. Whole
    columns of a lip move together, so that lips get no thinner.
    """
    upper, lower = torch.tensor(UPPER_LIP_RINGS), torch.tensor(LOWER_LIP_RINGS)
    apart = (driver[lower[0], 1] - driver[upper[0], 1]).clamp_min(0)
    closed = 1 - smooth_step((apart.max() - TOUCHING) / (PARTED - TOUCHING))
    slit = (shape[lower[0]] - shape[upper[0]]) * (shape[lower[0], 1:2] > shape[upper[0], 1:2])
    shift = 0.5 * amount * closed * slit
    shape = shape.clone()
    shape[upper] = shape[upper] + shift
    shape[lower] = shape[lower] - shift
    return shape


def chin_follows(shape: Tensor, source: Tensor, jaw: Tensor) -> Tensor:
    """`shape` (K, 3) with its chin moved down where the lower lip has come too near, both head-frame shapes.

    A landmarker sees a jaw drop as a chin that goes back more than down. The chin is bone: it shows at least
    LEAST_CHIN of the height that it has in `source`, in whole and in each part, or a lip that goes far would pass
    through the skin below it. `jaw` (K,) is how much each keypoint belongs to the jaw.
    """
    tall, now = (points[CHIN_TIP, 1] - points[LOWER_LIP, 1] for points in (source, shape))
    lacking = (LEAST_CHIN * tall - now).clamp_min(0)
    share = ((jaw - jaw[LOWER_LIP]) / (jaw[CHIN_TIP] - jaw[LOWER_LIP])).clamp(0, 1)
    shape = shape.clone()
    shape[:, 1] = shape[:, 1] + lacking * share
    columns = torch.tensor(CHIN_COLUMNS)
    for above, below in zip(columns.T[:-1], columns.T[1:]):
        least = LEAST_CHIN * (source[below, 1] - source[above, 1]).clamp_min(0)
        shape[below, 1] = torch.maximum(shape[below, 1], shape[above, 1] + least)
    return shape


def parted(shape: Tensor, source: Tensor) -> Tensor:
    """`shape` (K, 3) with lips and lids that have passed through each other brought back to touching.

    What `source` (K, 3) shows crossed already, by a landmarker's error, stays as it is. y is down.
    """
    shape = shape.clone()
    for upper, lower in _EDGES:
        gap = shape[lower, 1] - shape[upper, 1]
        least = (source[lower, 1] - source[upper, 1]).clamp(max=0)
        shift = 0.5 * (least - gap).clamp_min(0)
        shape[upper, 1] = shape[upper, 1] - shift
        shape[lower, 1] = shape[lower, 1] + shift
    return shape


def turned(source: Pose, driver: Pose, first: Pose | None, amount: float) -> Pose:
    """The pose between the source's (amount 0) and the driver's (1).

    With `first`, the driver's pose at its first frame, its head's movement since then is laid on the source's pose;
    without it the driver's pose itself is taken, as eq. 11 has it.
    """
    if first is not None:
        growth = driver.scale / first.scale
        rotation = source.rotation @ (first.rotation.T @ driver.rotation)
        moved = (driver.translation - first.translation) * (source.scale / first.scale)
        driver = Pose(rotation, source.scale * growth, source.translation + moved)
    return part_way(source, driver, amount)


def within_reach(source: Pose, pose: Pose, middle: Tensor, size: float) -> tuple[Pose, float]:
    """A pose as far as a plate's pixels can follow it from `source`, and what share of the way (0..1) that is.

    Far turned, a plate shows nothing of the side that comes to light; far moved, a face leaves its boundary and the
    field cannot be one-to-one. `middle` (3,) is the face's in the head frame, `size` the face's in units of x.
    """
    cosine = ((source.rotation.T @ pose.rotation).diagonal().sum() - 1) / 2
    places = [each.scale * (middle @ each.rotation) + each.translation for each in (source, pose)]
    ways = (
        (float(torch.rad2deg(torch.arccos(cosine.clamp(-1, 1)))), TURNED),
        (float(torch.linalg.vector_norm((places[1] - places[0])[:2])) / size, MOVED),
        (abs(float((pose.scale / source.scale).log().mean())), GROWN),
    )
    share = min(_held_back(way, *limits) / max(way, 1e-9) if way > limits[0] else 1.0 for way, limits in ways)
    return (pose, 1.0) if share == 1 else (part_way(source, pose, share), share)


def _held_back(way: float, free: float, most: float) -> float:
    """A way beyond `free` that comes to `most` at the furthest."""
    return free + (most - free) * math.tanh((way - free) / (most - free))


def part_way(source: Pose, driver: Pose, amount: float) -> Pose:
    """`amount` of the way from one pose to another: rotations along the shortest turn, the rest in a straight line."""
    way = source.rotation.T @ driver.rotation
    return Pose(
        source.rotation @ part_rotation(way, amount),
        torch.lerp(source.scale, driver.scale, amount),
        torch.lerp(source.translation, driver.translation, amount),
    )


def part_rotation(rotation: Tensor, amount: float) -> Tensor:
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
