"""The window: a slider, a preset, a shot that cannot be opened, and its size."""

from __future__ import annotations

import numpy as np

from recast_nodes.hosts.studio.app import make_worker
from recast_nodes.hosts.studio.presets import PRESETS
from recast_nodes.hosts.studio.shot.picture import PictureRequest
from recast_nodes.nodes import NODES
from tests.hosts.studio.conftest import LONG


def test_a_slider_by_hand_changes_the_picture_and_undo_gives_the_plate_back(loaded, qtbot):
    frame, node = 1001, loaded.document.graph.nodes["Write"].wires["image"]
    before = loaded.pictures.get(PictureRequest(node, frame)).pixels
    loaded.nodes.select("ExpressionMix")
    slider = loaded.knobs.widgets["jaw_open"].slider
    slider.setValue(900)
    slider.sliderReleased.emit()
    qtbot.waitUntil(lambda: loaded.viewer.controller.is_ready(frame), timeout=LONG)
    after = loaded.pictures.get(PictureRequest(node, frame)).pixels
    assert not np.array_equal(before, after)
    loaded.document.undo.undo()
    assert np.array_equal(loaded.pictures.get(PictureRequest(node, frame)).pixels, before), "it is still known"


def test_a_preset_performs_at_the_playhead(window):
    window.document.go_to(1)
    window.perform(PRESETS[0])
    assert window.document.graph.at("ExpressionMix", 3).values["blink"] == 1
    assert window.knobs.node == "ExpressionMix"


def test_a_broken_shot_is_told_and_the_open_one_stays(window, tmp_path):
    before = window.document.graph
    (tmp_path / "bad.yaml").write_text("recast: 1\nnodes: {A: {kind: Red}}")
    assert not window.files.open(tmp_path / "bad.yaml")
    assert "Read" in window.told[0] and window.document.graph is before


def test_the_window_fits_a_small_laptop_with_nothing_cut(window, qtbot):
    for name in NODES:
        window.nodes.select(window.node_tools.edits.add(name))
        assert window.knobs.widget().minimumSizeHint().width() <= window.knobs.minimumWidth() - 14, name
    window.resize(1366, 740)
    qtbot.waitUntil(lambda: window.width() == 1366 and window.height() == 740)


def test_studio_uses_its_own_python():
    assert make_worker().command[1:] == ["-m", "recast_nodes.hosts.cli"]
