"""Where MediaPipe's 478 landmarks lie on a head: the one table that says so (`mesh_landmarks.npz`).

The table was measured by `tools/digital_humans/landmarks.py`: people of the small head were rendered and tracked like
any plate, and each landmark is the point of the surface whose true place in all pictures was nearest to where it was
read. What the landmarker still reads elsewhere hangs together; its main ways are in the table too.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .ict import small_head
from .interface import HeadModel, Points

TABLE = Path(__file__).with_name("mesh_landmarks.npz")


class SurfacePoints(NamedTuple):
    """K points of a head's surface."""

    corners: NDArray[np.intp]  # (K, 3) vertices of the triangle that each lies in
    weights: NDArray[np.float64]  # (K, 3) and how much of each, together 1

    def of(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Values of vertices (..., V, C) at the points (..., K, C)."""
        return np.einsum("...kvc,kv->...kc", values[..., self.corners, :], self.weights)


@cache
def _table() -> SurfacePoints:
    with np.load(TABLE) as data:
        return SurfacePoints(data["corners"].astype(np.intp), data["weights"].astype(np.float64))


def landmarks_on(head: HeadModel) -> SurfacePoints:
    """The 478 landmarks on a head of ICT-FaceKit: the small one, or the whole one that it was cut from."""
    table, template = _table(), head.topology.template
    small = small_head().topology.template
    if template is small:
        return table
    used, local = np.unique(table.corners, return_inverse=True)
    away = [np.square(template - small[row]).sum(1) for row in used]
    rows = np.array([int(each.argmin()) for each in away])
    if max(float(each.min()) for each in away) > 1e-6:
        raise ValueError(f"The head {head.name} is not one that the small head was cut from.")
    return table._replace(corners=rows[local].reshape(-1, 3))


def normals_at(head: HeadModel, points: SurfacePoints, shape: Points) -> NDArray[np.float64]:
    """(K, 3) which way a head's surface looks at these points, of length one."""
    faces = head.topology.faces
    sides = np.cross(shape[faces[:, 1]] - shape[faces[:, 0]], shape[faces[:, 2]] - shape[faces[:, 0]])
    vertex = np.zeros(shape.shape)
    for corner in faces.T:
        np.add.at(vertex, corner, sides)
    found = points.of(vertex)
    return found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-12)


class Misreadings(NamedTuple):
    """How the landmarker errs on people in general, centimetres, in the head's own frame; mostly once as far."""

    person: NDArray[np.float64]  # (A, 478, 3) ways in which all pictures of a person are misread
    frame: NDArray[np.float64]  # (B, 478, 3) ways in which single pictures are
    noise: NDArray[np.float64]  # (478,) what is left of each landmark beside them


@cache
def misreadings() -> Misreadings:
    """The table, read once."""
    with np.load(TABLE) as data:
        flat = [np.pad(data[name].astype(np.float64), ((0, 0), (0, 0), (0, 1))) for name in ("person", "frame")]
        return Misreadings(flat[0], flat[1], data["noise"].astype(np.float64))


class CoefficientReadings(NamedTuple):
    """What the landmarker's blendshape coefficients say of a head's own, in the order of `BLENDSHAPES` without the
    first.
    """

    gain: NDArray[np.float64]  # (51,) times what is read, for what was acted
    doubt: NDArray[np.float64]  # (51,) by how much that is wrong


@cache
def readings() -> CoefficientReadings:
    """The table, read once."""
    with np.load(TABLE) as data:
        return CoefficientReadings(*(data[name].astype(np.float64) for name in CoefficientReadings._fields))
