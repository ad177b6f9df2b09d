"""Expressions set by hand: a small linear basis in the head frame, built on the person's own resting face.

Plausible rather than learned: each slider moves the landmarks that the movement's muscles or joint move, by centimetres
that an adult face reaches, with a smooth falloff. Value 1 is a full movement, values below 0 are its opposite.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .anatomy import (
    CHIN,
    LEFT_BROW,
    LEFT_IRIS,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    LOWER_LIP,
    MOUTH_CORNERS,
    RIGHT_BROW,
    RIGHT_IRIS,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
    UPPER_LIP,
)

SLIDERS = ("smile", "jaw_open", "blink", "brow_raise", "gaze_x", "gaze_y")

_SMILE = (0.75, -0.65, 0.45)  # a mouth corner's way outwards, up and back, centimetres
_JAW_DROP = (0.0, 2.2, 0.9)  # the chin's way when the jaw turns open by about 15 degrees, centimetres
_BROW_RAISE = (0.0, -0.8, 0.1)
_GAZE = (0.42, 0.28)  # an iris' way to a far look sideways and down, centimetres
_LID_MEETS = 0.85  # where between open (0) and the lower lid (1) the upper lid stops in a blink


def slider_basis(rest: Tensor) -> Tensor:
    """(6, K, 3): what 1 on each of `SLIDERS` adds to the expression of a face whose resting shape is `rest` (K, 3), centimetres."""
    return torch.stack([_smile(rest), _jaw_open(rest), _blink(rest), _brow_raise(rest), *_gaze(rest)])


def _bell(rest: Tensor, centre: Tensor, reach: float) -> Tensor:
    """(K, 1) 1 at `centre` (3,) and falling off over `reach` centimetres; the irises do not take part."""
    weight = torch.exp(-0.5 * (torch.linalg.vector_norm(rest - centre, dim=-1, keepdim=True) / reach).square())
    weight[468:] = 0
    return weight


def _smile(rest: Tensor) -> Tensor:
    """Both corners go out, up and back; the cheeks above them rise a little."""
    moved = torch.zeros_like(rest)
    for corner, side in zip(MOUTH_CORNERS, (-1, 1)):
        way = rest.new_tensor([side * _SMILE[0], _SMILE[1], _SMILE[2]])
        cheek = rest[corner] + rest.new_tensor([side * 1.6, -2.4, 0.8])
        moved = moved + _bell(rest, rest[corner], 1.4) * way + _bell(rest, cheek, 1.3) * way * rest.new_tensor([0.1, 0.5, 0])
    return moved


def _jaw_open(rest: Tensor) -> Tensor:
    """The lower lip and the chin go down and back; the corners halfway, the jaw's sides less the nearer they are to its joint."""
    hinge = rest[[234, 454], 1].mean()
    chin = rest[152, 1]
    lips = (rest[13, 1] + rest[14, 1]) / 2
    sideways = rest[:, 0].abs() / rest[[172, 397], 0].abs().mean()
    below = torch.sigmoid((rest[:, 1] - lips) / 0.35)
    down = ((rest[:, 1] - hinge) / (chin - hinge).clamp_min(1e-3)).clamp(0, 1.1) * below * (1 - 0.5 * sideways.clamp(0, 1.2))
    down[list(LOWER_LIP)] = down[list(LOWER_LIP)].clamp_min(0.75)
    down[list(CHIN)] = down[list(CHIN)].clamp_min(0.8)
    down[list(UPPER_LIP)] = 0
    down[list(MOUTH_CORNERS) + [78, 308]] = 0.35
    down[468:] = 0
    return down[:, None] * rest.new_tensor(_JAW_DROP)


def _blink(rest: Tensor) -> Tensor:
    """Upper lids go down to the lower ones, which rise the rest of the way; the skin above follows."""
    moved = torch.zeros_like(rest)
    lids = ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID))
    for upper, lower in lids:
        gap = rest[list(lower)] - rest[list(upper)]
        above = rest[list(upper)].mean(0) - rest.new_tensor([0, 0.35, 0])
        moved = moved + _bell(rest, above, 0.45) * gap.mean(0) * 0.5
    for upper, lower in lids:
        gap = rest[list(lower)] - rest[list(upper)]
        moved[list(upper)] = gap * _LID_MEETS
        moved[list(lower)] = gap * (_LID_MEETS - 1)
    return moved


def _brow_raise(rest: Tensor) -> Tensor:
    """Both brows go up with the forehead's lower half."""
    weights = torch.stack([_bell(rest, rest[list(brow[k : k + 5 : 2])].mean(0), 1.3) for brow in (LEFT_BROW, RIGHT_BROW) for k in (0, 2)])
    return weights.amax(0) * rest.new_tensor(_BROW_RAISE)


def _gaze(rest: Tensor) -> tuple[Tensor, Tensor]:
    """Irises to the right and down; in a look down the upper lids follow."""
    across, down = torch.zeros_like(rest), torch.zeros_like(rest)
    irises = list(LEFT_IRIS + RIGHT_IRIS)
    across[irises, 0], down[irises, 1] = _GAZE
    down[list(LEFT_UPPER_LID + RIGHT_UPPER_LID), 1] = 0.6 * _GAZE[1]
    return across, down
