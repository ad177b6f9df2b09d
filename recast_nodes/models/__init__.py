"""The models by name. `get` gives one; each has the same few verbs (see `models.interface`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ModelMissing

if TYPE_CHECKING:
    from .interface import Model

LATER = ("performrecast", "liveportrait")


def get(name: str) -> Model:
    """The model of that name. Raises ModelMissing for one whose networks are not part of this version."""
    if name == "mesh":
        from .mesh import Mesh

        return Mesh()
    if name in LATER:
        raise ModelMissing(
            f"The {name} model's networks arrive with their weights in a later version of Recast Nodes; "
            "MotionExtract.model takes mesh, which is built in."
        )
    raise ModelMissing(f"There is no model {name!r}; there are mesh, {', '.join(LATER)}.")
