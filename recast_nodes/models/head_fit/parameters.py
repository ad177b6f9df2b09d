"""What a fit says of a frame as `wires.HeadParameters`, and back to places in the picture.

`identity` are the head's own coefficients, `expression` its parameters by the names of `LandmarkHead.names`, and `pose`
nine numbers: axis times angle of the head against one that faces the camera (radians; x to the right, y up, z towards
the camera), where its origin is from the camera (centimetres, the same axes), the focal length and the picture's middle
(x, y), in square pixels.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...stages.head_fit.articulated import LandmarkHead, express, person_of
from ...stages.head_fit.projection import ShotLens, camera_place, project
from ...stages.head_fit.shot import FittedShot
from ...wires import HeadParameters

ROTATION, PLACE, FOCAL, MIDDLE = slice(0, 3), slice(3, 6), 6, slice(7, 9)
NUMBERS = 9


class PlacedLandmarks(NamedTuple):
    """A frame's landmarks three times, (K, 3) each."""

    canonical: Tensor  # the person at rest, centimetres in the head's own frame: y up, the face towards +z
    expression: Tensor  # with the expression, eyes and jaw, in the same frame
    posed: Tensor  # as the picture shows them: square pixels, z in their scale, smaller is nearer


def parameters_of(head: LandmarkHead, shot: FittedShot, frame: int) -> HeadParameters:
    """Frame number `frame` of a fitted shot, as one face."""
    pose = shot.unknowns[frame, -6:]
    numbers = torch.cat([pose[:3], camera_place(pose, shot.lens), shot.lens.focal[None], shot.lens.middle])
    given = (shot.identity, shot.unknowns[frame, :-6], numbers)
    return HeadParameters(head.name, *(each.float()[None] for each in given))


def place_landmarks(head: LandmarkHead, parameters: HeadParameters, rest: bool = False) -> PlacedLandmarks:
    """The landmarks of one face's parameters; with `rest` as if it had no expression."""
    person = person_of(head, parameters.identity[0].double())
    expression = parameters.expression[0].double() * (0.0 if rest else 1.0)
    points = express(head, person, expression)
    return PlacedLandmarks(person.rest, points, place(points, parameters))


def place(points: Tensor, parameters: HeadParameters) -> Tensor:
    """Points (K, 3) of the head's own frame as square pixels with depth (K, 3)."""
    return project(points, *lens_of(parameters))


def lens_of(parameters: HeadParameters) -> tuple[Tensor, ShotLens]:
    """One face's pose as the fit has it (6,), and its lens."""
    pose = parameters.pose[0].double()
    lens = ShotLens(pose[MIDDLE], pose[FOCAL])
    right, up, back = pose[PLACE]
    scale = lens.focal / -back
    origin = lens.middle + scale * torch.stack([right, -up])
    return torch.cat([pose[ROTATION], origin, scale.log()[None]]), lens
