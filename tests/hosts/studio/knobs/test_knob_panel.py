"""The panel of a node: every knob, its keys, and what a knob refuses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from recast_nodes.hosts.studio.knobs.knob_widgets import make_knob_widget
from recast_nodes.knobs import Float, Knob
from recast_nodes.nodes import NODES
from tests.hosts.test_plugins import kinds


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_studio_knows_every_knob(kind):
    assert make_knob_widget.dispatch(kind) is not make_knob_widget.dispatch(Knob)


@pytest.mark.parametrize("name", NODES)
def test_every_knob_of_every_node_is_shown_at_its_default(window, name):
    window.nodes.select(window.node_tools.edits.add(name))
    for group in window.knobs.folded.values():
        group.header.click()
    assert window.knobs.widgets.keys() == NODES[name].knobs.keys()
    assert not window.document.graph.nodes[window.knobs.node].constants, "to show a value is not to set it"


def test_a_new_knob_is_shown_without_another_edit(window, monkeypatch):
    mix = NODES["ExpressionMix"]
    knob = Float(0.25, "How much the ears wiggle.", limits=(0, 3), slider=(0, 1), group="by hand")
    knob.__set_name__(mix, "ears")
    monkeypatch.setattr(mix, "knobs", {**mix.knobs, "ears": knob})
    window.nodes.select("ExpressionMix")
    ears = window.knobs.widgets["ears"]
    assert "ears wiggle" in ears.toolTip() and ears.box.value() == 0.25 and (ears.box.maximum(), ears.high) == (3, 1)


def test_keys_are_set_shown_and_taken_away(loaded, qtbot):
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.keys["smile"].click()
    loaded.document.go_to(1005)
    loaded.knobs.widgets["smile"].box.setValue(0.8)
    curve = loaded.document.graph.nodes["ExpressionMix"].animation["smile"]
    assert [(key.frame, key.value) for key in curve.keys] == [(1001, 0), (1005, 0.8)]
    assert loaded.timeline.ruler.keys == {1001, 1005}
    qtbot.keyClick(loaded, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert loaded.document.frame == 1001
    loaded.knobs.keys["smile"].click()
    loaded.document.undo.undo()
    assert len(loaded.document.graph.nodes["ExpressionMix"].animation["smile"].keys) == 2


def test_a_value_that_a_knob_refuses_is_told_and_not_taken(window, qtbot):
    window.nodes.select("FaceTrack")
    line = window.knobs.widgets["box"].line
    line.setText("1 2 3")
    line.editingFinished.emit()
    assert "box takes four numbers" in window.statusBar().currentMessage()
    assert window.document.undo.count() == 0 and line.text() == ""


def test_a_knob_goes_back_to_its_default(window):
    window.nodes.select("ExpressionMix")
    window.knobs.set_value("smile", 0.5)
    window.knobs.set_default("smile")
    assert "smile" not in window.document.graph.nodes["ExpressionMix"].constants


def test_a_folded_group_is_built_once_it_is_opened_and_stays_open(window):
    window.nodes.select("ExpressionMix")
    assert "jawOpen" not in window.knobs.widgets, "52 widgets that nobody looks at"
    window.knobs.folded["shapes"].header.click()
    assert window.knobs.widgets["jawOpen"].isVisibleTo(window.knobs)
    window.nodes.select("Warp")
    window.nodes.select("ExpressionMix")
    assert window.knobs.widgets["jawOpen"].isVisibleTo(window.knobs)


def test_a_folded_group_is_searched_and_says_what_is_in_use(window):
    window.nodes.select("ExpressionMix")
    group = window.knobs.folded["shapes"]
    group.header.click()
    window.knobs.widgets["mouthSmileLeft"].box.setValue(0.5)
    assert group.header.text() == "shapes: 1 in use"

    def shown():
        return {name for name, row in group.rows.items() if row.isVisibleTo(group)}

    group.search.setText("smile left")
    assert shown() == {"mouthSmileLeft"}
    group.search.setText("brow")
    assert len(shown()) == 5
    group.only_used.click()
    assert not shown()
    group.search.clear()
    assert shown() == {"mouthSmileLeft"}


def test_shapes_of_a_linked_side_wait(window):
    window.nodes.select("ExpressionMix")
    window.knobs.folded["shapes"].header.click()
    window.knobs.set_value("link_sides", "left")
    assert window.knobs.widgets["mouthSmileLeft"].isEnabled() and window.knobs.widgets["jawRight"].isEnabled()
    assert not window.knobs.widgets["mouthSmileRight"].isEnabled()
