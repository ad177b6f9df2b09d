"""A plate or a driver is imported."""

from __future__ import annotations

import threading

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from recast_nodes.hosts.studio.clips import import_clip
from tests.hosts.studio.conftest import LONG
from tests.patience import PATIENCE


def test_a_plate_that_is_dropped_is_read_and_shown(window, qtbot, plate, landmarker_files):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(plate).replace("####", "1002"))])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, Qt.MouseButton.LeftButton, none))
    qtbot.waitUntil(lambda: window.document.graph.at("Plate", 1).file == str(plate))
    qtbot.waitUntil(lambda: list(window.playback.span) == list(range(1001, 1007)), timeout=LONG)
    qtbot.waitUntil(lambda: window.viewer.canvas.first is not None, timeout=LONG)
    assert window.viewer.canvas.first.width() == 384


def test_a_slow_disk_does_not_hold_the_window(window, qtbot, plate, monkeypatch):
    asked, go_on = threading.Event(), threading.Event()
    read = import_clip.read_clip

    def slow(*given):
        asked.set()
        assert go_on.wait(PATIENCE)
        return read(*given)

    monkeypatch.setattr(import_clip, "read_clip", slow)
    window.import_clip(str(plate).replace("####", "1001"))  # would wait for what is let go below
    assert asked.wait(PATIENCE)
    assert "Reading" in window.statusBar().currentMessage()
    window.nodes.select("ExpressionMix")
    window.knobs.set_value("smile", 0.5)  # the window goes on, and what is done meanwhile stays
    go_on.set()
    qtbot.waitUntil(lambda: window.document.graph.at("Plate", 1).file == str(plate))
    assert window.document.graph.nodes["ExpressionMix"].constants["smile"] == 0.5


def test_two_clips_that_are_dropped_at_once_are_plate_and_driver(window, qtbot, plate):
    for frame in (1001, 1002):
        window.import_clip(str(plate).replace("####", str(frame)))
    qtbot.waitUntil(lambda: "Driving" in window.document.graph.nodes)
    assert {window.document.graph.at(name, 1).file for name in ("Plate", "Driving")} == {str(plate)}
    window.import_clip("/nowhere/take.mov", "driver")
    qtbot.waitUntil(lambda: "/nowhere/take.mov" in window.statusBar().currentMessage())
