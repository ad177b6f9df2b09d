"""Who is who: faces told apart by what they look like, in numbers that a network gives of each (SFace's, 128 of them).

A place can be anybody's: of two faces that cross, one takes the other's place. What is said here is said of trails, so
that single frames in which a face is turned, blurred or half hidden decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..thresholds import Count, Threshold

if TYPE_CHECKING:
    from .association import Sighting, Trail

SAME = Threshold(
    0.363,
    "cosine of SFace's embeddings",
    "one person from another",
    "published with the network by OpenCV. In crossings of the evaluation's clips two people had 0.33 at most, one "
    "person 0.67 and more, and a face that was misread, since it was half hidden, 0.34",
)
LATELY = Count(12, "sightings", "whose mean a face is compared with: half a second, in which a head turns little")


def are_known(trails: Sequence[Trail]) -> bool:
    """Whether the faces of these trails were looked at by who they are."""
    return any(sighting.who is not None for trail in trails for sighting in trail)


def mean_of(sightings: Sequence[Sighting]) -> Tensor | None:
    """(128,) the mean embedding, of unit length; None where none is known."""
    known = [sighting.who for sighting in sightings if sighting.who is not None]
    if not known:
        return None
    mean = torch.stack(known).double().mean(0)
    return mean / mean.norm().clamp_min(1e-9)


def likeness(one: Tensor | None, other: Tensor | None) -> float | None:
    """The cosine of two embeddings; None where either is unknown."""
    return None if one is None or other is None else float(torch.dot(one.double(), other.double()))


def likeness_to_itself(trail: Trail) -> dict[int, float]:
    """By frame, how much a face looks like itself, as a share of how much it mostly does; nothing where unknown."""
    mean = mean_of(trail)
    alike = {sighting.frame: likeness(mean, sighting.who) for sighting in trail}
    known = {frame: value for frame, value in alike.items() if value is not None}
    usual = float(torch.tensor(list(known.values())).median()) if known else 1.0
    return {frame: value / max(usual, 1e-6) for frame, value in known.items()}


def is_another(trail: Trail, sighting: Sighting) -> bool:
    """Whether a face is surely not the one of a trail, by who it looked like lately."""
    alike = likeness(mean_of(trail[-LATELY:]), sighting.who)
    return alike is not None and alike < SAME


def gather_people(trails: Sequence[Trail]) -> list[Trail]:
    """Everybody's trails joined, the longest first; nobody is in one frame twice. A trail is somebody's who looks most
    like its face, and otherwise a person's of its own.
    """
    people: list[Trail] = []
    for trail in sorted(trails, key=len, reverse=True):
        frames, looks = {sighting.frame for sighting in trail}, mean_of(trail)
        alike = [
            -1.0 if any(sighting.frame in frames for sighting in person) else likeness(mean_of(person), looks) or -1.0
            for person in people
        ]
        best = max(range(len(people)), key=alike.__getitem__, default=-1)
        if best >= 0 and alike[best] >= SAME:
            people[best] = sorted([*people[best], *trail], key=lambda sighting: sighting.frame)
        else:
            people.append(list(trail))
    return people
