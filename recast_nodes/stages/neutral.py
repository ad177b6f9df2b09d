"""The face at rest, x_c: what is left of a performance when its expression is taken away.

Everything that is carried over is a difference from it, so it decides the result. The median of a shot is a poor answer:
who smiles throughout would rest smiling.
"""

from __future__ import annotations

import torch
from torch import Tensor

RIDGE = 1.0  # penalty in units of squared coefficients: how much evidence a coefficient needs before it may move a landmark
NEAR_REST = 0.6  # how fast a frame loses its say as its coefficients (summed) rise above those of the shot's calmest frame
BLEND = 0.5  # share of the regression's answer, the rest is the mean of the calm frames
OFFSET = (5, 6, 7, 8, 19, 20)  # coefficients that read high on a resting face (brow height, squint): judged against the shot
CALM_QUANTILE = 0.1


def neutral(shapes: Tensor, coefficients: Tensor, basis: Tensor | None = None) -> Tensor:
    """The resting face (K, 3) of one person from head-frame shapes (F, K, 3) and blendshape coefficients (F, 52).

    `basis` (52, K, 3) says how far each coefficient moves each landmark on people in general; where there is one, the
    rest is the shapes minus coefficients times basis. Without it the relation is learned from the shot itself. Frames
    whose coefficients are not known (NaN) count only where no frame has them: then the median of the shapes is taken.
    """
    known = torch.isfinite(coefficients).all(-1)
    if not bool(known.any()):
        return shapes.median(0).values
    shapes, coefficients = shapes[known], coefficients[known]
    if basis is not None:
        return (shapes - torch.einsum("fc,ckd->fkd", coefficients, basis)).median(0).values
    return torch.lerp(_calm_mean(shapes, coefficients), _regressed(shapes, coefficients), BLEND)


def at_rest(coefficients: Tensor) -> Tensor:
    """The coefficients (52,) of the resting face: 0, but for those that read high at rest the shot's own low."""
    rest = torch.zeros_like(coefficients[0])
    low = coefficients.quantile(CALM_QUANTILE, dim=0)
    rest[list(OFFSET)] = low[list(OFFSET)]
    return rest


def _calm_mean(shapes: Tensor, coefficients: Tensor) -> Tensor:
    """The mean of the shapes, frames near rest counting most."""
    unrest = (coefficients - at_rest(coefficients)).abs().sum(-1)
    weights = torch.exp(-(unrest - unrest.min()) / NEAR_REST)
    return (weights[:, None, None] * shapes).sum(0) / weights.sum()


def _regressed(shapes: Tensor, coefficients: Tensor) -> Tensor:
    """Ridge regression of the shapes on the coefficients within the shot, followed down to the coefficients at rest."""
    mean_shape, mean = shapes.mean(0), coefficients.mean(0)
    spread, moved = coefficients - mean, (shapes - mean_shape).flatten(1)
    gram = spread @ spread.T
    gram = gram + RIDGE * torch.eye(len(gram), dtype=gram.dtype)
    toward = spread @ (at_rest(coefficients) - mean)
    return mean_shape + (torch.linalg.solve(gram, toward) @ moved).reshape(mean_shape.shape)
