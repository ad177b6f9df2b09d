"""Teeth that stand side by side: what a head's model has of them is slender, and dark gaps would show between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .interface import TEETH, Points, Topology
from .noise import ramp

CROWNS = (-2.3, -4.5)  # centimetres: above the first and below the second, upper and lower teeth are gum
WIDER, SWOLLEN = 0.05, 0.35  # of a tooth's width: more for crowns, and for what is gum about their roots


def fill_gaps(topology: Topology) -> Points:
    """(V, 3) what to add to a head so that crowns meet and gums close about the roots."""
    points, added = topology.template, np.zeros_like(topology.template)
    owner = _pieces(topology.faces, topology.rows(TEETH), len(points))
    upper, lower = CROWNS
    for number in np.unique(owner[owner >= 0]):
        rows = np.flatnonzero(owner == number)
        y = points[rows, 1:2]
        gum = ramp(upper - 0.25, upper + 0.15, y) + ramp(lower + 0.25, lower - 0.15, y)
        out = points[rows] - points[rows].mean(0)
        out[:, 1] = 0
        added[rows] = out * (WIDER + SWOLLEN * gum)
    return added.astype(np.float32)


def _pieces(faces: NDArray[np.int32], rows: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """(V,) for each of these vertices the lowest one that it hangs together with; -1 for the others."""
    owner = np.full(count, -1)
    owner[rows] = rows
    inside = faces[(owner[faces] >= 0).all(1)]
    while True:
        before, lowest = owner.copy(), owner[inside].min(1)
        for corner in inside.T:
            np.minimum.at(owner, corner, lowest)
        if (owner == before).all():
            return owner
