"""Turn, scale and shift in the picture's plane."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...face.anatomy import LEFT_EYE, MOUTH_CORNERS, RIGHT_EYE
from ..thresholds import Threshold

UPRIGHT = Threshold(
    25.0,
    "degrees",
    "a head held as people hold it from one that lies",
    "18 was the most in the evaluation's footage; up to here the picture's own directions do for a face (decision 26)",
)
STRAIGHTENED = Threshold(
    40.0,
    "degrees",
    "a face that leans from one that is dealt with in its own directions alone",
    "from 45 on MediaPipe's region of interest errs, landmarks by 0.006 to 0.035 face widths (decision 26); between "
    "the two one becomes the other, so that a head that turns through them does not jump",
)


def fit_similarity(before: Tensor, after: Tensor) -> Tensor:
    """(2, 3) the similarity that best takes points (N, 2) to others, by least squares."""
    middle, goal = before.mean(0), after.mean(0)
    one, two = before - middle, after - goal
    size = one.square().sum().clamp_min(1e-6)
    along = (one * two).sum() / size
    across = (one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]).sum() / size
    turn = torch.stack([torch.stack([along, -across]), torch.stack([across, along])])
    return torch.cat([turn, (goal - turn @ middle)[:, None]], 1)


def apply_similarity(points: Tensor, similarity: Tensor) -> Tensor:
    """Points (N, 2 or more) through a similarity (2, 3); what comes after x and y stays."""
    turned = points[:, :2] @ similarity[:, :2].T + similarity[:, 2]
    return torch.cat([turned, points[:, 2:]], 1)


def invert_affine(affine: Tensor) -> Tensor:
    """The map (2, 3) that takes points back, of a similarity or any affine map."""
    back = torch.linalg.inv(affine[:, :2])
    return torch.cat([back, -(back @ affine[:, 2])[:, None]], 1)


def roll(landmarks: Tensor) -> Tensor:
    """(...) how far faces of landmarks (..., K, 2 or 3), square pixels, are turned in the picture: radians, clockwise
    on screen, 0 for a face that stands upright, pi for one that is upside down.

    By the way from eye to eye and the way from the eyes to the mouth together: either one shrinks as a head turns
    aside or nods.
    """
    points = landmarks[..., :2]
    left, right = points[..., list(LEFT_EYE), :].mean(-2), points[..., list(RIGHT_EYE), :].mean(-2)
    across, down = right - left, points[..., list(MOUTH_CORNERS), :].mean(-2) - (left + right) / 2
    return torch.atan2(across[..., 1] - down[..., 0], across[..., 0] + down[..., 1])


def lean(angle: float) -> float:
    """How much of a turn by `angle` degrees is dealt with as a turn: nothing for a face that stands upright."""
    return angle * min(1.0, max(0.0, (abs(angle) - UPRIGHT) / (STRAIGHTENED - UPRIGHT)))


def face_axes(landmarks: Tensor) -> Tensor | None:
    """(2, 2) unit vectors, rows, to the right and down in a face of landmarks (K, 2 or 3); None for one that stands
    upright, whose directions are the picture's.
    """
    angle = math.radians(lean(math.degrees(roll(landmarks))))
    if angle == 0:
        return None
    cosine, sine = math.cos(angle), math.sin(angle)
    return landmarks.new_tensor([[cosine, sine], [-sine, cosine]])
