"""Rotations by degrees and by axis: yaw turns to the person's left (+x), pitch downwards, roll counter-clockwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def turn(yaw: float, pitch: float, roll: float) -> Matrix:
    """(3, 3) roll first, then pitch, then yaw; degrees."""
    (cy, cp, cr), (sy, sp, sr) = np.cos(np.radians([yaw, pitch, roll])), np.sin(np.radians([yaw, pitch, roll]))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return (about_y @ about_x @ about_z).astype(np.float32)


def rotate(points: NDArray[np.floating], matrix: NDArray[np.floating]) -> NDArray[np.floating]:
    """Points (N, 3) turned by a matrix (3, 3).

    By plain sums: libraries of linear algebra start threads for so large a product, and have them wait for more.
    """
    return np.einsum("nj,ij->ni", points, matrix)


def axis_angle(matrix: NDArray[np.floating]) -> NDArray[np.float64]:
    """(3,) axis times angle in radians of a rotation by less than half a turn."""
    m = np.asarray(matrix, np.float64)
    angle = np.arccos(np.clip((np.trace(m) - 1) / 2, -1, 1))
    axis = np.array([m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]])
    return axis * (0.5 if angle < 1e-6 else angle / (2 * np.sin(angle)))


def by_axis(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    """(..., 3, 3) rotations of axis times angle (..., 3): Rodrigues' formula, exact at zero."""
    vector = np.asarray(vector, np.float64)
    angle = np.linalg.norm(vector, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(vector, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*vector.shape[:-1], 3, 3)
    small = angle < 1e-6
    safe = np.where(small, 1.0, angle)
    first = np.where(small, 1.0, np.sin(safe) / safe)
    second = np.where(small, 0.5, (1 - np.cos(safe)) / safe**2)
    return np.eye(3) + first * cross + second * (cross @ cross)
