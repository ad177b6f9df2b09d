"""Smoothing over time without delay: every result looks as far ahead as back.

`steady` takes the jitter off landmarks and leaves acting alone. It averages pairs of frames that lie symmetrically
about the present one, each pair trusted as far as its mean agrees with the present within the measured noise. Motion at
constant speed is therefore kept exactly, and a blink or a step, which no pair about it agrees with, stays as fast as
it was acted. This is the bilateral filter (C. Tomasi, R. Manduchi, ICCV 1998) in time, on symmetric pairs.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

AGREEMENT = 2.0  # noise levels that a pair's mean may lie away from the present and still be mostly trusted
ROUNDS = 2  # the second round judges by the first one's result, which is less noisy
LEAST = 0.01  # frames: less than this smooths nothing
REACH = 2.5  # how many `frames` to look ahead and back
ENDING = 6  # frames whose even motion tells where a shot's first and last frame are


def steady(values: Tensor, frames: float, noise: Tensor) -> Tensor:
    """Values (T, N, D) with jitter averaged over about `frames` on either side; 0 changes nothing.

    `noise` (broadcast to (N, D)) is the standard deviation of the jitter. A point is
    trusted as the least trusted of its D numbers is, so that a lid that moves in y alone counts in full.
    """
    if frames < LEAST or len(values) < 3:
        return values
    guide = values
    for _ in range(ROUNDS):
        guide = _average_pairs(values, guide, frames, noise.clamp_min(1e-9))
    return guide


def _average_pairs(values: Tensor, guide: Tensor, frames: float, noise: Tensor) -> Tensor:
    reach = min(math.ceil(REACH * frames), len(values) - 1)
    longer, longer_guide = (_turned_at_ends(each, reach, noise) for each in (values, guide))
    total, weights = values.clone(), torch.ones_like(values[..., :1])
    for step in range(1, reach + 1):
        inner = slice(reach - step, reach + len(values) + step)
        departure = (_pair_means(longer_guide[inner], step) - guide) / noise
        disagreement = departure.square().amax(-1, keepdim=True) / (2 * AGREEMENT**2)
        weight = torch.exp(-disagreement - step**2 / (2 * frames**2))
        total += weight * _pair_means(longer[inner], step)
        weights += weight
    return total / weights


def _turned_at_ends(values: Tensor, reach: int, noise: Tensor) -> Tensor:
    """Values (T, N, D) with `reach` more frames at both ends, turned about where the first and the last frame are
    likely to be: else these would have no pairs and keep all their jitter.
    """
    first, last = _likely_first(values, noise), _likely_first(values.flip(0), noise)
    before, after = 2 * first - values[1 : reach + 1].flip(0), 2 * last - values[-reach - 1 : -1].flip(0)
    return torch.cat([before, values, after])


def _likely_first(values: Tensor, noise: Tensor) -> Tensor:
    """(N, D) where a straight line through the first frames begins; the first value itself where they lie on none."""
    count = min(ENDING, len(values))
    places = torch.arange(count, dtype=values.dtype)
    along = (places - places.mean()) / (places - places.mean()).square().sum()
    slope = torch.einsum("t,tnd->nd", along, values[:count])
    begin = values[:count].mean(0) - slope * places.mean()
    misses = (values[:count] - begin - slope * places[:, None, None]) / noise
    trust = torch.exp(-misses.square().amax((0, 2), keepdim=True)[0] / (2 * AGREEMENT**2))
    return torch.lerp(values[0], begin, trust)


def _pair_means(values: Tensor, step: int) -> Tensor:
    """(T - 2 step, ...) mean of the values `step` frames before and after each frame that has both."""
    return (values[: -2 * step] + values[2 * step :]) / 2


def jitter(values: Tensor) -> Tensor:
    """Standard deviation (N, D) of the noise in values (T, N, D): the median over time, so that acting does not count.

    Second differences of white noise have sqrt(6) of its deviation; even motion has none.
    """
    if len(values) < 5:
        return torch.zeros_like(values[0])
    bends = values[2:] - 2 * values[1:-1] + values[:-2]
    return bends.abs().median(0).values / (0.6745 * math.sqrt(6.0))


def settle(values: Tensor, frames: float) -> Tensor:
    """Values (T, D) through a Gaussian of `frames` standard deviation; even motion is kept, also at both ends."""
    if frames < LEAST or len(values) < 2:
        return values
    reach = min(math.ceil(3 * frames), len(values) - 1)
    kernel = torch.exp(-torch.arange(-reach, reach + 1, dtype=values.dtype).square() / (2 * frames**2))
    before = 2 * values[:1] - values[1 : reach + 1].flip(0)  # turned about the end, so that a slope goes on
    after = 2 * values[-1:] - values[-reach - 1 : -1].flip(0)
    padded = torch.cat([before, values, after]).T[:, None]
    return torch.nn.functional.conv1d(padded, (kernel / kernel.sum())[None, None])[:, 0].T
