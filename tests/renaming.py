"""A shot under other names: nothing may depend on what its nodes are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from recast_nodes.graph.graph import Graph


def rename_all(graph: Graph, name: Callable[[str], str] = lambda old: f"{old} of mine") -> Graph:
    """The graph with every node under the name that `name` makes of its own."""
    nodes = {
        name(placed.name): replace(
            placed, name=name(placed.name), wires={entry: name(source) for entry, source in placed.wires.items()}
        )
        for placed in graph.nodes.values()
    }
    return replace(graph, nodes=nodes)
