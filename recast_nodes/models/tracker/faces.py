"""The faces of one frame: none, those that were found, and whether a tracker gave what it declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch

from ...errors import ComputeError
from ...face.anatomy import LANDMARKS
from ...face.blendshapes import COEFFICIENTS
from ...tracker_registry import TrackerTraits
from ...wires import Faces, Image

if TYPE_CHECKING:
    from .face_mesh import FaceMesh


def no_faces(image: Image) -> Faces:
    """A frame in which nobody has looked for faces yet."""
    return faces_of(image, [])


def faces_of(image: Image, found: Sequence[tuple[FaceMesh, float]]) -> Faces:
    """The meshes and scores that were found in a frame."""
    landmarks = np.array([mesh.landmarks for mesh, _ in found], np.float32).reshape(-1, LANDMARKS, 3)
    coefficients = np.array([mesh.coefficients for mesh, _ in found], np.float32).reshape(-1, COEFFICIENTS)
    confidence = np.array([score for _, score in found], np.float32)
    frame = torch.tensor([*image.main.display, image.main.pixel_aspect], dtype=torch.float32)
    return Faces(torch.from_numpy(landmarks), torch.from_numpy(coefficients), torch.from_numpy(confidence), frame)


def check(faces: Faces, traits: TrackerTraits) -> Faces:
    """The faces as they are. Raises ComputeError, naming the tracker, where they are not what it declares."""
    if wrong := _wrong(faces, traits):
        raise ComputeError(f"Tracker {traits.name} gave {wrong}.")
    return faces


def _wrong(faces: Faces, traits: TrackerTraits) -> str:
    """What a tracker gave that it should not have; '' where all is well."""
    which, many = traits.landmarks, len(faces.confidence)
    points = getattr(faces, which.field)
    shapes = [(many, count, which.axes) for count in which.counts]
    if points is None or tuple(points.shape) not in shapes:
        given = "nothing" if points is None else f"a tensor of {tuple(points.shape)}"
        return f"{given} for {which.field}, which is {which.whose}: {' or '.join(map(str, shapes))} for {many} faces"
    if not bool(points.isfinite().all()):
        return f"{which.field} that are not finite"
    if tuple(faces.coefficients.shape) != (many, COEFFICIENTS):
        return f"coefficients of {tuple(faces.coefficients.shape)}, not {(many, COEFFICIENTS)}"
    return ""
