"""What every head is: one topology, a neutral face by identity, and its posed form by expression.

Positions are centimetres, y up, the face towards +z and the person's left towards +x, whatever the file's own units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float32]


def floats(values: ArrayLike) -> NDArray[np.float32]:
    """Numbers as an array of the precision that everything here has."""
    return np.asarray(values, np.float32)


# Parts that a head may have; a renderer knows a material for each.
SKIN = ("Face", "Head and Neck")
EYES = ("Eyeball left", "Eyeball right")
SOCKETS = ("Eye socket left", "Eye socket right")
WET = ("Mouth socket", "Gums and tongue")
TEETH = "Teeth"
DRAWN = (*SKIN, *SOCKETS, *EYES, *WET, TEETH)


class Topology(NamedTuple):
    """What does not change with identity or expression."""

    faces: NDArray[np.int32]  # (F, 3) triangles, counter-clockwise from outside
    parts: NDArray[np.int32]  # (V,) index into `part_names`
    part_names: tuple[str, ...]
    uv: NDArray[np.float32]  # (V, 2)
    template: Points  # (V, 3) the average face: colours are painted on it
    landmarks: NDArray[np.int32]  # (68,) vertices of the usual 68 points

    def rows(self, *names: str) -> NDArray[np.intp]:
        """The vertices of these parts."""
        return np.flatnonzero(np.isin(self.parts, [self.part_names.index(name) for name in names]))


class HeadModel(Protocol):
    """A parametric head. Coefficients of identity are drawn from a standard normal; expressions are 0..1 by name."""

    @property
    def name(self) -> str: ...

    @property
    def topology(self) -> Topology: ...

    @property
    def identities(self) -> int:
        """How many identity coefficients there are."""
        ...

    @property
    def expressions(self) -> tuple[str, ...]:
        """The names of the expression coefficients."""
        ...

    def neutral(self, identity: NDArray[np.floating]) -> Points:
        """Vertices (V, 3) of a person at rest; `identity` may be shorter than `identities`."""
        ...

    def posed(self, neutral: Points, expression: Mapping[str, float]) -> Points:
        """Vertices (V, 3) of that person with an expression; the head itself is not turned.

        Raises KeyError for a name that is not in `expressions`.
        """
        ...
