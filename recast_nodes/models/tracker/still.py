"""The largest face of a still image: a resting face or a reference that an artist names by file."""

from __future__ import annotations

from typing import NamedTuple

import torch

from ...errors import NoFace
from ...media.images import read_image
from ...wires import Image, Track
from .landmarker import observe_faces
from .landmarker203 import read_landmarks203


class Portrait(NamedTuple):
    """A picture of one person, and where the face is."""

    track: Track
    image: Image


def track_still(path: str, published: bool = False) -> Portrait:
    """The picture and its face; with `published` LivePortrait's landmarks too, from which its crop is made.

    Raises MediaError where the file cannot be read, NoFace where it shows none, and as `read_landmarks203` does.
    """
    image = read_image(path, guess=True)
    track = largest_face(image, path)
    return Portrait(
        track._replace(published=read_landmarks203(image, track.landmarks[None])[0]) if published else track, image
    )


def largest_face(image: Image, name: str) -> Track:
    """The largest face of an image: a track of one frame, its crop not set. NoFace by `name` where it shows none."""
    faces = observe_faces(image)
    if not len(faces.landmarks):
        raise NoFace(f"No face was found in {name}.")
    extent = (faces.landmarks.amax(1) - faces.landmarks.amin(1))[:, :2].prod(1)
    largest = int(extent.argmax())
    landmarks = faces.landmarks[largest].float()
    return Track(
        landmarks=landmarks,
        coefficients=faces.coefficients[largest],
        crop=torch.eye(3),
        hull=landmarks[:, :2],
        confidence=float(faces.confidence[largest]),
        state="tracked",
        pixel_aspect=image.main.pixel_aspect,
    )
