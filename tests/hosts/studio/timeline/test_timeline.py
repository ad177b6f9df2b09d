"""Playing between in and out point."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.timeline.play_range import PlayRange
from recast_nodes.hosts.studio.timeline.ruler import LEFT_OUT
from recast_nodes.hosts.studio.timeline.timeline import Timeline

SPAN = range(1001, 1011)


@pytest.fixture
def timeline(qtbot):
    document = Document()
    made = Timeline(document, lambda frames: ["ready"] * len(frames), lambda: False)
    made.document = document
    qtbot.addWidget(made)
    made.set_span(SPAN)
    return made


def played(timeline, ticks, direction=1):
    """The frames that are shown while it plays."""
    timeline.play(direction)
    timeline._timer.stop()
    frames = []
    for _ in range(ticks):
        timeline._due = 0.0
        timeline._tick()
        frames.append(timeline.document.frame)
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


def test_it_plays_round_between_the_points_either_way(timeline):
    for frame, place in ((1003, timeline.set_in), (1005, timeline.set_out)):
        timeline.document.go_to(frame)
        place()
    timeline.document.go_to(1009)
    assert played(timeline, 5) == [1003, 1004, 1005, 1003, 1004]
    assert played(timeline, 4, -1) == [1003, 1005, 1004, 1003]
    timeline.clear_points()
    assert played(timeline, 9)[-3:] == [1010, 1001, 1002]


def test_frames_are_asked_for_in_the_order_in_which_they_come(timeline):
    timeline.document.go_to(1008)
    assert timeline.coming(5) == [1009, 1010]
    timeline.play()
    assert timeline.coming(4) == [1009, 1010, 1001, 1002]
    timeline.play(-1)
    assert timeline.coming(3) == [1007, 1006, 1005]
    timeline.stop()
    for frame, place in ((1003, timeline.set_in), (1005, timeline.set_out)):
        timeline.document.go_to(frame)
        place()
    timeline.document.go_to(1005)
    timeline.play()
    assert timeline.coming(12) == [1003, 1004, 1005], "round the points, and each once"
    timeline.document.go_to(1009)
    assert timeline.coming(2) == [1003, 1004]
    timeline.play(-1)
    assert timeline.coming(2) == [1005, 1004]
    timeline.stop()


def test_steps_and_ends_are_the_shots_whatever_is_played(timeline):
    timeline.document.go_to(1005)
    timeline.set_out()
    timeline.step(3)
    assert timeline.document.frame == 1008
    timeline.last()
    assert timeline.document.frame == 1010


def test_points_are_drawn_and_those_of_the_shot_itself_are_not(timeline):
    ruler = timeline.ruler
    ruler.resize(600, 38)
    plain = ruler.grab().toImage()
    timeline.document.go_to(1001)
    timeline.set_in()
    timeline.document.go_to(1005)
    timeline.set_out()
    drawn = ruler.grab().toImage()

    def darker(frame):
        x = int(ruler.x_of(frame + 0.3))
        return drawn.pixelColor(x, 27).lightness() < plain.pixelColor(x, 27).lightness()

    assert LEFT_OUT.alpha() and [frame for frame in SPAN if darker(frame)] == [1006, 1007, 1008, 1009, 1010]


def test_keys_set_and_clear_the_points_and_another_shot_forgets_them(window, qtbot):
    time, document = window.timeline, window.document
    time.set_span(SPAN)
    alt, none = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
    for frame, key, modifier, points in (
        (1003, Qt.Key.Key_I, none, (1003, None)),
        (1007, Qt.Key.Key_O, none, (1003, 1007)),
        (1007, Qt.Key.Key_I, alt, (None, 1007)),
        (1004, Qt.Key.Key_I, none, (1004, 1007)),
        (1004, Qt.Key.Key_O, alt, (1004, None)),
        (1004, Qt.Key.Key_U, alt, (None, None)),
        (1006, Qt.Key.Key_O, none, (None, 1006)),
    ):
        document.go_to(frame)
        qtbot.keyClick(window.viewer.canvas, key, modifier)
        assert (time.points.start, time.points.end) == points
    assert document.undo.count() == 0 and "1006" not in document.told()["shot"]
    window.files.opened.emit()
    assert time.points == PlayRange()


def test_a_comma_is_a_decimal_sign_in_the_rate(timeline, qtbot):
    timeline.rate.clear()
    qtbot.keyClicks(timeline.rate, "23,976")
    qtbot.keyClick(timeline.rate, Qt.Key.Key_Return)
    assert timeline.rate.value() == 23.976
