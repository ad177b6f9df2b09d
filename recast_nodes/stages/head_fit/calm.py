"""The whole shot's smoothness: every unknown's trembling taken off, acting left as fast as it is."""

from __future__ import annotations

import torch
from torch import Tensor

from ..thresholds import Amounts
from ..track.smoothing import jitter, steady
from .articulated import LandmarkHead
from .problem import bounds
from .projection import ORIGIN, POSE, SCALE

EXPRESSION_NOISE = Amounts(
    (0.005, 0.03), "of a parameter's usual size", "least and most that is taken for trembling; decision 50"
)
POSE_NOISE = Amounts((0.0004, 0.002), "radians, or shares of the face's width", "the same of the head; decision 50")


def calm_shot(head: LandmarkHead, unknowns: Tensor, frames: float) -> Tensor:
    """Unknowns (T, P + 6) with their trembling averaged over up to 12 times `frames` to either side, as far as straight
    lines through them agree (see `track.smoothing`).
    """
    width = unknowns[:, SCALE].exp().median() * (head.rest[:, 0].max() - head.rest[:, 0].min())
    usual = torch.cat([head.spread, unknowns.new_ones(POSE)])
    usual[-POSE:][ORIGIN] = width
    values = (unknowns / usual)[..., None]
    least = torch.full_like(usual, EXPRESSION_NOISE[0])
    most = torch.full_like(usual, EXPRESSION_NOISE[1])
    least[-POSE:], most[-POSE:] = POSE_NOISE[0], POSE_NOISE[1]
    noise = jitter(values).clamp(least[:, None], most[:, None])
    low, high = bounds(head)
    return torch.minimum(torch.maximum(steady(values, frames, noise)[..., 0] * usual, low), high)
