"""Finding faces in a whole frame with a detector's network: at three sizes, and turned where that is asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...stages.thresholds import Count, Threshold
from ...wires import Image
from .turned import turn_quarter
from .view import Shown, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNMEASURED = "no measurement is on record"
LONGER_SIDE = "pixels along the picture's longer side"
GLANCES = (
    Count(320, LONGER_SIDE, "a quick look: YuNet takes 3 ms for it, and 7 and 29 for the closer ones (decision 32)"),
    Count(512, LONGER_SIDE, f"a closer one where that shows no large face; {UNMEASURED}"),
    Count(1024, LONGER_SIDE, f"the closest, where neither shows any; {UNMEASURED}"),
)
LARGE = Threshold(
    40.0,
    "pixels of the largest face in a look",
    "a look that is close enough from one that others may be missed in",
    "YuNet sees faces of 10 pixels, so those down to a quarter of the largest are found beside it",
)
MOST = Count(16, "faces in one frame", UNMEASURED)
SMALLEST = Count(16, "pixels along a picture's shorter side", f"less shows nobody; {UNMEASURED}")
APART = Threshold(
    0.5,
    "sizes of the surer face",
    "another face from one that was found twice, in two turns",
    f"by their middles; {UNMEASURED}",
)


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

    def square_size(self, pixel_aspect: float) -> float:
        """The same in square pixels."""
        return self.size * math.sqrt(pixel_aspect)

    @property
    def middle(self) -> NDArray[np.float64]:
        """(2,) of the box, plate pixels."""
        return self.box[:2] + self.box[2:] / 2


Detect = Callable[[Shown, float], list[Detection]]  # the faces in one picture that have at least this score


def find_faces(image: Image, detect: Detect, confidence: float, turns: Sequence[int] = (0,)) -> list[Detection]:
    """The faces that a network sees in a frame with at least this score, the surest first.

    For each of `turns` the picture is turned so that a face stands upright that is turned by 0, 90, 180 or 270 degrees;
    one that is seen in several is there once, as the surest.
    """
    found: list[Detection] = []
    for longest in GLANCES:
        picture = whole(image, longest)
        if min(picture.pixels.shape[:2]) < SMALLEST:
            return []
        seen = ((turn, turn_quarter(picture, turn) if turn else picture) for turn in turns)
        found = [face._replace(turn=float(turn)) for turn, shown in seen for face in detect(shown, confidence)] or found
        extent = max(image.main.window.width * image.main.pixel_aspect, image.main.window.height)
        largest = max((face.square_size(image.main.pixel_aspect) for face in found), default=0.0)
        if longest >= extent or (found and longest > GLANCES[0]) or largest * longest / extent >= LARGE:
            break  # that was already at full size, or close enough
    found = sorted(found, key=lambda face: -face.score)
    return (found if len(turns) == 1 else _each_once(found))[:MOST]


def _each_once(faces: list[Detection]) -> list[Detection]:
    """Of faces, the surest first, those that are not in the middle of a surer one."""
    different: list[Detection] = []
    for face in faces:
        if all(np.linalg.norm(face.middle - other.middle) > APART * other.size for other in different):
            different.append(face)
    return different


def detection_in(picture: Shown, corners: NDArray[Any], points: NDArray[Any], score: float) -> Detection:
    """A face by (2, 2) box corners and (5, 2) points in a picture."""
    corners = picture.to_plate(corners)
    low, high = corners.min(0), corners.max(0)
    box = np.concatenate([low, high - low])
    return Detection(box, picture.to_plate(points), float(score))
