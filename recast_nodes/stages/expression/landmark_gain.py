"""What was acted, from what a landmarker read of it.

A landmarker leans towards the typical face: it reads less of a movement than there is. How much less was measured
(`tools/reading_gauge.py`) by moving pixels of real faces by known amounts and tracking the result: it is alike on all
of them, and differs between regions. Driver and plate are read by the same instrument, so what it takes off a
difference between them has to be given back before pixels are moved by it.

The same tracker also says what it sees in 52 coefficients. Landmarks drift where coefficients hold still and the other
way round, so that a mean of what both tell is nearer to the performance than either.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.regions import REGIONS
from ..membership import share_of
from ..thresholds import Amount

READ_OF_FROWN = Amount(
    0.53,
    "of a brow's way down",
    "measured on five people whose pixels were moved (tools/reading_gauge.py, decision 3)",
)
READ_OF_LIDS = Amount(
    0.6,
    "of the way of lids that open and close",
    "six people were read at 0.65 to 0.75 of it (decision 7); so much with what the field itself loses",
)
CALIBRATED_BROWS = Amount(
    0.2,
    "power of what is read of brows",
    "where trials show what brows lack, less is given back beforehand than the 0.5 of other shots: it keeps the "
    "likeness (decision 20)",
)


def undo_gain(expression: Tensor, membership: Tensor, calibrated: float = 0.0) -> Tensor:
    """Movements (K, 3) from rest as they were acted, from an expression (K, 3) as it was read; y is down.

    `membership` (R, K) is how much each keypoint belongs to each of `REGIONS`. Brows that trials of the shot aim are
    given back less beforehand, as far as `calibrated`, 0..1.
    """
    given_back = REGIONS["brows"].given_back
    brows_power = given_back + calibrated * (CALIBRATED_BROWS - given_back)
    powers = {name: region.given_back for name, region in REGIONS.items()} | {"brows": brows_power}
    factors = {name: (1 / region.read) ** powers[name] for name, region in REGIONS.items()}
    moved = expression * (membership * _each(factors, membership)).sum(0)[:, None]
    lids, brows = (share_of(membership, name) for name in ("eyes", "brows"))
    frown = READ_OF_FROWN**-brows_power - factors["brows"]
    more = torch.zeros_like(moved)
    more[:, 1] = lids * (1 / READ_OF_LIDS - factors["eyes"]) * expression[:, 1]
    more[:, 1] += brows * frown * expression[:, 1].clamp_min(0)
    return moved + more


def coefficient_correction(expression: Tensor, coefficients: Tensor, movements: Tensor, membership: Tensor) -> Tensor:
    """What has to be added to an expression (K, 3), as landmarks tell it, to bring it towards what coefficients say.

    `coefficients` (52,) count from rest, `movements` (52, K, 3) is what each moves; unknown ones (NaN) say nothing.
    """
    if not bool(torch.isfinite(coefficients).all()):
        return torch.zeros_like(expression)
    target = torch.einsum("c,ckd->kd", coefficients, movements)
    shares = {name: region.by_coefficients for name, region in REGIONS.items()}
    return (membership * _each(shares, membership)).sum(0)[:, None] * (target - expression)


def _each(values: dict[str, float], like: Tensor) -> Tensor:
    """(R, 1) a value for each of `REGIONS`."""
    return like.new_tensor([values[name] for name in REGIONS])[:, None]
