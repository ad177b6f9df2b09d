"""Irises as pictures show them: how far an eye is from a dark disc before a bright ball.

An iris that was torn in two, or left dark in a corner that it has moved out of, is no disc any more, wherever one is
laid. Pictures are (H, W, 3), display-referred, 0 to 255; lengths are radii of the iris.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..face.anatomy import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from ..natives import opencv
from ..stages.thresholds import Amount, Amounts, Count, Threshold

Array = NDArray[np.floating]

RADII = "radii of the iris"
CELLS = Count(12, "cells", "of a radius: enough for its outline, few for its pattern")
REACH = Amount(3.2, RADII, "to each side of the eye's middle: an eye is five radii wide")
SMALLEST = Threshold(3.0, "pixels", "an iris that can be judged from one that is a few pixels", "its radius; by eye")
LIDS = Amount(0.2, RADII, "inside the lids, from which on there are no lashes; by eye")
OPEN = Threshold(
    0.35, "of the iris's disc", "an open eye from one that is all but shut", "the part that is seen; by eye"
)
CONTRAST = Threshold(25.0, "codes of 255", "an iris beside its white from an eye in the dark", "by eye")
OFFSETS = Amounts((-0.6, 0.75, 0.15), RADII, "from the landmarks, where else the iris is looked for, either way")
SIZES = Amounts((0.85, 1.0, 1.15), "times the landmarks' radius", "that it may have")
WHITE, DARK = Amount(0.75, "quantile", "of what is beside the iris"), Amount(0.4, "quantile", "of what is in it")


def measure_torn(plate: Array, before: Array, result: Array, after: Array) -> float | None:
    """How much less a result's worse iris is a disc than the plate's: the share of its area that is not where a disc
    would have it. Landmarks (478, 2 or 3) in the pictures' pixels. None where no eye can be judged in both.
    """
    eyes = ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS))
    pairs = [(_misfit(plate, before, *eye), _misfit(result, after, *eye)) for eye in eyes]
    known = [made - own for own, made in pairs if own is not None and made is not None]
    return max(known) if known else None


def _misfit(picture: Array, landmarks: Array, eye: tuple[int, ...], iris: tuple[int, ...]) -> float | None:
    """The share of an iris's area by which the best disc misses what is seen; None where that cannot be said."""
    middle, rim = landmarks[iris[0], :2], landmarks[list(iris[1:]), :2]
    radius = float(np.linalg.norm(rim - middle, axis=1).mean())
    if radius < SMALLEST:
        return None
    seen, opening, (x, y) = _cut_eye(picture, landmarks[list(eye), :2], middle, radius)
    disc = np.hypot(x, y) < 1
    inside, beside = opening & disc, opening & (np.hypot(x, y) > SIZES[-1])
    if inside.sum() < OPEN * disc.sum() or not beside.any():
        return None
    dark, white = float(np.quantile(seen[inside], DARK)), float(np.quantile(seen[beside], WHITE))
    if white - dark < CONTRAST:
        return None
    share = np.clip((white - seen) / (white - dark), 0, 1)
    across = np.arange(*OFFSETS)
    misses = (
        float(np.abs(share - (np.hypot(x - right, y - down) < size))[opening].sum())
        for right in across
        for down in across
        for size in SIZES
    )
    return min(misses) / float(inside.sum())


def _cut_eye(picture: Array, lids: Array, middle: Array, radius: float) -> tuple[Array, NDArray[np.bool_], tuple]:
    """The eye's brightness (h, w), where it is open, and each cell's place from the iris's middle, in radii."""
    cv2 = opencv()
    side = 2 * round(REACH * CELLS) + 1
    y, x = (np.mgrid[:side, :side] - side // 2) / CELLS
    centre = lids.mean(0)
    places = [(each * radius + at - 0.5).astype(np.float32) for each, at in zip((x, y), centre, strict=True)]
    grey = cv2.cvtColor(np.ascontiguousarray(picture, np.float32), cv2.COLOR_RGB2GRAY)
    seen = cv2.remap(grey, *places, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
    corners = ((lids - centre) / radius * CELLS + side // 2).round().astype(np.int32)
    mask = cv2.fillPoly(np.zeros((side, side), np.uint8), [corners], 1)
    reach = 2 * round(LIDS * CELLS) + 1
    opening = cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
    from_iris = (centre - middle) / radius
    return seen, opening, (x + from_iris[0], y + from_iris[1])
