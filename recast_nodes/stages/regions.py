"""Regions of the face as smooth weights over the keypoints, so that one can be followed without tearing the next."""

from __future__ import annotations

import torch
from torch import Tensor

from ..face.anatomy import (
    BESIDE_EYE_CORNERS,
    CHEEKS,
    CHIN,
    INNER_LIPS,
    JAW_SIDES,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_IRIS,
    NOSE_SIDES,
    OUTER_EYE_CORNERS,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_IRIS,
    RIGID,
)

REGIONS = ("brows", "eyes", "gaze", "mouth", "jaw", "cheeks")
_SEEDS = {
    "brows": (LEFT_BROW + RIGHT_BROW, 0.9),
    "eyes": (LEFT_EYE + RIGHT_EYE, 0.7),
    "mouth": (OUTER_LIPS + INNER_LIPS, 0.9),
    "jaw": (CHIN + JAW_SIDES, 1.3),
    "cheeks": (CHEEKS + NOSE_SIDES, 1.2),
}  # landmarks at the heart of each region, and how far it reaches beyond them in centimetres
_STILL_REACH = 0.9  # centimetres around a rigid landmark in which the skull holds the skin
_NEAR = 1 / 30  # of the face's size: how far a keypoint looks for landmarks
_BY_THE_LIDS = OUTER_EYE_CORNERS + BESIDE_EYE_CORNERS  # rigid enough to fit the head by, but the lids close there


def region_weights(vertices: Tensor) -> Tensor:
    """How much each keypoint belongs to each of `REGIONS`: (6, K), adding up to 1 at every keypoint.

    `vertices` (K, 3) is the canonical face in centimetres. The irises belong to the gaze alone, everything else to the
    other five by its distance from their landmarks.
    """
    names = [name for name in REGIONS if name != "gaze"]
    # Squared, so that the heart of a region is nearly its own.
    nearness = torch.stack([_nearness(vertices, *_SEEDS[name]) for name in names]).square().clamp_min(1e-12)
    weights = dict(zip(names, nearness / nearness.sum(0)))
    gaze = torch.zeros(len(vertices), dtype=vertices.dtype)
    gaze[list(LEFT_IRIS + RIGHT_IRIS)] = 1
    return torch.stack([gaze if name == "gaze" else weights[name] * (1 - gaze) for name in REGIONS])


def weights_near(points: Tensor, landmarks: Tensor, weights: Tensor) -> Tensor:
    """How much each of the points (K, 2) belongs to each region: (K, 6), by the landmarks (N, 2) that it lies next to.

    `weights` (6, N) are the landmarks'. Nearness is a Gaussian of a thirtieth of the face's size, so that a point's
    weights change smoothly as it moves; rows add up to 1.
    """
    size = (landmarks.amax(0) - landmarks.amin(0)).max().clamp_min(1e-6)
    distance = torch.cdist(points.double(), landmarks.double()) / (_NEAR * size)
    return ((-0.5 * distance.square()).softmax(1) @ weights.double().T).to(points.dtype)


def stillness(vertices: Tensor) -> Tensor:
    """How firmly the skull holds each keypoint: (K,), 1 on forehead, temples and bridge of the nose, 0 on lips and
    irises.
    """
    still = _nearness(vertices, tuple(set(RIGID) - set(_BY_THE_LIDS)), _STILL_REACH)
    moving = torch.stack([_nearness(vertices, seeds, reach) for seeds, reach in _SEEDS.values()]).amax(0)
    held = still / (still + moving).clamp_min(1e-12)
    held[list(LEFT_IRIS + RIGHT_IRIS)] = 0
    return held


def _nearness(vertices: Tensor, seeds: tuple[int, ...], reach: float) -> Tensor:
    """A bell of the distance to the nearest seed: 1 on the seeds, (K,)."""
    distance = torch.cdist(vertices.double(), vertices[list(seeds)].double()).amin(1)
    return torch.exp(-0.5 * (distance / reach).square()).to(vertices.dtype)
