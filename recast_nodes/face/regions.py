"""The regions of a face, each declared once: its knob, its landmarks, its keypoints, and what reads it.

A region more is one entry of REGIONS. It is then a knob of ExpressionMix in every host, a row of the report, a column
of the EXR forms; what it does not say has the default that its field names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .anatomy import (
    BELOW_NOSE_TIP,
    CHEEKS,
    CHIN,
    CHIN_TIP,
    FACE_SIDES,
    INNER_LIPS,
    JAW_SIDES,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_EYE_CORNERS,
    LEFT_IRIS,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    MOUTH_CORNERS,
    NASION,
    NOSE_SIDES,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_EYE_CORNERS,
    RIGHT_IRIS,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
    Points,
)
from .blendshapes import GAZE, blendshapes
from .published import LIVEPORTRAIT, LIVEPORTRAIT_BROWS, LIVEPORTRAIT_EYES, LIVEPORTRAIT_LIPS, LIVEPORTRAIT_OTHERS

X, Y = 0, 1  # axes of the head frame: to the right of the picture, down


class Span(NamedTuple):
    """A size of a face: how far along an axis the second landmarks are from the first, on average."""

    axis: int
    first: Points
    second: Points


FACE_WIDTH = Span(X, FACE_SIDES[:1], FACE_SIDES[1:])
FACE_HEIGHT = Span(Y, (NASION,), (CHIN_TIP,))
CHIN_HEIGHT = Span(Y, (BELOW_NOSE_TIP,), (CHIN_TIP,))
MOUTH_WIDTH = Span(X, MOUTH_CORNERS[:1], MOUTH_CORNERS[1:])
EYE_WIDTH = Span(X, (LEFT_EYE_CORNERS[0], RIGHT_EYE_CORNERS[1]), (LEFT_EYE_CORNERS[1], RIGHT_EYE_CORNERS[0]))
LID_GAP = Span(Y, LEFT_UPPER_LID + RIGHT_UPPER_LID, LEFT_LOWER_LID + RIGHT_LOWER_LID)


@dataclass(frozen=True)
class Region:
    """One part of a face that follows, or is left alone, by itself."""

    name: str
    tip: str
    """What is in it; the knob's tip begins so."""
    landmarks: Points
    """Those at its heart; none that the skull holds (`STILL_LANDMARKS`). Keypoints of models that name none of
    their own belong to it by the nearest landmarks."""
    reach: float | None
    """Centimetres that it reaches beyond its landmarks, fading; None: they are its alone, and it reaches no skin."""
    coefficients: tuple[int, ...] = ()
    """The blendshapes that the report measures it by; without any it is not measured, and its columns stay empty."""
    keypoints: Mapping[int, Points] = field(default_factory=dict)
    """Its keypoints in published sets whose points are known by number, by how many such a set has; one that several
    regions name is shared evenly. In a set that is not here the region holds nothing, and its knob does nothing."""
    across: Span = FACE_WIDTH
    down: Span = FACE_HEIGHT
    """What a driver's movements in it are scaled by, plate over driver, so that they fit the plate's face."""
    read: float = 1.0
    """The share of a movement that a landmarker reads (`tools/reading_gauge.py`); 1: all of it, or nobody measured."""
    given_back: float = 1.0
    """How much of what it does not read is given back: a power of 1 / `read`."""
    by_coefficients: float = 0.0
    """The share of the coefficients' word in a movement, against that of the landmarks."""
    resting: bool = False
    """Whether the driver's own resting look comes along here, by ExpressionMix.likeness."""


_ENTRIES = (
    Region(
        name="brows",
        tip="Brows and the forehead above them.",
        landmarks=LEFT_BROW + RIGHT_BROW,
        reach=0.9,
        coefficients=blendshapes("brow"),
        keypoints={LIVEPORTRAIT: LIVEPORTRAIT_BROWS},
        read=0.83,
        given_back=0.5,  # a person is known by brows and cheeks, and all of it costs the likeness
        by_coefficients=0.3,
        resting=True,
    ),
    Region(
        name="eyes",
        tip="Lids.",
        landmarks=LEFT_EYE + RIGHT_EYE,
        reach=0.7,
        coefficients=blendshapes("eyeBlink", "eyeSquint", "eyeWide"),
        keypoints={LIVEPORTRAIT: LIVEPORTRAIT_EYES},
        across=EYE_WIDTH,
        down=LID_GAP,
        read=0.74,
        resting=True,
    ),
    Region(
        name="gaze",
        tip="Irises.",
        landmarks=LEFT_IRIS + RIGHT_IRIS,
        reach=None,
        coefficients=GAZE,
        keypoints={LIVEPORTRAIT: LIVEPORTRAIT_EYES},
        across=EYE_WIDTH,
        down=EYE_WIDTH,
        read=0.80,
        by_coefficients=0.6,
        resting=True,
    ),
    Region(
        name="mouth",
        tip="Lips.",
        landmarks=OUTER_LIPS + INNER_LIPS,
        reach=0.9,
        coefficients=blendshapes("mouth"),
        keypoints={LIVEPORTRAIT: LIVEPORTRAIT_LIPS},
        across=MOUTH_WIDTH,
        down=CHIN_HEIGHT,
        read=0.92,
        by_coefficients=0.3,
    ),
    Region(
        name="jaw",
        tip="Chin and jaw line.",
        landmarks=CHIN + JAW_SIDES,
        reach=1.3,
        coefficients=blendshapes("jaw"),
        keypoints={LIVEPORTRAIT: LIVEPORTRAIT_OTHERS},
        down=CHIN_HEIGHT,
    ),
    Region(
        name="cheeks",
        tip="Cheeks and the wings of the nose.",
        landmarks=CHEEKS + NOSE_SIDES,
        reach=1.2,
        coefficients=blendshapes("cheek", "noseSneer"),
        keypoints={LIVEPORTRAIT: LIVEPORTRAIT_OTHERS},
        # 0.77 of their movements is read, and none of it is given back: it costs the likeness, as all of brows' would
        by_coefficients=0.4,
    ),
)

REGIONS: dict[str, Region] = {region.name: region for region in _ENTRIES}
"""In the order of the knobs, of the report's rows and of every tensor that has a row or a column for each."""


def sets_without(region: Region) -> tuple[int, ...]:
    """The keypoint sets, by their counts, in which a region holds nothing: others name points of them."""
    named = {count: None for each in REGIONS.values() for count in each.keypoints}
    return tuple(count for count in named if count not in region.keypoints)
