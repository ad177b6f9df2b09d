"""The face at rest, x_c: what is left of a performance when its expression is taken away.

Everything that is carried over is a difference from it, so it decides the result. The median of a shot is a poor
answer: who smiles throughout would rest smiling.
"""

from __future__ import annotations

import torch
from torch import Tensor

OUTLIERS = 0.1  # share of a shot's frames left out at either end: the landmarker now and then errs far
RIDGE = 1.0  # squared coefficients: how much evidence a coefficient needs within the shot before it may move a landmark
NEAR_REST = 0.6  # how fast a frame loses its say as its summed coefficients rise above those of the calmest frame
REGRESSED = 0.5  # share of the regression in the answer without a basis; the rest is the mean of the calm frames


def neutral(
    shapes: Tensor, coefficients: Tensor, movements: Tensor | None = None, resting: Tensor | None = None
) -> Tensor:
    """The resting face (K, 3) of one person from head-frame shapes (F, K, 3) and blendshape coefficients (F, 52).

    `movements` (52, K, 3) says how far each coefficient moves each landmark on people in general, and `resting` (52,)
    what the coefficients of a resting face are read as (0 without it): the rest is the mean over the shot of shapes
    minus what the coefficients tell, without each coordinate's outliers. Without movements the relation is learned from
    the shot itself. Frames whose coefficients are not known (NaN) count only where no frame has them: then the median
    of the shapes is taken.
    """
    known = torch.isfinite(coefficients).all(-1)
    if not bool(known.any()):
        return shapes.median(0).values
    shapes, unrest = shapes[known], coefficients[known] - (0.0 if resting is None else resting)
    if movements is not None:
        return _middle_mean(shapes - torch.einsum("fc,ckd->fkd", unrest, movements))
    return torch.lerp(_calm_mean(shapes, unrest), _regressed(shapes, unrest), REGRESSED)


def _middle_mean(values: Tensor) -> Tensor:
    """The mean over the first dimension without the highest and the lowest `OUTLIERS` of it."""
    cut = int(OUTLIERS * len(values))
    return values.sort(0).values[cut : len(values) - cut].mean(0)


def _calm_mean(shapes: Tensor, unrest: Tensor) -> Tensor:
    """The mean of the shapes, frames near rest counting most."""
    total = unrest.abs().sum(-1)
    weights = torch.exp(-(total - total.min()) / NEAR_REST)
    return (weights[:, None, None] * shapes).sum(0) / weights.sum()


def _regressed(shapes: Tensor, unrest: Tensor) -> Tensor:
    """Ridge regression of the shapes on the coefficients within the shot, followed down to rest."""
    mean_shape, mean = shapes.mean(0), unrest.mean(0)
    spread, moved = unrest - mean, (shapes - mean_shape).flatten(1)
    gram = spread @ spread.T + RIDGE * torch.eye(len(spread), dtype=spread.dtype)
    away = torch.linalg.solve(gram, spread @ mean) @ moved
    return mean_shape - away.reshape(mean_shape.shape)
