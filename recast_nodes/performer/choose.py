"""The own frames that a performer keeps: as unlike each other as the footage allows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..face.anatomy import MESH
from ..stages.performer.fit import EYES, IRISES, LIPS
from ..stages.thresholds import Amount, Count

MOST = Count(48, "frames", "that a performer keeps: 190 KB each in a file of 10 MB, a face of 700 pixels at its best")
FEATURES_COUNT = Amount(3.0, "times", "lips and lids count more than as much skin: nothing else changes as they do")
TURNED = Amount(4.0, "centimetres a radian", "a head turned by 14 degrees is as unlike as lips a centimetre apart")


def choose_frames(expressions: Tensor, rotations: Tensor, may: Sequence[bool], count: int = MOST) -> list[int]:
    """The rows of up to `count` frames whose faces cover all that is shown, in order.

    `expressions` (F, K, 3) are in the head frame, centimetres, `rotations` (F, 3, 3) of the head; `may` says which can
    be kept. The farthest point from all that were chosen is the next one (T. Gonzalez, 1985).
    """
    rows = [row for row, allowed in enumerate(may) if allowed]
    if len(rows) <= count:
        return rows
    weight = torch.ones(expressions.shape[1])
    weight[list(LIPS + EYES + IRISES)] = float(FEATURES_COUNT)
    weight[MESH:] = float(FEATURES_COUNT)
    shapes = (expressions * weight[:, None])[rows].flatten(1) / float(weight.square().sum().sqrt())
    turns = rotations[rows].flatten(1) * float(TURNED) / 8**0.5
    places = torch.cat([shapes, turns], 1)
    chosen = [int((places - places.median(0).values).square().sum(1).argmin())]
    nearest = (places - places[chosen[0]]).square().sum(1)
    while len(chosen) < count:
        chosen.append(int(nearest.argmax()))
        nearest = torch.minimum(nearest, (places - places[chosen[-1]]).square().sum(1))
    return sorted(rows[each] for each in chosen)
