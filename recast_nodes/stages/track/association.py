"""Which face is whose: faces of single frames are linked to trails over the shot, and one trail is followed.

By place and size alone, or by identity too, where it is on record (`stages.track.identity`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ...wires import Faces
from ..grid.similarity import roll
from ..thresholds import Amount, Count, Threshold
from .identity import is_another

UNMEASURED = "no measurement is on record"
GATE = Threshold(
    0.7,
    "sizes of the face",
    "a face's place in the next frame from another face's",
    "by how far it is from where it is expected: in 90 frames of the evaluation's nine clips none moved by over 0.19",
)
WIDENS = Amount(0.1, "of GATE, for each frame in which the face is not seen", UNMEASURED)
MEMORY = Count(12, "frames", f"half a second, for which an unseen face is expected to go on as it moved; {UNMEASURED}")
DAMPING = Amount(0.85, "of its speed, a frame", f"what an unseen face is expected to keep; {UNMEASURED}")
RECENT = Count(4, "sightings", f"a face's speed is that of its last ones; {UNMEASURED}")
ALIKE = Threshold(
    math.log(2.0),
    "logarithm of a ratio of sizes",
    "the same face come back from another",
    f"it may be half or twice as large; from frame to frame the nine clips' faces changed by 0.025; {UNMEASURED}",
)
FASTEST = Threshold(
    math.radians(75),
    "radians a frame",
    "a head that turns from a face that was misread",
    "heads turn by 20 degrees at most; a face that is upside down at once was misread (decision 26)",
)
ASTRAY = Threshold(
    3.0,
    "sizes of the face",
    "a face that comes back from another that appears",
    f"of how far from where it left, when others are there too; {UNMEASURED}",
)


class Sighting(NamedTuple):
    """One face in one frame."""

    frame: int
    entry: int  # its place in that frame's Faces
    x: float
    y: float
    size: float  # pixels
    alone: bool  # the only face in its frame
    turn: float  # radians clockwise on screen that it is turned by
    who: Tensor | None = None  # (128,) its embedding, where it was asked for


Trail = list[Sighting]


def link(seen: Mapping[int, Faces]) -> list[Trail]:
    """Trails of one face each, from frame to frame by expected place and size; nearest pairs are joined first.

    A face that jumps stays the same one while there is no other (a plate of every fourth frame, a whip pan).
    """
    trails: list[Trail] = []
    for frame in sorted(seen):
        sightings = _sightings(frame, seen[frame])
        alive = [trail for trail in trails if frame - trail[-1].frame <= MEMORY]
        costs = sorted(
            (_cost(trail, sighting), one, other)
            for one, trail in enumerate(alive)
            for other, sighting in enumerate(sightings)
        )
        taken: set[int] = set()
        continued: set[int] = set()
        for cost, one, other in costs:
            if cost <= 1.0 and one not in continued and other not in taken:
                alive[one].append(sightings[other])
                continued.add(one)
                taken.add(other)
        if not taken and _no_rival(alive, sightings):
            alive[0].append(sightings[0])
            continue
        trails += [[sighting] for other, sighting in enumerate(sightings) if other not in taken]
    return trails


def _no_rival(alive: Sequence[Trail], sightings: Trail) -> bool:
    """Whether the one face of a frame must be the one that was followed: it jumped, but there is nobody else."""
    if len(alive) != 1 or len(sightings) != 1:
        return False
    alike = abs(math.log(sightings[0].size / alive[0][-1].size)) <= ALIKE
    return alike and not _has_flipped(alive[0][-1], sightings[0]) and not is_another(alive[0], sightings[0])


def _has_flipped(last: Sighting, sighting: Sighting) -> bool:
    """Whether a face turned faster in the picture than any head does."""
    way = math.remainder(sighting.turn - last.turn, 2 * math.pi)
    return abs(way) > FASTEST * (sighting.frame - last.frame)


def _sightings(frame: int, faces: Faces) -> Trail:
    points = faces.landmarks[..., :2]
    if not len(points):
        return []
    low, high = points.amin(1), points.amax(1)
    centres, sizes = ((low + high) / 2).tolist(), (high - low).prod(-1).clamp_min(1e-6).sqrt().tolist()
    turns, alone = roll(points).tolist(), len(sizes) == 1
    who = [None] * len(sizes) if faces.identity is None else list(faces.identity)
    boxes = zip(centres, sizes, turns, who)
    return [Sighting(frame, i, x, y, size, alone, turn, one) for i, ((x, y), size, turn, one) in enumerate(boxes)]


def _cost(trail: Trail, sighting: Sighting) -> float:
    """At most 1 where the sighting may be the trail's next."""
    last, gap = trail[-1], sighting.frame - trail[-1].frame
    if _has_flipped(last, sighting) or is_another(trail, sighting):
        return math.inf
    x, y = _predict(trail, gap)
    allowed = GATE * (1 + WIDENS * (gap - 1))
    distance = math.hypot(sighting.x - x, sighting.y - y) / max(last.size, sighting.size)
    return distance / allowed + abs(math.log(sighting.size / last.size)) / ALIKE


def _predict(trail: Trail, gap: int) -> tuple[float, float]:
    """Where the face should be `gap` frames after it was last seen, slowing down."""
    last, before = trail[-1], trail[-min(len(trail), RECENT)]
    elapsed = last.frame - before.frame
    if not elapsed:
        return last.x, last.y
    travel = sum(DAMPING**step for step in range(gap)) / elapsed
    return last.x + (last.x - before.x) * travel, last.y + (last.y - before.y) * travel


def follow(trails: Sequence[Trail], chosen: Trail) -> Trail:
    """The chosen trail with those joined that are the same person before and after a longer absence.

    Without knowing who is who, a face that comes back is taken for the same one if it is about as large and either
    comes back near where it left or is the only face in the picture.
    """
    whole = list(chosen)
    others = [trail for trail in trails if trail is not chosen]
    for later in sorted((trail for trail in others if trail[0].frame > whole[-1].frame), key=lambda t: t[0].frame):
        if later[0].frame > whole[-1].frame and _comes_back(whole[-1], later[0]):
            whole = whole + later
    for earlier in sorted((t for t in others if t[-1].frame < whole[0].frame), key=lambda t: -t[-1].frame):
        if earlier[-1].frame < whole[0].frame and _comes_back(whole[0], earlier[-1]):
            whole = earlier + whole
    return whole


def _comes_back(known: Sighting, found: Sighting) -> bool:
    if abs(math.log(found.size / known.size)) > ALIKE:
        return False
    return found.alone or math.dist((known.x, known.y), (found.x, found.y)) < ASTRAY * max(known.size, found.size)


def centre_of(seen: Mapping[int, Faces]) -> tuple[float, float]:
    """The middle of the first frame whose size is known."""
    x, y, width, height = window_of(seen) or (0.0, 0.0, 0.0, 0.0)
    return x + width / 2, y + height / 2


def window_of(seen: Mapping[int, Faces]) -> tuple[float, float, float, float] | None:
    """The display window (x, y, width, height) of the first frame whose size is known."""
    known = (window for frame in sorted(seen) if (window := seen[frame].frame) is not None)
    window = next(known, None)
    if window is None:
        return None
    x, y, width, height = torch.as_tensor(window)[:4].tolist()
    return x, y, width, height
