"""Curve editor and dope sheet, by real events of the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu

from recast_nodes.curves import Curve, Key
from recast_nodes.hosts.studio.keys.curve_editor import MIXED, CurveEditor
from recast_nodes.hosts.studio.keys.dope_sheet import DopeSheet
from recast_nodes.hosts.studio.keys.key_edits import KeyId, find_key, list_keys
from recast_nodes.hosts.studio.keys.key_menu import make_key_menu
from tests.hosts.studio.keys.conftest import BLINK, CURVES, SMILE, at, curve, frames_of


@pytest.fixture
def editor(model, document, qtbot):
    made = CurveEditor(document, model)
    qtbot.addWidget(made)
    made.resize(900, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.plot.fit()
    return made


@pytest.fixture
def sheet(model, document, qtbot):
    made = DopeSheet(document, model)
    qtbot.addWidget(made)
    made.resize(900, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def point(plot, x, y) -> QPoint:
    """Where a place of a plot is on its widget."""
    return plot.widget.mapFromScene(plot.box.mapViewToScene(QPointF(x, y)))


def drag(qtbot, plot, start, end, modifier=Qt.KeyboardModifier.NoModifier):
    """A drag by the left button, in steps as a mouse sends them."""
    first, last = point(plot, *start), point(plot, *end)
    viewport, left = plot.widget.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, modifier, first)
    for part in (0.3, 0.7, 1.0):
        qtbot.wait(15)  # pyqtgraph looks at a hundred moves a second
        send(viewport, QEvent.Type.MouseMove, first + (last - first) * part, modifier)
    qtbot.mouseRelease(viewport, left, modifier, last)


def send(viewport, kind, to, modifier=Qt.KeyboardModifier.NoModifier):
    there, left = QPointF(to), Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else left
    QApplication.sendEvent(viewport, QMouseEvent(kind, there, viewport.mapToGlobal(there), button, left, modifier))


def test_a_box_selects_keys_over_curves(editor, model, qtbot):
    drag(qtbot, editor.plot, (8, 1.08), (12, 0.3))
    assert model.selected == at(SMILE, 10) | at(BLINK, 10)
    drag(qtbot, editor.plot, (18, 0.4), (22, 0.05), Qt.KeyboardModifier.ShiftModifier)
    assert model.selected == at(SMILE, 10, 20) | at(BLINK, 10)
    qtbot.mouseClick(editor.plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=point(editor.plot, 15, 0.9))
    assert not model.selected


def test_selected_keys_are_dragged_together(editor, model, document, qtbot):
    model.select(at(SMILE, 10) | at(BLINK, 10))
    drag(qtbot, editor.plot, (10, 0.5), (13.2, 0.5))
    assert frames_of(curve(document, SMILE)) == [1, 13, 20] and frames_of(curve(document, BLINK)) == [5, 13]
    assert curve(document, SMILE).keys[1].value == pytest.approx(0.5, abs=0.02) and document.undo.count() == 1


def test_an_unselected_key_is_dragged_alone(editor, model, document, qtbot):
    model.select(at(BLINK, 10))
    drag(qtbot, editor.plot, (20, 0.2), (23, 0.4))
    assert frames_of(curve(document, SMILE)) == [1, 10, 23] and frames_of(curve(document, BLINK)) == [5, 10]


def test_the_edge_of_the_selected_keys_retimes_them(editor, model, document, qtbot):
    model.select(list_keys(SMILE, CURVES[SMILE]))
    edge = editor.plot.find_edges()["right"]
    drag(qtbot, editor.plot, (edge.x(), edge.y()), (edge.x() + 19, edge.y()))
    assert frames_of(curve(document, SMILE)) == [1, 19, 39]
    assert document.undo.undoText() == "scale keys"


def test_a_handle_is_bent_by_hand(editor, model, document, qtbot):
    model.select(at(BLINK, 10))
    editor.plot.fit()
    drag(qtbot, editor.plot, (14, 1.0), (16, 0.8))
    assert curve(document, BLINK).keys[1].right == pytest.approx((6, -0.2), abs=0.1)
    assert curve(document, BLINK).keys[1].left == (-2, 0.1)


def test_a_click_selects_a_key_and_with_shift_another(editor, model, qtbot):
    viewport, left = editor.plot.widget.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseClick(viewport, left, pos=point(editor.plot, 10, 0.5))
    assert model.selected == at(SMILE, 10) and model.active == SMILE
    qtbot.mouseClick(viewport, left, Qt.KeyboardModifier.ShiftModifier, point(editor.plot, 10, 1.0))
    assert model.selected == at(SMILE, 10) | at(BLINK, 10)
    qtbot.mouseClick(viewport, left, Qt.KeyboardModifier.ShiftModifier, point(editor.plot, 10, 0.5))
    assert model.selected == at(BLINK, 10)


def test_a_double_click_puts_a_key_into_the_active_curve(editor, model, document, qtbot):
    model.show_curve(SMILE)
    there = point(editor.plot, 15.2, 0.8)
    qtbot.mouseClick(editor.plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=there)
    send(editor.plot.widget.viewport(), QEvent.Type.MouseButtonDblClick, there)  # as windows do: it is the press
    qtbot.mouseRelease(editor.plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=there)
    assert frames_of(curve(document, SMILE)) == [1, 10, 15, 20] and model.selected == at(SMILE, 15)


def test_framing_shows_all_or_the_selected_keys(editor, model):
    editor.plot.fit()
    (left, right), _ = editor.plot.box.viewRange()
    assert left < 1 and right > 20
    model.select(at(BLINK, 5, 10))
    editor.fit()
    (left, right), _ = editor.plot.box.viewRange()
    assert 0 < left < 5 and 10 < right < 18


def test_a_line_goes_through_its_keys_wherever_it_is_looked_at(editor):
    editor.plot.box.setXRange(9.9, 10.1, padding=0)
    x, y = editor.plot._lines[SMILE].getData()
    assert (abs(x - 10) < 1e-9).any() and y[abs(x - 10).argmin()] == pytest.approx(0.5)
    assert sum((x > 9.9) & (x < 10.1)) > 100, "and finely"


def test_fields_say_and_set_what_is_selected(editor, model, document, qtbot):
    assert not editor.frame_box.isEnabled() and not editor.delete_button.isEnabled()
    model.select(at(SMILE, 10, 20))
    assert editor.frame_box.value() == 10 and editor.kind.currentText() == MIXED
    editor.value_box.clear()
    qtbot.keyClicks(editor.value_box, "0,45")
    qtbot.keyClick(editor.value_box, Qt.Key.Key_Return)
    assert [key.value for key in curve(document, SMILE).keys] == [0.0, 0.45, 0.45]
    editor.frame_box.setValue(12)
    assert frames_of(curve(document, SMILE)) == [1, 12, 22]
    editor.kind.textActivated.emit("constant")
    assert {key.interpolation for key in curve(document, SMILE).keys[1:]} == {"constant"}


def test_curves_of_several_nodes_are_called_by_node_and_knob(editor, sheet, document):
    document.apply("key", lambda graph: graph.with_knob("Warp", "guard", Curve([Key(1, 0.1)])))
    assert "Warp.guard" in [editor.list.item(row).text() for row in range(3)]
    assert dict(sheet.plot.widget.getAxis("left")._tickLevels[0])[2] == "Warp.guard"


def test_the_arrows_that_scale_are_in_view_however_low_the_panel(editor, model):
    editor.resize(700, 170)
    QApplication.processEvents()
    model.select_all()
    editor.plot.fit()
    assert all(editor.plot.box.viewRect().contains(place) for place in editor.plot.find_edges().values())
    assert editor.plot.box.viewRect().width() < 35, "19 frames, and no wider than it must be"


def test_the_list_hides_curves_and_makes_one_active(editor, model):
    assert [editor.list.item(row).text() for row in range(2)] == [id.knob for id in model.curves], "all of one node"
    blink = list(model.curves).index(BLINK)
    editor.list.item(blink).setCheckState(Qt.CheckState.Unchecked)
    assert list(model.visible_curves) == [SMILE] and list(editor.plot._lines) == [SMILE]
    editor.list.item(blink).setCheckState(Qt.CheckState.Checked)
    editor.list.setCurrentRow(blink)
    assert model.active == BLINK and BLINK in editor.plot._lines


def test_the_sheet_has_a_row_for_each_knob_and_moves_keys_in_time_alone(sheet, model, document, qtbot):
    rows = {id: row for row, id in enumerate(model.visible_curves)}
    drag(qtbot, sheet.plot, (8, -0.4), (22, 1.4))
    assert model.selected == at(SMILE, 10, 20) | at(BLINK, 10)
    drag(qtbot, sheet.plot, (10, rows[SMILE]), (14, rows[BLINK]))
    assert [(key.frame, key.value) for key in curve(document, SMILE).keys] == [(1, 0), (14, 0.5), (24, 0.2)]
    assert frames_of(curve(document, BLINK)) == [5, 14] and document.undo.count() == 1


def test_the_sheet_retimes_by_its_edges_and_not_by_height(sheet, model, document, qtbot):
    model.select_all()
    assert set(sheet.plot.find_edges()) == {"left", "right"}
    edge = sheet.plot.find_edges()["left"]
    drag(qtbot, sheet.plot, (edge.x(), edge.y()), (edge.x() - 19, edge.y()))
    assert frames_of(curve(document, SMILE)) == [-18, 0, 20] and frames_of(curve(document, BLINK)) == [-10, 0]


def test_both_panels_show_the_same_selected_keys(editor, sheet, model):
    editor.plot.select_box(QRectF(8, 0.3, 4, 1), more=False)
    for plot in (editor.plot, sheet.plot):
        assert len(plot._selected.getData()[0]) == 2
    assert sheet.plot.find_selected_box() is not None


def test_keys_beyond_counting_are_drawn(model, document, editor, sheet):
    many = Curve([Key(frame, frame % 7 / 7) for frame in range(1, 5_001)])
    document.apply("many", lambda graph: graph.with_knob(*SMILE, many))
    assert len(editor.plot._spots.keys) == 5_002
    model.select_all()
    model.nudge(1)
    assert frames_of(curve(document, SMILE))[:2] == [2, 3] and len(model.selected) == 5_002


def test_the_right_button_selects_what_it_means_and_offers_what_can_be_done(editor, sheet, model, qtbot):
    for panel, place, meant in ((editor, (20, 0.2), at(SMILE, 20)), (sheet, (5, 1), at(BLINK, 5))):
        asked = []
        panel.plot.menu_requested.disconnect()
        panel.plot.menu_requested.connect(asked.append)
        viewport = panel.plot.widget.viewport()
        qtbot.mouseClick(viewport, Qt.MouseButton.RightButton, pos=point(panel.plot, *place))
        assert model.selected == meant and len(asked) == 1
    menu = make_key_menu(model, editor.fit, editor)
    menu.findChildren(QMenu)[0].actions()[0].trigger()
    assert find_key(model.curves, KeyId(BLINK, 5)).interpolation == "constant"
    model.select([])
    enabled = [
        action.text().split("\t")[0]
        for action in make_key_menu(model, editor.fit, editor).actions()
        if action.isEnabled()
    ]
    assert "Delete" not in enabled and "Paste at the playhead" in enabled


def test_the_bar_keeps_to_one_line_on_a_small_screen(editor, qtbot):
    """1366x768 at 150 % leaves the panel 530 wide and 110 high: a second line would leave the curves 45 pixels."""
    editor.resize(530, 110)
    qtbot.waitUntil(lambda: editor.width() == 530)
    bar = (editor.frame_box, editor.value_box, editor.kind, editor.delete_button, editor.fit_button)
    middles = [each.mapTo(editor, each.rect().center()).y() for each in bar]
    assert max(middles) - min(middles) < 6
