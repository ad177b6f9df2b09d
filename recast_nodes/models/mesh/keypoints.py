"""Tracked landmarks as the mesh model's keypoints, and pictures that a face is borrowed from."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...errors import NoFace, RecastError
from ...face import anatomy
from ...media.pixels import linear_rgb
from ...notices import notice
from ...stages.expression.head_pose import square
from ...stages.features.donor import Donor
from ...stages.grid.resample import fill_not_finite
from ...stages.grid.similarity import roll
from ...stages.thresholds import Amount
from ...wires import Image, Track
from .complexion import covering_window

IRIS_RADIUS = Amount(
    0.2,
    "of the eye's width",
    "0.22 on the canonical face, 0.19 to 0.25 as tracked on four clips; only where the landmarks have no irises",
)


def keypoints(track: Track) -> Tensor:
    """The track's landmarks as the model's 478 keypoints, square pixels. 468 landmarks get irises in the middle of
    the eyes.
    """
    points = square(track.landmarks.float(), track.pixel_aspect)
    if len(points) == anatomy.LANDMARKS:
        return points
    if len(points) != anatomy.MESH:
        wanted = f"{anatomy.LANDMARKS} or {anatomy.MESH} landmarks a face"
        raise RecastError(f"The mesh model takes {wanted}, not {len(points)}.")
    notice(f"The landmarks have no irises ({anatomy.MESH} points a face), so the gaze stays the plate's.")
    return torch.cat([points, *(_iris(points[list(eye)]) for eye in (anatomy.LEFT_EYE, anatomy.RIGHT_EYE))])


def turn_of(track: Track) -> float:
    """Degrees clockwise on screen that a tracked face is turned by, -180 to 180."""
    return math.degrees(roll(square(track.landmarks, track.pixel_aspect)))


def _iris(eye: Tensor) -> Tensor:
    """A centre and four rim points (5, 3) in the middle of an eye's contour."""
    across = (eye[anatomy.EYE_INNER] - eye[anatomy.EYE_OUTER]) * IRIS_RADIUS
    down = torch.stack([-across[1], across[0], across[2] * 0])
    zero = torch.zeros_like(across)
    return eye.mean(0) + torch.stack([zero, across, -down, -across, down])


def donor_of(image: Image, track: Track, aspect: float = 1.0) -> Donor:
    """The part of a tracked picture that shows its face. Its pixels keep their own shape: only places are looked up."""
    window = covering_window(track.landmarks[:, :2]).intersect(image.main.window)
    if not track.found or min(window.width, window.height) < 4:
        raise NoFace("The picture that the mouth should come from shows no face.")
    return Donor(fill_not_finite(linear_rgb(image, window)), track.landmarks - offset_of((window.x, window.y)))


def offset_of(corner: tuple[int, int]) -> Tensor:
    """(3,) a window's corner as what keypoints lose to count from it."""
    return torch.tensor([corner[0], corner[1], 0.0])
