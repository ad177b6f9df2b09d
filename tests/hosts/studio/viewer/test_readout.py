"""The line below the picture: the pixel under the mouse and its values."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication


def test_the_readout_is_empty_once_the_mouse_has_left(loaded, qtbot):
    viewer = loaded.viewer
    viewer.model.point_at(100.0, 100.0)
    assert "x 100  y 100" in viewer.readout.text()
    QApplication.sendEvent(viewer.canvas, QEvent(QEvent.Type.Leave))
    assert not viewer.readout.text().strip()


def test_the_readout_is_of_the_frame_that_is_shown(loaded, qtbot):
    viewer = loaded.viewer
    qtbot.waitUntil(lambda: all(viewer.controller.is_ready(frame) for frame in (1001, 1006)))
    x, y = 100, 100
    viewer.model.point_at(x + 0.5, y + 0.5)
    for frame in (1001, 1006):
        loaded.document.go_to(frame)
        node = loaded.document.graph.nodes["Write"].wires["image"]
        pixel = loaded.pictures.get(
            next(each for each in viewer.controller.find_requests(frame) if each.node == node)
        ).pixels[y, x]
        assert all(f"{float(value):.4f}" in viewer.readout.text() for value in pixel), frame
    viewer.bar.exposure.setValue(2.0)
    assert f"{float(pixel[0]):.4f}" in viewer.readout.text(), "values are as they are stored"


def test_the_readout_says_nothing_of_a_frame_that_is_not_there(loaded, monkeypatch):
    loaded.viewer.model.point_at(100.0, 100.0)
    monkeypatch.setattr(loaded.pictures, "_next", lambda: None)  # nothing is asked for
    loaded.document.go_to(1004)
    loaded.pictures.forget()
    loaded.viewer.controller.refresh()
    assert "…" in loaded.viewer.readout.text()


def test_each_side_of_the_wipe_tells_its_own_picture(loaded, qtbot):
    viewer = loaded.viewer
    loaded.nodes.select("ExpressionMix")
    viewer.model.set_input("difference")
    viewer.model.toggle_wipe()
    qtbot.waitUntil(lambda: not viewer.controller.is_pending())
    viewer.model.point_at(20.0, 100.0)
    assert "difference" in viewer.readout.text() and "0.0000" in viewer.readout.text()
    viewer.model.point_at(370.0, 100.0)
    assert "difference" not in viewer.readout.text()
