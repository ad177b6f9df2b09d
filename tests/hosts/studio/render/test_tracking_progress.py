"""What is seen while a clip is tracked: how far it is, how long it takes yet, cancel."""

from __future__ import annotations

import pytest

from recast_nodes.hosts.studio.render import tracking_progress
from recast_nodes.hosts.studio.render.time_left import TimeLeft
from recast_nodes.hosts.studio.render.tracking_progress import TrackingProgress
from tests.hosts.studio.conftest import LONG


@pytest.fixture
def clock():
    now = [100.0]
    return now


def test_the_time_left_is_by_how_fast_it_goes(clock):
    time_left = TimeLeft(lambda: clock[0])
    assert time_left.estimate(0, 100) == ""
    clock[0] += 10
    assert time_left.estimate(10, 100) == "0:01:30 left"


def test_what_was_known_already_promises_nothing(clock):
    time_left = TimeLeft(lambda: clock[0])
    for done in range(0, 500, 100):  # found beside the output, in no time
        clock[0] += 0.01
        time_left.estimate(done, 1000)
    for done in range(500, 520):  # looked at
        clock[0] += 1
        left = time_left.estimate(done, 1000)
    assert left == "0:08:01 left"


def test_another_count_begins_anew(clock):
    time_left = TimeLeft(lambda: clock[0])
    time_left.estimate(50, 60)
    clock[0] += 1
    assert time_left.estimate(1, 60) == ""


@pytest.fixture
def line(qtbot, monkeypatch):
    monkeypatch.setattr(tracking_progress, "SOON", -1.0)
    made = TrackingProgress()
    qtbot.addWidget(made)
    return made


def test_it_comes_and_goes(line, qtbot):
    assert not line.isVisible()
    line.show_progress("FaceTrack analyses the shot", 12, 240)
    assert line.isVisible() and "12 of 240 frames" in line.words.text()
    assert (line.bar.value(), line.bar.maximum()) == (12, 240)
    line.show_progress("", 0, 0)
    assert line.isVisible(), "the next request may go on with it"
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=5000)


def test_what_takes_no_time_is_not_shown(line, monkeypatch):
    monkeypatch.setattr(tracking_progress, "SOON", 60.0)
    line.show_progress("FaceTrack analyses the shot", 1, 2)
    assert not line.isVisible()


def test_cancel_and_go_on(line, qtbot):
    line.show_progress("FaceTrack analyses the shot", 12, 240)
    with qtbot.waitSignal(line.stopped):
        line.button.click()
    assert "stopped at 12" in line.words.text() and line.button.text() == "Go on"
    line.show_progress("FaceTrack analyses the shot", 13, 240)
    assert "stopped at 12" in line.words.text(), "what was on its way does not count"
    with qtbot.waitSignal(line.resumed):
        line.button.click()
    line.show_progress("FaceTrack analyses the shot", 14, 240)
    assert "14 of 240" in line.words.text()


def test_tracking_is_seen_stopped_and_gone_on_with(window, qtbot, plate, landmarker_files, monkeypatch):
    monkeypatch.setattr(tracking_progress, "SOON", -1.0)
    seen = []
    window.pictures.progress.connect(lambda what, done, total: seen.append((what, done, total)))
    window.document.apply("another look", lambda graph: graph.with_knob("FaceTrack", "confidence", 0.31))
    window.import_clip(str(plate).replace("####", "1001"))
    qtbot.waitUntil(lambda: any("analyses the shot" in what for what, _, _ in seen), timeout=LONG)
    window.progress.button.click()
    assert window.pictures.halted and window.progress.halted
    qtbot.waitUntil(lambda: window.pictures._current is None, timeout=LONG)
    window.document.go_to(1003)
    assert window.pictures._current is None and "Go on" in window.viewer.canvas.text
    window.progress.button.click()
    qtbot.waitUntil(lambda: not window.viewer.controller.is_pending(), timeout=LONG)
    assert not window.viewer.canvas.text


def test_another_clip_or_shot_goes_on_by_itself(window, qtbot, plate, tmp_path):
    window.pictures.halt()
    window.progress.halted = True
    window.import_clip(str(plate).replace("####", "1001"))
    qtbot.waitUntil(lambda: window.document.graph.at("Plate", 1).file == str(plate))
    assert not window.pictures.halted and not window.progress.halted
    window.pictures.halt()
    window.document.save(tmp_path / "s.yaml")
    assert window.files.open(tmp_path / "s.yaml") and not window.pictures.halted


def test_a_picture_that_is_not_of_this_frame_says_so_while_all_is_stopped(loaded, qtbot):
    loaded.pictures.halt()
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.set_value("jaw_open", 0.61)
    assert "Go on" in loaded.viewer.canvas.text and loaded.viewer.canvas.first is not None
    loaded._resume()
    qtbot.waitUntil(lambda: not loaded.viewer.controller.is_pending(), timeout=LONG)
    assert not loaded.viewer.canvas.text
