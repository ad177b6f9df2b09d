"""Playing between in and out point, without a window."""

from __future__ import annotations

import pytest

from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.timeline.play_range import PlayRange
from recast_nodes.hosts.studio.timeline.playback import Playback

SPAN = range(1001, 1011)


@pytest.fixture
def playback(qapp):
    document = Document()
    made = Playback(document, lambda: False)
    made.document = document
    made.set_span(SPAN)
    return made


def played(playback, ticks, direction=1):
    """The frames that are shown while it plays."""
    playback.play(direction)
    playback.stop()
    frames = []
    for _ in range(ticks):
        playback._due = 0.0
        playback.tick()
        frames.append(playback.document.frame)
    return frames


@pytest.mark.parametrize(
    "points,frames",
    [
        (PlayRange(), SPAN),
        (PlayRange(1003), range(1003, 1011)),
        (PlayRange(None, 1004), range(1001, 1005)),
        (PlayRange(1003, 1003), range(1003, 1004)),
        (PlayRange(900, 2000), SPAN),
        (PlayRange(2000, 3000), SPAN),
        (PlayRange(1, 5), SPAN),
    ],
)
def test_points_leave_frames_of_the_shot(points, frames):
    assert points.within(SPAN) == frames


def test_a_point_past_the_other_clears_that_one():
    assert PlayRange(5, 9).with_start(12) == PlayRange(12, None)
    assert PlayRange(5, 9).with_end(2) == PlayRange(None, 2)
    assert PlayRange(5, 9).with_start(9) == PlayRange(9, 9)


def test_it_plays_round_between_the_points_either_way(playback):
    for frame, place in ((1003, playback.set_in), (1005, playback.set_out)):
        playback.document.go_to(frame)
        place()
    playback.document.go_to(1009)
    assert played(playback, 5) == [1003, 1004, 1005, 1003, 1004]
    assert played(playback, 4, -1) == [1003, 1005, 1004, 1003]
    playback.clear_points()
    assert played(playback, 9)[-3:] == [1010, 1001, 1002]


def test_frames_are_asked_for_in_the_order_in_which_they_come(playback):
    playback.document.go_to(1008)
    assert playback.find_next(5) == [1009, 1010]
    playback.play()
    assert playback.find_next(4) == [1009, 1010, 1001, 1002]
    playback.play(-1)
    assert playback.find_next(3) == [1007, 1006, 1005]
    playback.stop()
    for frame, place in ((1003, playback.set_in), (1005, playback.set_out)):
        playback.document.go_to(frame)
        place()
    playback.document.go_to(1005)
    playback.play()
    assert playback.find_next(12) == [1003, 1004, 1005], "round the points, and each once"
    playback.document.go_to(1009)
    assert playback.find_next(2) == [1003, 1004]
    playback.play(-1)
    assert playback.find_next(2) == [1005, 1004]
    playback.stop()


def test_steps_and_ends_are_the_shots_whatever_is_played(playback):
    playback.document.go_to(1005)
    playback.set_out()
    playback.step(3)
    assert playback.document.frame == 1008
    playback.go_to_last()
    assert playback.document.frame == 1010


def test_a_frame_that_is_on_its_way_is_waited_for(qapp):
    pending = [True]
    document = Document()
    made = Playback(document, lambda: pending[0])
    made.set_span(SPAN)
    made.play()
    made._due = 0.0
    made.tick()
    assert document.frame == 1001
    pending[0] = False
    made.tick()
    assert document.frame == 1002
    made.stop()


def test_who_listens_hears_what_changes(playback):
    heard = []
    playback.playing_changed.connect(lambda: heard.append(playback.is_playing and playback.direction))
    playback.range_changed.connect(lambda: heard.append(playback.play_range))
    playback.play(-1)
    playback.toggle()
    playback.document.go_to(1004)
    playback.set_in()
    assert heard == [-1, False, range(1004, 1011)]


def test_a_playhead_outside_goes_to_the_nearest_frame(playback):
    playback.go_to(5)
    assert playback.document.frame == 1001
    playback.set_span(range(1, 5))
    assert playback.document.frame == 4 and playback.span == range(1, 5)
