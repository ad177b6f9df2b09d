"""Eyeballs in the head: where they are, which way they look, how far they turn, and where that puts their irises.

An eyeball is a sphere whose middle goes with the corners of its eye. Directions are unit vectors of the head frame;
angles are degrees from straight ahead, the first to the right of the picture, the second down.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import EYE_INNER, EYE_OUTER, LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from ..thresholds import Amount, Amounts, PublishedNumber

RADIUS = Amount(
    0.46,
    "of the eye's width",
    "12 mm (an eyeball is 24 mm long) over the 26 mm between the corners of an eye",
)
_FITTED = "fitted, with the others, on twelve eyes of six digital humans in 312 frames"
OUTWARDS = Amount(0.02, "of the eye's width", f"from the middle of its corners to the eyeball's; {_FITTED}")
ABOVE = Amount(0.149, "of the eye's width", f"as OUTWARDS; {_FITTED}")
IN_FRONT = Amount(0.11, "of the eye's width", f"so far before its corners an iris is that looks ahead; {_FITTED}")
DRAWN_ALONG = Amounts(
    (0.23, 0.6),
    "of the way that an iris is read to be off the middle of the corners, across and down",
    f"a landmarker draws the corners of an eye after its iris, and an eyeball stays; {_FITTED}",
)
FREE = Amount(
    0.7, "of the farthest that an eye turns", "up to here it turns as it is asked, and beyond ever less; by eye"
)
_SHIN = "Lim et al., Normal range of eye movement and its relationship to age, 2014: means of 261 healthy people"
INWARDS = PublishedNumber(44.9, f"degrees; {_SHIN}")
ASIDE = PublishedNumber(44.2, f"degrees; {_SHIN}")
UP = PublishedNumber(27.9, f"degrees; {_SHIN}")
DOWN = PublishedNumber(47.1, f"degrees; {_SHIN}")

EYES = ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS))
"""Contour and iris of the picture's left eye, which is the actor's right one, and of the other."""
LEFT, RIGHT = 0, 1  # of the picture, in tensors that have a row for each eye


class Eyeballs(NamedTuple):
    """Both eyeballs in the head frame; rows are the picture's left and right eye."""

    middles: Tensor  # (2, 3)
    radii: Tensor  # (2,)

    def irises(self, angles: Tensor) -> Tensor:
        """(2, 3) the middles of irises that look at `angles` (2, 2)."""
        return self.middles + self.radii[:, None] * to_direction(angles)


def place_eyeballs(shape: Tensor, size: float = 1.0) -> Eyeballs:
    """The eyeballs of a head-frame shape (478, 3), as it is read from a picture. `size` 1 is an average one for the
    width of the eye; another one keeps the place of an iris that looks straight ahead.
    """
    middles, radii = [], []
    for side, (contour, iris) in zip((-1, 1), EYES):
        outer, inner = shape[contour[EYE_OUTER]], shape[contour[EYE_INNER]]
        width, between = torch.linalg.vector_norm(outer - inner), (outer + inner) / 2
        radius = size * RADIUS * width
        way = torch.stack([side * OUTWARDS * width, -ABOVE * width, radius - IN_FRONT * width])
        drawn = (shape[iris[0]] - between) * shape.new_tensor([*DRAWN_ALONG, 0.0])
        middles.append(between + way - drawn)
        radii.append(radius)
    return Eyeballs(torch.stack(middles), torch.stack(radii))


def to_direction(angles: Tensor) -> Tensor:
    """Unit vectors (..., 3) of angles (..., 2); z is away from the camera."""
    across, down = torch.deg2rad(angles).unbind(-1)
    return torch.stack([across.sin() * down.cos(), down.sin(), -across.cos() * down.cos()], -1)


def to_angles(direction: Tensor) -> Tensor:
    """Angles (..., 2) of directions (..., 3) of any length."""
    x, y, z = direction.unbind(-1)
    return torch.rad2deg(torch.stack([torch.atan2(x, -z), torch.atan2(y, torch.hypot(x, z))], -1))


def read_angles(shape: Tensor, eyeballs: Eyeballs) -> Tensor:
    """(2, 2) where the irises of a head-frame shape (478, 3) look, by their places across and down."""
    irises = shape[[iris[0] for _, iris in EYES]]
    aside = (irises - eyeballs.middles)[:, :2] / eyeballs.radii[:, None]
    ahead = (1 - aside.square().sum(1, keepdim=True)).clamp_min(0).sqrt()
    return to_angles(torch.cat([aside, -ahead], 1))


def limit_angles(angles: Tensor) -> Tensor:
    """`angles` (2, 2) within what eyes can do, with a soft stop."""
    across = [_limit(angles[row, 0], *ends) for row, ends in ((LEFT, (ASIDE, INWARDS)), (RIGHT, (INWARDS, ASIDE)))]
    return torch.stack([torch.stack(across), _limit(angles[:, 1], UP, DOWN)], -1)


def _limit(angle: Tensor, below: float, above: float) -> Tensor:
    """An angle that comes ever less near to the `below` and `above` 0 at which it ends."""
    ends = torch.where(angle < 0, below, above)
    free, room = FREE * ends, (1 - FREE) * ends
    beyond = angle.abs() - free
    return torch.where(beyond > 0, angle.sign() * (free + room * torch.tanh(beyond / room)), angle)


def focal_length(width: float, field_of_view: float) -> float:
    """Pixels, of a picture so many pixels wide that sees so many degrees across."""
    return 0.5 * width / math.tan(math.radians(field_of_view) / 2)
