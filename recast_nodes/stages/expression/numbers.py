"""A performance in numbers as shapes of a face: weights by ARKit's names, angles of the head in radians.

What is made here is in the landmarker's own scale, as the fitted basis is, so that it is carried over as what was
tracked is (`stages.expression.landmark_gain`).
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.blendshapes import BLENDSHAPES, SHAPES
from ...face.columns import COLUMNS, HEAD_ANGLES, silent_regions
from ...face.regions import REGIONS

_WEIGHTS = [BLENDSHAPES.index(name) for name in SHAPES if name in BLENDSHAPES]
_OF_SHAPES = [COLUMNS.index(name) for name in SHAPES if name in BLENDSHAPES]
_HEAD = [COLUMNS.index(name) for name in HEAD_ANGLES]
_SHAPES = [COLUMNS.index(name) for name in SHAPES]
_TO_PICTURE = torch.tensor([1.0, -1.0, -1.0])  # from y up and z to the camera, as angles are meant, to the head frame


def has_face(numbers: Tensor) -> bool:
    """Whether a frame's numbers (61,) say anything of the face."""
    return bool(torch.isfinite(numbers[_SHAPES]).any())


def regions_heard(numbers: Tensor) -> tuple[float, ...]:
    """For each of `REGIONS` 1, or 0 where the numbers (61,) say nothing of it."""
    known = torch.isfinite(numbers).tolist()
    silent = silent_regions([name for name, is_known in zip(COLUMNS, known) if is_known])
    return tuple(0.0 if name in silent else 1.0 for name in REGIONS)


def coefficients_of(numbers: Tensor) -> Tensor:
    """(52,) in the landmarker's order, of numbers (61,). What is not known is at rest; the tongue has no place."""
    coefficients = numbers.new_zeros(len(BLENDSHAPES))
    coefficients[_WEIGHTS] = torch.nan_to_num(numbers[_OF_SHAPES])
    return coefficients


def numbers_of(coefficients: Tensor, rotation: Tensor) -> Tensor:
    """(61,) of coefficients (52,) above rest and a head's rotation (3, 3); NaN for what they do not say."""
    numbers = coefficients.new_full((len(COLUMNS),), torch.nan)
    numbers[_OF_SHAPES] = coefficients[_WEIGHTS]
    numbers[_HEAD] = head_angles(rotation)
    return numbers


def move_face(coefficients: Tensor, movements: Tensor) -> Tensor:
    """The expression (K, 3) of coefficients (52,) by what each moves (52, K, 3), centimetres."""
    return (coefficients[:, None, None] * movements).sum(0)


def head_rotation(numbers: Tensor) -> Tensor:
    """(3, 3), turning rows of the head frame, of numbers (61,); no turn where they do not say."""
    angles = torch.nan_to_num(numbers[_HEAD]).double()
    (cy, cp, cr), (sy, sp, sr) = torch.cos(angles), torch.sin(angles)
    zero, one = torch.zeros_like(cy), torch.ones_like(cy)
    about_y = torch.stack([cy, zero, sy, zero, one, zero, -sy, zero, cy]).reshape(3, 3)
    about_x = torch.stack([one, zero, zero, zero, cp, -sp, zero, sp, cp]).reshape(3, 3)
    about_z = torch.stack([cr, -sr, zero, sr, cr, zero, zero, zero, one]).reshape(3, 3)
    flip = _TO_PICTURE.double()
    return (flip[:, None] * (about_y @ about_x @ about_z) * flip).T.float()


def head_angles(rotation: Tensor) -> Tensor:
    """(3,) yaw, pitch and roll in radians of a rotation (3, 3) that turns rows of the head frame."""
    flip = _TO_PICTURE.double()
    turned = flip[:, None] * rotation.double().T * flip
    yaw = torch.atan2(turned[0, 2], turned[2, 2])
    pitch = torch.asin(-turned[1, 2].clamp(-1, 1))
    roll = torch.atan2(turned[1, 0], turned[1, 1])
    return torch.stack([yaw, pitch, roll]).float()
