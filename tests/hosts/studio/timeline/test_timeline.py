"""The timeline's panel: ruler, buttons and fields over one playback."""

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
    made.playback.set_span(SPAN)
    return made


def test_points_are_drawn_and_those_of_the_shot_itself_are_not(timeline):
    ruler = timeline.ruler
    ruler.resize(600, 38)
    plain = ruler.grab().toImage()
    timeline.document.go_to(1001)
    timeline.playback.set_in()
    timeline.document.go_to(1005)
    timeline.playback.set_out()
    drawn = ruler.grab().toImage()

    def darker(frame):
        x = int(ruler.find_x(frame + 0.3))
        return drawn.pixelColor(x, 27).lightness() < plain.pixelColor(x, 27).lightness()

    assert LEFT_OUT.alpha() and [frame for frame in SPAN if darker(frame)] == [1006, 1007, 1008, 1009, 1010]


def test_keys_set_and_clear_the_points_and_another_shot_forgets_them(window, qtbot):
    time, document = window.playback, window.document
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
    assert document.undo.count() == 0 and "1006" not in document.describe()["shot"]
    window.files.opened.emit()
    assert time.points == PlayRange()


def test_a_comma_is_a_decimal_sign_in_the_rate(timeline, qtbot):
    timeline.rate.clear()
    qtbot.keyClicks(timeline.rate, "23,976")
    qtbot.keyClick(timeline.rate, Qt.Key.Key_Return)
    assert timeline.rate.value() == 23.976


def test_the_button_of_the_direction_it_plays_in_is_down(timeline):
    def down():
        return {direction for direction, button in timeline._buttons.items() if button.isChecked()}

    timeline.playback.play(-1)
    assert down() == {-1}
    timeline._buttons[1].click()
    assert down() == {1} and timeline.playback.direction == 1
    timeline.playback.stop()
    assert not down()
