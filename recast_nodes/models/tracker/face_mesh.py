"""MediaPipe's mesh of a face, and its blendshape coefficients, from the region that the face fills.

Y. Kartynnik, A. Ablavatski, I. Grishchenko, M. Grundmann, "Real-time Facial Surface Geometry from Monocular Video on
Mobile GPUs", 2019; I. Grishchenko et al., "Attention Mesh", 2020. A frame comes out the same whichever frames were seen
before it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ...face.anatomy import (
    INNER_LIPS,
    LANDMARKS,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_IRIS,
    NOSE_RIDGE,
    OUTER_LIPS,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_IRIS,
)
from ...stages.grid.similarity import lean, roll
from .litert import BLENDSHAPES, MESH, ask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .region import FaceRegion
    from .view import Shown

SIZE = 256  # pixels along a side of what the network is shown
CONTOURS = (OUTER_LIPS, INNER_LIPS, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, OVAL, LEFT_IRIS, RIGHT_IRIS, NOSE_RIDGE)
ACTING = sorted({point for contour in CONTOURS for point in contour})
"""The 146 landmarks that the coefficients are computed from, in the order of their numbers."""


class FaceMesh(NamedTuple):
    """One face in one picture."""

    landmarks: NDArray[np.float64]  # (478, 3) plate pixels; z in the scale of x
    coefficients: NDArray[np.float64]  # (52,)


class Reading(NamedTuple):
    """What the network sees in a region, be it a face or not."""

    landmarks: NDArray[np.float64]  # (478, 3) plate pixels; z in the scale of x
    presence: float  # the logarithm of the odds that a face fills the region


def read_landmarks(picture: Shown, region: FaceRegion) -> Reading:
    """The landmarks of the face that fills a region of a picture. Raises ModelMissing."""
    pixels = region.cut(picture, SIZE).astype(np.float32)[None] / np.float32(255)
    answers = ask(MESH, pixels)
    points = next(answer for answer in answers if answer.size == LANDMARKS * 3)
    presence = next(answer for answer in answers if answer.shape == (1, 1, 1, 1))
    landmarks = region.to_plate(points.reshape(LANDMARKS, 3).astype(np.float64) / SIZE)
    return Reading(landmarks, float(presence.item()))


def with_coefficients(landmarks: NDArray[np.float64], pixel_aspect: float) -> FaceMesh:
    """Landmarks (478, 3) in plate pixels, and what the face does by them. Raises ModelMissing.

    The network knows heads that people hold up: a face that lies is stood up for it.
    """
    aspect = np.array([pixel_aspect, 1.0])
    turn = math.radians(lean(angle_of(landmarks, pixel_aspect)))
    upright = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    points = landmarks[ACTING, :2] * aspect @ upright
    (scores,) = ask(BLENDSHAPES, points[None].astype(np.float32))
    return FaceMesh(landmarks, scores.astype(np.float64).ravel())


def angle_of(landmarks: NDArray[np.float64], pixel_aspect: float) -> float:
    """Degrees clockwise on screen that a face of landmarks (478, 3), plate pixels, is turned by, -180 to 180."""
    return math.degrees(roll(torch.from_numpy(landmarks * [pixel_aspect, 1.0, pixel_aspect])))
