"""Which of two faces stands before the other where they meet, and what of a face is hidden by it.

Nobody gives depth. It is concluded from the frames, once for each stretch of them in which two faces meet: the one that
goes on being seen, and that keeps looking like itself, stands before the one that does not. Where that says nothing,
the larger face is taken for the nearer one. Both faces come to the same answer, whichever of them is asked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..thresholds import Amount, Count, Threshold
from .association import Sighting, Trail
from .identity import likeness, mean_of

STANDS = ("as-seen", "in-front", "behind")
UNSEEN = Amount(0.5, "of a cosine", "what a frame tells in which one of two is not seen; by what covering takes off it")
TELLING = Threshold(
    0.25,
    "of a cosine, over a stretch",
    "two faces of which one covers the other from two that stand beside each other",
    "one frame in which one of them is not seen is enough; whole faces vary by 0.1 from frame to frame",
)
ROOM = Amount(0.5, "of both sizes", "so near to each other faces meet: their boundaries touch")
HIDDEN = Threshold(
    0.15,
    "of its landmarks",
    "a face that is read from one of which too much is covered: its mesh is drawn aside, and its eyes read as shut",
    "in crossings of the evaluation's clips meshes were right with up to 0.12 covered, and wrong from 0.27 on",
)
APART = Count(
    6, "frames", "in which two faces must be seen beside each other: a face that was found twice never is, for long"
)


class Meeting(NamedTuple):
    """A stretch of frames in which another face is near."""

    other: int  # which of the others
    frames: tuple[int, ...]
    nearer: bool  # the other stands before this one


def find_meetings(own: Trail, others: Sequence[Trail], stands: str) -> list[Meeting]:
    """Where a face meets others, and who is before whom; `stands` is one of STANDS."""
    meetings = []
    looks = _Looks(own)
    for number, other in enumerate(others):
        if not _is_somebody_else(own, other):
            continue
        theirs = _Looks(other)
        for frames in _stretches(looks, theirs):
            evidence = sum(looks.evidence(theirs, frame) for frame in frames)
            if stands != "as-seen":
                nearer = stands == "behind"
            elif abs(evidence) >= TELLING:
                nearer = evidence < 0
            else:
                nearer = _by_size(looks, theirs, frames)
            meetings.append(Meeting(number, frames, nearer))
    return meetings


def _by_size(own: _Looks, other: _Looks, frames: Sequence[int]) -> bool:
    sizes = [torch.tensor([each.at(frame).size for frame in frames]).median() for each in (own, other)]
    if sizes[0] == sizes[1]:
        return own.trail[0].x > other.trail[0].x
    return bool(sizes[0] < sizes[1])


class _Looks:
    """A trail by frame, with the frames between its sightings, and how much it looks like itself."""

    def __init__(self, trail: Trail):
        self.trail = trail
        self.seen = {sighting.frame: sighting for sighting in trail}
        self.frames = [sighting.frame for sighting in trail]
        mean = mean_of(trail)
        alike = {sighting.frame: likeness(mean, sighting.who) for sighting in trail}
        self.alike = {frame: value for frame, value in alike.items() if value is not None}
        self.usual = float(torch.tensor(list(self.alike.values())).median()) if self.alike else 0.0
        self.range = range(trail[0].frame, trail[-1].frame + 1)

    def at(self, frame: int) -> Sighting:
        """The face in a frame of its range, between two sightings as a mean of both."""
        if frame in self.seen:
            return self.seen[frame]
        place = bisect_left(self.frames, frame)
        before, after = self.trail[place - 1], self.trail[place]
        share = (frame - before.frame) / (after.frame - before.frame)
        x, y, size = (getattr(before, name) * (1 - share) + getattr(after, name) * share for name in ("x", "y", "size"))
        return before._replace(frame=frame, x=x, y=y, size=size)

    def evidence(self, other: _Looks, frame: int) -> float:
        """How much a frame speaks for this face being before the other; the other one's is its opposite."""
        here, there = frame in self.seen, frame in other.seen
        if here != there:
            return UNSEEN if here else -UNSEEN
        return other._lacks(frame) - self._lacks(frame)

    def _lacks(self, frame: int) -> float:
        return max(0.0, self.usual - self.alike[frame]) if frame in self.alike else 0.0


def _is_somebody_else(own: Trail, other: Trail) -> bool:
    """Whether two trails are two faces: one that was found twice lies on itself wherever it is."""
    places = {sighting.frame: sighting for sighting in own}
    apart = [_distance(places[s.frame], s) > ROOM for s in other if s.frame in places]
    return sum(apart) >= min(APART, len(other)) or not apart


def _distance(one: Sighting, other: Sighting) -> float:
    """Between the middles of two faces, in the mean of their sizes."""
    return ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5 / (0.5 * (one.size + other.size))


def _stretches(own: _Looks, other: _Looks) -> list[tuple[int, ...]]:
    """Frames in a row in which two faces are near each other."""
    both = sorted(set(own.range) & set(other.range) & ({*own.seen} | {*other.seen}))
    stretches: list[list[int]] = []
    last = None
    for at, frame in enumerate(both):
        if _distance(own.at(frame), other.at(frame)) < 1 + 2 * ROOM:
            if last == at - 1 and stretches:
                stretches[-1].append(frame)
            else:
                stretches.append([frame])
            last = at
    return [tuple(stretch) for stretch in stretches]


def inside(points: Tensor, outline: Tensor) -> Tensor:
    """(K,) which of points (K, 2) lie inside a convex outline (N, 2), clockwise on screen."""
    way = outline.roll(-1, 0) - outline
    to = points[:, None] - outline
    return ((way[:, 0] * to[..., 1] - way[:, 1] * to[..., 0]) >= 0).all(1)


def hidden_frames(
    landmarks: Mapping[int, Tensor], before: Mapping[int, Tensor], longest: int, every: Sequence[int]
) -> Collection[int]:
    """The frames in which too much of a face is covered for its landmarks to be believed: those of its own frames
    (`landmarks`, (K, 2 or 3) each) in which faces `before` it, by their outlines (F, N, 2), cover HIDDEN of it.
    `every` are the shot's frames. Where that lasts for more than `longest` of them, such landmarks are better than
    none.
    """
    hidden = set()
    for frame, outlines in before.items():
        if frame in landmarks:
            points = landmarks[frame][:, :2]
            covered = torch.stack([inside(points, outline) for outline in outlines]).any(0)
            if float(covered.float().mean()) > HIDDEN:
                hidden.add(frame)
    return {frame for run in _runs_away(hidden, landmarks, every) if len(run) <= longest for frame in run}


def _runs_away(hidden: Collection[int], landmarks: Collection[int], every: Sequence[int]) -> list[list[int]]:
    """Stretches of the shot's frames in which a face is hidden or not seen, without those at its ends."""
    runs: list[list[int]] = [[]]
    for frame in every:
        if frame in landmarks and frame not in hidden:
            runs.append([])
        else:
            runs[-1].append(frame)
    return [run for run in runs[1:-1] if run]
