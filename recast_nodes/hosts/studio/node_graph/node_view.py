"""NodeGraphQt as we need it: it draws and takes events, and changes no document by itself.

It has its own clipboard, search, sessions and undo; ours are the document's, so these are turned off here. It also
searches all nodes for every name and every wire, which takes minutes in a shot of 1,500 nodes.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from NodeGraphQt import BaseNode, NodeGraph
from NodeGraphQt.base.commands import PortConnectedCmd
from NodeGraphQt.qgraphics.node_base import NodeItem
from NodeGraphQt.qgraphics.pipe import LivePipeItem, PipeItem
from NodeGraphQt.widgets.viewer import NodeViewer
from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QMouseEvent, QPainter, QPen, QUndoStack

from ....node import Node
from ....wires import Face, Image, Motion, Track, WarpField
from ...resources import ICONS

WIRE_COLOURS = {
    Image: (210, 210, 210),
    Track: (90, 200, 240),
    Motion: (240, 190, 60),
    WarpField: (190, 120, 240),
    Face: (240, 120, 120),
}
OUT = "out"
OVER_NODES = 110  # of 255: how strongly a wire shows through a node that it passes behind
NAME, BEHIND = QColor(225, 225, 225), QColor(20, 20, 20, 170)  # of names at a small zoom, and what is behind them
NAME_HIGH, NAME_WIDE = (13, 22), 200  # pixels of the graph: their height (on the screen NAME_SHOWN), the most width
NAME_SHOWN = 10  # pixels of the screen
MARGIN = 30  # pixels that stay free around nodes that are framed
NEAR = 12  # pixels from a wire in which the right button hits it


class DrawnNode(NodeItem):
    """A node's box. Its tool tip is fixed: NodeGraphQt's is HTML made from the node's name, which may be
    a stranger's.
    """

    tip = ""

    @property
    def is_seen_from_afar(self) -> bool:
        """Whether it is so small on the screen that NodeGraphQt omits its text."""
        return bool(self._proxy_mode)

    def setToolTip(self, text: str) -> None:
        super().setToolTip(self.tip)


def make_node_class(kind: type[Node]) -> type[BaseNode]:
    """NodeGraphQt's class for a node kind, with its inputs and output in the colours of what travels there."""

    def __init__(self: Any) -> None:
        BaseNode.__init__(self, DrawnNode)
        self.view.tip = kind.summary()
        for name, entry in kind.inputs.items():
            self.add_input(name, color=WIRE_COLOURS[entry.kinds[0]])
        if kind.gives is not None or kind.__name__ == "Read":
            self.add_output(OUT, color=WIRE_COLOURS[kind.gives or Image], display_name=False)
        icon = ICONS / f"{kind.__name__}.svg"
        if icon.exists():
            self.set_icon(str(icon))

    members = {"__init__": __init__, "__identifier__": "recast", "NODE_NAME": kind.__name__}
    return type(kind.__name__, (BaseNode,), members)


def find_type(kind: type[Node]) -> str:
    """What NodeGraphQt calls the class of a node kind. (A node's own NODE_NAME is its name.)"""
    return f"recast.{kind.__name__}"


class NodesView(NodeViewer):
    """The canvas with the nodes."""

    menu_requested = Signal(QPoint)  # where on the screen, with the mouse there already

    def __init__(self, undo_stack: QUndoStack):
        super().__init__(undo_stack=undo_stack)
        for action in (self._undo_action, self._redo_action):
            action.setShortcuts([])  # the document's undo has these keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The right button is the menu's alone: NodeGraphQt would begin a wire with it."""
        self._previous_pos = event.position().toPoint()
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._previous_pos = event.pos()
        self.menu_requested.emit(event.globalPos())
        event.accept()

    def find_under_mouse(self) -> DrawnNode | PipeItem | None:
        """The node or else the wire where the mouse was last."""
        around = QRect(self._previous_pos, self._previous_pos).adjusted(-NEAR, -NEAR, NEAR, NEAR)
        exact = self.items(self._previous_pos)
        nodes = [item for item in exact if isinstance(item, DrawnNode)]
        return next(iter([*nodes, *filter(_is_wire, self.items(around))]), None)

    def edit_title(self, node: DrawnNode) -> None:
        """Let a node's title be typed."""
        self.setFocus()
        node.text_item.set_editable(True)
        node.text_item.setFocus()

    def _combined_rect(self, nodes: list[Any]) -> QRectF:
        """What nodes cover together, with a margin. NodeGraphQt groups them for it, and takes them out one by one."""
        covered = reduce(QRectF.united, (node.sceneBoundingRect() for node in nodes))
        return covered.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def reveal(self, nodes: list[DrawnNode]) -> None:
        """Bring nodes in where one of them is out of view, beside those that are in view."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if not all(seen.contains(node.sceneBoundingRect()) for node in nodes):
            shown = [item for item in self.scene().items(seen) if isinstance(item, DrawnNode)]
            self.zoom_to_nodes(list({*nodes, *shown}))

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Wires are beneath the nodes, so that the mouse finds nodes first. They show through nodes in front."""
        super().drawForeground(painter, rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in filter(_is_wire, self.scene().items(rect)):
            colour = QColor(wire.pen().color())
            colour.setAlpha(OVER_NODES)
            painter.setPen(QPen(colour, wire.pen().widthF()))
            painter.drawPath(wire.path())
        self._draw_names(painter, rect)

    def _draw_names(self, painter: QPainter, rect: QRectF) -> None:
        """The names of nodes at a small zoom, all of one size: NodeGraphQt omits them."""
        painter.setFont(make_name_font(self.transform().m11()))
        room = rect.adjusted(-NAME_WIDE, 0, NAME_WIDE, 0)  # a name is wider than its node
        for node in self.scene().items(room):
            if isinstance(node, DrawnNode) and node.is_seen_from_afar:
                text = painter.fontMetrics().elidedText(node.name, Qt.TextElideMode.ElideMiddle, NAME_WIDE)
                box = painter.fontMetrics().boundingRect(text).adjusted(-3, -1, 3, 1)
                box.moveCenter(node.sceneBoundingRect().center().toPoint())
                painter.fillRect(box, BEHIND)
                painter.setPen(NAME)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def make_name_font(zoom: float) -> QFont:
    """The font of names at a small zoom, at so many screen pixels for one of the graph."""
    font = QFont()
    least, most = NAME_HIGH
    font.setPixelSize(round(min(max(NAME_SHOWN / max(zoom, 1e-6), least), most)))
    return font


def _is_wire(item: object) -> bool:
    drawn = isinstance(item, PipeItem) and not isinstance(item, LivePipeItem)
    return drawn and bool(item.input_port and item.output_port)  # type: ignore[attr-defined]


class DrawnGraph(NodeGraph):
    """NodeGraphQt's graph, to which only the document puts nodes and names."""

    def __init__(self) -> None:
        stack = QUndoStack()
        super().__init__(undo_stack=stack, viewer=NodesView(stack))
        stack.setParent(self)

    def get_unique_name(self, name: str) -> str:
        """As it is: the document knows which names are free."""
        return name

    def _on_node_data_dropped(self, data: Any, at: QPoint) -> None:
        """Only signalled: NodeGraphQt would read a dropped file as a session of its own, whatever is in it."""
        self.data_dropped.emit(data, at)

    def clear_selection(self) -> None:
        self.scene().clearSelection()

    def wire(self, entry: Any, out: Any) -> None:
        """Draw a wire. (`connect_to` first looks through all wires of both ends, and one track serves 1,500 nodes.)"""
        PortConnectedCmd(entry, out, False).redo()
