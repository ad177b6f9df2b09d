"""The face at rest, x_c: what is left of a performance when its expression is taken away.

Everything that is carried over is a difference from it, so it decides the result. The median of a shot is a poor
answer: who smiles throughout would rest smiling.
"""

from __future__ import annotations

import torch
from torch import Tensor

UNDER_READ = 1.2  # a landmarker reads a full smile as 0.83 and an open jaw as 0.85 of what it is
READ_HIGH = (9, 10, 11, 12, 19, 20)  # blinks, looks down and squints, which read high on some resting eyes
LOW = 0.1  # quantile of the shot that such coefficients are measured from
RIDGE = 1.0  # squared coefficients: how much evidence a coefficient needs within the shot before it may move a landmark
NEAR_REST = 0.6  # how fast a frame loses its say as its summed coefficients rise above those of the calmest frame
REGRESSED = 0.5  # share of the regression in the answer without a basis; the rest is the mean of the calm frames


def neutral(shapes: Tensor, coefficients: Tensor, basis: Tensor | None = None) -> Tensor:
    """The resting face (K, 3) of one person from head-frame shapes (F, K, 3) and blendshape coefficients (F, 52).

    `basis` (52, K, 3) says how far each coefficient moves each landmark on people in general; where there is one, the
    rest is the median of shapes minus coefficients times basis. Without it the relation is learned from the shot
    itself. Frames whose coefficients are not known (NaN) count only where no frame has them: then the median of the
    shapes is taken.
    """
    known = torch.isfinite(coefficients).all(-1)
    if not bool(known.any()):
        return shapes.median(0).values
    shapes, unrest = shapes[known], from_rest(coefficients[known])
    if basis is not None:
        return (shapes - UNDER_READ * torch.einsum("fc,ckd->fkd", unrest, basis)).median(0).values
    return torch.lerp(_calm_mean(shapes, unrest), _regressed(shapes, unrest), REGRESSED)


def from_rest(coefficients: Tensor) -> Tensor:
    """Coefficients (F, 52) measured from those of the resting face: from 0, but lids from the shot's own low."""
    rest = torch.zeros_like(coefficients[0])
    rest[list(READ_HIGH)] = coefficients.quantile(LOW, dim=0)[list(READ_HIGH)]
    return coefficients - rest


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
