"""From a dropped plate to its final picture: provisional at once, marked, and then as a render makes it."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
from PySide6.QtGui import QAccessible

from recast_nodes.graph import document as shot_document
from tests.hosts.studio.conftest import LONG
from tests.shots.footage import read_exr

ANOTHER_LOOK = 0.37  # FaceTrack.confidence: no test before has looked at the clip so


def shown(window):
    """The pixels of the result on the screen."""
    request = window.viewer.controller.find_requests(window.document.frame)[0]
    return window.pictures.get(request).pixels


def test_a_dropped_plate_is_seen_edited_before_it_is_tracked(window, qtbot, plate, tmp_path, landmarker_files):
    window.document.apply(
        "an edit",
        lambda graph: graph.with_knob("FaceTrack", "confidence", ANOTHER_LOOK).with_knob("ExpressionMix", "smile", 0.8),
    )
    mark = window.viewer.mark
    assert not mark.isVisible()
    window.import_clip(str(plate).replace("####", "1001"))
    qtbot.waitUntil(lambda: window.document.frame == 1001 and window.viewer.model.provisional, timeout=LONG)
    assert mark.isVisible() and mark.text().startswith("Provisional")
    spoken = QAccessible.queryAccessibleInterface(mark)
    assert spoken.text(QAccessible.Text.Name) == mark.text() and "whole shot" in spoken.text(
        QAccessible.Text.Description
    )
    first = shown(window)
    frame = window.document.frame
    qtbot.waitUntil(lambda: window.viewer.controller.is_ready(frame) and not mark.isVisible(), timeout=LONG)
    final = shown(window)
    assert first.shape == final.shape and not np.array_equal(first, final)
    graph = window.document.graph.with_knob("Write", "file", str(tmp_path / "out.####.exr"))
    shot_document.save(graph, tmp_path / "shot.recast.yaml")
    command = [sys.executable, "-m", "recast_nodes.hosts.cli", "render", "--json", "--frames", "1001"]
    done = subprocess.run([*command, str(tmp_path / "shot.recast.yaml")], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["event"] == "done"
    written = read_exr(tmp_path / "out.####.exr", 1001)[0]
    assert np.array_equal(written[..., :3].astype(np.float16), final[..., :3])
