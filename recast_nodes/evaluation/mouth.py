"""Whether the inside of a mouth belongs to its face: as sharp as the rest of it, and no brighter than its light allows.

Nothing here knows how a mouth was made. Pictures are display-referred (H, W, 3) bytes of one window, landmarks (478, 2
or 3) in their pixels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..face.anatomy import (
    AROUND_MOUTH,
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_IRIS,
    MOUTH_CORNERS,
    MOUTH_SPAN,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_IRIS,
)
from ..natives import opencv
from ..stages.thresholds import Threshold
from .metrics import noise_level

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]

OPEN = Threshold(
    0.08, "of the mouth's width", "a mouth that shows its inside from lips with a line between them", "by eye"
)
FEWEST = 40  # pixels, from which the inside of a mouth, or an eye's white, has a sharpness and a light
FINE, COARSE = 0.002, 0.0055  # of the eyes' distance times two: the blurs whose slopes are compared
NARROWEST = 0.6  # pixels of that blur, below which there is only noise
NEARBY = 0.3  # of the mouth's width: how far about the mouth skin is looked at
ALMOST_ALL = 0.99  # quantile that stands for the brightest: single specks are grain


class MouthFit(NamedTuple):
    """How a mouth sits in its face; None where it is shut, or where there is too little to compare."""

    sharpness: float | None  # gradient energy of the mouth over that of the plate's eyes, each against a wider blur's
    light: float | None  # the brightest in the mouth over the brightest tooth, eye white or skin of the plate nearby


def measure_mouth(plate: NDArray[np.uint8], result: NDArray[np.uint8], before: Array, after: Array) -> MouthFit:
    """How the mouth of the result, whose landmarks are `after`, sits in the plate, whose landmarks are `before`."""
    upper, lower, left, right = (after[index, :2] for index in MOUTH_SPAN)
    across = float(np.linalg.norm(right - left))
    inside = _fill(plate, after, (INNER_LIPS,))
    if np.linalg.norm(upper - lower) < OPEN * across or inside.sum() < FEWEST:
        return MouthFit(None, None)
    ours, theirs = (_decode(picture) for picture in (plate, result))
    eyes = _fill(plate, before, (LEFT_EYE + LEFT_BROW, RIGHT_EYE + RIGHT_BROW), 0.1 * across)
    size = float(np.linalg.norm(before[LEFT_EYE[0], :2] - before[RIGHT_EYE[0], :2]))
    rim = _fill(plate, after, (INNER_LIPS,), 0.04 * across)
    pair = _gradient_ratio(ours, eyes, size), _gradient_ratio(theirs, rim, size)
    sharpness = pair[1] / pair[0] if pair[0] and pair[1] else None
    return MouthFit(sharpness, _brightest(theirs, inside) / max(_brightest_nearby(ours, before), 1e-4))


def _brightest_nearby(plate: Array, points: Array) -> float:
    """The brightest of skin about the mouth, of eye whites and of the plate's own teeth."""
    left, right = points[list(MOUTH_CORNERS), :2]
    across = float(np.linalg.norm(right - left))
    skin = _fill(plate, points, (AROUND_MOUTH,), NEARBY * across) & ~_fill(plate, points, (OUTER_LIPS,), 0.03 * across)
    whites = _fill(plate, points, (LEFT_EYE,)) | _fill(plate, points, (RIGHT_EYE,))
    whites &= ~_fill(plate, points, (LEFT_IRIS[1:], RIGHT_IRIS[1:]), 0.02 * across)
    teeth = _fill(plate, points, (INNER_LIPS,))
    return max(_brightest(plate, mask) for mask in (skin, whites, teeth))


def _brightest(picture: Array, mask: Mask) -> float:
    light = picture[mask]
    return float(np.quantile(light, ALMOST_ALL)) if len(light) >= FEWEST else 0.0


def _gradient_ratio(light: Array, mask: Mask, size: float) -> float | None:
    """The gradient energy of a picture's part under a narrow blur over that under a wide one, without its noise's."""
    noise, energies = noise_level(light, mask), []
    for blur in (max(NARROWEST, FINE * 2 * size), max(NARROWEST, FINE * 2 * size) * COARSE / FINE):
        soft = opencv().GaussianBlur(light, (0, 0), blur)
        down, across = np.gradient(soft)
        energy = float((down**2 + across**2)[mask].sum())
        energies.append(energy - mask.sum() * noise**2 / (4 * np.pi * blur**4))
    return float(energies[0] / energies[1]) if min(energies) > 0 else None


def _decode(picture: NDArray[np.uint8]) -> Array:
    """(H, W) light of a display-referred picture."""
    values = picture.astype(np.float32).mean(-1) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _fill(picture: NDArray, points: Array, parts: tuple[tuple[int, ...], ...], reach: float = 0.0) -> Mask:
    """(H, W) what lies within `reach` pixels of parts of a face."""
    cv2 = opencv()
    mask = np.zeros(picture.shape[:2], np.uint8)
    for part in parts:
        hull = part if part == INNER_LIPS else None
        outline = np.round(points[list(part), :2]).astype(np.int32)
        cv2.fillPoly(mask, [outline if hull else cv2.convexHull(outline)], 1)
    side = 2 * round(reach) + 1
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0
