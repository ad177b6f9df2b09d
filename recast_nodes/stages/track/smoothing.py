"""Smoothing over time without delay: every result looks as far ahead as back.

`steady` takes the jitter off landmarks and leaves acting alone. Straight lines are fitted to longer and longer
stretches about the present frame, and each is trusted as far as it agrees with the shorter ones, within the
noise that they differ by. So a still face is averaged over a second to either side, motion at constant speed is kept
exactly, and a blink or a step, which no line agrees with, stays as fast as it was acted. This is stagewise aggregation
(D. Belomestny, V. Spokoiny, Annals of Statistics 35, 2007) of local linear fits. Trust is a number: nothing switches.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from ..thresholds import Amount, Count, PublishedNumber, Ramp

MEDIAN_OF_NORMAL = PublishedNumber(0.6745, "the median of a standard normal distribution's absolute values")
SECOND_DIFFERENCES = PublishedNumber(6.0, "the variance of white noise's second differences, in its own: 1 + 4 + 1")
REACH = Count(
    12, "times `frames`", "so far ahead and back at most: with a `steady` of 2 a still face is averaged over a second"
)
WIDER = Amount(1.4, "times the stretch before", "stretches of 1, 2, 3, 5, 7 ...; no measurement is on record")
DEPARTS = Ramp(
    2.0,
    2.0,
    "noise levels",
    "a longer stretch that is believed from one in which the face moves",
    "what this keeps of fast and of slow movements is measured in decision 21",
)
TOGETHER = Count(64, "points", "in work at once, so that long shots take little memory")


def steady(values: Tensor, frames: float, noise: Tensor) -> Tensor:
    """Values (T, N, D) without their jitter; 0 `frames` change nothing, more look further ahead and back.

    `noise` (broadcast to (N, D)) is the standard deviation of the jitter. A point is trusted as the least trusted of
    its D numbers is, so that a lid that moves in y alone counts in full.
    """
    if frames < 1e-3 or len(values) < 3:
        return values
    noise = noise.double().clamp_min(1e-9).expand(values.shape[1:])
    parts = zip(values.double().split(TOGETHER, 1), noise.split(TOGETHER), strict=True)
    return torch.cat([_aggregate(part, REACH * frames, level) for part, level in parts], 1).to(values)


def _aggregate(values: Tensor, furthest: float, noise: Tensor) -> Tensor:
    result, left = values, values.new_ones(len(values), 1, 1)  # what is left of the noise's variance
    trust = torch.ones_like(values[..., :1])
    for reach in _reaches(min(furthest, len(values) - 1)):
        fitted, variance = _line_fits(values, reach)
        better = variance < left  # the first stretch at an end of the shot is a line through two frames
        expected = noise * (left - variance).clamp_min(1e-6).sqrt()  # of a difference that is nothing but noise
        departure = ((fitted - result) / expected).abs().amax(-1, keepdim=True)
        trust = trust * torch.where(better, 1 - DEPARTS(departure), 1.0)
        result = torch.lerp(result, fitted, trust * better)
        left = torch.minimum(left, variance)
    return result


def _reaches(furthest: float) -> Iterator[int]:
    """1, 2, 3, 5, 7, ... and the furthest itself."""
    reach, furthest = 1, round(furthest)
    while reach < furthest:
        yield reach
        reach = math.ceil(WIDER * reach)
    if furthest > 0:
        yield furthest


def _line_fits(values: Tensor, reach: int) -> tuple[Tensor, Tensor]:
    """Where straight lines through the frames up to `reach` away from each of T frames pass that frame (T, N, D), and
    the share of white noise's variance that is left there (T, 1, 1). Lines at the ends of a shot have fewer frames.
    """
    times = torch.arange(len(values), dtype=values.dtype)[:, None, None]
    first, last = (times - reach).clamp_min(0), (times + reach).clamp(max=len(values) - 1)
    count, away = last - first + 1, times - (first + last) / 2
    spread = count * (count.square() - 1) / 12
    centred = values - values.mean(0)
    mean, moment = (_sum_rows(each, first, last) for each in (centred, times * centred))
    mean = mean / count
    slope = (moment - count * (times - away) * mean) / spread
    return values.mean(0) + mean + slope * away, 1 / count + away.square() / spread


def _sum_rows(values: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """(T, ...) sums of values (T, ...) from row `first` to row `last` (T, 1, 1), both included."""
    sums = torch.cat([torch.zeros_like(values[:1]), values.cumsum(0)])
    return sums[last.flatten().long() + 1] - sums[first.flatten().long()]


def jitter(values: Tensor) -> Tensor:
    """Standard deviation (N, D) of the noise in values (T, N, D): the median over time, so that acting does not count.

    Second differences of white noise have sqrt(6) of its deviation; even motion has none.
    """
    if len(values) < 5:
        return torch.zeros_like(values[0])
    bends = values[2:] - 2 * values[1:-1] + values[:-2]
    return bends.abs().median(0).values / (MEDIAN_OF_NORMAL * math.sqrt(SECOND_DIFFERENCES))


def settle(values: Tensor, frames: float) -> Tensor:
    """Values (T, D) through a Gaussian of `frames` standard deviation; even motion is kept, also at both ends."""
    if frames < 1e-3 or len(values) < 2:
        return values
    reach = min(math.ceil(3 * frames), len(values) - 1)
    kernel = torch.exp(-torch.arange(-reach, reach + 1, dtype=values.dtype).square() / (2 * frames**2))
    before = 2 * values[:1] - values[1 : reach + 1].flip(0)  # turned about the end, so that a slope goes on
    after = 2 * values[-1:] - values[-reach - 1 : -1].flip(0)
    padded = torch.cat([before, values, after]).T[:, None]
    return torch.nn.functional.conv1d(padded, (kernel / kernel.sum())[None, None])[:, 0].T
