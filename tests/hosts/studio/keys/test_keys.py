"""Many keys at once: what edits of them make, the model that panels share, and hands over the plots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import DocumentError, KnobError
from recast_nodes.hosts.studio.keys import key_edits
from recast_nodes.hosts.studio.keys.curve_editor import MIXED, CurveEditor
from recast_nodes.hosts.studio.keys.dope_sheet import DopeSheet
from recast_nodes.hosts.studio.keys.key_edits import CurveId, KeyId, find_key, list_keys
from recast_nodes.hosts.studio.keys.key_menu import make_key_menu
from recast_nodes.hosts.studio.keys.key_model import KeyModel
from recast_nodes.hosts.studio.shot.document import Document

SMILE, BLINK = CurveId("ExpressionMix", "smile"), CurveId("ExpressionMix", "blink")
CURVES = {
    SMILE: Curve([Key(1, 0.0), Key(10, 0.5, "smooth"), Key(20, 0.2)]),
    BLINK: Curve([Key(5, 0.0), Key(10, 1.0, "bezier", (-2, 0.1), (4, 0.0))]),
}


def at(id, *frames):
    return frozenset(KeyId(id, frame) for frame in frames)


def frames_of(curve):
    return [key.frame for key in curve.keys]


@pytest.fixture
def document(qapp):
    made = Document()
    made.apply("keys", lambda graph: key_edits.with_curves(graph, CURVES))
    made.undo.clear()
    return made


@pytest.fixture
def model(document):
    return KeyModel(document)


def curve(document, id):
    return document.graph.nodes[id.node].animation[id.knob]


# What edits make


def test_keys_of_several_curves_move_together():
    new, selected = key_edits.move_keys(3, 0.25)(CURVES, at(SMILE, 10) | at(BLINK, 5))
    assert frames_of(new[SMILE]) == [1, 13, 20] and new[SMILE].keys[1].value == 0.75
    assert frames_of(new[BLINK]) == [8, 10] and selected == at(SMILE, 13) | at(BLINK, 8)


def test_a_key_that_is_moved_onto_another_takes_its_place():
    new, _ = key_edits.move_keys(10, 0)(CURVES, at(SMILE, 10))
    assert [(key.frame, key.value) for key in new[SMILE].keys] == [(1, 0.0), (20, 0.5)]


def test_frames_come_to_lie_on_whole_ones_and_stay_where_values_alone_change():
    odd = {SMILE: Curve([Key(1.25, 0.0), Key(4.5, 1.0)])}
    assert frames_of(key_edits.move_keys(2, 0)(odd, list_keys(SMILE, odd[SMILE]))[0][SMILE]) == [3, 6]
    assert frames_of(key_edits.move_keys(0, 0.1)(odd, list_keys(SMILE, odd[SMILE]))[0][SMILE]) == [1.25, 4.5]


def test_keys_are_retimed_about_a_frame_with_their_handles():
    new, selected = key_edits.scale_keys((5, 0), (2, 1))(CURVES, list_keys(BLINK, CURVES[BLINK]))
    assert frames_of(new[BLINK]) == [5, 15] and selected == at(BLINK, 5, 15)
    assert new[BLINK].keys[1].right == (8, 0.0) and new[BLINK].keys[1].left == (-4, 0.1)


def test_values_are_scaled_about_a_value():
    new, _ = key_edits.scale_keys((1, 0.2), (1, 2))(CURVES, list_keys(SMILE, CURVES[SMILE]))
    assert [key.value for key in new[SMILE].keys] == pytest.approx([-0.2, 0.8, 0.2])


def test_keys_that_would_share_a_frame_are_refused():
    with pytest.raises(KnobError, match="one frame"):
        key_edits.scale_keys((1, 0), (0.05, 1))(CURVES, list_keys(SMILE, CURVES[SMILE]))


@given(st.integers(-50, 50), st.floats(-1, 1))
def test_there_and_back_is_where_it_was(frames, values):
    there, selected = key_edits.move_keys(frames, values)(CURVES, list_keys(SMILE, CURVES[SMILE]))
    back, _ = key_edits.move_keys(-frames, -values)(there, selected)
    assert frames_of(back[SMILE]) == frames_of(CURVES[SMILE])
    assert [key.value for key in back[SMILE].keys] == pytest.approx([key.value for key in CURVES[SMILE].keys])


# The model


def test_edits_of_many_keys_are_one_step(model, document):
    model.select_all()
    for edit in (lambda: model.nudge(2), lambda: model.set_interpolation("constant"), model.delete):
        before, steps = document.graph, document.undo.count()
        edit()
        assert document.graph != before and document.undo.count() == steps + 1
        document.undo.undo()
        assert document.graph == before
        document.undo.redo()
        model.select_all()
    assert not document.graph.nodes["ExpressionMix"].animation
    assert document.graph.nodes["ExpressionMix"].constants["smile"] == 0.0, "a knob keeps its first key's value"


def test_a_drag_is_seen_before_it_is_done_and_one_step_when_it_is(model, document):
    before = document.graph
    model.select(at(SMILE, 10, 20))
    for frames in (1, 2, 3):
        model.drag(key_edits.move_keys(frames, 0))
    assert document.graph is before and frames_of(model.visible_curves[SMILE]) == [1, 13, 23]
    assert model.shown_selection == at(SMILE, 13, 23)
    model.end_drag()
    assert frames_of(curve(document, SMILE)) == [1, 13, 23] and document.undo.count() == 1
    assert model.selected == at(SMILE, 13, 23)


def test_a_drag_over_other_keys_and_back_loses_none(model, document):
    model.select(at(SMILE, 1))
    model.drag(key_edits.move_keys(9, 0))
    assert frames_of(model.visible_curves[SMILE]) == [10, 20]
    model.drag(key_edits.move_keys(2, 0))
    model.end_drag()
    assert frames_of(curve(document, SMILE)) == [3, 10, 20]


def test_values_stop_at_what_the_knob_takes(model, document):
    limits = document.graph.nodes["ExpressionMix"].kind.knobs["smile"].limits
    model.select(at(SMILE, 10))
    model.drag(key_edits.move_keys(0, 900.0))
    assert find_key(model.visible_curves, KeyId(SMILE, 10)).value == limits[1]
    model.end_drag()
    assert curve(document, SMILE).keys[1].value == limits[1]


def test_keys_that_would_share_a_frame_stay_and_it_is_said(model, document, qtbot):
    model.select(list_keys(SMILE, CURVES[SMILE]))
    before = document.graph
    with qtbot.waitSignal(document.refused) as told:
        model.edit("scale", key_edits.scale_keys((1, 0), (0.01, 1)))
    assert "one frame" in told.args[0] and document.graph is before and len(model.selected) == 3


def test_what_is_listed_are_the_selected_nodes_curves_or_all(model, document):
    document.apply("key", lambda graph: graph.with_knob("Warp", "guard", Curve([Key(1, 0.1)])))
    assert {id.node for id in model.curves} == {"ExpressionMix", "Warp"}
    model.show_nodes(["Warp"])
    assert {id.node for id in model.curves} == {"Warp"}
    model.show_nodes(["Warp", "ExpressionMix"])
    assert len(model.curves) == 3 and len({model.find_colour(id) for id in model.curves}) == 3
    model.show_nodes(["Plate"])
    assert len(model.curves) == 3, "it has none of its own"


def test_hidden_curves_keep_their_keys_from_hands(model):
    model.select_all()
    model.hide(SMILE)
    assert model.selected == list_keys(BLINK, CURVES[BLINK])
    model.select_all()
    assert {key.curve for key in model.selected} == {BLINK}
    model.show_only(SMILE)
    assert list(model.visible_curves) == [SMILE] and not model.selected
    model.show_nodes(["Plate"])
    model.show_nodes(["ExpressionMix"])
    assert list(model.visible_curves) == [SMILE], "it is hidden wherever one looks meanwhile"
    model.show_only(SMILE)
    assert set(model.visible_curves) == {SMILE, BLINK}


def test_keys_that_are_gone_are_not_selected(model, document):
    model.select_all()
    document.apply("default", lambda graph: key_edits.without_keys(graph, at(SMILE, 10)))
    assert KeyId(SMILE, 10) not in model.selected and KeyId(SMILE, 20) in model.selected


# The clipboard


def test_copied_keys_are_pasted_at_the_playhead(model, document):
    model.select(at(SMILE, 10, 20) | at(BLINK, 10))
    model.copy()
    document.go_to(110)
    model.paste()
    assert frames_of(curve(document, SMILE)) == [1, 10, 20, 110, 120]
    pasted = curve(document, BLINK).keys[-1]
    assert pasted == Key(110, 1.0, "bezier", (-2, 0.1), (4, 0.0))
    assert model.selected == at(SMILE, 110, 120) | at(BLINK, 110) and document.undo.count() == 1


def test_cut_keys_are_gone_and_come_back(model, document):
    model.select(at(SMILE, 10))
    model.cut()
    assert frames_of(curve(document, SMILE)) == [1, 20]
    document.go_to(10)
    model.paste()
    assert curve(document, SMILE) == CURVES[SMILE]


def test_keys_of_one_knob_go_into_the_active_curve_of_another_shot(model, document):
    text = key_edits.copy_keys(document.graph, at(BLINK, 5, 10)).replace("ExpressionMix:", "Elsewhere:", 1)
    document.apply("rename", lambda graph: graph)
    graph, selected = key_edits.paste_keys(document.graph, text, 50, SMILE)
    assert frames_of(graph.nodes["ExpressionMix"].animation["blink"]) == [5, 10, 50, 55], "a node of the same kind"
    assert selected == at(BLINK, 50, 55)
    with pytest.raises(KnobError, match="no such node"):
        key_edits.paste_keys(document.graph, text, 50, None)


@pytest.mark.parametrize("text", ["", "hello", "recast: 1\nnodes: {A: {kind: Read}}"])
def test_text_without_keys_is_refused(model, document, text, qtbot):
    with pytest.raises(DocumentError, match="clipboard"):
        key_edits.paste_keys(document.graph, text, 1, SMILE)
    QGuiApplication.clipboard().setText(text)
    with qtbot.waitSignal(document.refused):
        model.paste()
    assert document.undo.count() == 0


def test_a_copy_of_keys_leaves_the_clipboard_alone(model, document):
    QGuiApplication.clipboard().setText("mine")
    model.select(at(SMILE, 10))
    document.go_to(40)
    model.duplicate()
    assert 40 in frames_of(curve(document, SMILE)) and QGuiApplication.clipboard().text() == "mine"


# The panels


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
        panel.plot.menu_asked.disconnect()
        panel.plot.menu_asked.connect(asked.append)
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
