"""The node graph's panel. It follows the document; edits made in it become changes of the document.

NodeGraphQt has a graph and an undo stack of its own. Ours are authoritative: after every change its nodes and wires are
made to agree with the document's, and its stack is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from ....errors import RecastError
from ....graph.changes import Place, place_nodes, rename_node, with_wire, without_wire
from ....graph.graph import Graph, Placed
from ..shot.document import Document
from .drawn_nodes import DrawnNodes
from .node_view import NodesView


class NodeGraphPanel(QObject):
    """The panel; `widget` is what is shown."""

    selected = Signal(str)  # the node that was selected last; '' for none
    nodes_added = Signal()  # several nodes came at once

    def __init__(self, document: Document, parent: QObject | None = None):
        super().__init__(parent)
        self._document = document
        self._following = self._reading = False
        self._drawn_nodes: dict[str, Placed] = {}  # the nodes as they were drawn last
        self._nodes = DrawnNodes()
        graph = self.graph = self._nodes.graph
        graph.port_connected.connect(lambda entry, out: self._read_wires_soon())
        graph.port_disconnected.connect(lambda entry, out: self._read_wires_soon())
        graph.node_selection_changed.connect(lambda chosen, left: self._read_selection())
        graph.property_changed.connect(lambda node, name, value: self._read_title(node) if name == "name" else None)
        self.view.moved_nodes.connect(lambda moved: self._read_places())
        document.changed.connect(self.follow)
        self.follow()

    @property
    def widget(self) -> QWidget:
        return self.graph.widget

    @property
    def view(self) -> NodesView:
        return self.graph.viewer()

    def find_node(self, name: str) -> Any:
        """NodeGraphQt's node for one of the document's; None where there is none."""
        return self._nodes.find_node(name)

    def find_name(self, item: Any) -> str:
        """The node that a drawn box stands for."""
        return self._nodes.find_name(item)

    def select(self, *names: str) -> None:
        """Select these nodes and no others. `select("")` selects none."""
        with self._quietly():
            self.graph.clear_selection()
            for drawn in self._nodes.find_views(names):
                drawn.setSelected(True)
        self.selected.emit(names[-1] if names else "")

    def find_selection(self) -> list[str]:
        """The selected nodes."""
        return [self._nodes.find_name(item) for item in self.view.selected_nodes()]

    def frame_all(self) -> None:
        """All nodes in view."""
        self._frame(self._nodes)

    def frame_selected(self) -> None:
        """The selected nodes in view; all where none is selected."""
        self._frame(self.find_selection() or self._nodes)

    def _frame(self, names: Iterable[str]) -> None:
        drawn = self._nodes.find_views(names)
        if drawn:
            self.view.zoom_to_nodes(drawn)

    def find_cursor(self) -> Place | None:
        """Where the mouse is, as a place for a node; None while it is elsewhere in the window."""
        if not self.view.underMouse():
            return None
        at = self.view.mapToScene(self.view.mapFromGlobal(QCursor.pos()))
        return at.x(), at.y()

    # The document to the screen

    def follow(self) -> None:
        """Make nodes, wires and places agree with the document. Most changes are of knobs, a hundred while a slider is
        dragged: nothing that is drawn here.
        """
        shot, before = self._document.graph.nodes, self._drawn_nodes
        others = [placed for name, placed in shot.items() if placed is not before.get(name)]
        changed = [placed for placed in others if _find_appearance(placed) != _find_appearance(before.get(placed.name))]
        gone = [name for name in before if name not in shot]
        self._drawn_nodes = dict(shot)
        if changed or gone:
            with self._quietly():
                self._nodes.draw(self._document.graph, changed, gone)
        if sum(placed.name not in before for placed in changed) > 1:
            self.nodes_added.emit()

    def redraw(self) -> None:
        """Draw everything as the document has it, whatever was drawn by hand."""
        with self._quietly():
            self._nodes.draw(self._document.graph, self._document.graph.nodes.values(), [])

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Ignore NodeGraphQt's signals meanwhile: they are our own doing, not the artist's."""
        before, self._following = self._following, True
        try:
            yield
        finally:
            self._following = before

    # Edits to the document

    def _read_wires_soon(self) -> None:
        """The artist has changed a wire. NodeGraphQt is in the middle of it, so it is read once that is done."""
        if not self._following and not self._reading:
            self._reading = True
            QTimer.singleShot(0, self.read_wires)

    def read_wires(self) -> None:
        """Apply the drawn wires to the document, as one change; those that do not fit are restored."""
        self._reading = False
        shot = self._document.graph
        lost, rewired = self._nodes.find_rewired(shot)
        if not lost and not rewired:
            return

        def change(graph: Graph) -> Graph:
            for node, entry in lost:
                graph = without_wire(graph, node, entry)
            for (node, entry), target in rewired.items():
                graph = with_wire(graph, node, entry, target)
            return graph

        words = ", ".join(f"{node}.{entry}" for node, entry in [*rewired, *lost])
        if not self._document.apply(f"wire {words}", change) or self._document.graph is shot:
            self.redraw()

    def unwire(self, node: str, entry: str) -> None:
        """Remove one wire."""
        self._document.apply(f"unwire {node}.{entry}", lambda graph: without_wire(graph, node, entry))

    def _read_selection(self) -> None:
        if not self._following:
            selection = self.find_selection()
            self.selected.emit(selection[-1] if selection else "")

    def _read_title(self, node: Any) -> None:
        """A title was edited."""
        old, new = self._nodes.find_name(node), node.name().strip()
        if self._following or not old or new == old:
            return
        try:
            rename_node(self._document.graph, old, new)
        except RecastError as refusal:
            self._document.refused.emit(str(refusal))
            with self._quietly():
                node.set_name(old)
            return
        self._nodes.rename(old, new)
        self._drawn_nodes[new] = self._drawn_nodes.pop(old)
        self._document.apply(f"rename {old}", lambda graph: rename_node(graph, old, new))
        self.selected.emit(new)

    def _read_places(self) -> None:
        places = self._nodes.find_moved(self._document.graph)
        if places and not self._following:
            self._document.apply("move nodes", lambda graph: place_nodes(graph, places))


def _find_appearance(placed: Placed | None) -> object:
    """What is drawn of a node."""
    return placed and (placed.kind, placed.wires, placed.place)
