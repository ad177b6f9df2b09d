"""Who lends at each frame of a shot: the cheapest path through the candidates (A. Viterbi, 1967).

A choice for each frame by itself would flicker between candidates that fit alike. A change of the lender costs
something, unless it happens where nothing of the lender is seen.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def find_path(costs: Tensor, changes: Tensor) -> list[int]:
    """The candidate at each of T frames that makes the sum of all costs least.

    `costs` (T, N) is what a candidate costs at a frame, infinite where it cannot lend; every frame needs one that can.
    `changes` (T - 1,) is what it costs to go from one candidate to another between two frames. Of paths that cost the
    same, the one that changes later, to the candidate that comes first, is taken.
    """
    unary, jumps = costs.double().numpy(), changes.double().numpy()
    frames, count = unary.shape
    total = unary[0].copy()
    came = np.zeros((frames, count), np.int64)
    for frame in range(1, frames):
        best = int(total.argmin())
        stays = total <= total[best] + jumps[frame - 1]
        came[frame] = np.where(stays, np.arange(count), best)
        total = np.where(stays, total, total[best] + jumps[frame - 1]) + unary[frame]
    path = [int(total.argmin())]
    for frame in range(frames - 1, 0, -1):
        path.append(int(came[frame, path[-1]]))
    return path[::-1]


def shares_about_changes(path: list[int], shown: Tensor, frames: int) -> list[tuple[int, float]]:
    """For each frame of a path, who else lends there and its share 0..0.5: a change of the lender is a dissolve.

    It takes `frames` on either side, as far as nobody else lends in them; `shown` (T,) 0..1 is how much of the lender
    is seen, and where a change is not seen there is none to soften.
    """
    others = [(own, 0.0) for own in path]
    for at in range(1, len(path)):
        before, after = path[at - 1], path[at]
        if before == after or float(torch.minimum(shown[at - 1], shown[at])) == 0:
            continue
        for step in range(frames):
            share = 0.5 * (1 - (step + 0.5) / frames)
            for frame, own, other in ((at + step, after, before), (at - 1 - step, before, after)):
                if 0 <= frame < len(path) and path[frame] == own and others[frame][1] < share:
                    others[frame] = other, share
    return others
