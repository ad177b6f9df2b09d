"""The published crop from the 203 landmarks of LivePortrait's landmark network, or from the 106 of InsightFace's.

Of the 203, 0-23 and 24-47 are the contours of the eyes (the picture's left one first) and 48 and 66 the corners of the
lips. Points have square pixels.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from .crop import face_square


class _Places(NamedTuple):
    """Indices that say which way is down in a face."""

    eyes: tuple[tuple[int, ...], tuple[int, ...]]
    mouth: tuple[int, int]


_PLACES = {
    203: _Places(((0, 6, 12, 18), (24, 30, 36, 42)), (48, 66)),
    106: _Places(((33, 35, 39, 40), (87, 89, 93, 94)), (52, 61)),
}


def square_of(landmarks: Tensor, scale: float, x: float, y: float, rotate: bool) -> Tensor:
    """The square (..., 4) of 203 or 106 landmarks (..., N, 2), as `stages.track.crop.face_square` gives it."""
    points = landmarks[..., :2]
    places = _PLACES[points.shape[-2]]
    left, right = (points[..., eye, :].mean(-2) for eye in places.eyes)
    return face_square(points, (left + right) / 2, points[..., places.mouth, :].mean(-2), scale, x, y, rotate)
