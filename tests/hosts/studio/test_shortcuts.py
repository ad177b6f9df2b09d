"""The keys of the window, and what they act on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from recast_nodes.hosts.studio import shortcuts as window_keys
from tests.hosts.worker.conftest import ROOT

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_keys_work_wherever_the_focus_is_but_in_text(loaded, qtbot):
    loaded.activateWindow()
    loaded.nodes.select("ExpressionMix")
    slider = loaded.knobs.widgets["smile"].slider
    for panel in (loaded.viewer.canvas, loaded.nodes.graph.viewer(), slider):
        panel.setFocus()
        loaded.document.go_to(1001)
        qtbot.keyClick(panel, Qt.Key.Key_Right)
        assert loaded.document.frame == 1002, panel
        qtbot.keyClick(panel, Qt.Key.Key_1)
        assert loaded.viewer.bar.input_box.currentText() == "plate"
        qtbot.keyClick(panel, Qt.Key.Key_3)
    line = loaded.frames_line
    line.setFocus()
    qtbot.keyClicks(line, "1")
    assert line.text() == "1" and loaded.viewer.bar.input_box.currentText() == "result"


def test_undo_and_redo_by_keys(window, qtbot):
    control, undo = Qt.KeyboardModifier.ControlModifier, window.document.undo
    window.knobs.show_node("ExpressionMix")
    window.knobs.set_value("smile", 0.5)

    def after(key, modifiers):
        qtbot.keyClick(window.viewer.canvas, key, modifiers)
        return undo.index()

    assert after(Qt.Key.Key_Z, control) == 0
    assert after(Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier) == 1
    assert after(Qt.Key.Key_Z, control) == 0
    assert after(Qt.Key.Key_Y, control) == 1


def test_the_page_lists_the_keys_that_there_are(window):
    page = (ROOT / "docs" / "studio.md").read_text(encoding="utf-8")
    for key in window_keys.list_shortcuts(window):
        assert f"| {key.keys} | {key.words} |" in page, key
    window.knobs.show_node("ExpressionMix")
    window.knobs.set_value("smile", 0.5)
    told = window_keys.write_help(window)
    assert "F7" in told and "<td>undo</td>" in told and "<td>redo</td>" in told


def test_keys_copy_nodes_or_keys_by_where_the_focus_is(window, qtbot):
    window.nodes.select("ExpressionMix")
    window.knobs.keys["smile"].click()
    window.nodes.view.setFocus()
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_C, CONTROL)
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_V, CONTROL)
    assert window.nodes.find_selection() == ["ExpressionMix2"]
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_D, CONTROL)
    assert window.nodes.find_selection() == ["ExpressionMix3"]
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_X, CONTROL)
    assert "ExpressionMix3" not in window.document.graph.nodes
    window.nodes.select("ExpressionMix")
    window.docks["Curves"].raise_()
    plot = window.curves.plot.widget
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_A, CONTROL)
    qtbot.keyClick(plot, Qt.Key.Key_C, CONTROL)
    window.document.go_to(9)
    qtbot.keyClick(plot, Qt.Key.Key_V, CONTROL)
    keys = window.document.graph.nodes["ExpressionMix"].animation["smile"].keys
    assert [key.frame for key in keys] == [1, 9] and len(window.document.graph.nodes) == 9
    qtbot.keyClick(plot, Qt.Key.Key_Delete)
    assert len(window.document.graph.nodes["ExpressionMix"].animation["smile"].keys) == 1


@pytest.mark.parametrize("panel", ["curves", "sheet"])
def test_arrows_nudge_selected_keys_where_these_are_looked_at_and_else_the_playhead(window, qtbot, monkeypatch, panel):
    monkeypatch.setattr(window.viewer.canvas, "underMouse", lambda: False)
    window.playback.set_span(range(1, 101))
    window.nodes.select("ExpressionMix")
    window.knobs.keys["smile"].click()
    window.docks["Curves" if panel == "curves" else "Dope sheet"].raise_()
    plot = getattr(window, panel).plot.widget
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert window.document.frame == 2

    def frames():
        return [key.frame for key in window.document.graph.nodes["ExpressionMix"].animation["smile"].keys]

    window.key_model.select_all()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert frames() == [12] and window.document.frame == 2
    window.viewer.canvas.setFocus()
    qtbot.keyClick(window.viewer.canvas, Qt.Key.Key_Right)
    assert frames() == [12] and window.document.frame == 3
    if panel == "curves":
        plot.setFocus()
        qtbot.keyClick(plot, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
        assert window.document.graph.nodes["ExpressionMix"].animation["smile"].keys[0].value == pytest.approx(0.1)


def test_text_is_pasted_into_the_field_that_has_the_focus(window, qtbot):
    window.nodes.select("Plate")
    window.node_tools.edits.copy()
    QGuiApplication.clipboard().setText("1-48")
    window.frames_line.setFocus()
    qtbot.keyClick(window.frames_line, Qt.Key.Key_V, CONTROL)
    assert window.frames_line.text() == "1-48" and len(window.document.graph.nodes) == 8


def test_f_frames_what_the_focus_is_on(window, qtbot, monkeypatch):
    framed = []
    for owner, name in ((window.nodes, "frame_selected"), (window.curves, "fit"), (window.viewer.canvas, "fit")):
        monkeypatch.setattr(owner, name, lambda owner=owner: framed.append(owner))
    window.nodes.select("Warp")
    for dock, focus, owner in (
        ("Nodes", window.nodes.view, window.nodes),
        ("Curves", window.curves.plot.widget, window.curves),
        ("Nodes", window.viewer.canvas, window.viewer.canvas),
    ):
        window.docks[dock].raise_()
        focus.setFocus()
        qtbot.keyClick(focus, Qt.Key.Key_F)
        assert framed[-1:] == [owner]
