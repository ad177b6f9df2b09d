"""The model of the keys, without a window: what is shown, selected and dragged, and edits."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import DocumentError, KnobError
from recast_nodes.hosts.studio.keys import key_edits
from recast_nodes.hosts.studio.keys.key_edits import KeyId, find_key, list_keys
from tests.hosts.studio.keys.conftest import BLINK, CURVES, SMILE, at, curve, frames_of


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
