"""Where nodes are drawn when nobody has said so: left to right, each after what it needs."""

from __future__ import annotations

from collections import defaultdict

from ...graph.changes import placed_at
from ...graph.graph import Graph

STEP_X, STEP_Y = 220.0, 130.0


def laid_out(graph: Graph) -> Graph:
    """The shot with a place for every node: all anew if none has one, else the ones without, clear of the others."""
    missing = [name for name, placed in graph.nodes.items() if placed.place is None]
    if not missing:
        return graph
    columns = _columns(graph)
    taken = {placed.place for placed in graph.nodes.values() if placed.place}
    places = {}
    rows: dict[int, int] = defaultdict(int)
    for name in missing:
        column = columns[name]
        while (place := (column * STEP_X, rows[column] * STEP_Y)) in taken:
            rows[column] += 1
        taken.add(place)
        places[name] = place
    return placed_at(graph, places)


def _columns(graph: Graph) -> dict[str, int]:
    """How many wires each node is away from the sources that it needs, at most."""
    columns: dict[str, int] = {}
    for name in graph.nodes:
        for each in graph.upstream(name):
            before = [columns[end] for end in graph.nodes[each].wires.values() if end in columns]
            columns[each] = max(before, default=-1) + 1
    return columns
