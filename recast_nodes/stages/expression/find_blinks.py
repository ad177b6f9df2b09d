"""Blinks in a performance: how far each eye is shut in them, and the same face without them. F frames; rows of two are
the picture's left and right eye.
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from ..thresholds import Amount, PublishedNumber, Threshold

LONGEST = Amount(
    0.6,
    "seconds",
    "a longer shut eye is no blink but a look down or sleep: blinks take 0.1 to 0.4 s",
)
FILM = PublishedNumber(24.0, "frames a second of film, where a plate does not say its own")
DEEPEST = Threshold(
    0.4,
    "of the opening before and after",
    "a blink, which shuts an eye at its deepest, from a lid that trembles or a squint that comes and goes; by eye",
    "half blinks of s18 go to 0.5",
)
USUAL = Amount(0.75, "quantile of a shot's gaps", "how far an eye is open beyond the ends of a shot: blinks are few")
BEGUN = Threshold(
    0.06, "of the opening before and after", "an eye that has begun to blink from tracking noise", "by eye, on s18, d14"
)


def measure_shut(gaps: Tensor, rate: float = FILM) -> Tensor:
    """(F, 2) 0..1 how far each eye is shut by a blink, from the gaps (F, 2) between its lids, frame by frame,
    of which there are `rate` a second.

    What is open about a blink is found by filling narrow valleys (grey-scale closing): a lid that stays low is none.
    """
    shut = (1 - gaps / close_valleys(gaps, int(LONGEST * rate)).clamp_min(1e-6)).clamp(0, 1)
    shut = torch.where(shut > BEGUN, shut, torch.zeros_like(shut))
    for eye in (0, 1):
        for first, last in runs(shut[:, eye] > 0):
            if shut[first : last + 1, eye].max() < DEEPEST:
                shut[first : last + 1, eye] = 0
    return shut


def close_valleys(values: Tensor, longest: int) -> Tensor:
    """`values` (F, 2) with valleys of up to `longest` frames filled; beyond the shot they are what they usually are."""
    reach = max(1, longest // 2)
    usual = values.quantile(USUAL, dim=0)[:, None, None].expand(-1, 1, 2 * reach)
    rows = torch.cat([usual, values.T[:, None], usual], 2)
    raised = functional.max_pool1d(rows, 2 * reach + 1, stride=1)
    lowered = -functional.max_pool1d(-raised, 2 * reach + 1, stride=1)
    return torch.maximum(lowered[:, 0].T, values)


def runs(marked: Tensor) -> list[tuple[int, int]]:
    """The first and the last row of each stretch in which `marked` (F,) is true."""
    steps = torch.diff(
        marked.int(), prepend=torch.zeros(1, dtype=torch.int32), append=torch.zeros(1, dtype=torch.int32)
    )
    firsts, ends = (steps == 1).nonzero()[:, 0].tolist(), (steps == -1).nonzero()[:, 0].tolist()
    return [(first, end - 1) for first, end in zip(firsts, ends, strict=True)]


def bridge(values: Tensor, shut: Tensor) -> Tensor:
    """`values` (F, ...) in whose frames that are `shut` (F,) stands the way from the frame before to that after."""
    result = values.clone()
    for first, last in runs(shut > 0):
        before, after = first - 1, last + 1
        if before < 0 and after >= len(values):
            continue
        ends = values[max(before, 0) if before >= 0 else after], values[after if after < len(values) else before]
        for row in range(first, last + 1):
            result[row] = torch.lerp(ends[0], ends[1], (row - before) / (after - before))
    return result
