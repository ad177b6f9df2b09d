"""MediaPipe's face landmarker in IMAGE mode: the meshes of the faces in one picture.

IMAGE mode smooths nothing, so a frame comes out the same whichever frames were seen before it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...face.anatomy import LEFT_EYE_CORNERS, MOUTH_CORNERS, NOSE_TIP, RIGHT_EYE_CORNERS
from ...natives import mediapipe, quiet
from ..weights.downloads import path_of
from .pool import Pool
from .view import Shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANDMARKER = "face_landmarker.task"


class FaceMesh(NamedTuple):
    """One face in one picture."""

    landmarks: NDArray[np.float64]  # (478, 3) plate pixels; z in the scale of x
    coefficients: NDArray[np.float64]  # (52,)


def five_points(landmarks: NDArray[Any]) -> NDArray[Any]:
    """(5, 2) what detectors give: eye, eye, nose tip, mouth corner, mouth corner; the person's right ones first."""
    mesh = landmarks[:, :2]
    left, right = (mesh[list(corners)].mean(0) for corners in (LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS))
    return np.stack([left, right, *mesh[[NOSE_TIP, *MOUTH_CORNERS]]])


def find_meshes(picture: Shown, threshold: float, most: int) -> list[FaceMesh]:
    """The faces that MediaPipe sees in a picture, `most` at most."""
    media = mediapipe()
    shown = media.Image(image_format=media.ImageFormat.SRGB, data=np.ascontiguousarray(picture.pixels))
    with _landmarkers(threshold, most).borrow() as network:
        seen = network.detect(shown)
    height, width = picture.pixels.shape[:2]
    meshes = []
    for points, coefficients in zip(seen.face_landmarks, seen.face_blendshapes, strict=True):
        # MediaPipe's z is in the scale of x: a fraction of the picture's width.
        landmarks = np.array([(p.x * width, p.y * height, p.z * width) for p in points])
        mesh = FaceMesh(picture.to_plate(landmarks), np.array([shape.score for shape in coefficients]))
        if np.isfinite(mesh.landmarks).all():
            meshes.append(mesh)
    return meshes


@cache
def _landmarkers(threshold: float, most: int) -> Pool[Any]:
    path = str(path_of(LANDMARKER))
    return Pool(lambda: _start(path, threshold, most), lambda network: network.close())


def _start(path: str, threshold: float, most: int) -> Any:
    media = mediapipe()
    tasks, vision = media.tasks, media.tasks.vision
    options = vision.FaceLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=path),
        output_face_blendshapes=True,
        num_faces=most,
        min_face_detection_confidence=threshold,
    )
    blank = media.Image(image_format=media.ImageFormat.SRGB, data=np.zeros((64, 64, 3), np.uint8))
    with quiet():
        network = vision.FaceLandmarker.create_from_options(options)
        network.detect(blank)
    return network
