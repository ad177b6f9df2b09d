"""The node graph, drawn by NodeGraphQt. It follows the document; what hands do in it becomes a change of the document.

NodeGraphQt keeps a graph and an undo stack of its own. Ours are the truth: after every change its nodes and wires are
made to agree with the document's, and its stack is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from NodeGraphQt import BaseNode, NodeGraph
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ...graph.changes import placed_at, renamed, with_node, with_wire, without_nodes, without_wire
from ...graph.graph import Graph, Placed
from ...nodes import NODES
from ...wires import Face, Image, Motion, Track, WarpField
from ..shipped import ICONS
from .document import Document

WIRE_COLOURS = {
    Image: (210, 210, 210),
    Track: (90, 200, 240),
    Motion: (240, 190, 60),
    WarpField: (190, 120, 240),
    Face: (240, 120, 120),
}
OUT = "out"


def _node_class(kind: type) -> type[BaseNode]:
    """NodeGraphQt's class for a node kind, with its inputs and output in the colours of what travels there."""

    def __init__(self: Any) -> None:
        BaseNode.__init__(self)
        for name, entry in kind.inputs.items():  # type: ignore[attr-defined]
            self.add_input(name, color=WIRE_COLOURS[entry.kinds[0]])
        if kind.gives is not None or kind.__name__ == "Read":  # type: ignore[attr-defined]
            self.add_output(OUT, color=WIRE_COLOURS[kind.gives or Image], display_name=False)  # type: ignore[attr-defined]
        icon = ICONS / f"{kind.__name__}.svg"
        if icon.exists():
            self.set_icon(str(icon))

    members = {"__init__": __init__, "__identifier__": "recast", "NODE_NAME": kind.__name__}
    return type(kind.__name__, (BaseNode,), members)


def _type_of(kind: type) -> str:
    """What NodeGraphQt calls the class of a node kind. (A node's own NODE_NAME is its name.)"""
    return f"recast.{kind.__name__}"


def _drawn_of(graph: Graph) -> object:
    """What is drawn of a shot."""
    return {name: (placed.kind, placed.wires, placed.place) for name, placed in graph.nodes.items()}


