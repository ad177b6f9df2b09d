"""What people wear: a shirt that stays with the shoulders, and glasses that turn with the head."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .interface import Points, Topology

SIDES = 6  # of a tube


class Garment(NamedTuple):
    """Triangles of a thing."""

    points: Points
    faces: NDArray[np.int32]


# Rings of the shirt from the collar down: height, depth, half width, half depth, and how square.
RINGS = (
    (-9.6, -2.2, 6.4, 5.9, 2.0),
    (-10.6, -2.3, 6.4, 6.0, 2.2),
    (-11.6, -2.5, 9.2, 7.0, 2.5),
    (-13.2, -2.8, 13.4, 8.0, 2.4),
    (-15.6, -3.0, 18.0, 9.0, 2.2),
    (-19.0, -3.0, 20.5, 9.8, 2.4),
    (-26.0, -3.0, 22.5, 11.5, 2.6),
    (-38.0, -3.0, 23.0, 12.0, 2.6),
)


CLOSE = 0.45  # centimetres between a neck and its collar, and what is below it and the shirt
FITTED = -15.0  # above this height a shirt follows who wears it


def make_shirt(topology: Topology, neutral: Points, around: int = 72) -> Garment:
    """Neckband, shoulders and chest, about a person's neck."""
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    rows = []
    for height, depth, half_x, half_z, power in _between(_fitted(topology, neutral), 3):
        c, s = np.cos(angle), np.sin(angle)
        x = half_x * np.sign(c) * np.abs(c) ** (2 / power)
        z = depth + half_z * np.sign(s) * np.abs(s) ** (2 / power)
        front = np.maximum(s, 0) ** 2 * (np.interp(height, [-14, -10.6], [0, 1]))
        fold = 0.12 * np.sin(9 * angle + height) * np.interp(height, [-30, -15], [1, 0])
        rows.append(np.stack([x, height - 3.2 * front, z + fold], -1))
    points = np.concatenate(rows).astype(np.float32)
    return Garment(points, _grid(len(rows), around))


def _fitted(topology: Topology, neutral: Points) -> tuple[tuple[float, ...], ...]:
    """The rings, closed about a person's neck, and wide enough for what slopes away from it."""
    rows = topology.rows("Head and Neck")
    height, points = topology.template[rows, 1], neutral[rows]
    made = []
    for number, (level, depth, half_x, half_z, power) in enumerate(RINGS):
        near = points[np.abs(height - level) < 0.8]
        if level > FITTED and len(near):
            wide = float(np.abs(near[:, 0]).max()) + CLOSE
            back, front = float(near[:, 2].min()) - CLOSE, float(near[:, 2].max()) + CLOSE
            if number:
                wide, back, front = max(wide, half_x), min(back, depth - half_z), max(front, depth + half_z)
            depth, half_x, half_z = (back + front) / 2, wide, (front - back) / 2
        made.append((level, depth, half_x, half_z, power))
    return tuple(made)


def _between(rings: tuple[tuple[float, ...], ...], count: int) -> NDArray[np.floating]:
    at = np.linspace(0, len(rings) - 1, count * (len(rings) - 1) + 1)
    table = np.array(rings)
    return np.stack([np.interp(at, np.arange(len(rings)), table[:, k]) for k in range(table.shape[1])], -1)


def _grid(rows: int, around: int) -> NDArray[np.int32]:
    """Triangles between rings of vertices."""
    row, column = np.mgrid[: rows - 1, :around]
    right = (column + 1) % around
    a, b, c, d = row * around + column, row * around + right, (row + 1) * around + column, (row + 1) * around + right
    return np.stack([np.stack([a, b, c], -1), np.stack([b, d, c], -1)], 2).reshape(-1, 3).astype(np.int32)


def make_glasses(topology: Topology, neutral: Points) -> Garment:
    """Rims, bridge and temples, at a person's eyes."""
    marks, own = topology.template[topology.landmarks], neutral[topology.landmarks]
    eyes = list(range(36, 48))
    size = np.linalg.norm(own[45] - own[36]) / np.linalg.norm(marks[45] - marks[36])
    middle = own[eyes].mean(0)
    forward = max(float(own[27, 2]) + 0.25, float(own[eyes, 2].max()) + 1.35)
    angle = np.linspace(0, 2 * np.pi, 40)
    pieces = []
    for side in (-1, 1):
        c, s = np.cos(angle), np.sin(angle)
        x = side * 3.25 + 2.55 * np.sign(c) * np.abs(c) ** 0.8
        y = -0.35 + 2.0 * np.sign(s) * np.abs(s) ** 0.8
        rim = np.stack([x, y, -0.035 * x * x], -1)
        pieces.append(rim)
        hinge = np.array([side * 5.75, 0.6, -0.035 * 5.75**2])
        ear = np.array([side * 7.7, 0.5, 2.8 - forward])
        pieces.append(np.stack([hinge + t * (ear - hinge) for t in np.linspace(0, 1, 6)]))
    bridge = np.linspace(-1, 1, 8)
    pieces.append(np.stack([0.85 * bridge, 0.45 - 0.25 * bridge**2, -0.05 * bridge**2 + 0.1], -1))
    points, faces, start = [], [], 0
    for line in pieces:
        placed = line * size + (middle[0], middle[1], forward)
        tube = _tube(placed, 0.14)
        points.append(tube.points)
        faces.append(tube.faces + start)
        start += len(tube.points)
    return Garment(np.concatenate(points).astype(np.float32), np.concatenate(faces))


def _tube(line: NDArray[np.floating], radius: float) -> Garment:
    run = np.gradient(line, axis=0)
    run /= np.linalg.norm(run, axis=1, keepdims=True)
    side = np.cross(run, (0.02, 0.05, 1.0))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    other = np.cross(run, side)
    angle = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)
    ring = np.cos(angle)[:, None] * side[:, None] + 1.4 * np.sin(angle)[:, None] * other[:, None]
    return Garment((line[:, None] + radius * ring).reshape(-1, 3).astype(np.float32), _grid(len(line), SIDES))
