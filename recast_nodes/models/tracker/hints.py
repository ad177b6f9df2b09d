"""Faces that a quick look at the whole frame only hints at: small ones beside a large one, as in a crowd.

A quick look is close enough for the largest face, and what is much smaller in it gets a low score from the network.
Looking at the whole frame more closely would cost every frame as much as reading its face; looking at those few places
costs a frame with nobody else in it next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...stages.thresholds import Amount, Count, Threshold
from ...wires import Image, Window
from .detector import APART, MOST, Detect, Detection, find_faces
from .view import Shown, look

if TYPE_CHECKING:
    from numpy.typing import NDArray

HINT = Threshold(
    0.08,
    "YuNet's score",
    "what may be a small face from what is none",
    "faces of 10 to 14 pixels get 0.05 to 0.6 (pasted into ten plates), and a plate of one face has 0 to 3 others",
)
SMALLER = Threshold(
    0.3, "of the largest face's size", "a face that a quick look may miss from one that it shows", "LARGE by 12 pixels"
)
SURE = Threshold(
    0.8,
    "YuNet's score",
    "a face in a closer look from what looks like one",
    "real ones get 0.85 and more, a flag's star 0.64",
)
MISSES = Count(3, "closer looks that show nothing, the surest hints first", "each costs 1 to 2 ms; after so many, none")
REACH = Amount(2.0, "sizes of the face to each side", "room for YuNet to see a face as one")
CLOSE = Amount(40.0, "pixels of the face in a closer look", "as large as the largest face of a quick look has to be")


def find_with_hints(image: Image, detect: Detect, confidence: float, turns: Sequence[int] = (0,)) -> list[Detection]:
    """As `find_faces`, and small faces beside large ones, which a closer look shows at places that it hinted at."""
    weaker: list[Detection] = []

    def watch(shown: Shown, least: float) -> list[Detection]:
        seen = detect(shown, min(least, HINT))
        weaker[:] = [face for face in seen if face.score < least]  # those of the closest look
        return [face for face in seen if face.score >= least]

    if tuple(turns) != (0,):
        return find_faces(image, detect, confidence, turns)
    found = find_faces(image, watch, confidence)
    if not found:
        return found
    largest = max(face.size for face in found)
    small = [face for face in weaker if face.size < SMALLER * largest and _is_apart(face, found)]
    misses = 0
    for hint in sorted(small, key=lambda face: -face.score):
        if misses == MISSES or len(found) == MOST:
            break
        about = _look_closer(image, detect, max(confidence, SURE), hint)
        seen = [face for face in about if not _is_apart(face, [hint]) and _is_apart(face, found)][:1]
        misses += not seen
        found += seen
    return sorted(found, key=lambda face: -face.score)


def _look_closer(image: Image, detect: Detect, confidence: float, hint: Detection) -> list[Detection]:
    """The faces about a place, the surest first."""
    aspect = image.main.pixel_aspect
    size = hint.square_size(aspect)
    low, high = _around(hint.middle, REACH * size, aspect)
    window = Window(*low, *(high - low)).intersect(image.main.window)
    if min(window.width, window.height) < 1:
        return []
    picture = look(image, window, min(1.0, CLOSE / size))
    return sorted(detect(picture, confidence), key=lambda face: -face.score)


def _around(middle: NDArray[np.float64], reach: float, aspect: float) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """The corners of a square of twice `reach` square pixels, in plate pixels."""
    away = np.array([reach / aspect, reach])
    return np.floor(middle - away).astype(int), np.ceil(middle + away).astype(int)


def _is_apart(face: Detection, others: Sequence[Detection]) -> bool:
    """Whether a face is none of some others: not in the middle of them."""
    return all(math.dist(face.middle, other.middle) > APART * max(face.size, other.size) for other in others)
