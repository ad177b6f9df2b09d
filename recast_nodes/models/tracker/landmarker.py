"""Dense landmarks of faces: MediaPipe's face landmarker in IMAGE mode, on a crop about each face.

478 landmarks (468 of the mesh, 10 of the irises) and 52 blendshape coefficients. IMAGE mode smooths nothing, so a frame
comes out the same whichever frames were seen before it; `stages.track.smoothing` does the smoothing over the whole
shot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...natives import opencv
from ...stages.thresholds import Count, Threshold
from ...wires import Faces, Image
from . import yunet
from .close_look import CONVINCING, NEIGHBOURS, REACHES, Look, Manner, as_detection, read_mesh, turn_back_angle
from .detector import LONGER_SIDE, MOST, SMALLEST, UNMEASURED, Detection, find_faces
from .face_mesh import FaceMesh, find_meshes
from .faces import faces_of
from .turned import Surroundings, turn_quarter
from .view import NetworkInput, Shown, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE = Count(1280, LONGER_SIDE, f"as MediaPipe looks for faces in the whole frame; {UNMEASURED}")
LOOKS: tuple[Look, ...] = ((0.1, 0.0, 1.7), (-0.05, -0.09, 2.2), (-0.06, 0.06, 2.8))
"""Further crops about a face: how far off the box's middle, in sizes of the box, and how many of them along a side.
What is read depends on where a crop lies; that error is each look's own, and the mean of four has half of it. They were
chosen on three clips, and hold on six others (decision 23)."""
AGAIN = Count(
    3, "faces of a frame, the largest", "these alone get further looks: who is edited in a crowd is mostly among them"
)
JUDGED = Threshold(
    0.2,
    "MediaPipe's detection score",
    "a face from none where an edit is judged",
    f"below LEAST: a face that was distorted must still be read; {UNMEASURED}",
)
LEGIBLE = Count(640, LONGER_SIDE, f"a smaller picture is enlarged before a face in it is judged; {UNMEASURED}")
SURE = Threshold(
    0.8,
    "the detector's score",
    "a second face that several crops are tried for from one that gets a single look",
    f"it mostly is none; {UNMEASURED}",
)
SAME = Threshold(
    0.25, "sizes of the face", "another face from one that was read twice", f"by the meshes' middles; {UNMEASURED}"
)
QUARTERS = (180, 90, 270)  # degrees clockwise by which faces are turned that are looked for where none is upright


class Finder(NamedTuple):
    """A way of finding faces in a whole frame."""

    find: Callable[[Image, float, Sequence[int]], list[Detection]]  # a confidence; turns in degrees, as `find_faces`
    convincing: float = math.inf  # score from which a face stands upright for sure: scores of others mean other things


def _find_by_yunet(image: Image, confidence: float, turns: Sequence[int]) -> list[Detection]:
    return find_faces(image, yunet.detect, confidence, turns)


def _find_by_mediapipe(image: Image, confidence: float, turns: Sequence[int]) -> list[Detection]:
    """Faces that MediaPipe finds in the whole frame, as detections to be looked at closely.

    It gives no score: a face has the threshold that it passed.
    """
    picture = whole(image, WHOLE)
    if min(picture.pixels.shape[:2]) < SMALLEST:
        return []
    seen = ((turn, turn_quarter(picture, turn) if turn else picture) for turn in turns)
    found = ((turn, mesh) for turn, shown in seen for mesh in find_meshes(shown, confidence, MOST))
    return [as_detection(mesh, confidence)._replace(turn=float(turn)) for turn, mesh in found]


BY_YUNET, BY_MEDIAPIPE = Finder(_find_by_yunet, CONVINCING), Finder(_find_by_mediapipe)


def observe_faces(
    image: Image,
    finders: Sequence[Finder] = (BY_YUNET, BY_MEDIAPIPE),
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
    for finder in finders:
        if found := _refine(image, finder.find(image, confidence, turns), finder.convincing):
            return found
    return []


def _refine(image: Image, detections: list[Detection], convincing: float) -> list[tuple[FaceMesh, float]]:
    """The mesh of each detection that has one; the same face is there once."""
    found: list[tuple[FaceMesh, float]] = []
    large = sorted((detection.size for detection in detections), reverse=True)[:AGAIN]
    for rank, detection in enumerate(detections):
        sure = rank == 0 or detection.score >= SURE
        further = LOOKS if detection.size in large else ()
        mesh = read_mesh(image, detection, Manner(REACHES if sure else REACHES[:1], further, convincing))
        if mesh is not None and not any(_same(mesh, other) for other, _ in found):
            found.append((mesh, detection.score))
    return found


def read_face(picture: NetworkInput, near: NDArray[np.floating], angle: float = 0.0) -> FaceMesh | None:
    """The face whose middle is nearest to `near` (2,), plate pixels: read from the picture alone, whatever was tracked
    but `angle`, the degrees that it is turned by.

    For judging an edit: plate and result are read alike, in the same window.
    """
    longest = max(picture.pixels.shape[:2])
    if longest < LEGIBLE:
        cv2, times = opencv(), round(LEGIBLE / longest)
        larger = cv2.resize(picture.pixels, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
        picture = picture._replace(pixels=larger)
    shown: Shown = picture
    if turn := turn_back_angle(angle):
        about = Surroundings(picture, near, max(picture.place[2:]), max(picture.pixels.shape[:2]), 1.0)
        shown = about.show_turned(turn)
    meshes = find_meshes(shown, JUDGED, NEIGHBOURS)
    return min(meshes, key=lambda mesh: float(np.linalg.norm(mesh.landmarks[:, :2].mean(0) - near)), default=None)


def _same(one: FaceMesh, other: FaceMesh) -> bool:
    size = np.ptp(one.landmarks[:, :2], axis=0).max()
    return bool(np.linalg.norm(one.landmarks.mean(0)[:2] - other.landmarks.mean(0)[:2]) < SAME * size)
