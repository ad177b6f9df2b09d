"""How much light gets through hair: its density on a coarse grid in the frame of the head, which rays add up.

Counting the locks that single rays meet would sparkle as a head turns; a grid gives soft shadows at a few reads a ray.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .hair import POINTS, Locks
from .interface import Points

CELL = 0.7  # centimetres
FLAT = 0.5  # of a ribbon's area is what it covers, on average over directions
CLEAR = 0.6  # of what ribbons cover is hair


class Canopy(NamedTuple):
    """Density of hair: how fast light fades in it, per centimetre."""

    density: NDArray[np.float32]  # (X, Y, Z)
    corner: Points  # (3,) of the grid


def gather(hair: Locks) -> Canopy:
    """The density of a person's hair."""
    ribbons = hair.points.reshape(-1, POINTS, 2, 3)
    middles = ribbons.mean(2)
    width = np.linalg.norm(ribbons[:, :, 0] - ribbons[:, :, 1], axis=-1)
    steps = np.linalg.norm(np.diff(middles, axis=1), axis=-1)
    share = (np.arange(4) + 0.5) / 4  # places along each piece of a ribbon
    places = middles[:, :-1, None] + share[:, None] * np.diff(middles, axis=1)[:, :, None]
    area = np.broadcast_to((steps * (width[:, 1:] + width[:, :-1]) / 2)[..., None] / 4, places.shape[:-1])
    corner = places.reshape(-1, 3).min(0) - 2 * CELL
    at = ((places.reshape(-1, 3) - corner) / CELL).astype(int)
    shape = tuple(at.max(0) + 3)
    total = np.bincount(np.ravel_multi_index(at.T, shape), area.ravel(), int(np.prod(shape))).reshape(shape)
    density = total * (FLAT * CLEAR / CELL**3)
    for axis in range(3):
        density = (np.roll(density, 1, axis) + 2 * density + np.roll(density, -1, axis)) / 4
    return Canopy(density.astype(np.float32), corner.astype(np.float32))
