"""The context menus of the node graph: of a node, a wire, the empty canvas."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from NodeGraphQt.qgraphics.pipe import PipeItem
from PySide6.QtWidgets import QMenu

from ....nodes import NODES
from .node_view import DrawnNode

if TYPE_CHECKING:
    from ..window import StudioWindow


def make_menu(window: StudioWindow, item: DrawnNode | PipeItem | None) -> QMenu:
    """The menu of what was clicked; of the canvas where nothing was."""
    if isinstance(item, DrawnNode):
        return _make_node_menu(window, window.nodes.find_name(item))
    if isinstance(item, PipeItem):
        return _make_wire_menu(window, item)
    return _make_canvas_menu(window)


def _make_node_menu(window: StudioWindow, name: str) -> QMenu:
    nodes, edits = window.nodes, window.node_tools.edits
    if name not in nodes.find_selection():
        nodes.select(name)
    placed = window.document.graph.nodes[name]
    menu = QMenu(window)
    if placed.gives is not None:
        menu.addAction("Show in the viewer", lambda: _show(window, name))
    else:
        menu.addAction("Render…\tF7", window.render_dialog.show)
        menu.addAction("Render this frame\tShift+F7", window.render_frame)
    menu.addSeparator()
    menu.addAction("Rename", lambda: nodes.view.edit_title(nodes.find_node(name).view))
    menu.addSeparator()
    menu.addAction("Cut\tCtrl+X", edits.cut)
    menu.addAction("Copy\tCtrl+C", edits.copy)
    menu.addAction("Duplicate\tCtrl+D", edits.duplicate)
    menu.addAction("Delete\tDel", edits.delete)
    menu.addSeparator()
    menu.addAction("Frame selected\tF", nodes.frame_selected)
    return menu


def _show(window: StudioWindow, name: str) -> None:
    window.nodes.select(name)
    window.viewer.model.set_input("selected node")


def _make_wire_menu(window: StudioWindow, wire: PipeItem) -> QMenu:
    node, entry = window.nodes.find_name(wire.input_port.node), wire.input_port.name
    menu = QMenu(window)
    menu.addAction(f"Delete the wire into {node}.{entry}", lambda: window.nodes.unwire(node, entry))
    menu.addAction("Select both ends", lambda: window.nodes.select(window.nodes.find_name(wire.output_port.node), node))
    return menu


def _make_canvas_menu(window: StudioWindow) -> QMenu:
    place = window.nodes.find_cursor()
    menu = QMenu(window)
    add = menu.addMenu("Add")
    add.setToolTipsVisible(True)
    for name, kind in NODES.items():
        add.addAction(name, partial(window.node_tools.edits.add, name, place))
        add.actions()[-1].setToolTip(kind.summary())
    menu.addAction("Find a node to add…\tTab", window.node_tools.open_search)
    menu.addSeparator()
    menu.addAction("Paste\tCtrl+V", lambda: window.node_tools.edits.paste(place))
    menu.addAction("Select all\tCtrl+A", lambda: window.nodes.select(*window.document.graph.nodes))
    menu.addSeparator()
    menu.addAction("Frame all\tCtrl+F", window.nodes.frame_all)
    menu.addAction("Frame selected\tF", window.nodes.frame_selected)
    return menu
