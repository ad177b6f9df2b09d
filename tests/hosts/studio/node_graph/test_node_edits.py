"""Nodes by hand: without a window against a stand-in for the panel, then with keys and menus in the window."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from recast_nodes.graph.document import save
from recast_nodes.graph.graph import Graph
from recast_nodes.hosts.studio.node_graph.node_edits import NodeEdits, wire_to
from recast_nodes.hosts.studio.node_graph.node_menus import make_menu
from recast_nodes.hosts.studio.node_graph.node_search import find_kinds
from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.node_layout import find_rect, lay_out_nodes
from recast_nodes.nodes import NODES
from tests.hosts.studio.shot.graphs import DRIVEN, row

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


def test_a_search_finds_what_is_meant_first():
    for typed, meant in (
        ("ft", "FaceTrack"),
        ("mask", "MaskComposite"),
        ("mc", "MaskComposite"),
        ("WARP", "Warp"),
        ("comp", "MaskComposite"),
        ("dcd", "Decode"),
        ("driver's expression", "ExpressionMix"),
        ("wr", "Write"),
    ):
        assert find_kinds(typed, NODES)[0] == meant, typed
    assert find_kinds("", NODES) == list(NODES) and find_kinds("zzz", NODES) == []


# In the window


def test_tab_and_a_few_letters_add_a_node(window, qtbot):
    window.nodes.select("Plate")
    window.nodes.view.setFocus()
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_Tab)
    finder = window.node_tools.finder
    assert finder.isVisible()
    qtbot.keyClicks(finder.line, "facet")
    assert finder.list.currentItem().text().startswith("FaceTrack")
    qtbot.keyClick(finder.line, Qt.Key.Key_Return)
    assert not finder.isVisible() and window.document.graph.nodes["FaceTrack2"].wires == {"image": "Plate"}
    assert window.nodes.find_selection() == ["FaceTrack2"] and window.knobs.node == "FaceTrack2"
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_Tab)
    qtbot.keyClick(finder.line, Qt.Key.Key_Return)
    assert "FaceTrack3" in window.document.graph.nodes, "the last one comes again"
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_Tab)
    qtbot.keyClick(finder.line, Qt.Key.Key_Escape)
    assert not finder.isVisible() and len(window.document.graph.nodes) == 10


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


def labels(menu):
    return [action.text().split("\t")[0] for action in menu.actions() if action.text()]


def act(menu, text):
    next(action for action in menu.actions() if action.text().split("\t")[0] == text).trigger()


def test_each_place_of_the_graph_has_its_menu(window, qtbot):
    view = window.nodes.view
    node = window.nodes.find_node("Warp").view
    menu = make_menu(window, node)
    assert window.nodes.find_selection() == ["Warp"]
    assert {"Rename", "Duplicate", "Delete", "Show in the viewer"} <= set(labels(menu))
    act(menu, "Show in the viewer")
    assert window.viewer.bar.input_box.currentText() == "selected node"
    act(menu, "Duplicate")
    assert "Warp2" in window.document.graph.nodes
    assert "Render this frame" in labels(make_menu(window, window.nodes.find_node("Write").view))
    wire = window.nodes.find_node("FaceTrack").get_input("image").view.connected_pipes[0]
    act(make_menu(window, wire), "Delete the wire into FaceTrack.image")
    assert "image" not in window.document.graph.nodes["FaceTrack"].wires and not wire.scene()
    menu = make_menu(window, None)
    assert {"Add", "Paste", "Frame all", "Find a node to add…"} <= set(labels(menu))
    act(menu, "Select all")
    assert set(window.nodes.find_selection()) == set(window.document.graph.nodes)
    window.nodes.frame_all()
    QApplication.processEvents()
    asked = []
    view.menu_asked.disconnect()
    view.menu_asked.connect(lambda at: asked.append(view.find_under_mouse()))
    at = view.mapFromScene(node.sceneBoundingRect().center())
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    assert asked == [node]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    assert not view._LIVE_PIPE.isVisible() and "Warp" in window.nodes.find_selection()


def test_a_title_is_typed_without_setting_off_keys(window, qtbot):
    window.nodes.select("Warp")
    show = window.viewer.bar.input_box.currentText()
    window.nodes.view.edit_title(window.nodes.find_node("Warp").view)
    title = window.nodes.find_node("Warp").view.text_item
    cursor = title.textCursor()
    cursor.select(cursor.SelectionType.Document)
    title.setTextCursor(cursor)
    qtbot.keyClicks(window.nodes.view.viewport(), "wobble1")
    qtbot.keyClick(window.nodes.view.viewport(), Qt.Key.Key_Return)
    assert "wobble1" in window.document.graph.nodes and "Warp" not in window.document.graph.nodes
    assert window.viewer.bar.input_box.currentText() == show and window.viewer.bar.wipe_box.currentIndex() == 0
    assert window.nodes.find_selection() == ["wobble1"]
    assert window.document.graph.nodes["Decode"].wires["field"] == "wobble1"


def test_a_title_that_another_node_has_is_refused(window):
    before = window.document.graph
    window.nodes.find_node("Warp").set_name("Decode")
    assert window.document.graph is before and window.nodes.find_node("Warp").name() == "Warp"
    assert window.nodes.find_node("Decode").name() == "Decode"


def test_a_dropped_file_is_told_to_the_window_and_read_by_nobody_else(window, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(window, "import_clip", lambda path, role="": told.append(path))
    session = tmp_path / "session.json"
    session.write_text('{"graph": {}, "nodes": {"0x1": {"type_": "nodeGraphQt.nodes.BackdropNode", "name": "x"}}}')
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(session))])
    nodes_before = len(window.nodes.graph.all_nodes())
    window.nodes.view.data_dropped.emit(data, QPoint(0, 0))
    QApplication.processEvents()
    assert told == [str(session)] and len(window.nodes.graph.all_nodes()) == nodes_before


def test_a_tool_tip_is_never_made_of_a_nodes_name(window):
    window.document.apply("bold", lambda graph: Graph({**graph.nodes, "<img src=x>": row(0).nodes["Plate"]}))
    for node in window.nodes.graph.all_nodes():
        assert node.view.toolTip() == NODES[node.type_.split(".")[-1]].summary()


def test_wires_behind_nodes_show_through(window, qtbot):
    view = window.nodes.view
    window.nodes.frame_all()
    QApplication.processEvents()
    wire = next(
        pipe
        for pipe in window.nodes.find_node("MaskComposite").get_input("image").view.connected_pipes
        if pipe.output_port.node is window.nodes.find_node("Plate").view
    )
    crossed = window.nodes.find_node("MotionExtract").view.sceneBoundingRect()
    path = wire.mapToScene(wire.path())
    inside = next(
        at for part in range(100) if crossed.adjusted(40, 0, -40, 0).contains(at := path.pointAtPercent(part / 100))
    )

    def drawn():
        at = view.mapFromScene(inside)
        image = view.grab().toImage()
        return max(image.pixelColor(at.x(), at.y() + row).lightness() for row in (-1, 0, 1))

    seen = drawn()
    wire.setVisible(False)
    assert seen > drawn() + 20
