"""Which of two faces stands before the other where they meet.

Nobody gives depth. It is concluded from the frames, once for each time that two faces meet and cover some of each
other: the one that goes on being seen, and that keeps looking like itself, stands before the one that does not. Where
that says nothing, the larger face is taken for the nearer one. Both faces come to the same answer, whichever of them is
asked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import torch

from ..thresholds import Amount, Count, Threshold
from .association import Sighting, Trail
from .identity import likeness_to_itself

STANDS = ("as-seen", "in-front", "behind")
UNSEEN = Amount(
    0.5,
    "of its likeness to itself",
    "what a frame tells in which one of two is not seen; by what covering takes off it",
)
TELLING = Threshold(
    0.25,
    "of a likeness, over a stretch",
    "two faces of which one covers the other from two that stand beside each other",
    "one frame in which one of them is not seen is enough; whole faces vary by 0.1 from frame to frame",
)
ROOM = Amount(0.5, "of both sizes", "so near to each other faces meet: their boundaries touch")
COVERS = Threshold(
    1.0, "of both sizes", "faces of which one covers some of the other from faces beside each other", "half a face each"
)
APART = Count(
    6, "frames", "in which two faces must be seen beside each other: a face that was found twice never is, for long"
)


class Meeting(NamedTuple):
    """A stretch of frames in which another face is near."""

    other: int  # which of the others
    frames: tuple[int, ...]
    nearer: bool  # the other stands before this one


def find_meetings(own: Trail, others: Sequence[Trail], stands: str | Mapping[int, str]) -> list[Meeting]:
    """Where a face meets others, and who is before whom; `stands` is one of STANDS, or one for each frame."""
    meetings = []
    looks = _Looks(own)
    for number, other in enumerate(others):
        if not _is_somebody_else(own, other):
            continue
        theirs = _Looks(other)
        for frames in _stretches(looks, theirs):
            for part, as_seen in _as_seen(looks, theirs, frames):
                for word, run in groupby(part, lambda frame: stands if isinstance(stands, str) else stands[frame]):
                    nearer = as_seen if word == "as-seen" else word == "behind"
                    meetings.append(Meeting(number, tuple(run), nearer))
    return meetings


def _as_seen(own: _Looks, other: _Looks, frames: Sequence[int]) -> Iterator[tuple[Sequence[int], bool]]:
    """The parts of a stretch, and whether the other stands before this face in each: one for every time that they cover
    some of each other. One that tells nothing by itself is as the whole stretch.
    """
    whole = _tell(own, other, frames)
    nearer = _by_size(own, other, frames) if whole is None else whole
    for part in _split(own, other, frames):
        here = _tell(own, other, part)
        yield part, nearer if here is None else here


def _tell(own: _Looks, other: _Looks, frames: Sequence[int]) -> bool | None:
    """Whether frames show the other before this face; None where they do not tell."""
    evidence = sum(own.evidence(other, frame) for frame in frames)
    return evidence < 0 if abs(evidence) >= TELLING else None


def _split(own: _Looks, other: _Looks, frames: Sequence[int]) -> list[Sequence[int]]:
    """A stretch cut where two faces that cover some of each other again are farthest apart in between."""
    away = [_distance(own.at(frame), other.at(frame)) for frame in frames]
    cuts, last = [0], None
    for at, distance in enumerate(away):
        if distance < COVERS:
            if last is not None and at - last > 1:
                cuts.append(max(range(last + 1, at), key=away.__getitem__))
            last = at
    return [frames[start:end] for start, end in zip(cuts, [*cuts[1:], len(frames)])]


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
        self.alike = likeness_to_itself(trail)
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
        return max(0.0, 1.0 - self.alike.get(frame, 1.0))


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
