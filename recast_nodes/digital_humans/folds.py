"""Folds that follow strain: where an expression presses skin together, folds come up across that direction.

Four families of lines lie on a face, as anatomy has them (across the muscle that makes them): over the forehead and the
bridge of the nose, upright between the brows, fanned out from the outer corners of the eyes, and beside nose and mouth.
Of each, `strain` measures how far the skin is pressed together across its lines; `skin` draws them by that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .interface import Points, Topology, floats
from .noise import ramp, to_line
from .scene import unit

FAMILIES = ("forehead", "between the brows", "crow's feet", "beside the mouth")
OUTER_CORNERS = ((-4.55, 3.35, 8.5), (4.55, 3.35, 8.5))
# Share of its length that skin is pressed together: below the first no fold, at the second a whole one.
PRESSED = floats([[0.02, 0.14], [0.03, 0.20], [0.03, 0.22], [0.03, 0.25]])


class FoldLines(NamedTuple):
    """Where each family lies and which way its skin is pressed, for one person at rest."""

    faces: NDArray[np.int32]  # (F, 3) triangles of skin
    mask: NDArray[np.float32]  # (V, 4)
    across: NDArray[np.float32]  # (4, F, 2) shares of a triangle's two edges that make the direction across
    length: NDArray[np.float32]  # (4, F) its length at rest
    share: NDArray[np.float32]  # (V,) one over the triangles at a vertex


def lay_lines(topology: Topology, neutral: Points) -> FoldLines:
    """The families' lines on a person's face at rest."""
    p, face = topology.template, topology.rows("Face")
    skin = np.zeros(len(p), bool)
    skin[face] = True
    faces = topology.faces[skin[topology.faces].all(1)]
    mask, ways = _masks(topology), _directions(topology)
    one, two = neutral[faces[:, 1]] - neutral[faces[:, 0]], neutral[faces[:, 2]] - neutral[faces[:, 0]]
    normal = unit(np.cross(one, two))
    across, length = [], []
    for way in ways:
        flat = way[faces].mean(1)
        flat = unit(flat - (flat * normal).sum(1, keepdims=True) * normal)
        across.append(_in_edges(one, two, flat))
        length.append(np.linalg.norm(across[-1][:, :1] * one + across[-1][:, 1:] * two, axis=1))
    count = np.bincount(faces.ravel(), minlength=len(p))
    share = (1 / np.maximum(count, 1)).astype(np.float32)
    return FoldLines(faces, mask, floats(across), floats(length), share)


def strain(lines: FoldLines, points: Points) -> NDArray[np.float32]:
    """(V, 4) how deep each family's folds are, 0..1, for a face in this expression (not turned)."""
    corners = points[lines.faces]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    depth = np.zeros((len(points), 4), np.float32)
    for k in range(4):
        now = np.linalg.norm(lines.across[k, :, :1] * one + lines.across[k, :, 1:] * two, axis=1)
        pressed = 1 - now / np.maximum(lines.length[k], 1e-6)
        total = sum(np.bincount(lines.faces[:, c], pressed, len(points)) for c in range(3))
        low, high = PRESSED[k]
        depth[:, k] = ramp(low, high, total * lines.share) * lines.mask[:, k]
    return depth


def _in_edges(one: NDArray, two: NDArray, way: NDArray) -> NDArray[np.float64]:
    """(F, 2) shares of two edges that make a direction in their plane."""
    aa, ab, bb = (one * one).sum(1), (one * two).sum(1), (two * two).sum(1)
    wa, wb = (way * one).sum(1), (way * two).sum(1)
    area = np.maximum(aa * bb - ab * ab, 1e-9)
    return np.stack([(wa * bb - wb * ab) / area, (wb * aa - wa * ab) / area], -1)


def _masks(topology: Topology) -> NDArray[np.float32]:
    p, marks = topology.template, topology.template[topology.landmarks]
    x, y = np.abs(p[:, 0]), p[:, 1]
    forehead = ramp(5.6, 6.6, y) * ramp(11.5, 9.5, y) * ramp(6.2, 4.2, x) * (p[:, 2] > 5)
    bridge = ramp(2.2, 2.8, y) * ramp(4.4, 3.8, y) * ramp(1.5, 0.8, x) * (p[:, 2] > 8)
    between = ramp(3.6, 4.6, y) * ramp(8.2, 6.6, y) * ramp(2.0, 1.2, x) * (p[:, 2] > 7)
    crow = np.zeros(len(p), np.float32)
    for corner in OUTER_CORNERS:
        away = np.linalg.norm(p - floats(corner), axis=1)
        outside = (p[:, 0] - corner[0]) * np.sign(corner[0])
        crow = np.maximum(crow, ramp(0.15, 0.5, away) * ramp(2.6, 1.2, away) * ramp(-0.1, 0.35, outside))
    distance = distance_to_crease(p, marks)
    beside = ramp(1.4, 0.5, distance) * (p[:, 2] > 6)
    return np.stack([np.maximum(forehead, bridge), between, crow, beside], -1).astype(np.float32)


def distance_to_crease(p: Points, marks: Points) -> NDArray[np.float32]:
    """Centimetres to the crease from the wing of the nose past the corner of the mouth, of the nearer side."""
    best = np.full(len(p), np.inf)
    for side, wing, corner in ((-1, marks[31], marks[48]), (1, marks[35], marks[54])):
        start, end = wing + (0.55 * side, 0.35, -0.6), corner + (0.75 * side, -0.5, -0.6)
        middle = (start + end) / 2 + (0.75 * side, 0.25, 0)
        best = np.minimum(best, to_line(p, floats([start, middle, corner + (0.85 * side, 0.2, -0.5), end]))[0])
    return np.minimum(best, 5).astype(np.float32)


def _directions(topology: Topology) -> NDArray[np.float32]:
    """(4, V, 3) across each family's lines."""
    p, marks = topology.template, topology.template[topology.landmarks]
    up = np.tile(floats([0, 1, 0]), (len(p), 1))
    side = np.tile(floats([1, 0, 0]), (len(p), 1))
    corner = np.where(p[:, :1] < 0, floats(OUTER_CORNERS[0]), floats(OUTER_CORNERS[1]))
    away = p - corner
    round_the_eye = unit(np.stack([-away[:, 1], away[:, 0], 0 * away[:, 0]], -1))
    crease = unit((marks[48] - marks[31]) * (1, 1, 0))
    normal = np.stack([np.sign(p[:, 0]) * abs(crease[1]), np.full(len(p), abs(crease[0])), 0 * p[:, 0]], -1)
    return np.stack([up, side, round_the_eye, normal]).astype(np.float32)
