"""The jaw's edge as pictures show it: how ragged its line is, and whether a rim stands beside it.

Nothing here knows how an edge was made. A picture is unrolled about the outline's landmarks; across these each profile
goes from the face's colour to that of what is beside it, and where it is half way is the line. The plate's own line is
measured in the same places, and what it has is forgiven. Pictures are (H, W, 3), display-referred, 0 to 255.
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
EARS = Count(2, "landmarks", "left out at either end of the jaw, where ears and hair have lines of their own")
PLACES = Count(160, "places", "along the jaw: one each 0.007 of a face's size")
ACROSS = Amounts((-0.08, 0.1, 0.002), FACES, "from inside to outside, and from one place to the next")
WITHIN = Amounts((-0.045, -0.02), FACES, "from the outline: there the face has its colour, and no lip gets there")
WITHOUT = Amounts((0.03, 0.07), FACES, "and there what is beside it has its own")
CONTRAST = Threshold(35.0, "codes of 255", "an edge that an eye sees from skin on skin", "by eye")
APART = Count(3, "places", "between those that are compared: landmarks wander over more, grain over less")
STRETCH = Count(16, "places", "of the line that are judged together: a tenth of the face's size")
RING = Amounts((0.02, 0.004, 0.05), FACES, "from the line inwards to the ring's end, to its start, outwards to its end")
CLEAR = Threshold(
    0.25, "of the way back", "an edge of the plate that can be judged from hair or a collar on it", "by eye"
)
EVEN = Amount(0.0005, FACES, "the least second difference that a line is taken to have: no plate's is evener")
WILD = Amount(0.012, FACES, "the most that one place counts for: a strand of hair is no raggedness")


class EdgeLine(NamedTuple):
    """The line where the face ends, along the jaw (N,); NaN where no edge is seen."""

    offset: Array  # from the outline's landmarks, outwards, face sizes
    back: Array  # how far the face's colour comes back beyond it, or the other one before it: 1 is wholly


class EdgeFaults(NamedTuple):
    """What is worse in a result than in its plate, in the worst stretch of the jaw."""

    ragged: float  # mean second difference of the line, in times the plate's over all of the jaw
    rim: float  # mean share of the way across by which colours come back


def compare_edges(plate: Array, before: Array, result: Array, after: Array) -> EdgeFaults | None:
    """The jaw's edge in a result beside the plate's; landmarks (478, 2 or 3) `before` and `after` in their pixels. None
    where the plate shows no edge that could be judged.
    """
    own, made = find_edge(plate, before), find_edge(result, after)
    clear = np.isfinite(own.offset) & (own.back < CLEAR)
    bends = _bends(own.offset, clear)
    ragged = _worst(_bends(made.offset, clear) - bends)
    rim = _worst(np.where(clear, made.back - own.back, np.nan))
    return None if ragged is None or rim is None else EdgeFaults(ragged / max(float(np.nanmean(bends)), EVEN), rim)


def find_edge(picture: Array, landmarks: Array) -> EdgeLine:
    """The jaw's edge in a picture, about landmarks (478, 2 or 3) in its pixels."""
    strip = unroll_jaw(picture, landmarks)
    at = np.arange(*ACROSS)
    within, without = (strip[:, (at >= low) & (at <= high)].mean(1) for low, high in (WITHIN, WITHOUT))
    way = without - within
    share = np.einsum("nmc,nc->nm", strip - within[:, None], way) / np.maximum((way * way).sum(1), 1e-6)[:, None]
    seen = np.linalg.norm(way, axis=1) >= CONTRAST
    found = [_measure_profile(each, at) if known else (np.nan, np.nan) for each, known in zip(share, seen, strict=True)]
    return EdgeLine(*np.array(found).T)


def unroll_jaw(picture: Array, landmarks: Array) -> Array:
    """(N, M, 3) the picture along the jaw, from inside the face to beside it."""
    cv2 = opencv()
    line, outwards = _lay_places(landmarks[:, :2])
    size = float(np.ptp(landmarks[:MESH, :2], axis=0).max())
    places = (line[:, None] + outwards[:, None] * (np.arange(*ACROSS) * size)[None, :, None]).astype(np.float32)
    rows = np.ascontiguousarray(picture, np.float32)
    return cv2.remap(rows, places[..., 0], places[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)


def _lay_places(points: Array) -> tuple[Array, Array]:
    """Even places (N, 2) along the jaw's landmarks, pixel indices, and the unit vectors outwards."""
    corners = points[list(JAW_LINE[EARS:-EARS])] - 0.5
    for _ in range(4):  # G. Chaikin, "An algorithm for high-speed curve generation", 1974: landmarks are no polygon
        near, far = 0.75 * corners[:-1] + 0.25 * corners[1:], 0.25 * corners[:-1] + 0.75 * corners[1:]
        corners = np.concatenate([corners[:1], np.stack([near, far], 1).reshape(-1, 2), corners[-1:]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    even = np.linspace(0, length[-1], PLACES)
    line = np.stack([np.interp(even, length, corners[:, axis]) for axis in (0, 1)], 1)
    along = np.gradient(line, axis=0)
    outwards = np.stack([-along[:, 1], along[:, 0]], 1)
    outwards /= np.maximum(np.linalg.norm(outwards, axis=1, keepdims=True), 1e-6)
    return line, outwards * np.sign(((line - points[:MESH].mean(0)) * outwards).sum())


def _measure_profile(share: Array, at: Array) -> tuple[float, float]:
    """Where a profile `share` (M,), 0 in the face and 1 beside it, is half way, and how far it comes back."""
    above = share >= 0.5
    crossings = np.flatnonzero(~above[:-1] & above[1:])
    if not len(crossings):
        return np.nan, np.nan
    first = int(crossings[np.argmin(np.abs(at[crossings]))])
    low, high = share[first], share[first + 1]
    offset = float(at[first] + (0.5 - low) / max(high - low, 1e-6) * (at[1] - at[0]))
    inner, start, outer = RING
    beyond = share[(at > offset + start) & (at < offset + outer)]
    before = 1 - share[(at < offset - start) & (at > offset - inner)][::-1]
    return offset, max(_come_back(beyond), _come_back(before))


def _come_back(share: Array) -> float:
    """How far a profile that has left 0 comes back to it."""
    return float(np.clip(np.maximum.accumulate(share) - share, 0, 1).max()) if len(share) else 0.0


def _bends(offset: Array, clear: NDArray[np.bool_]) -> Array:
    """Second differences of a line (N,), face sizes; NaN where it is not clear."""
    line = np.where(clear, offset, np.nan)
    bent = np.abs(line[2 * APART :] - 2 * line[APART:-APART] + line[: -2 * APART])
    return np.minimum(bent, WILD)


def _worst(values: Array) -> float | None:
    """The largest mean of a stretch of values (N,), of which most are known; None where there is none."""
    known = np.isfinite(values)
    summed, count = (np.convolve(each, np.ones(STRETCH), "valid") for each in (np.where(known, values, 0), known))
    most = count > STRETCH / 2
    return float((summed[most] / count[most]).max()) if most.any() else None
