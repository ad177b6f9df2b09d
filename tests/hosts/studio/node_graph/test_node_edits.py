"""Nodes by hand: without a window against a stand-in for the panel, then with keys and menus in the window."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from recast_nodes.graph.document import save
from recast_nodes.graph.graph import Graph
from recast_nodes.hosts.studio.node_graph.node_edits import NodeEdits, wire_to
from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.node_layout import find_rect, lay_out_nodes
from recast_nodes.nodes import NODES
from tests.hosts.studio.shot.graphs import DRIVEN

CONTROL = Qt.KeyboardModifier.ControlModifier


class Shown:
    """What a node graph shows, without one."""

    def __init__(self):
        self.names, self.at = [], None

    def find_selection(self):
        return self.names

    def select(self, *names):
        self.names = [name for name in names if name]

    def find_cursor(self):
        return self.at


@pytest.fixture
def hands(qapp):
    document, shown = Document(), Shown()
    document.set_graph(lay_out_nodes(DRIVEN))
    return SimpleNamespace(document=document, shown=shown, edits=NodeEdits(document, shown))


def nodes(hands):
    return hands.document.graph.nodes


def test_a_node_is_added_where_it_is_asked_for_and_over_none(hands):
    place = nodes(hands)["Warp"].place
    name = hands.edits.add("Read", place)
    assert hands.shown.names == [name] == ["Read"]
    rects = [find_rect(each, each.place) for each in nodes(hands).values()]
    assert sum(one.overlaps(other) for one in rects for other in rects) == len(rects), "each with itself alone"
    assert nodes(hands)[name].place[0] == place[0]


def test_a_node_that_is_added_is_wired_to_what_is_selected_where_types_fit(hands):
    hands.shown.select("Plate", "FaceTrack")
    made = hands.edits.add("MotionExtract")
    assert nodes(hands)[made].wires == {"image": "Plate", "track": "FaceTrack"}
    for selected in ("Write", "Warp"):  # nothing comes out of the one, nothing that is taken out of the other
        hands.shown.select(selected)
        made = hands.edits.add("MotionExtract")
        assert not nodes(hands)[made].wires
    assert hands.document.undo.count() == 3


def test_the_first_free_input_takes_a_wire():
    graph = lay_out_nodes(DRIVEN)
    graph = Graph({**graph.nodes, "Warp": graph.nodes["Warp"].__class__("Warp", NODES["Warp"])})
    assert wire_to(graph, "Warp", ["Plate", "Driving"]).nodes["Warp"].wires == {"image": "Plate", "plate": "Driving"}


def test_copy_paste_and_undo(hands):
    before = hands.document.graph
    hands.shown.select("Warp", "Decode")
    assert hands.edits.copy()
    hands.shown.at = (2000.0, 1000.0)
    hands.edits.paste()
    assert hands.shown.names == ["Warp2", "Decode2"] and nodes(hands)["Decode2"].wires == {"field": "Warp2"}
    assert nodes(hands)["Warp2"].place[0] > 1500 and hands.document.undo.count() == 1
    hands.document.undo.undo()
    assert hands.document.graph == before


def test_cut_is_copy_and_delete(hands):
    hands.shown.select("Warp")
    hands.edits.cut()
    assert "Warp" not in nodes(hands) and hands.shown.names == []
    hands.edits.paste()
    assert "Warp" in nodes(hands)


def test_without_a_selection_the_clipboard_stays(hands):
    QGuiApplication.clipboard().setText("mine")
    for edit in (hands.edits.copy, hands.edits.cut, hands.edits.duplicate, hands.edits.delete):
        edit()
    assert QGuiApplication.clipboard().text() == "mine" and hands.document.undo.count() == 0


def test_what_studio_copies_another_studio_pastes(hands, qapp):
    hands.shown.select("FaceTrack")
    hands.edits.copy()
    other, shown = Document(), Shown()
    NodeEdits(other, shown).paste()
    assert other.graph.nodes["FaceTrack2"].kind is NODES["FaceTrack"] and shown.names == ["FaceTrack2"]


def test_foreign_text_changes_nothing_and_is_said(hands, qtbot):
    QGuiApplication.clipboard().setText("Grade { white 2 }")
    with qtbot.waitSignal(hands.document.refused) as told:
        hands.edits.paste()
    assert "clipboard holds no nodes" in told.args[0] and hands.document.undo.count() == 0


def test_where_pasted_nodes_write_is_asked_before_it_is_written(hands, tmp_path):
    (tmp_path / "mine").mkdir()
    save(Graph(hands.document.graph.nodes), tmp_path / "mine" / "s.recast.yaml")
    hands.document.open(tmp_path / "mine" / "s.recast.yaml")
    elsewhere = str(tmp_path / "theirs" / "o.####.exr")
    QGuiApplication.clipboard().setText(f"recast: 1\nnodes: {{Out: {{kind: Write, knobs: {{file: {elsewhere}}}}}}}")
    hands.edits.paste()
    assert hands.document.find_unconfirmed_folders([]) == [str(tmp_path / "theirs")]
    assert hands.document.find_unconfirmed_folders([str(tmp_path / "theirs")]) == []
    unsaved = Document(unsaved=tmp_path / "state" / "unsaved.yaml")
    NodeEdits(unsaved, Shown()).paste()
    assert unsaved.find_unconfirmed_folders([]) == [str(tmp_path / "theirs")], "also in a shot that has no file yet"
