"""Finding faces: YuNet (MIT, OpenCV Zoo) for small and turned faces, or the user's own copy of InsightFace's detector.

YuNet's 2023 model through `cv2.FaceDetectorYN`; W. Wu, H. Peng, S. Yu, "YuNet: A Tiny Millisecond-level Face Detector",
Machine Intelligence Research 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...natives import opencv, quiet
from ...wires import Image
from ..weights.files import path_of
from . import scrfd
from .pool import Pool
from .turned import quarter_turned
from .view import Shown, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

YUNET = "face_detection_yunet_2023mar.onnx"
GLANCES = (512, 1024)  # longest side of the picture in pixels: a quick look, then a closer one if that found nothing
OVERLAP = 0.3  # two boxes that share more than this are one face
MOST = 16  # faces in one frame
SMALLEST = 16  # pixels along a picture's shorter side; nothing can be told from less


class Detection(NamedTuple):
    """A face as a detector sees it, in plate pixels."""

    box: NDArray[np.float64]  # (4,) x, y, width, height
    points: NDArray[np.float64]  # (5, 2) eye, eye, nose tip, mouth corner, mouth corner; the one at the left first
    score: float  # 0..1
    turn: float = 0.0  # degrees clockwise by which a face is turned that the detector sees upright

    @property
    def size(self) -> float:
        """Of the box, in plate pixels: a square of this side has its area."""
        return float(np.sqrt(self.box[2] * self.box[3]))

    @property
    def middle(self) -> NDArray[np.float64]:
        """(2,) of the box, plate pixels."""
        return self.box[:2] + self.box[2:] / 2


def find_faces(image: Image, detector: str, confidence: float, turns: Sequence[int] = (0,)) -> list[Detection]:
    """Faces with at least this score, the surest first. `detector` is 'yunet' or 'insightface'.

    For each of `turns` the picture is turned so that a face stands upright that is turned by 0, 90, 180 or 270 degrees;
    one that is seen in several is there once, as the surest.
    """
    detect = _insightface if detector == "insightface" else _yunet
    for longest in GLANCES:
        picture = whole(image, longest)
        if min(picture.pixels.shape[:2]) < SMALLEST:
            return []
        seen = ((turn, quarter_turned(picture, turn) if turn else picture) for turn in turns)
        found = [face._replace(turn=float(turn)) for turn, shown in seen for face in detect(shown, confidence)]
        if found:
            found = sorted(found, key=lambda face: -face.score)
            return (found if len(turns) == 1 else _each_once(found))[:MOST]
        if longest >= max(image.main.window.width * image.main.pixel_aspect, image.main.window.height):
            break  # that was already at full size
    return []


def _each_once(faces: list[Detection]) -> list[Detection]:
    """Of faces, the surest first, those that are not in the middle of a surer one."""
    kept: list[Detection] = []
    for face in faces:
        if all(np.linalg.norm(face.middle - other.middle) > other.size / 2 for other in kept):
            kept.append(face)
    return kept


def _detection(picture: Shown, corners: NDArray[Any], points: NDArray[Any], score: float) -> Detection:
    """From (2, 2) box corners and (5, 2) points in the picture."""
    corners = picture.to_plate(corners)
    low, high = corners.min(0), corners.max(0)
    box = np.concatenate([low, high - low])
    return Detection(box, picture.to_plate(points), float(score))


def _yunet(picture: Shown, confidence: float) -> list[Detection]:
    with _yunets().borrow() as network:
        height, width = picture.pixels.shape[:2]
        network.setInputSize((width, height))
        network.setScoreThreshold(confidence)
        rows = network.detect(np.ascontiguousarray(picture.pixels[..., ::-1]))[1]
    if rows is None:
        return []
    rows = rows[np.isfinite(rows).all(axis=1)].astype(np.float64)
    return [
        _detection(picture, np.stack([row[:2], row[:2] + row[2:4]]), row[4:14].reshape(5, 2), row[14])
        for row in rows
        if min(row[2:4]) > 0
    ]


@cache
def _yunets() -> Pool[Any]:
    path = str(path_of(YUNET))

    def start() -> Any:
        with quiet():
            return opencv().FaceDetectorYN.create(path, "", (320, 320), 0.5, OVERLAP)

    return Pool(start)


def _insightface(picture: Shown, confidence: float) -> list[Detection]:
    """By the user's own copy: its models may not be used commercially, so Recast neither ships nor fetches them."""
    faces = scrfd.detect(np.ascontiguousarray(picture.pixels), confidence)
    return [_detection(picture, face.corners, face.points, face.score) for face in faces]
