"""Damped Gauss-Newton steps within bounds, many frames at once."""

from __future__ import annotations

import torch
from torch import Tensor

from ..thresholds import Amount

DAMPING = Amount(1e-3, "of the normal equations' diagonal", "small: the prior keeps them from being singular")


def step_within(hessian: Tensor, gradient: Tensor, values: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """The values (T, N) after one step against `gradient` (T, N) by `hessian` (T, N, N), kept in their bounds.

    A value that lies on a bound and is pulled outwards takes no part (D. Bertsekas, SIAM Journal on Control and
    Optimization 20, 1982).
    """
    stuck = ((values <= low) & (gradient > 0)) | ((values >= high) & (gradient < 0))
    free = (~stuck).to(values.dtype)
    damped = hessian + torch.diag_embed(hessian.diagonal(dim1=-2, dim2=-1) * DAMPING)
    reduced = damped * free[:, :, None] * free[:, None, :] + torch.diag_embed(1 - free)
    step = torch.cholesky_solve((gradient * free)[..., None], torch.linalg.cholesky(reduced))[..., 0]
    return torch.maximum(torch.minimum(values - step, high), low)
