"""The square crop about a face, as the published code of LivePortrait and PerformRecast has it, and its inverse.

Place and size are taken in the face's own directions, down being from the eyes to the mouth: the square is as large as
the points' extent there times `scale`, and its centre is the extent's centre moved by (x, y) of the square's size. It
stands upright with the face, or with the picture at the same place and size.
Points have square pixels; leading dimensions are batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import torch
from torch import Tensor

from ...face.anatomy import CHIN, JAW_LINE, LEFT_BROW, LEFT_EYE, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE
from ..expression.head_pose import square as in_square_pixels
from ..thresholds import Count
from .smoothing import settle

CROP_SIZE = Count(512, "pixels along a crop's side", "what the published decoders paint")
CROP_POINTS = (*JAW_LINE, *CHIN, *LEFT_BROW, *RIGHT_BROW)


def mesh_square(landmarks: Tensor, scale: float, x: float, y: float, rotate: bool) -> Tensor:
    """The square (..., 4) of MediaPipe landmarks (..., K, 2 or 3)."""
    points = landmarks[..., :2]
    eyes = (points[..., LEFT_EYE, :].mean(-2) + points[..., RIGHT_EYE, :].mean(-2)) / 2
    return face_square(points[..., CROP_POINTS, :], eyes, points[..., OUTER_LIPS, :].mean(-2), scale, x, y, rotate)


def face_square(points: Tensor, eyes: Tensor, mouth: Tensor, scale: float, x: float, y: float, rotate: bool) -> Tensor:
    """The square (..., 4) about points (..., K, 2): centre x, centre y, size, angle in radians (clockwise on screen).

    `eyes` and `mouth` (..., 2) say which way is down in the face; where they fall together the picture's way is taken.
    Without `rotate` only the angle changes: it is 0.
    """
    across, down = _axes(eyes, mouth)
    along = torch.stack([_dot(points, across), _dot(points, down)], -1)
    low, high = along.amin(-2), along.amax(-2)
    size = (high - low).amax(-1) * scale
    middle = (low + high) / 2 + size[..., None] * points.new_tensor([x, y])
    centre = middle[..., :1] * across + middle[..., 1:] * down
    angle = torch.atan2(across[..., 1:], across[..., :1])
    return torch.cat([centre, size[..., None], angle if rotate else torch.zeros_like(angle)], -1)


def _axes(eyes: Tensor, mouth: Tensor) -> tuple[Tensor, Tensor]:
    """Unit vectors (..., 2) to the right and down in the face."""
    down = mouth - eyes
    length = torch.linalg.vector_norm(down, dim=-1, keepdim=True)
    upright = torch.tensor([0.0, 1.0], dtype=down.dtype, device=down.device).expand_as(down)
    down = torch.where(length > 1e-3, down / length.clamp_min(1e-3), upright)
    return torch.stack([down[..., 1], -down[..., 0]], -1), down


def _dot(points: Tensor, axis: Tensor) -> Tensor:
    return (points * axis[..., None, :]).sum(-1)


Square = Callable[[Tensor, float, float, float, bool], Tensor]  # as `mesh_square`, of one set of landmarks


def course_squares(
    landmarks: Tensor,
    found: Sequence[bool],
    pixel_aspect: float,
    scale: float,
    x: float,
    y: float,
    rotate: bool,
    frames: float,
    square: Square = mesh_square,
) -> Tensor:
    """Squares (T, 4) of a face's landmarks (T, K, 2 or 3) in pixels, smoothed over each stretch that is found; else 0.

    `square` makes one of landmarks of this kind.
    """
    squares = landmarks.new_zeros(len(landmarks), 4)
    points = in_square_pixels(landmarks, pixel_aspect)
    start = 0
    for state, run in groupby(found):
        stop = start + len(list(run))
        if state:
            stretch = square(points[start:stop], scale, x, y, rotate)
            squares[start:stop] = smooth_squares(stretch, frames)
        start = stop
    return squares


def smooth_squares(squares: Tensor, frames: float) -> Tensor:
    """Squares (T, 4) of successive frames, smoothed over time so that the crop neither shakes nor pumps."""
    centre, size, angle = squares[:, :2], squares[:, 2:3], squares[:, 3]
    turned = torch.cat([angle[:1], angle[:1] + torch.cumsum(_wrap_angle(torch.diff(angle)), 0)])
    smooth = settle(torch.cat([centre, size.log(), turned[:, None]], 1), frames)
    return torch.cat([smooth[:, :2], smooth[:, 2:3].exp(), _wrap_angle(smooth[:, 3:])], 1)


def _wrap_angle(angle: Tensor) -> Tensor:
    """Angles between -pi and pi."""
    return torch.atan2(angle.sin(), angle.cos())


def crop_matrix(square: Tensor, pixel_aspect: float = 1.0, size: int = CROP_SIZE) -> Tensor:
    """Plate pixels to the pixels of a crop of `size`: (..., 3, 3) of squares (..., 4)."""
    x, y, side, angle = square.double().unbind(-1)
    zoom, zero, one = size / side, torch.zeros_like(side), torch.ones_like(side)
    cosine, sine = zoom * angle.cos(), zoom * angle.sin()
    rows = [
        [pixel_aspect * cosine, sine, size / 2 - cosine * x - sine * y],
        [-pixel_aspect * sine, cosine, size / 2 + sine * x - cosine * y],
        [zero, zero, one],
    ]
    return torch.stack([torch.stack(row, -1) for row in rows], -2).to(square.dtype)


def inverse_crop(matrix: Tensor) -> Tensor:
    """Crop pixels to plate pixels: the inverse (..., 3, 3) of what `crop_matrix` gave, in double precision."""
    turn, shift = matrix[..., :2, :2].double(), matrix[..., :2, 2:].double()
    back = torch.linalg.inv(turn)
    upper = torch.cat([back, -back @ shift], -1)
    return torch.cat([upper, matrix[..., 2:, :].double()], -2)


def move(points: Tensor, matrix: Tensor) -> Tensor:
    """Points (..., K, 2) through affine matrices (..., 3, 3)."""
    return points @ matrix[..., :2, :2].transpose(-1, -2) + matrix[..., None, :2, 2]
