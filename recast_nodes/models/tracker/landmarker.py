"""Dense landmarks of faces: those that a detector finds in a frame, read by MediaPipe's networks.

478 landmarks (468 of the mesh, 10 of the irises) and 52 blendshape coefficients. Nothing is smoothed here, so a frame
comes out the same whichever frames were seen before it; `stages.track.smoothing` does the smoothing over the whole
shot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...stages.thresholds import Count, Threshold
from ...wires import Faces, Image
from . import blazeface, yunet
from .close_look import AS_IT_LIES, FACE, LOOKS, as_detection, read_about, read_mesh
from .detector import LONGER_SIDE, MOST, SMALLEST, UNMEASURED, Detection
from .face_mesh import FaceMesh, read_landmarks, with_coefficients
from .faces import faces_of
from .hints import find_with_hints
from .region import FaceRegion, of_mesh
from .view import NetworkInput, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE = Count(256, LONGER_SIDE, "twice what BlazeFace sees of the whole frame")
AGAIN = Count(
    3, "faces of a frame, the largest", "these alone get several looks: who is edited in a crowd is mostly among them"
)
JUDGED = Threshold(
    0.2,
    "BlazeFace's score",
    "a face from none where an edit is judged",
    f"below the usual 0.5: a face that was distorted must still be read; {UNMEASURED}",
)
NEIGHBOURS = Count(3, "faces in a picture", f"the one that is judged may not be the clearest; {UNMEASURED}")
SAME = Threshold(
    0.25, "sizes of the face", "another face from one that was read twice", f"by the meshes' middles; {UNMEASURED}"
)
QUARTERS = (180, 90, 270)  # degrees clockwise by which faces are turned that are looked for where none is upright


Finder = Callable[[Image, float, Sequence[int]], list[Detection]]
"""Finds faces in a whole frame that have at least a score, in turns in degrees, as `find_with_hints`."""


def find_by_yunet(image: Image, confidence: float, turns: Sequence[int]) -> list[Detection]:
    """Faces that YuNet finds."""
    return find_with_hints(image, yunet.detect, confidence, turns)


def find_by_blazeface(image: Image, confidence: float, turns: Sequence[int]) -> list[Detection]:
    """Faces that MediaPipe's detector finds in the whole frame: each as its mesh shows it, where it has one."""
    picture = whole(image, WHOLE)
    if min(picture.pixels.shape[:2]) < SMALLEST:
        return []
    found = []
    for turn in turns:
        square = square_of(picture, math.radians(turn))
        for region, score in blazeface.find(picture, square, confidence)[:MOST]:
            seen = read_about(image, region, (AS_IT_LIES,))
            if seen.presence > FACE:
                found.append(as_detection(seen.landmarks, score)._replace(turn=float(turn)))
    return found


def square_of(picture: NetworkInput, angle: float) -> FaceRegion:
    """All of a picture, in a square that is turned by an angle, radians."""
    x, y, width, height = picture.place
    aspect = picture.pixel_aspect
    return FaceRegion(np.array([(x + width / 2) * aspect, y + height / 2]), max(width * aspect, height), angle, aspect)


def observe_faces(
    image: Image,
    finders: Sequence[Finder] = (find_by_yunet, find_by_blazeface),
    confidence: float = 0.5,
    all_angles: bool = False,
) -> Faces:
    """All faces in a frame, the surest first, found by the first of `finders` that sees any.

    Where the picture shows no face that stands upright, or with `all_angles` in any case, it is turned and looked at
    again for others.
    """
    upright = (0, *QUARTERS) if all_angles else (0,)
    found = _find_meshes(image, finders, confidence, upright)
    if not found and not all_angles:
        found = _find_meshes(image, finders, confidence, QUARTERS)
    return faces_of(image, found)


def _find_meshes(
    image: Image, finders: Sequence[Finder], confidence: float, turns: Sequence[int]
) -> list[tuple[FaceMesh, float]]:
    """The meshes and scores of the faces that are seen once the picture is turned back by some of `turns`."""
    for find in finders:
        if found := _refine(image, find(image, confidence, turns)):
            return found
    return []


def _refine(image: Image, detections: list[Detection]) -> list[tuple[FaceMesh, float]]:
    """The mesh of each detection that has one; the same face is there once."""
    found: list[tuple[FaceMesh, float]] = []
    large = sorted((detection.size for detection in detections), reverse=True)[:AGAIN]
    for detection in detections:
        mesh = read_mesh(image, detection, LOOKS if detection.size in large else (AS_IT_LIES,))
        if mesh is not None and not any(_same(mesh, other) for other, _ in found):
            found.append((mesh, detection.score))
    return found


def read_face(picture: NetworkInput, near: NDArray[np.floating], angle: float = 0.0) -> FaceMesh | None:
    """The face whose middle is nearest to `near` (2,), plate pixels: read from the picture alone, whatever was tracked
    but `angle`, the degrees that it is turned by.

    For judging an edit: plate and result are read alike, in the same window.
    """
    aspect = picture.pixel_aspect
    place = near * np.array([aspect, 1.0])
    seen = blazeface.find(picture, square_of(picture, math.radians(angle)), JUDGED)[:NEIGHBOURS]
    for region, _ in sorted(seen, key=lambda face: float(np.linalg.norm(face[0].centre - place))):
        first = read_landmarks(picture, region)
        again = read_landmarks(picture, of_mesh(first.landmarks, aspect))
        if min(first.presence, again.presence) > FACE:
            return with_coefficients(again.landmarks, aspect)
    return None


def _same(one: FaceMesh, other: FaceMesh) -> bool:
    size = np.ptp(one.landmarks[:, :2], axis=0).max()
    return bool(np.linalg.norm(one.landmarks.mean(0)[:2] - other.landmarks.mean(0)[:2]) < SAME * size)
