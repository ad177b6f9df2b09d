"""The node graph, drawn by NodeGraphQt. It follows the document; what hands do in it becomes a change of the document.

NodeGraphQt keeps a graph and an undo stack of its own. Ours are the truth: after every change its nodes and wires are
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
from ....nodes import NODES
from ..shot.document import Document
from .node_view import OUT, WIRE_COLOURS, DrawnGraph, NodesView, node_class, type_of

WIRE_ALPHA = 170  # of 255


def _drawn_of(placed: Placed | None) -> object:
    """What is drawn of a node."""
    return placed and (placed.kind, placed.wires, placed.place)


class NodeGraphPanel(QObject):
    """The panel; `widget` is what is shown."""

    selected = Signal(str)  # the node that was chosen last; '' for none
    laid_out = Signal()  # several nodes came at once

    def __init__(self, document: Document, parent: QObject | None = None):
        super().__init__(parent)
        self._document = document
        self._following = self._reading = False
        self._drawn: dict[str, Placed] = {}  # what of the document is on the screen
        self._nodes: dict[str, Any] = {}  # NodeGraphQt's nodes, by their names in the document
        self._names: dict[str, str] = {}  # the other way round, by NodeGraphQt's id
        self.graph = DrawnGraph()
        self.graph.set_acyclic(False)  # a wire that closes a circle is refused by the document, which says why
        self.graph.set_background_color(34, 34, 34)
        for kind in NODES.values():
            self.graph.register_node(node_class(kind))
        self.graph.port_connected.connect(lambda entry, out: self._rewired())
        self.graph.port_disconnected.connect(lambda entry, out: self._rewired())
        self.graph.node_selection_changed.connect(lambda chosen, left: self._chosen())
        self.graph.property_changed.connect(lambda node, name, value: self._renamed(node) if name == "name" else None)
        self.view.moved_nodes.connect(lambda moved: self._moved())
        document.changed.connect(self.follow)
        self.follow()

    @property
    def widget(self) -> QWidget:
        return self.graph.widget

    @property
    def view(self) -> NodesView:
        return self.graph.viewer()

    def node(self, name: str) -> Any:
        """NodeGraphQt's node for one of the document's; None where there is none."""
        return self._nodes.get(name)

    def name_of(self, item: Any) -> str:
        """The node that a drawn box stands for."""
        return self._names.get(item.id, "")

    def select(self, *names: str) -> None:
        """Choose these nodes and no others. `select("")` chooses none."""
        with self._quietly():
            self.graph.clear_selection()
            for name in names:
                if name in self._nodes:
                    self._nodes[name].view.setSelected(True)
        self.selected.emit(names[-1] if names else "")

    def selection(self) -> list[str]:
        """The chosen nodes."""
        return [self._names[item.id] for item in self.view.selected_nodes()]

    def frame_all(self) -> None:
        """All nodes in view."""
        self._frame(self._nodes)

    def frame_selected(self) -> None:
        """The chosen nodes in view; all where none is chosen."""
        self._frame(self.selection() or self._nodes)

    def _frame(self, names: Iterable[str]) -> None:
        drawn = [self._nodes[name].view for name in names]
        if drawn:
            self.view.zoom_to_nodes(drawn)

    # The document to NodeGraphQt

    def follow(self) -> None:
        """Make nodes, wires and places agree with the document. Most changes are of knobs, a hundred while a slider is
        dragged: nothing that is drawn here.
        """
        shot, before = self._document.graph.nodes, self._drawn
        others = [placed for name, placed in shot.items() if placed is not before.get(name)]
        changed = [placed for placed in others if _drawn_of(placed) != _drawn_of(before.get(placed.name))]
        gone = [name for name in before if name not in shot]
        self._drawn = dict(shot)
        if changed or gone:
            with self._quietly():
                self._draw(changed, gone)
        if sum(placed.name not in before for placed in changed) > 1:
            self.laid_out.emit()

    def redraw(self) -> None:
        """Draw everything as the document has it, whatever hands have drawn."""
        with self._quietly():
            self._draw(list(self._document.graph.nodes.values()), [])

    def _draw(self, changed: list[Placed], gone: list[str]) -> None:
        for name in gone:
            self._remove(name)
        for placed in changed:
            if placed.name in self._nodes and self._nodes[placed.name].type_ != type_of(placed.kind):
                self._remove(placed.name)
        created = {placed.name for placed in changed if placed.name not in self._nodes}
        for placed in changed:
            node = self._nodes.get(placed.name) or self._created(placed)
            if placed.place and tuple(node.view.xy_pos) != placed.place:
                node.view.xy_pos = node.model.pos = list(placed.place)
        waited = [each for each in self._document.graph.nodes.values() if created & {*each.wires.values()}]
        for placed in (*changed, *waited):
            self._wire(placed)
        self.graph.undo_stack().clear()

    def _created(self, placed: Placed) -> Any:
        node = self.graph.create_node(
            type_of(placed.kind), name=placed.name, selected=False, pos=placed.place, push_undo=False
        )
        self._nodes[placed.name], self._names[node.id] = node, placed.name
        return node

    def _remove(self, name: str) -> None:
        node = self._nodes.pop(name, None)
        if node is not None:
            del self._names[node.id]
            self.graph.remove_node(node, push_undo=False)

    def _wire(self, placed: Placed) -> None:
        for name, port in self._nodes[placed.name].inputs().items():
            now = [self._names[pipe.output_port.node.id] for pipe in port.view.connected_pipes]
            wanted = [placed.wires[name]] if placed.wires.get(name) in self._nodes else []
            if now == wanted:
                continue
            port.clear_connections(push_undo=False, emit_signal=False)
            for end in wanted:
                out = self._nodes[end].get_output(OUT)
                if out is not None:
                    self.graph.wire(port, out)
            for pipe in port.view.connected_pipes:  # in the colour of what travels there
                pipe.color = (*WIRE_COLOURS[placed.kind.inputs[name].kinds[0]], WIRE_ALPHA)
                pipe.reset()

    # Hands to the document

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        before, self._following = self._following, True
        try:
            yield
        finally:
            self._following = before

    def _rewired(self) -> None:
        """A hand has wired something. NodeGraphQt is in the middle of it, so it is read once that is done."""
        if not self._following and not self._reading:
            self._reading = True
            QTimer.singleShot(0, self.read_wires)

    def read_wires(self) -> None:
        """Take the drawn wires into the document, as one change; those that do not fit are drawn back."""
        self._reading = False
        shot = self._document.graph
        taken, made = self._drawn_changes()
        if not taken and not made:
            return

        def change(graph: Graph) -> Graph:
            for node, entry in taken:
                graph = without_wire(graph, node, entry)
            for (node, entry), target in made.items():
                graph = with_wire(graph, node, entry, target)
            return graph

        words = ", ".join(f"{node}.{entry}" for node, entry in [*made, *taken])
        if not self._document.apply(f"wire {words}", change) or self._document.graph is shot:
            self.redraw()

    def _drawn_changes(self) -> tuple[list[tuple[str, str]], dict[tuple[str, str], str]]:
        """Where the drawn wires differ from the document's: inputs that lost theirs, and those that got another."""
        taken, made = [], {}
        for name, placed in self._document.graph.nodes.items():
            for entry, port in self._nodes[name].inputs().items():
                drawn = next((self._names[other.node().id] for other in port.connected_ports()), None)
                if drawn is None and entry in placed.wires:
                    taken.append((name, entry))
                elif drawn is not None and drawn != placed.wires.get(entry):
                    made[name, entry] = drawn
        return taken, made

    def unwire(self, node: str, entry: str) -> None:
        """Take one wire out."""
        self._document.apply(f"unwire {node}.{entry}", lambda graph: without_wire(graph, node, entry))

    def _chosen(self) -> None:
        if not self._following:
            chosen = self.selection()
            self.selected.emit(chosen[-1] if chosen else "")

    def _renamed(self, node: Any) -> None:
        """A title was edited."""
        old, new = self._names.get(node.id, ""), node.name().strip()
        if self._following or not old or new == old:
            return
        try:
            rename_node(self._document.graph, old, new)
        except RecastError as refusal:
            self._document.refused.emit(str(refusal))
            with self._quietly():
                node.set_name(old)
            return
        self._names[node.id], self._nodes[new], self._drawn[new] = new, self._nodes.pop(old), self._drawn.pop(old)
        self._document.apply(f"rename {old}", lambda graph: rename_node(graph, old, new))
        self.selected.emit(new)

    def _moved(self) -> None:
        now = self._document.graph.nodes
        drawn = {name: (float(node.x_pos()), float(node.y_pos())) for name, node in self._nodes.items()}
        changed = {name: place for name, place in drawn.items() if name in now and now[name].place != place}
        if changed and not self._following:
            self._document.apply("move nodes", lambda graph: place_nodes(graph, changed))

    def cursor(self) -> Place | None:
        """Where the mouse is, as a place for a node; None while it is elsewhere in the window."""
        if not self.view.underMouse():
            return None
        at = self.view.mapToScene(self.view.mapFromGlobal(QCursor.pos()))
        return at.x(), at.y()
