"""The plate's own fine detail in a face that a network painted at a lower resolution.

The painted face knows form and movement up to about two pixels of its patch; beyond that it is soft. The plate
knows all of it, and the network's flow says where each place was. So the two are divided by the same blur: form from
the one, detail from the other, wherever the plate shows what is needed.
"""

from __future__ import annotations

from torch import Tensor

from ..grid.shapes import blur
from ..thresholds import Amount

DIVIDE = Amount(
    2.0,
    "pixels of the patch, standard deviation",
    "of the blur that divides form from detail: what networks paint is soft below two pixels",
)


def add_plate_detail(painted: Tensor, moved: Tensor, shown: Tensor, detail: float, shrinkage: float) -> Tensor:
    """`painted` (3, H, W) with the fine detail of `moved`, the plate's pixels along the flow, by `shown` (1, H, W).

    All are display-referred, so that a highlight's detail counts as the eye sees it. `shrinkage` is how many pixels of
    the plate one of the patch stands for. `detail` 0 leaves what was painted, 1 takes the plate's detail, more
    exaggerates it.
    """
    if detail == 0:
        return painted
    sigma = DIVIDE * shrinkage
    own, carried = painted - blur(painted, sigma), moved - blur(moved, sigma)
    return painted + shown * (detail * carried - min(detail, 1.0) * own)
