"""ARKit's 52 shapes set by hand, added to an expression.

A shape is a movement of the landmarks, as large as its value. Some fit themselves to the face of the frame: lids move
by the height of its eye, a blink closes what the eye is open, and mouthClose what the lips are, whatever the jaw does.
jawOpen below 0 shuts an open mouth, and goes no further.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    LOWER_LIP_RINGS,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
    UPPER_LIP_RINGS,
)
from ...face.blendshapes import SHAPES
from .sliders import LIDS_MEET

_EYES = {  # the blink of each eye: the numbers of what moves its lids, its upper and its lower lid
    SHAPES.index(f"eyeBlink{side}"): (
        [number for number, name in enumerate(SHAPES) if name.startswith("eye") and name.endswith(side)],
        list(upper),
        list(lower),
    )
    for side, upper, lower in (("Left", RIGHT_UPPER_LID, RIGHT_LOWER_LID), ("Right", LEFT_UPPER_LID, LEFT_LOWER_LID))
}
_CLOSE, _OPEN = SHAPES.index("mouthClose"), SHAPES.index("jawOpen")
_UPPER, _LOWER = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])


def add_shapes(rest: Tensor, expression: Tensor, movements: Tensor, values: tuple[float, ...]) -> Tensor:
    """`expression` (K, 3) of a face at `rest` (K, 3) with the shapes added, centimetres.

    `movements` (52, K, 3) is how far each shape moves each landmark, `values` how much of each is asked for; both in
    the order of `SHAPES`.
    """
    given = expression.new_tensor(values)
    close, given[_CLOSE] = float(given[_CLOSE].clamp_min(0)), 0.0
    given[_OPEN] = torch.maximum(given[_OPEN], -_opening(rest + expression, movements[_OPEN]))
    moved = torch.einsum("s,skd->kd", given, movements)
    for blink, (shapes, upper, lower) in _EYES.items():
        if any(values[number] for number in shapes):
            lids = upper + lower
            others = given.clone()
            others[blink] = min(values[blink], 0.0)
            moved[lids] = torch.einsum("s,skd->kd", others, movements[:, lids])
            moved[lids] = moved[lids] * _height(rest + expression, movements[blink], upper, lower)
            if values[blink] > 0:
                gap = (rest + expression + moved)[lower] - (rest + expression + moved)[upper]
                moved[upper] = moved[upper] + values[blink] * LIDS_MEET * gap
                moved[lower] = moved[lower] + values[blink] * (LIDS_MEET - 1) * gap
    expression = expression + moved
    if close:
        expression = expression - close * _opening(rest + expression, movements[_CLOSE]) * movements[_CLOSE]
    return expression


def _height(shape: Tensor, blink: Tensor, upper: list[int], lower: list[int]) -> Tensor:
    """How high an eye of `shape` (K, 3) is open, over that of the head whose `blink` (K, 3) closes it; 1 at most."""
    own = (shape[lower, 1] - shape[upper, 1]).clamp_min(0).sum()
    return (own / (blink[upper, 1] - blink[lower, 1]).sum()).clamp_max(1)


def _opening(shape: Tensor, movement: Tensor) -> Tensor:
    """How far the lips of `shape` (K, 3) are open, as so much of a `movement` (K, 3) that opens lips; below 0 of one
    that closes them.
    """
    slit = (shape[_LOWER, 1] - shape[_UPPER, 1]).clamp_min(0).sum()
    return slit / (movement[_LOWER, 1] - movement[_UPPER, 1]).sum()
