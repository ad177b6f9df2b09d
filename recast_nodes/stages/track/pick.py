"""Which of several faces is meant: by its size, its place, its number, a box, a point, or a picture of the person.

Where it is known who is who, everybody is one trail before one is picked, and places are judged in the first frame that
shows most of them: two who cross are in the same place on average.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from torch import Tensor

from ...errors import NoFace
from ...wires import Faces
from ..thresholds import Threshold
from .association import Trail, centre_of, follow, link, window_of
from .identity import SAME, are_known, gather_people, likeness, mean_of

PICKS = ("largest", "left-most", "right-most", "nearest-to-centre", "index", "box", "point", "person")
MAJOR = Threshold(
    0.25,
    "of the longest trail's length",
    "a face that may be picked by its place from a passer-by or a mistake",
    "no measurement is on record",
)


class Pick(NamedTuple):
    """Which of the faces is meant. `frame` None: by the whole shot."""

    rule: str = "largest"
    number: int = 0  # from the left
    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom, pixels
    frame: int | None = None
    point: tuple[float, float] = (0.0, 0.0)  # pixels
    person: Tensor | None = None  # (128,) the embedding of a picture of the person
    file: str = ""  # and its name


class Cast(NamedTuple):
    """Who is in a shot: the face that is meant, and everybody else, whole."""

    picked: Trail
    others: list[Trail]


def cast_of(seen: Mapping[int, Faces], pick: Pick) -> Cast | None:
    """Who is in a shot; None where nobody is. Raises NoFace as `choose` does, and for a point outside the picture."""
    trails = link(seen)
    if not trails:
        return None
    _check_point(seen, pick)
    if are_known(trails):
        people = gather_people(trails)
        picked = choose(people, pick, centre_of(seen), together=True)
        return Cast(picked, [person for person in people if person is not picked])
    picked = follow(trails, choose(trails, pick, centre_of(seen)))
    left = sorted((trail for trail in trails if trail[0] not in picked), key=len, reverse=True)
    others = []
    while left:
        whole = follow(left, left[0])
        left = [trail for trail in left if trail[0] not in whole]
        others.append(whole)
    return Cast(picked, others)


def _check_point(seen: Mapping[int, Faces], pick: Pick) -> None:
    """Raises NoFace where a point is meant to be on a face and is not even in the picture, naming its size."""
    window = window_of({frame: faces for frame, faces in seen.items() if pick.frame in (None, frame)})
    if pick.rule != "point" or window is None:
        return
    x, y, width, height = window
    if not (x <= pick.point[0] <= x + width and y <= pick.point[1] <= y + height):
        where = "" if pick.frame is None else f" in frame {pick.frame}"
        start = "" if x == y == 0 else f" from ({x:g}, {y:g}) on"
        text = f"FaceTrack.point_x and point_y ({pick.point[0]:g}, {pick.point[1]:g}) lie outside the picture, which is"
        raise NoFace(f"{text} {width:g} x {height:g} pixels{start}{where}.")


def choose(trails: Sequence[Trail], pick: Pick, centre: tuple[float, float], together: bool = False) -> Trail:
    """The trail that is meant. Raises NoFace, naming the knob, where there is none. `trails` is not empty.

    `together`: places are judged in the first frame that shows most of the trails, not by their means.
    """
    if pick.rule == "person":
        return _by_looks(trails, pick)
    if pick.frame is not None:
        return _at_frame(trails, pick, centre)
    if pick.rule == "largest":
        return max(trails, key=lambda trail: sum(sighting.size**2 for sighting in trail))
    if pick.rule == "box":
        return _in_box(trails, trails, pick)
    longest = max(map(len, trails))
    major = [trail for trail in trails if len(trail) >= MAJOR * longest]
    shown = _when_together(major) if together else major
    picked = _by_place(shown, pick, centre, "the shot")
    return major[next(at for at, moment in enumerate(shown) if moment is picked)]


def _when_together(trails: Sequence[Trail]) -> list[Trail]:
    """Each trail in the first frame that shows most of them; whole where that frame does not show it."""
    counts: dict[int, int] = {}
    for trail in trails:
        for sighting in trail:
            counts[sighting.frame] = counts.get(sighting.frame, 0) + 1
    frame = min(counts, key=lambda each: (-counts[each], each))
    return [[sighting for sighting in trail if sighting.frame == frame] or trail for trail in trails]


def _at_frame(trails: Sequence[Trail], pick: Pick, centre: tuple[float, float]) -> Trail:
    """As `choose`, judged by one frame alone."""
    there = [(trail, [sighting]) for trail in trails for sighting in trail if sighting.frame == pick.frame]
    if not there:
        frames = [sighting.frame for trail in trails for sighting in trail]
        text = f"FaceTrack.pick_frame is {pick.frame}, and no face was found in that frame"
        raise NoFace(f"{text}: the first with a face is {min(frames)}, the last {max(frames)}.")
    whole, shown = [trail for trail, _ in there], [moment for _, moment in there]
    if pick.rule == "largest":
        return max(there, key=lambda pair: pair[1][0].size)[0]
    if pick.rule == "box":
        return _in_box(whole, shown, pick)
    picked = _by_place(shown, pick, centre, f"frame {pick.frame}")
    return next(trail for trail, moment in there if moment is picked)


def _by_place(trails: Sequence[Trail], pick: Pick, centre: tuple[float, float], where: str) -> Trail:
    from_left = sorted(trails, key=lambda trail: _mean(sighting.x for sighting in trail))
    if pick.rule == "left-most":
        return from_left[0]
    if pick.rule == "right-most":
        return from_left[-1]
    if pick.rule in ("nearest-to-centre", "point"):
        place = centre if pick.rule == "nearest-to-centre" else pick.point
        return min(trails, key=lambda trail: _mean(math.dist((s.x, s.y), place) for s in trail))
    if pick.number >= len(trails):
        meant = f"FaceTrack.index {pick.number} is face {pick.number + 1} from the left"
        raise NoFace(f"{meant}, but {where} shows {_count(trails)}.")
    return from_left[pick.number]


def _count(trails: Sequence[Trail]) -> str:
    return "1 face" if len(trails) == 1 else f"{len(trails)} faces"


def _by_looks(trails: Sequence[Trail], pick: Pick) -> Trail:
    """The person who looks like the one in the picture."""
    if pick.person is None:
        raise NoFace("FaceTrack.pick is person, and FaceTrack.person names no picture.")
    alike = [likeness(mean_of(trail), pick.person) for trail in trails]
    known = [(value, at) for at, value in enumerate(alike) if value is not None]
    if not known:
        raise NoFace("FaceTrack.pick is person, which needs FaceTrack.follow_by identity.")
    best, at = max(known)
    if best < SAME:
        raise NoFace(f"Nobody in the shot looks like the person in {pick.file} (FaceTrack.person).")
    return trails[at]


def _in_box(trails: Sequence[Trail], shown: Sequence[Trail], pick: Pick) -> Trail:
    """The trail that is in the box in most of the frames that are `shown` of it."""
    if pick.box is None:
        raise NoFace("FaceTrack.pick is box, and FaceTrack.box is not set.")
    left, top, right, bottom = pick.box
    inside = [sum(left <= s.x < right and top <= s.y < bottom for s in moments) for moments in shown]
    best = max(range(len(trails)), key=inside.__getitem__)
    if not inside[best]:
        raise NoFace(f"FaceTrack.box ({left:g}, {top:g}, {right:g}, {bottom:g}) holds no face that was found.")
    return trails[best]


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)
