"""Smooth steps, value noise and distances to lines: what faces are painted with, in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
_HASH = np.array([73856093, 19349663, 83492791])


def ramp(low: float, high: float, x: Array) -> Array:
    """0 at `low`, 1 at `high`, smooth between and held beyond (and the other way round where low > high)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def noise(points: Array, scale: float | tuple[float, float, float], seed: int = 0) -> Array:
    """Value noise 0..1 at (N, 3) points; `scale` is how many bumps there are in a centimetre."""
    at = points * np.asarray(scale, np.float32) + 1000 + 17.31 * seed
    cell = np.floor(at).astype(np.int64)
    part = at - cell
    part = part * part * (3 - 2 * part)
    shares, hashed = (1 - part, part), (cell * _HASH, (cell + 1) * _HASH)
    total = np.zeros(len(points), np.float32)
    for x, y, z in np.ndindex(2, 2, 2):
        number = hashed[x][:, 0] ^ hashed[y][:, 1] ^ hashed[z][:, 2]
        number = (number ^ (number >> 13)) * 1274126177 & 0xFFFFFF
        total += shares[x][:, 0] * shares[y][:, 1] * shares[z][:, 2] * (number / 0xFFFFFF)
    return total


def to_line(points: Array, line: Array) -> tuple[Array, Array]:
    """Distance of (N, D) points to a polyline, and how far along it (0..1) the nearest place lies."""
    best, along = np.full(len(points), np.inf), np.zeros(len(points))
    for k, (a, b) in enumerate(zip(line[:-1], line[1:], strict=True)):
        t = np.clip(((points - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
        distance = np.linalg.norm(points - a - t[:, None] * (b - a), axis=1)
        nearer = distance < best
        best[nearer], along[nearer] = distance[nearer], (k + t[nearer]) / (len(line) - 1)
    return best, along


def inside(points: Array, polygon: Array) -> NDArray[np.bool_]:
    """Which (N, 2) points lie inside a polygon."""
    crossed = np.zeros(len(points), bool)
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        spans = (a[1] > points[:, 1]) != (b[1] > points[:, 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            x = a[0] + (points[:, 1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        crossed ^= spans & (points[:, 0] < x)
    return crossed
