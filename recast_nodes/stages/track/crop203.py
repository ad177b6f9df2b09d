"""The published crop from the 203 landmarks of LivePortrait's landmark network, or from the 106 of InsightFace's.

Points have square pixels.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from ...face.published import (
    EYES_106,
    EYES_203,
    LANDMARKS_106,
    LANDMARKS_203,
    MOUTH_CORNERS_106,
    MOUTH_CORNERS_203,
)
from .crop import face_square


class _Places(NamedTuple):
    """Indices that say which way is down in a face."""

    eyes: tuple[tuple[int, ...], tuple[int, ...]]
    mouth: tuple[int, int]


_PLACES = {
    LANDMARKS_203: _Places(EYES_203, MOUTH_CORNERS_203),
    LANDMARKS_106: _Places(EYES_106, MOUTH_CORNERS_106),
}


def square_of(landmarks: Tensor, scale: float, x: float, y: float, rotate: bool) -> Tensor:
    """The square (..., 4) of 203 or 106 landmarks (..., N, 2), as `stages.track.crop.face_square` gives it."""
    points = landmarks[..., :2]
    places = _PLACES[points.shape[-2]]
    left, right = (points[..., eye, :].mean(-2) for eye in places.eyes)
    return face_square(points, (left + right) / 2, points[..., places.mouth, :].mean(-2), scale, x, y, rotate)
