"""Frames in which another face hides one: how far it can be read there, and how far it can be edited.

A mesh that is read from half a face is drawn aside, over the face before it. For a few frames the frames around know
better. Where a face stays hidden for longer, it has moved and acted meanwhile, and nobody saw how: then what is read is
better than what is made up, as long as the face is still known again, and the edit fades as the face goes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..thresholds import Count, Threshold

HIDDEN = Threshold(
    0.11,
    "of its landmarks",
    "a face that is read from one of which too much is covered",
    "in crossings of the evaluation's clips meshes were right with up to 0.07 covered, and from 0.147 on open eyes "
    "were read as shut",
)
BRIEF = Count(
    10,
    "frames",
    "four tenths of a second: in two crossings of footage, a face that was bridged for 8 was where it was expected",
)
KNOWN_AGAIN = Threshold(
    0.85,
    "of how much a face looks like itself otherwise",
    "what is read of a half hidden face from what is not",
    "in a crossing of digital humans landmarks were up to 15 pixels off at 0.9, of a face of 200, and up to 34 at 0.7",
)
FADES = Count(5, "frames", "in which an edit goes as a face is hidden for longer: a fifth of a second, no pop")


class Hidden(NamedTuple):
    """What another face hides of one."""

    unread: frozenset[int]  # the frames of its own whose landmarks are not to be believed
    trust: dict[int, float]  # frame: how far it may be edited, 0..1; 1 where nothing is said


def find_hidden(
    landmarks: Mapping[int, Tensor], before: Mapping[int, Tensor], alike: Mapping[int, float], every: Sequence[int]
) -> Hidden:
    """Where a face is hidden: `landmarks` (K, 2 or 3) in the frames in which it was found, `before` the outlines
    (F, N, 2) of faces before it, `alike` how much it looks like itself there, in how much it does otherwise. `every`
    are the shot's frames.
    """
    covered = {frame for frame in before if frame in landmarks and _covered(landmarks[frame], before[frame]) > HIDDEN}
    if covered.issuperset(landmarks):  # in the whole shot: what is read is all that there is
        return Hidden(frozenset(), {})
    unread: set[int] = set()
    trust: dict[int, float] = {}
    for run in _runs_away(covered, landmarks, every):
        if not any(frame in before for frame in run):
            continue
        ends = run[0] == every[0] or run[-1] == every[-1]
        if len(run) <= BRIEF and not ends:
            unread.update(run)
            continue
        unread.update(frame for frame in run if alike.get(frame, 0.0) < KNOWN_AGAIN)
        trust |= {frame: _fade(at, len(run), run, every) for at, frame in enumerate(run)}
    return Hidden(frozenset(unread), trust)


def _fade(at: int, length: int, run: Sequence[int], every: Sequence[int]) -> float:
    """How far a face may be edited in the frame at a place in a run, by how far it is from where it is seen."""
    before = at + 1 if run[0] != every[0] else FADES
    after = length - at if run[-1] != every[-1] else FADES
    return max(0.0, 1.0 - min(before, after) / FADES)


def _covered(landmarks: Tensor, outlines: Tensor) -> float:
    """The share of landmarks (K, 2 or 3) that lie inside any of the outlines (F, N, 2)."""
    points = landmarks[:, :2]
    return float(torch.stack([inside(points, outline) for outline in outlines]).any(0).float().mean())


def inside(points: Tensor, outline: Tensor) -> Tensor:
    """(K,) which of points (K, 2) lie inside a convex outline (N, 2), clockwise on screen."""
    way = outline.roll(-1, 0) - outline
    to = points[:, None] - outline
    return ((way[:, 0] * to[..., 1] - way[:, 1] * to[..., 0]) >= 0).all(1)


def _runs_away(covered: Collection[int], landmarks: Collection[int], every: Sequence[int]) -> list[list[int]]:
    """Stretches of the shot's frames in which a face is covered or not seen."""
    runs: list[list[int]] = [[]]
    for frame in every:
        if frame in landmarks and frame not in covered:
            runs.append([])
        else:
            runs[-1].append(frame)
    return [run for run in runs if run]
