"""The viewer of the window, with a real worker."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from recast_nodes.hosts.studio.presets import PRESETS
from tests.hosts.studio.conftest import LONG
from tests.hosts.worker.conftest import pid_of


def test_scrubbing_shows_the_frame_and_asks_for_those_ahead(loaded, qtbot):
    qtbot.keyClick(loaded, Qt.Key.Key_Right)
    assert loaded.document.frame == 1002
    qtbot.waitUntil(lambda: all(loaded.viewer.controller.is_ready(frame) for frame in range(1001, 1007)), timeout=LONG)
    qtbot.keyClick(loaded, Qt.Key.Key_End)
    assert loaded.document.frame == 1006 and loaded.timeline.ruler.frame == 1006
    qtbot.mouseClick(loaded.timeline.ruler, Qt.MouseButton.LeftButton, pos=QPoint(13, 5))
    assert loaded.document.frame == 1001


def test_the_wipe_shows_two_pictures_and_the_overlay_landmarks(loaded, qtbot):
    qtbot.keyClick(loaded, Qt.Key.Key_W)
    qtbot.keyClick(loaded, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: not loaded.viewer.controller.is_pending(), timeout=LONG)
    canvas = loaded.viewer.canvas
    qtbot.waitUntil(lambda: {"landmarks", "hull"} <= canvas.points.keys(), timeout=LONG)
    assert canvas.second is not None
    x = int(canvas.find_wipe_x())
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert abs(canvas.rect().center().x() - x) < 4


@pytest.mark.parametrize("key", "1345")
def test_what_the_keys_show(loaded, qtbot, key):
    loaded.perform(PRESETS[2])
    loaded.document.go_to(1006)
    qtbot.keyClick(loaded, Qt.Key[f"Key_{key}"])
    qtbot.waitUntil(lambda: not loaded.viewer.controller.is_pending(), timeout=LONG)
    assert loaded.viewer.canvas.first is not None and not loaded.viewer.canvas.text


def test_a_missing_plate_is_said_in_the_viewer(window, qtbot):
    window.import_clip(str(Path("/nowhere/plate.0001.exr")))
    qtbot.waitUntil(lambda: "/nowhere" in window.viewer.canvas.text, timeout=LONG)
    assert window.viewer.canvas.first is None


def test_a_worker_that_dies_while_it_shows_a_frame_is_told_and_the_frame_comes(loaded, qtbot, worker):
    os.kill(pid_of(worker), signal.SIGSTOP)
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.set_value("jaw_open", 0.37)
    qtbot.wait(300)
    os.kill(pid_of(worker), signal.SIGKILL)
    qtbot.waitUntil(lambda: loaded.viewer.controller.is_ready(loaded.document.frame), timeout=LONG)
    assert not loaded.viewer.canvas.text
