"""Where a picture is taken from, and how a head stands in it: plain values. Nothing here draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .interface import floats
from .rotations import axis_angle, by_axis, rotate, turn

Vector = tuple[float, float, float]
NECK = floats([0, -8.0, -1.0])  # centimetres; what the head turns about
STILL, FREE = -15.5, -8.5  # centimetres: below the first the neck stays with the shoulders, above the second it turns


@dataclass(frozen=True)
class Camera:
    """Where from, where to and how wide (degrees) a square picture of `size` pixels looks."""

    place: Vector = (0.0, 1.0, 78.0)  # centimetres
    look_at: Vector = (0.0, -1.0, 3.0)
    field: float = 24.0
    size: int = 512

    @property
    def axes(self) -> NDArray[np.float32]:
        """(3, 3) rows: right, up, forward."""
        forward = unit(floats(self.look_at) - floats(self.place))
        right = unit(np.cross(forward, floats([0, 1, 0])))
        return np.stack([right, np.cross(right, forward), forward]).astype(np.float32)

    @property
    def reach(self) -> float:
        """Half of the picture's width at a distance of one."""
        return float(np.tan(np.radians(self.field / 2)))

    def project(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N, 3): pixels from the picture's left upper corner, and the distance along the view in centimetres."""
        right, up, forward = rotate(points - floats(self.place), self.axes).T
        half = self.size / 2
        x, y = (1 + right / forward / self.reach) * half, (1 - up / forward / self.reach) * half
        return np.stack([x, y, forward], -1).astype(np.float32)


class HeadPose(NamedTuple):
    """How a head is turned, degrees, and moved, centimetres."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift: Vector = (0.0, 0.0, 0.0)

    @property
    def matrix(self) -> NDArray[np.float32]:
        return turn(self.yaw, self.pitch, self.roll)

    def place(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Points (N, 3) that turn wholly with the head."""
        return (rotate(points - NECK, self.matrix) + NECK + floats(self.shift)).astype(np.float32)

    def place_neck(self, points: NDArray[np.floating], height: NDArray[np.floating]) -> NDArray[np.float32]:
        """The same for skin: the lower on the neck it is (by its `height` at rest), the less it turns."""
        share = np.clip((height - STILL) / (FREE - STILL), 0, 1)
        share = share * share * (3 - 2 * share)
        placed, bends = self.place(points), np.flatnonzero(share < 1)
        rotations = by_axis(axis_angle(self.matrix) * share[bends, None]).astype(np.float32)
        moved = np.einsum("nij,nj->ni", rotations, points[bends] - NECK) + NECK
        placed[bends] = moved + share[bends, None] * floats(self.shift)
        return placed


def unit(v: NDArray[np.floating]) -> NDArray[np.floating]:
    """Vectors of length one along the last axis."""
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12)
