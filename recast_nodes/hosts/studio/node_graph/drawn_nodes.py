"""The nodes and wires that NodeGraphQt draws, by their names in the document: as a shot has them, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ....graph.changes import Place
from ....graph.graph import Graph, Placed
from ....nodes import NODES
from .node_view import OUT, WIRE_COLOURS, DrawnGraph, find_type, make_node_class

WIRE_ALPHA = 170  # of 255

Input = tuple[str, str]  # a node and one of its inputs


class DrawnNodes:
    """NodeGraphQt's own graph and what is in it. Nothing here touches the document."""

    def __init__(self) -> None:
        self._nodes: dict[str, Any] = {}  # NodeGraphQt's nodes, by their names in the document
        self._names: dict[str, str] = {}  # the other way round, by NodeGraphQt's id
        self.graph = DrawnGraph()
        self.graph.set_acyclic(False)  # a wire that closes a circle is refused by the document, which says why
        self.graph.set_background_color(34, 34, 34)
        for kind in NODES.values():
            self.graph.register_node(make_node_class(kind))

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def find_node(self, name: str) -> Any:
        """NodeGraphQt's node for one of the document's; None where there is none."""
        return self._nodes.get(name)

    def find_name(self, item: Any) -> str:
        """The document's name of a drawn box or a node of NodeGraphQt's; '' where it has none."""
        return self._names.get(item.id, "")

    def find_views(self, names: Iterable[str]) -> list[Any]:
        """The drawn boxes of these nodes, as far as there are any."""
        return [self._nodes[name].view for name in names if name in self._nodes]

    # A shot to NodeGraphQt

    def draw(self, shot: Graph, changed: Iterable[Placed], gone: Iterable[str]) -> None:
        """Draw `changed` nodes with all their wires, and remove those that are `gone`."""
        changed = list(changed)
        for name in gone:
            self._remove(name)
        for placed in changed:
            if placed.name in self._nodes and self._nodes[placed.name].type_ != find_type(placed.kind):
                self._remove(placed.name)
        created = {placed.name for placed in changed if placed.name not in self._nodes}
        for placed in changed:
            node = self._nodes.get(placed.name) or self._create(placed)
            if placed.place and tuple(node.view.xy_pos) != placed.place:
                node.view.xy_pos = node.model.pos = list(placed.place)
        waited = [each for each in shot.nodes.values() if created & {*each.wires.values()}]
        for placed in (*changed, *waited):
            self._wire(placed)
        self.graph.undo_stack().clear()

    def rename(self, old: str, new: str) -> None:
        """A drawn node has another name in the document."""
        node = self._nodes[new] = self._nodes.pop(old)
        self._names[node.id] = new

    def _create(self, placed: Placed) -> Any:
        node = self.graph.create_node(
            find_type(placed.kind), name=placed.name, selected=False, pos=placed.place, push_undo=False
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

    # NodeGraphQt to a shot

    def find_rewired(self, shot: Graph) -> tuple[list[Input], dict[Input, str]]:
        """Where the drawn wires differ from a shot's: inputs without their wire, and what others are wired to now."""
        lost, rewired = [], {}
        for name, placed in shot.nodes.items():
            for entry, port in self._nodes[name].inputs().items():
                drawn = next((self._names[other.node().id] for other in port.connected_ports()), None)
                if drawn is None and entry in placed.wires:
                    lost.append((name, entry))
                elif drawn is not None and drawn != placed.wires.get(entry):
                    rewired[name, entry] = drawn
        return lost, rewired

    def find_moved(self, shot: Graph) -> dict[str, Place]:
        """The places of drawn nodes that a shot has elsewhere."""
        drawn = {name: (float(node.x_pos()), float(node.y_pos())) for name, node in self._nodes.items()}
        return {name: at for name, at in drawn.items() if name in shot.nodes and shot.nodes[name].place != at}
