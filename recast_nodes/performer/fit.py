"""Least squares without negative weights: what fits worse is never expected to be nearer to the truth."""

from __future__ import annotations

import torch
from torch import Tensor

from ..stages.thresholds import Amount, Count

SWEEPS = Count(400, "rounds", "of coordinate descent over six numbers, far more than it takes to settle")
TRUST = Amount(
    0.3,
    "of the features' own energy",
    "how far what is taken for granted counts beside what was seen: features that tell the same took all of it in "
    "turns, and lids that no footage showed so wide were warped from narrow ones",
)


def fit_nonnegative(rows: Tensor, goals: Tensor, usual: Tensor) -> Tensor:
    """(F,) weights of features `rows` (N, F), not negative, whose sums come nearest to `goals` (N,), and which stay
    near to `usual` (F,) in proportion.
    """
    rows, goals = rows.double(), goals.double()
    sums = rows @ usual.double()
    start = usual.double() * ((sums @ goals) / (sums @ sums).clamp_min(1e-12)).clamp_min(0)
    product = rows.T @ rows
    pull = TRUST * product.diagonal() + 1e-12
    wanted = rows.T @ goals + pull * start
    product = product + torch.diag(pull)
    weights = start.clone()
    for _ in range(SWEEPS):
        for at in range(len(weights)):
            left = wanted[at] - product[at] @ weights + product[at, at] * weights[at]
            weights[at] = (left / product[at, at]).clamp_min(0)
    return weights.float()
