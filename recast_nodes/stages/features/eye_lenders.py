"""Which frame of a shot, or of other footage of its actor, lends its open eyes to one whose eyes are shut.

Behind a lid there are no pixels to move. It is settled over the whole shot, one frame for all of a blink, so that
nothing switches from frame to frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from ...face.anatomy import (
    LEFT_IRIS,
    LEFT_SOCKET,
    RIGHT_IRIS,
    RIGHT_SOCKET,
    RIGID,
)
from ...wires import Eyes
from ..thresholds import Amount, Count, Threshold
from .donor import Lender
from .eyelids import LIDS, length, lid_gaps

USUAL = Amount(
    0.9, "quantile of a shot's lid gaps", "how far its eyes are open: blinks are few, and the widest frames a stare"
)
LEAST_GAP = Threshold(
    0.2, "widths of the eye", "a shot with open eyes from one without", "below it no frame can lend any; by eye"
)
SHUT = Threshold(
    0.8,
    "times the usual gap",
    "an eye that may need another frame's from one that does not",
    "without such frames the correlation of nine pairs rose from 0.764 to 0.807 (decision 7)",
)
OPEN = Threshold(
    0.9,
    "times the usual gap",
    "an eye that can be lent from one that cannot",
    "a lender has to be wider open than SHUT",
)
BETWEEN = Count(
    2, "frames", "lids that flutter so shortly are one blink, and have one lender, so that nothing switches"
)
MOST_TURNED = Threshold(
    0.2, "face sizes", "a view that an eye can be lent to from too different a one", "of the rigid landmarks; by eye"
)
SOON = Amount(24.0, "frames", "a second weighs as much as the farthest turn that is allowed; by eye")
GAZE = Amount(0.25, "widths of the eye", "an iris so far off its usual place weighs as much again; by eye")
_SOCKETS, _IRISES = (LEFT_SOCKET, RIGHT_SOCKET), (LEFT_IRIS, RIGHT_IRIS)


def measure_eyes(landmarks: Tensor, seen: bool) -> Eyes:
    """The eyes of landmarks (478, 3), square pixels."""
    rigid = landmarks[list(RIGID)]
    rigid = rigid - rigid.mean(0)
    gaze = []
    for (upper, _), iris in zip(LIDS, _IRISES):
        corners = landmarks[[upper[0], upper[-1]], :2]
        gaze.append((landmarks[iris[0], :2] - corners.mean(0)) / length(corners[1] - corners[0]))
    return Eyes(lid_gaps(landmarks), torch.stack(gaze), rigid / length(rigid).mean(), seen)


def choose_lenders(
    shot: Mapping[int, Eyes], takes: Mapping[str, Mapping[int, Eyes]] = MappingProxyType({})
) -> dict[int, Lender]:
    """For each frame whose eyes are shut, the frame that lends it open ones: the nearest in time, view and gaze; a
    frame of the takes, by their names, if none of the shot can.

    All frames of one blink have the same one. Blinks for which nobody shows open eyes from nearly there are left out.
    """
    frames = [frame for frame in sorted(shot) if shot[frame].seen]
    if not frames:
        return {}
    every = torch.stack([shot[frame].gaps for frame in frames])
    others = {
        Lender(frame, take): eyes for take, seen in takes.items() for frame, eyes in sorted(seen.items()) if eyes.seen
    }
    usual = torch.cat([every, *(eyes.gaps[None] for eyes in others.values())]).quantile(USUAL, dim=0)
    if bool((usual < LEAST_GAP).any()):
        return {}
    least = (every / usual).amin(1)
    own = {Lender(frame): shot[frame] for frame, gap in zip(frames, least) if gap >= OPEN}
    others = {lender: eyes for lender, eyes in others.items() if float((eyes.gaps / usual).amin()) >= OPEN}
    middle = torch.stack([shot[frame].gaze for frame in frames]).median(0).values
    found: dict[int, Lender] = {}
    for blink in _group_runs([row for row, gap in enumerate(least) if gap < SHUT]):
        rows = [frames[each] for each in blink]
        best = _find_best(shot, rows, own, middle) or _find_best(shot, rows, others, middle)
        if best is not None:
            found.update(dict.fromkeys(rows, best))
    return found


def _find_best(
    shot: Mapping[int, Eyes], blink: list[int], lenders: Mapping[Lender, Eyes], middle: Tensor
) -> Lender | None:
    """The lender that fits a blink best; None where none does."""
    costs = {each: _cost(shot, blink, each, eyes, middle) for each, eyes in lenders.items()}
    best = min(costs, key=lambda each: (costs[each], each), default=None)
    return best if best is not None and costs[best] < torch.inf else None


def _group_runs(rows: list[int]) -> list[list[int]]:
    """Rows in order, cut where more than BETWEEN are missing."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row - runs[-1][-1] <= BETWEEN + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _cost(shot: Mapping[int, Eyes], blink: list[int], lender: Lender, eyes: Eyes, middle: Tensor) -> float:
    """How ill the frame `lender` fits a blink; infinite where the head is turned too differently."""
    turned = max(float(length(shot[frame].view - eyes.view).mean()) for frame in (blink[0], blink[-1]))
    if turned > MOST_TURNED:
        return torch.inf
    away = 0.0 if lender.take else min(abs(lender.frame - frame) for frame in (blink[0], blink[-1])) / SOON
    return away + turned / MOST_TURNED + float(length(eyes.gaze - middle).max()) / GAZE
