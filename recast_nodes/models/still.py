"""The largest face of a still image: a resting face or a reference that an artist names by file."""

from __future__ import annotations

from typing import NamedTuple

import torch

from ..errors import NoFace
from ..media.images import read_image
from ..wires import Image, Track
from .landmarker import observe_faces


class Portrait(NamedTuple):
    """A picture of one person, and where the face is."""

    track: Track
    image: Image


def tracked_still(path: str) -> Portrait:
    """Raises MediaError where the file cannot be read and NoFace where it shows none."""
    image = read_image(path)
    faces = observe_faces(image)
    if not len(faces.landmarks):
        raise NoFace(f"No face was found in {path}.")
    extent = (faces.landmarks.amax(1) - faces.landmarks.amin(1))[:, :2].prod(1)
    largest = int(extent.argmax())
    landmarks = faces.landmarks[largest].float()
    track = Track(
        landmarks=landmarks,
        coefficients=faces.coefficients[largest],
        crop=torch.eye(3),
        hull=landmarks[:, :2],
        confidence=float(faces.confidence[largest]),
        state="tracked",
        pixel_aspect=image.main.pixel_aspect,
    )
    return Portrait(track, image)
