"""What is seen while a shot is looked at: how far it is, how long it takes yet, cancel."""

from __future__ import annotations

import pytest

from recast_nodes.hosts.studio.render import tracking_progress
from recast_nodes.hosts.studio.render.tracking_progress import TrackingProgress
from tests.hosts.studio.conftest import LONG


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
    qtbot.waitUntil(lambda: not line.isVisible())


def test_what_takes_no_time_is_not_shown(line, monkeypatch):
    monkeypatch.setattr(tracking_progress, "SOON", 60.0)
    line.show_progress("FaceTrack analyses the shot", 1, 2)
    assert not line.isVisible()


def test_the_picture_above_keeps_its_size(window, qtbot):
    before = window.viewer.size()
    window.progress.show()
    qtbot.wait(20)
    assert window.progress.isVisible() and window.viewer.size() == before
    window.progress.hide()
    qtbot.wait(20)
    assert window.viewer.size() == before


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


def test_a_look_is_seen_stopped_and_gone_on_with(window, qtbot, plate, landmarker_files, monkeypatch):
    monkeypatch.setattr(tracking_progress, "SOON", -1.0)
    seen = []
    window.look.progress.connect(lambda what, done, total: seen.append((what, done, total)))
    window.document.apply("another look", lambda graph: graph.with_knob("FaceTrack", "confidence", 0.31))
    window.import_clip(str(plate).replace("####", "1001"))
    qtbot.waitUntil(lambda: any(what for what, _, _ in seen), timeout=LONG)
    assert window.viewer.model.provisional and "frames" in window.viewer.mark.text()
    window.progress.button.click()
    assert window.look.halted and window.progress.halted and not window.look.is_running
    window.document.go_to(1003)
    qtbot.waitUntil(lambda: window.viewer.controller.find_state(1003) == "provisional", timeout=LONG)
    assert not window.look.is_running and window.viewer.mark.text() == "Provisional: the look at the shot was stopped"
    window.progress.button.click()
    qtbot.waitUntil(lambda: window.viewer.controller.is_ready(1003), timeout=LONG)
    qtbot.waitUntil(lambda: not window.viewer.model.provisional, timeout=LONG)
    assert not window.viewer.mark.isVisible()


def test_another_clip_or_shot_goes_on_by_itself(window, qtbot, plate, tmp_path):
    window.look.halt()
    window.progress.halted = True
    window.import_clip(str(plate).replace("####", "1001"))
    qtbot.waitUntil(lambda: window.document.graph.at("Plate", 1).file == str(plate))
    assert not window.look.halted and not window.progress.halted
    window.look.halt()
    window.document.save(tmp_path / "s.yaml")
    assert window.files.open(tmp_path / "s.yaml") and not window.look.halted
