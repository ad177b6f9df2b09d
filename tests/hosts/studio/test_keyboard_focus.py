"""Keys go to the picture: a field gives the focus back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture
def active(window, qtbot):
    window.activateWindow()
    qtbot.waitActive(window)
    window.nodes.select("ExpressionMix")
    return window


def some_fields(window):
    smile = window.knobs.widgets["smile"].box
    return [window.viewer.bar.exposure, window.frames_line, smile, window.timeline.box, window.timeline.rate]


def hover(window, over=None):
    here = QPointF(5, 5)
    QApplication.sendEvent(over or window.viewer.canvas, QEnterEvent(here, here, here))


def test_enter_and_escape_give_the_focus_to_the_picture(active, qtbot):
    for field in some_fields(active):
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            field.setFocus()
            assert QApplication.focusWidget() is field
            qtbot.keyClick(field, key)
            assert QApplication.focusWidget() is active.viewer.canvas, (field, key)


def test_the_mouse_over_the_picture_takes_it(active, qtbot):
    for field in some_fields(active):
        field.setFocus()
        hover(active)
        assert QApplication.focusWidget() is active.viewer.canvas, field
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)
    assert active.viewer.bar.input_box.currentText() == "plate"


@pytest.mark.parametrize("dock", ["Nodes", "Curves", "Dope sheet"])
def test_keys_act_on_the_panel_under_the_mouse(active, dock):
    panels = {"Nodes": active.nodes.view, "Curves": active.curves.plot.widget, "Dope sheet": active.sheet.plot.widget}
    active.docks[dock].raise_()
    for before in (active.viewer.canvas, active.viewer.bar.exposure):
        before.setFocus()
        hover(active, panels[dock])
        assert QApplication.focusWidget() is panels[dock], before
    hover(active)  # on the way to Edit ▸ Copy, what was chosen in the panel is still meant
    assert QApplication.focusWidget() is panels[dock]


def test_arrows_over_the_picture_move_the_playhead_whatever_keys_are_selected(active, qtbot, monkeypatch):
    active.playback.set_span(range(1, 101))
    active.knobs.keys["smile"].click()
    active.docks["Curves"].raise_()
    plot = active.curves.plot.widget
    plot.setFocus()
    active.key_model.select_all()
    monkeypatch.setattr(active.viewer.canvas, "underMouse", lambda: True)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    keys = active.document.graph.nodes["ExpressionMix"].animation["smile"].keys
    assert [key.frame for key in keys] == [1] and active.document.frame == 2


def test_a_field_that_is_half_typed_keeps_it_until_the_picture_is_clicked(active, qtbot):
    line = active.frames_line
    line.setFocus()
    qtbot.keyClicks(line, "1001-10")
    hover(active)
    assert QApplication.focusWidget() is line
    qtbot.keyClicks(line, "48")
    qtbot.mouseClick(active.viewer.canvas, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is active.viewer.canvas and active.document.graph.frames == "1001-1048"


def test_escape_leaves_a_field_as_it_was(active, qtbot):
    box = active.knobs.widgets["smile"].box
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "0.7")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.value() == 0 and box.text() == "0" and active.document.undo.count() == 0
    line = active.frames_line
    line.setFocus()
    qtbot.keyClicks(line, "7")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "" and active.document.graph.frames == ""


def test_the_mouse_leaves_other_panels_alone(active):
    tree = active.nodes.graph.viewer()
    tree.setFocus()
    hover(active)
    assert QApplication.focusWidget() is tree


def test_a_panel_that_floats_gives_it_back_too(active, qtbot):
    dock = active.docks["Knobs"]
    dock.setFloating(True)
    box = active.knobs.widgets["smile"].box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert active.viewer.canvas.hasFocus() or active.focusWidget() is active.viewer.canvas
    dock.setFloating(False)
