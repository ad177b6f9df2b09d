"""Frames that need a look: one table of limits, and the words for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..stages.thresholds import Threshold
from .numbers import Numbers

CALM = Threshold(
    0.005,
    "mean change of a face's 52 coefficients since the frame before",
    "a face that keeps still from one that acts",
    "a face is read no better than that; no measurement is on record",
)
EVEN = Threshold(
    0.02,
    "change of a keyed weight since the frame before",
    "a weight that keeps still from one that moves",
    "a fiftieth of its range; no measurement is on record",
)
APART = Threshold(
    0.02,
    "mean distance of the 52 coefficients",
    "a plate that shows the driver's expression already from one that an edit can bring nearer",
    "below it the share that is left divides by little more than a reading's own error; no measurement is on record",
)
MOVING = "the plate, the driver or a keyed weight is moving here, so the picture is meant to change"
UNKNOWN = "there is no driver to compare with, so nobody knows what was meant to change"
SEEN = {"interpolated": "is bridged from its neighbours", "held": "is held from the nearest frame it was seen in"}


class Limit(NamedTuple):
    """One number's limit: beyond it, `says` (with the value) is the reason to look."""

    name: str
    limit: float
    below: bool  # whether values below it are the ones to look at
    label: str
    unit: str
    says: str
    why: str  # why the limit lies where it does


LIMITS = (
    Limit("confidence", 0.5, True, "Tracking confidence", "",
          "the face is barely seen ({:.2f})", "What FaceTrack asks of a detection by default."),
    Limit("nearness", 1.0, False, "Distance left to the driver", "of the plate's",
          "the expression did not come nearer to the driver ({:.2f} of the distance is left)",
          "At 1 the edit gained nothing. Only where it changed the frame."),
    Limit("pose_drift", 5.0, False, "Head-pose drift", "degrees",
          "the head seems turned by {:.1f}° against the plate",
          "The landmarker itself is 1.5-4.5° off when only the lower face changes."),
    Limit("rigid_drift", 1.0, False, "Drift of rigid pixels", "% of the eye distance",
          "nose bridge, temples or forehead moved by {:.2f} % of the eye distance",
          "They take no part in an expression; below it nobody sees them move."),
    Limit("hull_step", 1.0, False, "Colour step at the hull", "× plate noise",
          "there is a colour step at the hull ({:.2f} × the plate's noise)",
          "Within the plate's own noise it cannot be seen."),
    Limit("edit_step", 1.0, False, "Colour step at the edit's edge", "× plate noise",
          "there is a colour step where the edit ends ({:.2f} × the plate's noise)",
          "Within the plate's own noise it cannot be seen."),
    Limit("ragged_edge", 1.5, False, "Ragged edge along the jaw", "× the plate's bends",
          "the face's edge is ragged along the jaw ({:.1f} × the plate's bends more than the plate there)",
          "Worst frames of twelve edits looked at: 1.8 to 2.5 where the jaw was ragged, at most 1.4 where it was not."),
    Limit("edge_rim", 0.5, False, "Rim along the jaw", "of the way across",
          "a rim stands along the jaw: colours come back by {:.2f} of the way across the edge",
          "Over a tenth of the face: a doubled chin had 0.6 to 0.8, hair beside a clean jaw at most 0.4."),
    Limit("torn_iris", 0.12, False, "Torn iris", "of its area",
          "an iris is torn or leaves a dark corner: {:.2f} of its area is not where a disc would have it",
          "Of 605 frames of 28 edits those above were torn or smeared to the eye, those at 0.05 and below were not."),
    Limit("mouth_sharpness", 1.5, False, "Sharpness of the mouth", "× the plate's",
          "a foreign mouth: its inside is {:.2f} × as sharp as the plate",
          "Open mouths of five clips read 0.6 to 1.5 beside their own eyes; lent ones that stand out, 1.5 to 2.2."),
    Limit("mouth_light", 1.1, False, "Light of the mouth", "× the plate's",
          "a foreign mouth: it is {:.2f} × as bright as any tooth, eye white or skin of the plate nearby",
          "Nothing in a mouth stands in more light than the face around it."),
    Limit("flicker", 1.5, False, "Change since the frame before", "× the plate's",
          "it changes {:.2f} × as much as the plate since the frame before, though faces and weights are calm",
          "Half as much again as the plate's own grain and movement. Only where plate, driver and weights are calm."),
    Limit("bounce", 1.5, False, "Departure from its neighbours", "× the plate's",
          "it stands out from its neighbours {:.2f} × as much as the plate does, though faces and weights are calm",
          "A frame that trembles, pops or pumps. Only where plate, driver and weights are calm."),
    Limit("identity", 0.7, True, "Identity", "cosine",
          "the face is less like the actor's ({:.2f})",
          "Frames of one person score 0.85 ± 0.08, of two people 0.06 ± 0.10; an edit should average 0.80."),
    Limit("leak", 0.0, False, "Leak", "values",
          "{:.0f} values changed outside the hull or in other channels", "Not one bit may."),
)  # fmt: skip


