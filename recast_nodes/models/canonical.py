"""Two small tables: the average face at rest, which defines the head frame, and how expressions move it.

The canonical face is MediaPipe's (Apache-2.0), extracted by `tools/canonical_face.py`; the movements come from
ICT-FaceKit (USC Institute for Creative Technologies, MIT licence), by `tools/expression_basis.py`. Head frame:
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
    table = np.load(Path(__file__).with_name("expression_basis.npz"))
    return torch.from_numpy(table["movements"].astype(np.float32))
