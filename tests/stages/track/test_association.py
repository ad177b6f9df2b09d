"""How far a face may go, grow or stay away and still be the same one: values on both sides of every limit."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from recast_nodes.stages.track.association import follow, link
from recast_nodes.stages.track.pick import Pick, choose
from recast_nodes.wires import Faces

from .test_follow import faces

SIZE = 100.0
OTHER = (5000.0, 4000.0, SIZE)  # somebody far away, without whom a face that jumps would have no rival


def shot(places: Iterable[tuple[int, float]]) -> dict[int, Faces]:
    """A face at (frame, sizes to the right), and another in all of those frames."""
    return {frame: faces((SIZE * right, 0.0, SIZE), OTHER) for frame, right in places}


def is_one_face(seen: dict[int, Faces]) -> bool:
    """Whether the sightings are linked to two trails: the face's and the other's."""
    return len(link(seen)) == 2


@pytest.mark.parametrize(("away", "same"), [(0.6, True), (0.8, False)])
def test_a_face_goes_less_than_its_size_in_a_frame(away, same):
    assert is_one_face(shot([(1, 0.0), (2, away)])) is same


@pytest.mark.parametrize(("away", "same"), [(1.25, True), (1.7, False)])
def test_after_ten_frames_it_may_be_twice_as_far(away, same):
    assert is_one_face(shot([(1, 0.0), (12, away)])) is same


@pytest.mark.parametrize(("gap", "same"), [(12, True), (13, False)])
def test_half_a_second_later_it_is_another(gap, same):
    assert is_one_face(shot([(1, 0.0), (1 + gap, 0.0)])) is same


def test_an_unseen_face_goes_on_slower_and_slower():
    """Of half a size a frame: after eight frames it has gone 2.4 sizes."""
    walk = [(frame, 0.5 * frame) for frame in range(4)]
    assert is_one_face(shot([*walk, (11, 1.5 + 2.4)])) and not is_one_face(shot([*walk, (11, 1.5)]))


def test_a_face_is_as_fast_as_in_its_last_four_sightings():
    """Not as it ran before that, nor as it jerked in the last frame alone."""
    ran = [*((frame, 0.5 * frame) for frame in range(5)), (5, 2.0), (6, 2.0), (7, 2.0)]
    jerked = [(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.3)]
    assert is_one_face(shot([*ran, (15, 2.0)])) and is_one_face(shot([*jerked, (11, 0.3)]))


@pytest.mark.parametrize(("larger", "same"), [(1.8, True), (2.2, False)])
def test_a_face_that_jumps_is_no_other_unless_it_is_twice_as_large(larger, same):
    seen = {1: faces((0.0, 0.0, SIZE)), 2: faces((900.0, 0.0, SIZE * larger))}
    assert (len(link(seen)) == 1) is same


@pytest.mark.parametrize(("frames", "picked"), [(4, 600), (6, 20)])
def test_who_is_there_for_a_quarter_of_the_time_can_be_picked_by_place(frames, picked):
    seen = {frame: faces((600, 200, 100), *([(20, 100, 60)] if frame < frames else [])) for frame in range(20)}
    assert choose(link(seen), Pick("left-most"), (500, 250))[0].x == pytest.approx(picked, abs=SIZE / 10)


@pytest.mark.parametrize(("away", "same"), [(2.5, True), (3.5, False)])
def test_a_face_comes_back_within_three_sizes_of_where_it_left(away, same):
    trails = link(shot([*((frame, 0.0) for frame in range(4)), *((frame, away) for frame in range(30, 34))]))
    face = min(trails, key=lambda trail: (trail[0].frame, trail[0].x))
    assert (len(follow(trails, face)) == 8) is same