class Flag(NamedTuple):
    """One reason to look at a frame. `name` is the limit's, or what happened: fault, lost, bridged, note, channels."""

    frame: int
    name: str
    reason: str


def value_of(numbers: Numbers, name: str) -> float | None:
    """The number that a limit is about."""
    if name == "nearness":
        return numbers.expression.ratio if numbers.expression else None
    if name == "confidence":
        return numbers.confidence if numbers.state == "tracked" else None
    return getattr(numbers, name)


def flags(shot: Sequence[Numbers], weights: Mapping[str, Mapping[int, float]]) -> list[Flag]:
    """Every reason to look, in the order of frames. `weights` are the keyed ones, by frame."""
    calm = _calm(shot) - _frames_of_moving_keys(weights)
    return [flag for numbers in shot for flag in _of_frame(numbers, calm)]


def excuses(shot: Sequence[Numbers], weights: Mapping[str, Mapping[int, float]]) -> list[Flag]:
    """The numbers that lie beyond their limit without being a reason to look, and why they are none."""
    calm = _calm(shot) - _frames_of_moving_keys(weights)
    return [
        Flag(numbers.frame, limit.name, excuse)
        for numbers in shot
        for limit, _ in _beyond(numbers)
        if (excuse := _excuse(limit, numbers, calm))
    ]


def _of_frame(numbers: Numbers, calm: set[int]) -> Iterator[Flag]:
    frame = numbers.frame
    if numbers.fault:
        yield Flag(frame, "fault", f"the frame cannot be measured: {numbers.fault}")
        return
    if numbers.state == "lost":
        yield Flag(frame, "lost", "the face was not found, and the plate goes through unedited")
    elif numbers.state in SEEN:
        yield Flag(frame, "bridged", f"the face was not seen; it {SEEN[numbers.state]}")
    if numbers.lost_channels:
        yield Flag(frame, "channels", f"channels of the plate are missing: {', '.join(numbers.lost_channels)}")
    yield from (Flag(frame, "note", note) for note in numbers.notes)
    for limit, value in _beyond(numbers):
        if not _excuse(limit, numbers, calm):
            yield Flag(frame, limit.name, limit.says.format(value))


def _beyond(numbers: Numbers) -> Iterator[tuple[Limit, float]]:
    """The limits that a measured frame exceeds, with its values."""
    for limit in LIMITS:
        value = None if numbers.fault else value_of(numbers, limit.name)
        if value is not None and (value < limit.limit if limit.below else value > limit.limit):
            yield limit, value


def _excuse(limit: Limit, numbers: Numbers, calm: set[int]) -> str:
    """Why this limit does not judge a frame; '' where it does."""
    if limit.name == "nearness" and numbers.edited is False:
        return "the frame was not edited"
    if limit.name == "nearness" and (numbers.expression is None or numbers.expression.before <= APART):
        return "plate and driver are alike here, so there is nothing to come nearer to"
    judged = {numbers.frame, numbers.frame + 1} if limit.name == "bounce" else {numbers.frame}
    if limit.name in ("flicker", "bounce") and not judged <= calm:
        return MOVING if numbers.coefficients is not None else UNKNOWN
    return ""


def _frames_of_moving_keys(weights: Mapping[str, Mapping[int, float]]) -> set[int]:
    """Frames since whose neighbour before a keyed weight moved: the edit is then meant to change."""
    return {
        frame
        for curve in weights.values()
        for (_, before), (frame, value) in pairwise(curve.items())
        if abs(value - before) > EVEN
    }


def _calm(shot: Iterable[Numbers]) -> set[int]:
    """Frames since whose neighbour before neither plate nor driver acted, and the frame after the last one.

    Without a driver nobody knows what was meant.
    """
    faces = {numbers.frame: numbers.coefficients[:2] for numbers in shot if numbers.coefficients is not None}

    def still(frame: int) -> bool:
        if frame - 1 not in faces or frame not in faces:
            return True
        return float(np.abs(faces[frame] - faces[frame - 1]).mean(-1).max()) <= CALM

    return {frame for known in faces for frame in (known, known + 1) if still(frame)}
