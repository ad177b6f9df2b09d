"""A fitted head as a whole: all its vertices, at rest and with an expression, and how it stands before the camera."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...digital_humans.flame import FlameHead
from ...digital_humans.ict import small_head
from ...digital_humans.interface import HeadModel, Points
from ...digital_humans.performance import to_ict
from ...errors import MediaError
from ...stages.head_fit.articulated import rotation_of
from ...wires import HeadParameters, Track
from ..weights import importing_flame, importing_ict
from .landmark_heads import FLAME, SMALL, head_named
from .parameters import FOCAL, MIDDLE, PLACE, ROTATION


class Stand(NamedTuple):
    """How a head stands before the camera: x to the right, y up, z towards the camera."""

    rotation: NDArray[np.float64]  # (3, 3) of points of the head, from facing the camera
    place: NDArray[np.float64]  # (3,) centimetres from the camera
    focal: float  # square pixels
    middle: tuple[float, float]

    @property
    def angles(self) -> tuple[float, float, float]:
        """Degrees: yaw to the person's left, pitch downwards, roll counter-clockwise; roll first, then pitch, yaw."""
        matrix = self.rotation
        yaw, roll = math.atan2(matrix[0, 2], matrix[2, 2]), math.atan2(matrix[1, 0], matrix[1, 1])
        pitch = math.asin(min(max(-matrix[1, 2], -1.0), 1.0))
        return math.degrees(yaw), math.degrees(pitch), math.degrees(roll)

    def around_head(self) -> Stand:
        """The camera, where the head is what stays."""
        back = self.rotation.T
        return self._replace(rotation=back, place=-back @ self.place)


def stand_of(parameters: HeadParameters) -> Stand:
    """How one face's head stands."""
    pose = parameters.pose[0].double()
    x, y = pose[MIDDLE].tolist()
    return Stand(rotation_of(pose[ROTATION]).numpy(), pose[PLACE].numpy(), float(pose[FOCAL]), (x, y))


def expression_of(parameters: HeadParameters) -> dict[str, float]:
    """One face's parameters by name."""
    names = head_named(parameters.model).names
    return dict(zip(names, parameters.expression[0].tolist(), strict=True))


def whole_head(model: str) -> HeadModel:
    """The head that parameters are of. Raises ModelMissing where it was the user's own and is gone."""
    name = model.partition(" ")[0]
    if name == FLAME:
        return FlameHead(importing_flame.installed_flame()[0])
    return small_head() if name == SMALL else importing_ict.whole_head()


def person_at_rest(head: HeadModel, parameters: HeadParameters) -> Points:
    """(V, 3) centimetres."""
    return head.neutral(parameters.identity[0].numpy())


def with_expression(head: HeadModel, neutral: Points, parameters: HeadParameters) -> Points:
    """(V, 3) centimetres; the head itself is not turned."""
    given = expression_of(parameters)
    return head.posed(neutral, given if parameters.model.startswith(FLAME) else to_ict(given))


def fitted(tracks: dict[int, Track]) -> dict[int, HeadParameters]:
    """The parameters of all frames that have some. Raises MediaError where none has."""
    found = {frame: track.head for frame, track in sorted(tracks.items()) if track.head is not None}
    if not found:
        raise MediaError("No head was fitted: set FaceTrack.detector to fitted-head, or the face is lost throughout.")
    return found
