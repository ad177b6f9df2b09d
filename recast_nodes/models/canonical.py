"""Small tables: the average face at rest, which defines the head frame, and how expressions move it.

The canonical face is MediaPipe's (Apache-2.0), extracted by `tools/canonical_face.py`. The movements were fitted by
`tools/digital_humans/fit.py` on people rendered from ICT-FaceKit (USC Institute for Creative Technologies, MIT licence)
and tracked like any plate; those of shapes set by hand are that head's own (`tools/hand_shapes.py`). Head frame:
centimetres, x to the right of the picture, y down, z away from the camera; the index lists are those of MediaPipe's
mesh.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor


class CanonicalFace(NamedTuple):
    """The average face."""

    vertices: Tensor  # (478, 3) float32, centimetres, head frame
    triangles: Tensor  # (898, 3) int64, over the first 468 vertices; together a disc without holes


@cache
def canonical_face() -> CanonicalFace:
    """The table, read once."""
    table = np.load(Path(__file__).with_name("canonical_face.npz"))
    return CanonicalFace(torch.from_numpy(table["vertices"]), torch.from_numpy(table["triangles"].astype(np.int64)))


@cache
def expression_basis() -> Tensor:
    """How far each blendshape coefficient moves each landmark on people in general: (52, 478, 3) float32,
    centimetres.
    """
    return _basis_table("movements")


@cache
def hand_shapes() -> Tensor:
    """How far each of ARKit's shapes moves each landmark where it is set by hand: (52, 478, 3) float32, centimetres, in
    the order of `face.blendshapes.SHAPES`.
    """
    table = np.load(Path(__file__).with_name("hand_shapes.npz"))
    return torch.from_numpy(table["movements"].astype(np.float32))


@cache
def resting_coefficients() -> Tensor:
    """What the landmarker reads on resting faces, on average: (52,) float32. Squints read high, brows a little."""
    return _basis_table("resting")


def _basis_table(name: str) -> Tensor:
    table = np.load(Path(__file__).with_name("expression_basis.npz"))
    return torch.from_numpy(table[name].astype(np.float32))
