"""The context menus of the node graph."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from recast_nodes.hosts.studio.node_graph.node_menus import make_menu


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
    view.menu_requested.disconnect()
    view.menu_requested.connect(lambda at: asked.append(view.find_under_mouse()))
    at = view.mapFromScene(node.sceneBoundingRect().center())
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    assert asked == [node]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    assert not view._LIVE_PIPE.isVisible() and "Warp" in window.nodes.find_selection()
