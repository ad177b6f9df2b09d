"""Expressions set by hand: six movements of the head frame, made from the basis of blendshape movements.

Value 1 is a full movement; below 0 is its opposite. A blink is built on the person's own lids, so that they meet
whatever the eye's size.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .anatomy import LEFT_LOWER_LID, LEFT_UPPER_LID, RIGHT_LOWER_LID, RIGHT_UPPER_LID

SLIDERS = ("smile", "jaw_open", "blink", "brow_raise", "gaze_x", "gaze_y")

_SMILE = {44: 1.0, 45: 1.0, 48: 0.25, 49: 0.25}  # coefficient: what is read of a full smile, in MediaPipe's order
_JAW_OPEN = {25: 0.9}
_BROW_RAISE = {3: 1.0, 4: 0.8, 5: 0.8}
_LOOK_RIGHT = {14: 0.8, 15: 0.8}  # of the picture: the actor's left
_LOOK_DOWN = {11: 1.0, 12: 1.0}
_BLINK = {9: 1.0, 10: 1.0}
_LID_MEETS = 0.85  # where between open (0) and the lower lid (1) the upper lid stops in a blink


def slider_basis(rest: Tensor, movements: Tensor) -> Tensor:
    """(6, K, 3): what 1 on each of `SLIDERS` adds to the expression of a face that rests as `rest` (K, 3), centimetres.

    `movements` (52, K, 3) is how far each blendshape coefficient moves each landmark.
    """
    simple = (_SMILE, _JAW_OPEN, _BROW_RAISE, _LOOK_RIGHT, _LOOK_DOWN)
    smile, jaw_open, brow_raise, right, down = (_mixed(movements, recipe) for recipe in simple)
    return torch.stack([smile, jaw_open, _blink(rest, movements), brow_raise, right, down])


def slider_sum(basis: Tensor, values: tuple[float, ...]) -> Tensor:
    """What the sliders add to the expression, (K, 3): `basis` (6, K, 3), `values` in the order of `SLIDERS`."""
    return torch.einsum("s,skd->kd", basis.new_tensor(values), basis)


def _mixed(movements: Tensor, recipe: dict[int, float]) -> Tensor:
    return torch.stack([amount * movements[coefficient] for coefficient, amount in recipe.items()]).sum(0)


def _blink(rest: Tensor, movements: Tensor) -> Tensor:
    """Upper lids go down to the lower ones, which rise the rest of the way; the skin around follows as it does on
    people.
    """
    moved = _mixed(movements, _BLINK)
    for upper, lower in ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID)):
        gap = rest[list(lower)] - rest[list(upper)]
        moved[list(upper)] = gap * _LID_MEETS
        moved[list(lower)] = gap * (_LID_MEETS - 1)
    return moved
