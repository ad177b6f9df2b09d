"""The face at rest, x_c: what is left of a performance when its expression is taken away.

Everything that is carried over is a difference from it, so it decides the result. The median of a shot is a poor
answer: who smiles throughout would rest smiling.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..thresholds import Amount

OUTLIERS = Amount(
    0.1,
    "of a shot's weight, at either end of each coordinate",
    "the landmarker now and then errs far: on 18 rendered people the mean without them missed the face at rest by "
    "1.45 mm, the median (0.5) by 1.51 (decision 5)",
)
CALM = Amount(
    0.03,
    "centimetres, the root mean square over the landmarks",
    "a frame that is nearer to rest is as good as one at rest: 0.02 to 0.05 find it alike (decision 54)",
)


def estimate_neutral(shapes: Tensor, coefficients: Tensor, movements: Tensor, resting: Tensor | None = None) -> Tensor:
    """The resting face (K, 3) of one person from head-frame shapes (F, K, 3) and blendshape coefficients (F, 52).

    `movements` (52, K, 3) is how far each coefficient moves each landmark on people in general, `resting` (52,) what it
    is on a face at rest: 0 by default. The rest is the mean over the shot of shapes minus what the coefficients account
    for, without each coordinate's outliers; the nearer a frame is to rest, the more it counts, since less has to be
    taken away. Frames whose coefficients are not known (NaN) count only where no frame has them: then the median of the
    shapes is taken.
    """
    known = torch.isfinite(coefficients).all(-1)
    if not bool(known.any()):
        return shapes.median(0).values
    return _trimmed_mean(*take_acting_off(shapes[known], coefficients[known], movements, resting))


def take_acting_off(
    shapes: Tensor, coefficients: Tensor, movements: Tensor, resting: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Shapes (F, K, 3) minus what the coefficients account for, and (F,) how much each frame counts. As for
    `estimate_neutral`, with coefficients that are known.
    """
    unrest = coefficients if resting is None else coefficients - resting
    moved = torch.einsum("fc,ckd->fkd", unrest, movements)
    return shapes - moved, calmness(moved)


def calmness(moved: Tensor) -> Tensor:
    """(F,) how much a frame counts whose landmarks were moved by so much (F, K, 3): an inverse variance."""
    return (CALM**2 + moved.square().sum(-1).mean(-1)).reciprocal()


def _trimmed_mean(values: Tensor, weights: Tensor) -> Tensor:
    """The mean over the first dimension, weighted (F,), without `OUTLIERS` of the weight at the highest and at the
    lowest values.
    """
    ordered, rows = values.sort(0)
    share = (weights / weights.sum())[rows]
    upto = share.cumsum(0)
    within = (upto.clamp(max=1 - OUTLIERS) - (upto - share).clamp(min=OUTLIERS)).clamp_min(0)
    return (within * ordered).sum(0) / within.sum(0)
