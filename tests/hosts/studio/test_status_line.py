"""Messages and problems at the bottom of the window."""

from __future__ import annotations


def test_a_refusal_is_seen_and_stays_to_be_read(window, qtbot):
    bar = window.statusBar()
    window._show_problems([])
    bar.clearMessage()
    empty = bar.grab().toImage()
    window.set_frames("rubbish")
    assert "'rubbish'" in bar.currentMessage() and bar.grab().toImage() != empty
    for work in ("render: 1 of 3", ""):
        window.pictures.status_changed.emit(work)
        assert "'rubbish'" in bar.currentMessage()
    window.status._reading.stop()
    window.pictures.status_changed.emit("render: 2 of 3")
    assert bar.currentMessage() == "render: 2 of 3"


def test_a_long_problem_leaves_room_for_what_is_said(window, qtbot):
    window.document.apply("file", lambda graph: graph.with_knob("Plate", "file", "/nowhere/plate.####.exr"))
    window._show_problems(["Plate.file: " + "a long reason " * 40])
    qtbot.waitUntil(lambda: window.status.problem.width() > 300)
    assert window.status.problem.x() > window.statusBar().width() / 2
