"""The edit: how much of a driver's expression takes the place of the plate's, or is added to it.

delta = delta_s + w [ replace (delta_d - delta_s) + enhance (delta_d - delta_ref) ], per keypoint, with w the sum of the
region knobs weighted by how much the keypoint belongs to each region. replace 1 is eq. 6 of PerformRecast, enhance 1
its eq. 9, and pose 1 with replace 1 its eq. 11. All shapes are in the head frame.
"""

from __future__ import annotations

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
from ..membership import share_of
from ..thresholds import Amount, Ramp, Threshold

PARTED = Ramp(
    0.25,
    0.35,
    "centimetres between a driver's inner lips",
    "lips that touch, which a landmarker reads a little apart, from parted ones",
    "no measurement is on record",
)
SMALLEST_RATIO = Threshold(
    0.6,
    "of the driver's size",
    "a plate with small features from one whose resting face was measured wrongly",
    "no measurement is on record",
)
LARGEST_RATIO = Threshold(
    1.6,
    "of the driver's size",
    "a plate with large features from one whose resting face was measured wrongly",
    "about one over the smallest",
)

LEAST_CHIN = Amount(
    0.65,
    "of the plate's height between lower lip and chin",
    "a landmarker sees a jaw drop as a chin that goes back, and bone does not shrink by more (decision 3); no "
    "measurement is on record",
)
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

    A blink has to travel the source's lid gap, a smile its mouth's width. What is out of proportion beyond all faces
    (`SMALLEST_RATIO`, `LARGEST_RATIO`) is not believed.
    """
    ratio = (_sizes(source_rest) / _sizes(driver_rest).clamp_min(1e-3)).clamp(SMALLEST_RATIO, LARGEST_RATIO)
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


def close_lips(shape: Tensor, driver: Tensor, amount: float) -> Tensor:
    """`shape` (K, 3) with its lips closed as far as the driver's are, by `amount`; both are head-frame shapes.

    Resting lips differ from face to face, and a difference from rest leaves a slit where the driver's lips touch. Whole
    columns of a lip move together, so that lips get no thinner.
    """
    upper, lower = torch.tensor(UPPER_LIP_RINGS), torch.tensor(LOWER_LIP_RINGS)
    apart = (driver[lower[0], 1] - driver[upper[0], 1]).clamp_min(0)
    closed = 1 - PARTED(apart.max())
    slit = (shape[lower[0]] - shape[upper[0]]) * (shape[lower[0], 1:2] > shape[upper[0], 1:2])
    shift = 0.5 * amount * closed * slit
    shape = shape.clone()
    shape[upper] = shape[upper] + shift
    shape[lower] = shape[lower] - shift
    return shape


def lower_chin(shape: Tensor, source: Tensor, jaw: Tensor) -> Tensor:
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


def uncross(shape: Tensor, source: Tensor) -> Tensor:
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
