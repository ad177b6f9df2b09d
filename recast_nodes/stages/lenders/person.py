"""Whether two faces at rest are one person's: by their shape alone, which needs no network."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import MESH
from ..expression.head_pose import compose, similarity
from ..thresholds import Count, Threshold

OTHER = Threshold(
    0.1,
    "centimetres of the canonical face",
    "one person's face at rest, estimated from two clips, from another person's",
    "halves of nine people's clips differ by 0.045 to 0.084, nine people by 0.118 and more (decision 39)",
)
FEWEST = Count(12, "frames", "from fewer, an expression is taken for a part of the face at rest")


def is_other_person(one: Tensor, other: Tensor) -> bool:
    """Whether faces at rest (478, 3), head frame, differ by more than two estimates of one face do.

    By the root mean square of what the best similarity leaves over between them, seen from the front.
    """
    one, other = one[:MESH], other[:MESH]
    pose = similarity(one, other, torch.ones(len(one)))
    left = (compose(one, torch.zeros_like(one), *pose) - other)[:, :2]
    return float(left.square().sum(1).mean().sqrt()) > OTHER
