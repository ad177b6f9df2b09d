"""The jaw's edge as pictures show it: how ragged its line is, and whether a rim stands beside it.

Nothing here knows how an edge was made. A picture is unrolled about the outline's landmarks, across which each place
goes from the face's colour to that of what is beside it; where it is half way is the line. Pictures are (H, W, 3),
display-referred; lengths are face sizes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..face.anatomy import JAW_LINE, MESH
from ..natives import opencv
from ..stages.thresholds import Amount, Amounts, Count, Threshold

Array = NDArray[np.floating]

FACES = "face sizes"
PLACES = Count(192, "places", "along the jaw: one each 0.007 of a face's size; by eye")
ACROSS = Amounts((-0.08, 0.1, 0.002), FACES, "from inside to outside, and from one place to the next; by eye")
BESIDE = Amounts((0.03, 0.07), FACES, "from the outline to either side, where face and background have their colour")
CONTRAST = Threshold(20.0, "codes of 255", "an edge that an eye sees from skin on skin", "by eye")
ALONG = Count(2, "places", "to each side, over which grain averages out; by eye")
RING = Amounts((0.004, 0.05), FACES, "beside the line, where a rim stands; by eye")
WILD = Amount(0.02, FACES, "the most that one place counts for: a strand of hair is no raggedness; by eye")


class EdgeLine(NamedTuple):
    """The line where the face ends, along the jaw (N,); NaN where no edge is seen."""

    offset: Array  # from the outline's landmarks, outwards, face sizes
    back: Array  # how far beyond the line the face's colour comes back, or before it the other: 0 not at all, 1 wholly


def find_edge(picture: Array, landmarks: Array) -> EdgeLine:
    """The jaw's edge in a picture, about landmarks (478, 2 or 3) in its pixels."""
    strip = unroll_jaw(picture, landmarks)
    at = np.arange(*ACROSS)
    within = strip[:, (at >= -BESIDE[1]) & (at <= -BESIDE[0])].mean(1)
    without = strip[:, (at >= BESIDE[0]) & (at <= BESIDE[1])].mean(1)
    way = without - within
    seen = np.linalg.norm(way, axis=1) >= CONTRAST
    share = np.einsum("nmc,nc->nm", strip - within[:, None], way) / np.maximum((way * way).sum(1), 1e-6)[:, None]
    offset, back = (np.full(len(strip), np.nan) for _ in range(2))
    for place in np.flatnonzero(seen):
        offset[place], back[place] = _measure_profile(share[place], at)
    return EdgeLine(offset, back)


def unroll_jaw(picture: Array, landmarks: Array) -> Array:
    """(N, M, 3) the picture along the jaw, from inside the face to beside it; grain averaged along the line."""
    cv2 = opencv()
    size = float(np.ptp(landmarks[:MESH, :2], axis=0).max())
    line, outwards = _jaw_places(landmarks[:, :2])
    places = line[:, None] + outwards[:, None] * (np.arange(*ACROSS) * size)[None, :, None]
    fine = places.astype(np.float32)
    strip = cv2.remap(
        np.ascontiguousarray(picture, np.float32),
        fine[..., 0],
        fine[..., 1],
        cv2.INTER_LINEAR,
        None,
        cv2.BORDER_REPLICATE,
    )
    return cv2.blur(strip, (1, 2 * ALONG + 1), borderType=cv2.BORDER_REPLICATE)


def _jaw_places(points: Array) -> tuple[Array, Array]:
    """Even places (N, 2) along the jaw's landmarks, pixel indices, and the unit vectors outwards."""
    corners = points[list(JAW_LINE)] - 0.5
    for _ in range(4):  # Chaikin's corners: landmarks are no polygon
        near, far = 0.75 * corners[:-1] + 0.25 * corners[1:], 0.25 * corners[:-1] + 0.75 * corners[1:]
        inner = np.stack([near, far], 1).reshape(-1, 2)
        corners = np.concatenate([corners[:1], inner, corners[-1:]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    even = np.linspace(0, length[-1], PLACES)
    line = np.stack([np.interp(even, length, corners[:, axis]) for axis in (0, 1)], 1)
    along = np.gradient(line, axis=0)
    outwards = np.stack([-along[:, 1], along[:, 0]], 1)
    outwards /= np.maximum(np.linalg.norm(outwards, axis=1, keepdims=True), 1e-6)
    turned = np.sign(((line - points[:MESH].mean(0)) * outwards).sum())
    return line, outwards * turned


def _measure_profile(share: Array, at: Array) -> tuple[float, float]:
    """Where a profile `share` (M,), 0 in the face and 1 beside it, is half way, and how far it comes back."""
    above = share >= 0.5
    crossings = np.flatnonzero(~above[:-1] & above[1:])
    if not len(crossings):
        return np.nan, np.nan
    first = int(crossings[np.argmin(np.abs(at[crossings]))])
    low, high = share[first], share[first + 1]
    offset = float(at[first] + (0.5 - low) / max(high - low, 1e-6) * (at[1] - at[0]))
    beyond = share[(at > offset + RING[0]) & (at < offset + RING[1])]
    before = share[(at < offset - RING[0]) & (at > offset - RING[1])][::-1]
    return offset, max(_come_back(beyond), _come_back(1 - before))


def _come_back(share: Array) -> float:
    """How far a profile that has left 0 comes back to it."""
    return float(np.clip(np.maximum.accumulate(share) - share, 0, 1).max()) if len(share) else 0.0


def raggedness(line: EdgeLine) -> float | None:
    """Mean second difference of the line along itself, in thousandths of the face's size; None where it is not seen."""
    bends = np.abs(line.offset[2:] - 2 * line.offset[1:-1] + line.offset[:-2])
    known = bends[np.isfinite(bends)]
    return float(np.minimum(known, WILD).mean() * 1000) if len(known) >= PLACES // 8 else None


def rim(line: EdgeLine) -> float | None:
    known = line.back[np.isfinite(line.back)]
    return float(known.mean()) if len(known) >= PLACES // 8 else None
