"""InsightFace's detector from the user's own file, run by onnxruntime.

J. Guo, J. Deng, A. Lattas, S. Zafeiriou, "Sample and Computation Redistribution for Efficient Face Detection", ICLR
2022. At every 8th, 16th and 32nd pixel of a square of 640 the network reports two faces that may be there: a score,
how far the box's sides are away, and where five points are, in steps of so many pixels. This was written without the
file at hand, and is tested against networks that are made to give known answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...natives import opencv
from ...stages.thresholds import Threshold
from ..weights import onnx_faces
from .detector import UNMEASURED, Detection, detection_in
from .view import Shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = 640
STEPS = (8, 16, 32)
ANCHORS = 2  # faces reported at each place
MIDDLE, RANGE = 127.5, 128.0  # levels as the network sees them: (level - MIDDLE) / RANGE; float32 stays float32
OVERLAP = Threshold(
    0.4,
    "share of what both boxes cover",
    "two faces from one that was found twice",
    f"its file was not at hand; {UNMEASURED}",
)


class FoundFace(NamedTuple):
    """One face in a picture, in its pixels."""

    corners: NDArray[np.float64]  # (2, 2)
    points: NDArray[np.float64]  # (5, 2) eye, eye, nose tip, mouth corner, mouth corner; the one at the left first
    score: float


def detect(picture: Shown, confidence: float) -> list[Detection]:
    """Faces in one picture that have at least this score, the surest first. Raises ModelMissing, WeightsError."""
    pixels, scale = network_input(np.ascontiguousarray(picture.pixels))
    answers = onnx_faces.ask(onnx_faces.DETECTOR, pixels)
    found = _each_once([face for step in STEPS for face in _decode(answers, step, confidence)])
    return [detection_in(picture, face.corners / scale, face.points / scale, face.score) for face in found]


def network_input(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """What the network is shown (1, 3, 640, 640), the picture at its upper left, black beyond; and the scale."""
    height, width = pixels.shape[:2]
    scale = SIZE / max(height, width)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    square = np.zeros((SIZE, SIZE, 3), np.uint8)
    square[:high, :wide] = opencv().resize(np.ascontiguousarray(pixels), (wide, high))
    return ((square.astype(np.float32) - MIDDLE) / RANGE).transpose(2, 0, 1)[None].copy(), scale


def _decode(outputs: onnx_faces.Answers, step: int, confidence: float) -> Iterator[FoundFace]:
    """The faces that the network reports at every `step` pixels of its picture."""
    places = (SIZE // step) ** 2 * ANCHORS
    answers = {answer.shape[-1]: answer.reshape(places, -1) for answer in outputs if _rows(answer) == places}
    scores, boxes, points = (answers[numbers].astype(np.float64) for numbers in (1, 4, 10))
    for row in np.flatnonzero(scores[:, 0] >= confidence):
        place = row // ANCHORS
        middle = step * np.array([place % (SIZE // step), place // (SIZE // step)], np.float64)
        left_top, right_bottom = middle - step * boxes[row, :2], middle + step * boxes[row, 2:]
        yield FoundFace(np.stack([left_top, right_bottom]), middle + step * points[row].reshape(5, 2), scores[row, 0])


def _rows(answer: NDArray[np.float32]) -> int:
    return answer.size // answer.shape[-1] if answer.ndim else 0


def _each_once(faces: list[FoundFace]) -> list[FoundFace]:
    """The surest of those that lie over each other."""
    apart: list[FoundFace] = []
    for face in sorted(faces, key=lambda face: -face.score):
        whole = np.isfinite(face.corners).all() and np.isfinite(face.points).all()
        if whole and (face.corners[1] > face.corners[0]).all() and all(_overlap(face, one) <= OVERLAP for one in apart):
            apart.append(face)
    return apart


def _overlap(one: FoundFace, other: FoundFace) -> float:
    """What two boxes have in common, of what they cover together."""
    low, high = np.maximum(one.corners[0], other.corners[0]), np.minimum(one.corners[1], other.corners[1])
    common = float(np.prod(np.clip(high - low, 0, None)))
    areas = [float(np.prod(face.corners[1] - face.corners[0])) for face in (one, other)]
    return common / (sum(areas) - common)
