"""What was acted, from what a landmarker read of it.

A landmarker leans towards the typical face: it reads less of a movement than there is. How much less was measured
(`tools/reading_gauge.py`) by moving pixels of real faces by known amounts and tracking the result: it is alike on all
of them, and differs between regions. Driver and plate are read by the same instrument, so what it takes off a
difference between them has to be given back before pixels are moved by it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .regions import REGIONS

READ = {"brows": 0.83, "eyes": 0.74, "gaze": 0.80, "mouth": 0.92, "jaw": 1.0, "cheeks": 0.77}
"""The share of a region's movement that is read."""
READ_OF_FROWN = 0.53  # of a brow that sinks
BROWS_GIVEN_BACK = 0.5  # power of a brow's factor: a person is known by the brows, and all of it costs the likeness


def acted(expression: Tensor, membership: Tensor) -> Tensor:
    """Movements (K, 3) from rest as they were acted, from an expression (K, 3) as it was read; y is down.

    `membership` (6, K) is how much each keypoint belongs to each of `REGIONS`.
    """
    rising, sunk = (share**-BROWS_GIVEN_BACK for share in (READ["brows"], READ_OF_FROWN))
    regions = {name: 1 / share for name, share in READ.items()} | {"brows": rising}
    factors = (membership * membership.new_tensor([regions[name] for name in REGIONS])[:, None]).sum(0)
    moved = expression * factors[:, None]
    frown = membership[REGIONS.index("brows")] * (sunk - rising)
    sinking = torch.zeros_like(moved)
    sinking[:, 1] = frown * expression[:, 1].clamp_min(0)
    return moved + sinking
