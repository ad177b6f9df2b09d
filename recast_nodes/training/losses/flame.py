"""The FLAME loss (eq. 4): the motion extractor's keypoints held to those of a head model, three sets in two frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor

from .wing import wing_loss


class KeypointTruth(NamedTuple):
    """Keypoints (B, K, 3) of a head model: at rest, acting, and acting where the head is (-1..1 of the crop)."""

    canonical: Tensor
    expression: Tensor
    posed: Tensor


class FoundKeypoints(NamedTuple):
    """The same as a motion extractor has them. By eq. 1 `expression` has no meaning of its own, and is not compared."""

    canonical: Tensor
    expression: Tensor | None
    posed: Tensor


def flame_loss(
    found: Sequence[FoundKeypoints], truth: Sequence[KeypointTruth], weights: tuple[float, float, float]
) -> Tensor:
    """The sum over frames (source and driving) and over the three sets, each with its weight."""
    total = found[0].canonical.new_zeros(())
    for one, true in zip(found, truth, strict=True):
        for seen, wanted, weight in zip(one, true, weights, strict=True):
            if seen is not None and weight:
                total = total + weight * wing_loss(seen, wanted)
    return total
