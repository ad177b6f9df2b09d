"""Lids that go with the gaze, and lids that are shut by hand; head-frame shapes (478, 3)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...face.anatomy import (
    LEFT_IRIS,
    LEFT_LOWER_LID,
    LEFT_SOCKET,
    LEFT_UPPER_LID,
    RIGHT_IRIS,
    RIGHT_LOWER_LID,
    RIGHT_SOCKET,
    RIGHT_UPPER_LID,
    SOCKET_ABOVE,
)
from ...face.blendshapes import recipe
from ..thresholds import Amount
from .sliders import LIDS_MEET

UPPER_FOLLOWS = Amount(
    0.85,
    "of the way of the iris",
    "an upper lid goes with the eyeball, nearly as far (Becker and Fuchs, Lid-eye coordination, 1988)",
)
LOWER_FOLLOWS = Amount(0.45, "of the way of the iris", "a lower lid goes along by about half; by eye")
CREASE_FOLLOWS = Amount(0.3, "of the way of the upper lid", "the skin above it is drawn after it; by eye")
ACROSS_NOSE = Amount(
    2.0, "centimetres", "the skin of one half of a face from that of the other; eyes are further from the nose's middle"
)
_SIDES = (
    (LEFT_UPPER_LID, LEFT_LOWER_LID, LEFT_SOCKET, LEFT_IRIS, recipe(eyeBlinkRight=1.0)),
    (RIGHT_UPPER_LID, RIGHT_LOWER_LID, RIGHT_SOCKET, RIGHT_IRIS, recipe(eyeBlinkLeft=1.0)),
)  # of the picture's left and right eye, which are the actor's right and left one


def follow_gaze(shape: Tensor, down: Tensor) -> Tensor:
    """`shape` with lids that go after irises which went `down` (2,) by so many centimetres, of the picture's left and
    right eye.
    """
    shape = shape.clone()
    for (upper, lower, socket, _, _), way in zip(_SIDES, down):
        along = _arc(upper, shape)
        shape[list(upper), 1] += UPPER_FOLLOWS * way * along
        shape[list(lower), 1] += LOWER_FOLLOWS * way * along
        shape[list(socket[SOCKET_ABOVE]), 1] += CREASE_FOLLOWS * UPPER_FOLLOWS * way
    return shape


def _arc(lid: tuple[int, ...], shape: Tensor) -> Tensor:
    """(N,) how much of its movement each point of a lid makes: all in the middle, little beside the corners."""
    share = torch.arange(1, len(lid) + 1, dtype=shape.dtype) / (len(lid) + 1)
    return (math.pi * share).sin()


def shut_lids(shape: Tensor, amounts: tuple[float, float], movements: Tensor) -> Tensor:
    """`shape` with the lids of the picture's left and right eye shut by `amounts`: 1 shuts an eye however far it is
    open. `movements` (52, 478, 3) say how the skin around goes along.
    """
    result = shape.clone()
    for side, (upper, lower, _, iris, blink), amount in zip((-1, 1), _SIDES, amounts):
        if amount == 0:
            continue
        up, down = list(upper), list(lower)
        gap = shape[down] - shape[up]
        (column,) = blink
        skin = movements[column] * half_of_face(shape, side)
        usual = torch.linalg.vector_norm(skin[up] - skin[down], dim=1).max()
        skin[[*up, *down, *iris]] = 0
        result += amount * skin * (torch.linalg.vector_norm(gap, dim=1).max() / usual).clamp(max=1)
        result[up] += amount * LIDS_MEET * gap
        result[down] += amount * (LIDS_MEET - 1) * gap
    return result


def part_lids(shape: Tensor) -> Tensor:
    """`shape` where no upper lid goes past its lower one: each gives way by its share of what closes an eye, and they
    meet. Movements that were measured one by one add up to more than an eye is open.
    """
    shape = shape.clone()
    for upper, lower, *_ in _SIDES:
        past = (shape[list(upper), 1] - shape[list(lower), 1]).clamp_min(0)
        shape[list(upper), 1] -= LIDS_MEET * past
        shape[list(lower), 1] += (1 - LIDS_MEET) * past
    return shape


def half_of_face(shape: Tensor, side: int) -> Tensor:
    """(478, 1) 1 on the picture's left (`side` -1) or right (1) half of a face, 0 on the other."""
    return (0.5 + side * shape[:, :1] / ACROSS_NOSE).clamp(0, 1)
