"""How much each keypoint belongs to each region of the face: smooth weights, so that one region can follow without
tearing the next.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..face.anatomy import STILL_LANDMARKS, Points
from ..face.regions import REGIONS, Region
from .thresholds import Amount

_STILL_REACH = Amount(
    0.9, "centimetres", "how far around a rigid landmark the skull holds the skin; no measurement is on record"
)
_NEAR = Amount(1 / 30, "of the face's size", "how far a keypoint looks for landmarks; no measurement is on record")


def region_weights(vertices: Tensor) -> Tensor:
    """How much each keypoint belongs to each of `face.regions.REGIONS`: (R, K), adding up to 1 at every keypoint.

    `vertices` (K, 3) is the canonical face in centimetres. Landmarks of a region without reach, such as the irises of
    the gaze, belong to it alone; everything else belongs to the other regions by its distance from their landmarks.
    """
    # Squared, so that the heart of a region is nearly its own.
    nearness = torch.stack([_nearness(vertices, *each) for each in _reaching()]).square().clamp_min(1e-12)
    shares = iter(nearness / nearness.sum(0))
    own = {region.name: _own_landmarks(vertices, region) for region in REGIONS.values() if region.reach is None}
    others = 1 - sum(own.values(), torch.zeros(len(vertices), dtype=vertices.dtype))
    return torch.stack([own[name] if name in own else next(shares) * others for name in REGIONS])


def share_of(membership: Tensor, *names: str) -> Tensor:
    """(K,) how much each keypoint belongs to these regions together, of `membership` (R, K)."""
    order = list(REGIONS)
    return membership[[order.index(name) for name in names]].sum(0)


def weights_near(points: Tensor, landmarks: Tensor, weights: Tensor) -> Tensor:
    """How much each of the points (K, 2) belongs to each region: (K, R), by the landmarks (N, 2) that it lies next to.

    `weights` (R, N) are the landmarks'. Nearness is a Gaussian of a thirtieth of the face's size, so that a point's
    weights change smoothly as it moves; rows add up to 1.
    """
    size = (landmarks.amax(0) - landmarks.amin(0)).max().clamp_min(1e-6)
    distance = torch.cdist(points.double(), landmarks.double()) / (_NEAR * size)
    return ((-0.5 * distance.square()).softmax(1) @ weights.double().T).to(points.dtype)


def named_keypoints(count: int) -> Tensor:
    """How much each keypoint of the published set of so many belongs to each region, as the regions name them: (K, R).

    A keypoint that several regions name is shared evenly, so that rows add up to 1 where any names it.
    """
    weights = torch.zeros(count, len(REGIONS))
    for column, region in enumerate(REGIONS.values()):
        weights[list(region.keypoints.get(count, ())), column] = 1
    return weights / weights.sum(1, keepdim=True).clamp_min(1)


def stillness(vertices: Tensor) -> Tensor:
    """How firmly the skull holds each keypoint: (K,), 1 on forehead, temples and bridge of the nose, 0 on lips and
    irises.
    """
    still = _nearness(vertices, STILL_LANDMARKS, _STILL_REACH)
    moving = torch.stack([_nearness(vertices, *each) for each in _reaching()]).amax(0)
    firmness = still / (still + moving).clamp_min(1e-12)
    for region in REGIONS.values():
        if region.reach is None:
            firmness[list(region.landmarks)] = 0
    return firmness


def _reaching() -> list[tuple[Points, float]]:
    """Landmarks and reach of the regions that skin belongs to, in their order."""
    return [(region.landmarks, region.reach) for region in REGIONS.values() if region.reach is not None]


def _own_landmarks(vertices: Tensor, region: Region) -> Tensor:
    """(K,) 1 at a region's own landmarks, 0 elsewhere."""
    weights = torch.zeros(len(vertices), dtype=vertices.dtype)
    weights[list(region.landmarks)] = 1
    return weights


def _nearness(vertices: Tensor, landmarks: Points, reach: float) -> Tensor:
    """A bell of the distance to the nearest landmark: 1 on them, (K,)."""
    distance = torch.cdist(vertices.double(), vertices[list(landmarks)].double()).amin(1)
    return torch.exp(-0.5 * (distance / reach).square()).to(vertices.dtype)