class NodeGraphPanel(QObject):
    """The panel; `widget` is what is shown."""

    selected = Signal(str)  # the node that was chosen last; '' for none
    laid_out = Signal()  # several nodes came at once

    def __init__(self, document: Document, parent: QObject | None = None):
        super().__init__(parent)
        self._document = document
        self._following = self._reading = False
        self._drawn: object = None  # what of the document is on the screen
        self.graph = NodeGraph()
        self.graph.disable_context_menu(True)
        self.graph.set_acyclic(False)  # a wire that closes a circle is refused by the document, which says why
        self.graph.set_background_color(34, 34, 34)
        for kind in NODES.values():
            self.graph.register_node(_node_class(kind))
        self.graph.port_connected.connect(lambda entry, out: self._rewired())
        self.graph.port_disconnected.connect(lambda entry, out: self._rewired())
        self.graph.node_selection_changed.connect(lambda chosen, left: self._chosen())
        self.graph.property_changed.connect(lambda node, name, value: self._renamed() if name == "name" else None)
        self.graph.viewer().moved_nodes.connect(lambda moved: self._moved())
        document.changed.connect(self._changed)
        self.follow()

    @property
    def widget(self) -> QWidget:
        return self.graph.widget

    def node(self, name: str) -> Any:
        """NodeGraphQt's node for one of the document's."""
        return self.graph.get_node_by_name(name)

    def select(self, name: str) -> None:
        """Choose one node."""
        with self._quietly():
            self.graph.clear_selection()
            if self.node(name):
                self.node(name).set_selected(True)
        self.selected.emit(name)

    def selection(self) -> list[str]:
        """The chosen nodes."""
        return [node.name() for node in self.graph.selected_nodes()]

    def frame_all(self) -> None:
        """All nodes in view."""
        nodes = self.graph.all_nodes()
        if nodes:
            self.graph.center_on(nodes)
            self.graph.viewer().zoom_to_nodes([node.view for node in nodes])

    # The document to NodeGraphQt

    def _changed(self) -> None:
        """Most changes are of knobs, a hundred while a slider is dragged: nothing that is drawn here."""
        if _drawn_of(self._document.graph) != self._drawn:
            self.follow()

    def follow(self) -> None:
        """Make nodes, wires and places agree with the document."""
        self._drawn = _drawn_of(self._document.graph)
        with self._quietly():
            shot = self._document.graph
            there = {node.name(): node for node in self.graph.all_nodes()}
            new = shot.nodes.keys() - there.keys()
            for name, node in list(there.items()):
                placed = shot.nodes.get(name)
                if placed is None or node.type_ != _type_of(placed.kind):
                    self.graph.remove_node(there.pop(name), push_undo=False)
            for name, placed in shot.nodes.items():
                node = there.get(name) or self._created(placed)
                if placed.place and tuple(node.pos()) != placed.place:
                    node.set_pos(*placed.place)
            for placed in shot.nodes.values():
                self._wire(placed)
            self.graph.undo_stack().clear()
        if len(new) > 1:
            self.laid_out.emit()

    def _created(self, placed: Placed) -> Any:
        node = self.graph.create_node(_type_of(placed.kind), name=placed.name, selected=False, push_undo=False)
        node.view.setToolTip(placed.kind.summary())
        return node

    def _wire(self, placed: Placed) -> None:
        for name, port in self.node(placed.name).inputs().items():
            now = [other.node().name() for other in port.connected_ports()]
            wanted = [placed.wires[name]] if placed.wires.get(name) in self._document.graph.nodes else []
            if now == wanted:
                continue
            port.clear_connections(push_undo=False, emit_signal=False)
            for end in wanted:
                out = self.node(end).get_output(OUT)
                if out is not None:
                    port.connect_to(out, push_undo=False, emit_signal=False)
            for pipe in port.view.connected_pipes:  # in the colour of what travels there
                pipe.color = (*WIRE_COLOURS[placed.kind.inputs[name].kinds[0]], 170)
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
            self.follow()

    def _drawn_changes(self) -> tuple[list[tuple[str, str]], dict[tuple[str, str], str]]:
        """Where the drawn wires differ from the document's: inputs that lost theirs, and those that got another."""
        taken, made = [], {}
        for name, placed in self._document.graph.nodes.items():
            for entry, port in self.node(name).inputs().items():
                drawn = next((other.node().name() for other in port.connected_ports()), None)
                if drawn is None and entry in placed.wires:
                    taken.append((name, entry))
                elif drawn is not None and drawn != placed.wires.get(entry):
                    made[name, entry] = drawn
        return taken, made

    def _chosen(self) -> None:
        if not self._following:
            chosen = self.selection()
            self.selected.emit(chosen[-1] if chosen else "")

    def _renamed(self) -> None:
        """A title was edited: the one name that is drawn and unknown stands for the one that is known and not drawn."""
        if self._following:
            return
        drawn, known = {node.name() for node in self.graph.all_nodes()}, set(self._document.graph.nodes)
        if not (known - drawn and drawn - known):
            return
        old, new = (known - drawn).pop(), (drawn - known).pop()
        if self._document.apply(f"rename {old}", lambda graph: renamed(graph, old, new)):
            self.selected.emit(new)
        else:
            with self._quietly():
                self.node(new).set_name(old)

    def _moved(self) -> None:
        places = {node.name(): (float(node.x_pos()), float(node.y_pos())) for node in self.graph.all_nodes()}
        now = self._document.graph.nodes
        changed = {name: place for name, place in places.items() if name in now and now[name].place != place}
        if changed and not self._following:
            self._document.apply("move nodes", lambda graph: placed_at(graph, changed))

    def add(self, kind: str) -> str:
        """Put a node of `kind` in, beside what is chosen, and choose it. Returns its name."""
        made = ""

        def change(graph: Graph) -> Graph:
            nonlocal made
            beside = next((graph.nodes[name].place for name in self.selection() if name in graph.nodes), None)
            place = (beside[0] + 40, beside[1] + 140) if beside else tuple(self.graph.cursor_pos())
            graph, made = with_node(graph, NODES[kind], (float(place[0]), float(place[1])))
            return graph

        self._document.apply(f"add {kind}", change)
        self.select(made)
        return made

    def delete_selected(self) -> None:
        """Take the chosen nodes out of the shot."""
        names = self.selection()
        if names:
            self._document.apply(f"delete {', '.join(names)}", lambda graph: without_nodes(graph, names))
            self.selected.emit("")
