"""The node graph and the document agree, whichever of them is changed."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtWidgets import QApplication

from recast_nodes.graph.graph import Graph
from recast_nodes.nodes import NODES
from tests.hosts.studio.shot.graphs import row


def test_wires_by_hand(window):
    name = window.node_tools.edits.add("Read")
    entry = window.nodes.find_node("FaceTrack").get_input("image")
    entry.connect_to(window.nodes.find_node(name).get_output("out"))
    window.nodes.read_wires()
    assert window.document.graph.nodes["FaceTrack"].wires["image"] == name
    window.document.undo.undo()
    assert [port.node().name() for port in entry.connected_ports()] == ["Plate"]


def test_a_wire_that_does_not_fit_is_refused_and_not_drawn(window):
    entry = window.nodes.find_node("Warp").get_input("track")
    entry.connect_to(window.nodes.find_node("Plate").get_output("out"))
    window.nodes.read_wires()
    assert "takes a wire of type Track" in window.statusBar().currentMessage()
    assert [port.node().name() for port in entry.connected_ports()] == ["FaceTrack"]


def test_nodes_are_renamed_and_deleted(window):
    window.nodes.select("Decode")
    window.knobs._rename("Pixels")
    assert window.nodes.find_node("Pixels") and window.knobs.node == "Pixels"
    window.node_tools.edits.delete()
    assert "Pixels" not in window.document.graph.nodes and window.nodes.find_node("Pixels") is None
    window.document.undo.undo()
    assert window.nodes.find_node("Pixels") is not None


def test_a_title_that_is_edited_renames_the_node(window, qtbot):
    window.nodes.find_node("Warp").set_name("Move")
    assert "Move" in window.document.graph.nodes and "Warp" not in window.document.graph.nodes
    assert window.document.graph.nodes["Decode"].wires["field"] == "Move"
    window.nodes.find_node("Move").set_name("not a name")
    assert window.nodes.find_node("Move") is not None and "Move" in window.document.graph.nodes


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
