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
    "of a shot's frames, at either end of each coordinate",
    "the landmarker now and then errs far: on 18 rendered people the mean without them missed the face at rest by "
    "1.45 mm, the median (0.5) by 1.51 (decision 5)",
)


def estimate_neutral(shapes: Tensor, coefficients: Tensor, movements: Tensor, resting: Tensor | None = None) -> Tensor:
    """The resting face (K, 3) of one person from head-frame shapes (F, K, 3) and blendshape coefficients (F, 52).

    `movements` (52, K, 3) is how far each coefficient moves each landmark on people in general, and `resting` (52,)
    what the coefficients of a resting face are read as (0 without it): the rest is the mean over the shot of shapes
    minus what the coefficients account for, without each coordinate's outliers. Frames whose coefficients are not known
    (NaN) count only where no frame has them: then the median of the shapes is taken.
    """
    known = torch.isfinite(coefficients).all(-1)
    if not bool(known.any()):
        return shapes.median(0).values
    shapes, unrest = shapes[known], coefficients[known] - (0.0 if resting is None else resting)
    return _trimmed_mean(shapes - torch.einsum("fc,ckd->fkd", unrest, movements))


def _trimmed_mean(values: Tensor) -> Tensor:
    """The mean over the first dimension without the highest and the lowest `OUTLIERS` of it."""
    cut = int(OUTLIERS * len(values))
    return values.sort(0).values[cut : len(values) - cut].mean(0)
