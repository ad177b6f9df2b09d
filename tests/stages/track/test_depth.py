"""Which of two faces stands before the other: values on both sides of every limit."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.nodes._depth_knobs import stands_over_time
from recast_nodes.nodes.face_track import FaceTrack
from recast_nodes.stages.track.depth import find_meetings
from recast_nodes.stages.track.hidden import inside
from recast_nodes.stages.track.hull import person_outline
from recast_nodes.stages.track.pick import Pick, cast_of

from .test_follow import faces
from .test_identity import ANNE, BEA, CARL, looks, seen_people


def who_is_nearer(seen, rule="left-most", stands="as-seen") -> list[bool]:
    """Of each stretch in which the picked face meets another: whether the other is nearer."""
    cast = cast_of(seen, Pick(rule, frame=0))
    return [meeting.nearer for meeting in find_meetings(cast.picked, cast.others, stands)]


def pass_by(hidden: int, size: float = 100.0, drop: float = 0.0) -> dict:
    """Anne walks before Bea, who is not seen in `hidden` frames, and looks less like herself by `drop` in three more.
    Anne's face has `size`, Bea's 100.
    """
    seen = {}
    for frame in range(31):
        anne, bea = (100 + 20 * frame, 200, size, ANNE), (700 - 20 * frame, 205, 100, BEA)
        if 15 <= frame < 18:
            bea = (*bea[:3], looks(CARL, 1 - drop, BEA))
        gone = abs(frame - 12) * 2 < hidden
        seen[frame] = seen_people(anne, *([] if gone else [bea]))
    return seen


def test_who_goes_on_being_seen_stands_before_who_does_not():
    for size in (80.0, 100.0, 130.0):
        seen = pass_by(hidden=5, size=size)
        assert who_is_nearer(seen) == [False] and who_is_nearer(seen, "right-most") == [True]


@pytest.mark.parametrize(("drop", "tells"), [(0.15, True), (0.05, False)])
def test_who_goes_on_looking_like_herself_stands_before_who_does_not(drop, tells):
    """Otherwise the larger one does: Anne is the smaller here."""
    seen = pass_by(hidden=0, size=80.0, drop=drop)
    assert who_is_nearer(seen) == [not tells] and who_is_nearer(seen, "right-most") == [tells]


@pytest.mark.parametrize("size", [70.0, 100.0, 140.0])
def test_both_faces_come_to_one_answer(size):
    seen = pass_by(hidden=0, size=size)
    assert who_is_nearer(seen) == [not nearer for nearer in who_is_nearer(seen, "right-most")]
    assert size == 100.0 or who_is_nearer(seen) == [size < 100]


def test_a_user_may_say_who_stands_where():
    seen = pass_by(hidden=5)
    assert who_is_nearer(seen, stands="behind") == [True] and who_is_nearer(seen, stands="in-front") == [False]


def circle(apart: float, larger: float = 100.0) -> dict:
    """Anne hides Bea, who is larger, they part by `apart` sizes and stay near, and then Bea hides Anne."""
    seen = {}
    for frame in range(31):
        away = 60 if frame < 10 or frame > 20 else 100 * apart
        anne, bea = (300, 200, 100, ANNE), (300 + away, 205, larger, BEA)
        seen[frame] = seen_people(
            *[p for p in (anne, bea) if not (p is bea and frame == 5) and not (p is anne and frame == 25)]
        )
    return seen


@pytest.mark.parametrize(("apart", "changes"), [(1.1, True), (0.9, False)])
def test_two_who_change_places_before_each_other_are_judged_each_time(apart, changes):
    """Where they come apart between: one that stays before the other all the time is one stretch."""
    seen = circle(apart, larger=105.0)
    for rule, first in (("left-most", False), ("right-most", True)):
        nearer = who_is_nearer(seen, rule)
        assert nearer == ([first, not first] if changes else [rule == "left-most"])


def test_a_time_that_tells_nothing_is_as_the_others():
    seen = circle(1.1)
    seen[25] = seen_people((300, 200, 100, ANNE), (360, 205, 100, BEA))
    assert who_is_nearer(seen) == [False, False] and who_is_nearer(seen, "right-most") == [True, True]


def test_where_a_face_stands_can_be_keyed():
    """The words of single frames count there alone, and what is seen in the others."""
    seen = pass_by(hidden=5)
    cast = cast_of(seen, Pick("left-most", frame=0))
    track = FaceTrack()
    track.over_time = {"in_front": {frame: -1 if frame >= 13 else 0 for frame in range(31)}}
    found = find_meetings(cast.picked, cast.others, stands_over_time(track))
    assert [meeting.nearer for meeting in found] == [False, True]
    assert found[0].frames[-1] == 12 and found[1].frames[0] == 13
    (kept,) = find_meetings(cast.picked, cast.others, stands_over_time(FaceTrack(stands="behind", in_front=1)))
    assert not kept.nearer


@pytest.mark.parametrize(("away", "meet"), [(1.9, True), (2.1, False)])
def test_faces_meet_where_their_boundaries_may_touch(away, meet):
    seen = {f: faces((100, 200, 100), (100 + 100 * away, 200, 100)) for f in range(12)}
    assert bool(who_is_nearer(seen)) is meet


@pytest.mark.parametrize(("frames", "somebody"), [(5, False), (6, True)])
def test_a_face_that_is_found_twice_is_nobody_else(frames, somebody):
    """Its second reading lies on it. Somebody else is seen beside it for a quarter of a second at least."""
    twice = {f: faces((100, 200, 100), (140, 200, 95) if f >= frames else (190, 200, 95)) for f in range(24)}
    assert bool(who_is_nearer(twice)) is somebody


def test_a_person_is_more_than_a_face():
    """The hair above and the neck below belong to who stands in front; what is beside the cheeks does not."""
    from ...performer import track

    landmarks = track(size=100.0, centre=(200.0, 200.0), yaw=0.0).landmarks
    top, chin, cheek = landmarks[10, :2], landmarks[152, :2], landmarks[454, :2]
    height = float(chin[1] - top[1])
    outline = person_outline(landmarks)

    def covers(point, right=0.0, down=0.0) -> bool:
        return bool(inside((point + height * torch.tensor([right, down]))[None], outline)[0])

    assert covers(top, down=-0.25) and not covers(top, down=-0.6)
    assert covers(chin, down=0.5) and covers(chin, right=0.4, down=0.5) and not covers(chin, down=1.0)
    assert covers(cheek) and not covers(cheek, right=0.25, down=-0.2)
