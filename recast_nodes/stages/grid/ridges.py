"""Thin lines on a strip: how much each place looks like one, and the best course of one along the strip.

A strip (N, M) is a picture unrolled: N steps along the line that is looked for, M cells across it.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...natives import opencv

cv2 = opencv()

NEVER = -1e9  # the gain of a course that leaves the strip: less than any that stays on it


def ridges(strip: Tensor, widths: tuple[int, ...]) -> Tensor:
    """(len(widths), N, M) by how much each place of `strip` (N, M) is darker, or lighter, than both sides are, if it is
    the middle of a line that goes on for so many cells to each side.
    """
    return torch.stack([_ridge(strip, half) for half in widths])


def _ridge(strip: Tensor, half: int) -> Tensor:
    beside = max(1, (half + 1) // 2)
    off = half + 1 + beside
    middle, sides = (
        _mean(strip, half),
        functional.pad(_mean(strip, beside)[:, None], (off, off), mode="replicate")[:, 0],
    )
    one, other = sides[:, : -2 * off], sides[:, 2 * off :]
    darker = torch.minimum(one, other) - middle
    lighter = middle - torch.maximum(one, other)
    return torch.maximum(darker, lighter).clamp_min(0)


def _mean(strip: Tensor, half: int) -> Tensor:
    """The mean of so many cells to each side, across."""
    cells = np.ascontiguousarray(strip.numpy())
    return torch.from_numpy(cv2.blur(cells, (2 * half + 1, 1), borderType=cv2.BORDER_REPLICATE))


def average_along(values: Tensor, steps: int, closed: bool) -> Tensor:
    """`values` (N, M) averaged over so many steps to each side along the strip."""
    columns = values.T[None]
    padded = functional.pad(columns, (steps, steps), mode="circular" if closed else "replicate")
    return functional.avg_pool1d(padded, 2 * steps + 1, 1)[0].T


def find_course(gain: Tensor, closed: bool, stiffness: float, furthest: int) -> Tensor:
    """(N,) the cell across at each step along: the course of the largest sum of `gain` (N, M), that goes at most
    `furthest` cells aside in a step; k cells cost `stiffness` k². A closed one ends where it begins.
    """
    values, whole = gain.double().numpy(), len(gain)
    if closed:  # twice round, so that the middle of the way knows nothing of its ends
        values = np.concatenate([values, values])
    cells = values.shape[1]
    aside, here = np.arange(-furthest, furthest + 1), np.arange(cells)
    reach, cost = here + aside[:, None] + furthest, stiffness * aside[:, None] ** 2
    came, total = np.zeros(values.shape, np.int64), np.full(cells + 2 * furthest, NEVER)
    total[furthest:-furthest] = values[0]
    for step in range(1, len(values)):
        reached = total[reach] - cost
        best = reached.argmax(0)
        came[step] = here + aside[best]
        total[furthest:-furthest] = values[step] + reached[best, here]
    course = np.empty(len(values), np.int64)
    course[-1] = total[furthest:-furthest].argmax()
    for step in range(len(values) - 1, 0, -1):
        course[step - 1] = came[step, course[step]]
    if closed:
        course = np.roll(course[whole // 2 : whole // 2 + whole], whole // 2)
    return torch.from_numpy(course)
