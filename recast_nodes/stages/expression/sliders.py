"""Expressions set by hand: six movements of the head frame, made from the basis of blendshape movements.

Value 1 is a full movement. Below 0 each has a recipe of its own, because faces do not move backwards: a smile turned
round is no frown but a pinch. A blink is built on the person's own lids, so that they meet whatever the eye's size.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import LEFT_LOWER_LID, LEFT_UPPER_LID, RIGHT_LOWER_LID, RIGHT_UPPER_LID
from ...face.blendshapes import recipe
from ..thresholds import Amount

SLIDERS = ("smile", "jaw_open", "blink", "brow_raise", "gaze_x", "gaze_y")

# Recipes: how much of each coefficient 1 on a slider is. They are a convention, on which saved documents depend, and no
# measurement.
_SMILE = recipe(mouthSmileLeft=1.0, mouthSmileRight=1.0, mouthUpperUpLeft=0.25, mouthUpperUpRight=0.25)
_JAW_OPEN = recipe(jawOpen=0.9)
_BROW_RAISE = recipe(browInnerUp=1.0, browOuterUpLeft=0.8, browOuterUpRight=0.8)
_LOOK_RIGHT = recipe(eyeLookInRight=0.8, eyeLookOutLeft=0.8)  # of the picture: the actor's left
_LOOK_DOWN = recipe(eyeLookDownLeft=1.0, eyeLookDownRight=1.0)
_BLINK = recipe(eyeBlinkLeft=1.0, eyeBlinkRight=1.0)
# Corners down, a little less wide.
_FROWN = recipe(mouthFrownLeft=0.75, mouthFrownRight=0.75, mouthSmileLeft=-0.15, mouthSmileRight=-0.15)
_JAW_SHUT = recipe(jawOpen=-0.2, mouthShrugLower=0.35)  # shut lips have nowhere to go: the jaw clenches, the chin rises
_WIDE = recipe(eyeWideLeft=0.9, eyeWideRight=0.9)
_BROW_SINK = recipe(browDownLeft=0.9, browDownRight=0.9)
LIDS_MEET = Amount(
    0.85,
    "of the way from the open upper lid to the lower one",
    "where the two meet in a blink: in the fitted basis the upper lid goes 0.86 of what closes an eye (decision 5)",
)


def slider_basis(rest: Tensor, movements: Tensor) -> Tensor:
    """(2, 6, K, 3): what 1 on each of `SLIDERS` adds to the expression of a face at `rest` (K, 3), and what -1
    on them adds; centimetres.

    `movements` (52, K, 3) is how far each blendshape coefficient moves each landmark.
    """
    simple = (_SMILE, _JAW_OPEN, _BROW_RAISE, _LOOK_RIGHT, _LOOK_DOWN)
    smile, jaw_open, brow_raise, right, down = (_mix(movements, recipe) for recipe in simple)
    frown, shut, wide, sink = (_mix(movements, recipe) for recipe in (_FROWN, _JAW_SHUT, _WIDE, _BROW_SINK))
    above = torch.stack([smile, jaw_open, _blink(rest, movements), brow_raise, right, down])
    return torch.stack([above, torch.stack([frown, shut, wide, sink, -right, -down])])


def slider_sum(basis: Tensor, values: tuple[float, ...]) -> Tensor:
    """What the sliders add to the expression, (K, 3): `basis` (2, 6, K, 3), `values` in the order of `SLIDERS`."""
    given = basis.new_tensor(values)
    return torch.einsum("bs,bskd->kd", torch.stack([given.clamp_min(0), -given.clamp_max(0)]), basis)


def _mix(movements: Tensor, recipe: dict[int, float]) -> Tensor:
    return torch.stack([amount * movements[coefficient] for coefficient, amount in recipe.items()]).sum(0)


def _blink(rest: Tensor, movements: Tensor) -> Tensor:
    """Upper lids go down to the lower ones, which rise the rest of the way; the skin around follows as it does on
    people.
    """
    moved = _mix(movements, _BLINK)
    for upper, lower in ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID)):
        gap = rest[list(lower)] - rest[list(upper)]
        moved[list(upper)] = gap * LIDS_MEET
        moved[list(lower)] = gap * (LIDS_MEET - 1)
    return moved
