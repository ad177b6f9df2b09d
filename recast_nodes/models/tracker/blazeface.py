"""BlazeFace, MediaPipe's detector for faces near the camera: the regions in which its mesh is read.

V. Bazarevsky, Y. Kartynnik, A. Vakunov, K. Raveendran, M. Grundmann, "BlazeFace: Sub-millisecond Neural Face Detection
on Mobile GPUs", 2019. The network sees a square of 128 pixels and answers 896 times: at every 8th pixel twice, at every
16th six times. An answer is a score, and in pixels: the box's middle from that place, its size, and six points (both
eyes, nose, mouth, both ears) from that place. Answers about one face are blended by their scores, as the paper has it.
Its picture is looked up as MediaPipe does: half of one of these pixels aside, every region would lie elsewhere.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ...stages.thresholds import PublishedNumber
from .litert import DETECTOR, ask
from .region import FaceRegion, angle_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .view import Shown

SIZE = 128
ANSWERS = ((8, 2), (16, 6))  # pixels between places, answers at each
OVERLAP = PublishedNumber(0.3, "MediaPipe's face detection: the share of what both boxes cover that makes one face")
REACH = PublishedNumber(1.5, "MediaPipe's face landmarker: its region of interest over the longer side of the box")
MOST_LOGIT = 100.0  # beyond, the exponential overflows


def find(picture: Shown, square: FaceRegion, threshold: float) -> list[tuple[FaceRegion, float]]:
    """The faces that a square of a picture shows with at least this score, the surest first: region and score.

    Raises ModelMissing.
    """
    pixels = square.cut(picture, SIZE, at_corners=True, black_beyond=True).astype(np.float32)[None] / np.float32(
        127.5
    ) - np.float32(1)
    numbers, logits = ask(DETECTOR, pixels)
    scores = 1 / (1 + np.exp(-np.clip(logits.ravel().astype(np.float64), -MOST_LOGIT, MOST_LOGIT)))
    sure = np.flatnonzero(scores >= threshold)
    order = sure[np.argsort(-scores[sure], kind="stable")]
    places = numbers.reshape(-1, 8, 2)[order].astype(np.float64) / SIZE
    centres = _places()[order]
    low, high = (centres + places[:, 0] + side * places[:, 1] for side in (-0.5, 0.5))
    faces = np.concatenate([np.stack([low, high], 1), centres[:, None] + places[:, 2:4]], 1)  # box corners, eyes
    return [(_region(face, square), score) for face, score in _blend(faces, scores[order])]


@cache
def _places() -> NDArray[np.float64]:
    """(896, 2) where each answer is counted from, 0..1."""
    places = []
    for step, answers in ANSWERS:
        down, across = np.mgrid[: SIZE // step, : SIZE // step]
        middles = (np.stack([across, down], -1).reshape(-1, 2) + 0.5) * step / SIZE
        places.append(np.repeat(middles, answers, axis=0))
    return np.concatenate(places)


def _blend(faces: NDArray[np.float64], scores: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], float]]:
    """Of faces (N, 4, 2), the surest first, each once: the mean by score of all that overlap with the surest."""
    blended = []
    while len(faces):
        same = _overlaps(faces[:, :2], faces[0, :2]) > OVERLAP
        same[0] = True
        blended.append((np.average(faces[same], axis=0, weights=scores[same]), float(scores[0])))
        faces, scores = faces[~same], scores[~same]
    return blended


def _overlaps(boxes: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) what boxes (N, 2, 2) have in common with one, of what they cover together."""
    low, high = np.maximum(boxes[:, 0], box[0]), np.minimum(boxes[:, 1], box[1])
    common = np.clip(high - low, 0, None).prod(1)
    areas = np.prod(boxes[:, 1] - boxes[:, 0], axis=1)
    shares: NDArray[np.float64] = common / np.maximum(areas + np.prod(box[1] - box[0]) - common, 1e-12)
    return shares


def _region(face: NDArray[np.float64], square: FaceRegion) -> FaceRegion:
    """The region of box corners and eyes (4, 2) that stand in a square, 0..1."""
    low, high, eye, other = face
    centre = square.centre + square.axes @ ((low + high) / 2 - 0.5) * square.side
    side = REACH * float((high - low).max()) * square.side
    return FaceRegion(centre, side, square.angle + angle_of(other - eye), square.pixel_aspect)
