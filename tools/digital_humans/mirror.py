"""Left and right exchanged: a face and its mirror image teach the same thing."""

from __future__ import annotations

from functools import cache

import numpy as np

from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.canonical import canonical_face


@cache
def mirrored_landmarks() -> np.ndarray:
    """(478,) for each landmark, the one that takes its place in the mirror (with x negated)."""
    places = canonical_face().vertices.numpy()
    return np.linalg.norm((places * (-1, 1, 1))[:, None] - places, axis=-1).argmin(1)


@cache
def mirrored_coefficients() -> np.ndarray:
    """(52,) the same for the coefficients: smiles change sides."""
    return np.array([BLENDSHAPES.index(_other_side(name)) for name in BLENDSHAPES])


def _other_side(name: str) -> str:
    for side, other in (("Left", "Right"), ("Right", "Left")):
        if name.endswith(side):
            return name.removesuffix(side) + other
    return name
