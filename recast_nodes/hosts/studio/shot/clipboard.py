"""Nodes as text, for the clipboard: a shot document that holds only them, so that it can be read, mailed and pasted
into another Studio's shot. What is pasted may come from anywhere and is checked like any document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from ....errors import DocumentError
from ....graph.changes import Place
from ....graph.document import dump
from ....graph.document_reader import DocumentReader
from ....graph.document_yaml import compose
from ....graph.graph import Graph, Placed
from .node_layout import GAP_Y, CoveredArea, find_rect

MOST = 5_000  # nodes of a snippet; more are opened as a shot
LONGEST = 100  # letters of a name; a title of more is wider than the window
BESIDE = 40.0  # pixels that a copy is drawn right of and below its original


class PastedNodes(NamedTuple):
    """A shot with nodes put in."""

    graph: Graph
    names: tuple[str, ...]  # that the new nodes got


def copy_nodes(graph: Graph, names: Iterable[str]) -> str:
    """These nodes, their knobs and the wires among them. Paths are absolute: the other shot may be elsewhere."""
    wanted = set(names)
    chosen = {name: placed for name, placed in graph.nodes.items() if name in wanted}
    return dump(Graph({name: _detach(graph, placed, chosen) for name, placed in chosen.items()}))


def _detach(graph: Graph, placed: Placed, chosen: Mapping[str, Placed]) -> Placed:
    values = graph.at(placed.name, 0).values
    return replace(_keep_wires_among(placed, chosen), constants={knob: values[knob] for knob in placed.constants})


def parse_nodes(text: str) -> Graph:
    """The nodes of a snippet or a shot document. Raises DocumentError in one sentence for any other text."""
    if "nodes" not in text or "recast" not in text:
        raise DocumentError(["the clipboard holds no nodes: copy some in Studio, or the text of a shot."])
    reader = DocumentReader(None)
    parts = reader.mapping(compose(text), "the clipboard", ("recast", "frames", "nodes"))
    reader.version(parts.get("recast"), next(iter(parts.values())) if parts else compose("recast: 1"))
    found = dict(reader.nodes(parts["nodes"])) if "nodes" in parts else {}
    if reader.problems:
        raise DocumentError([f"the clipboard's nodes were not pasted: {reader.problems[0]}"])
    if not 0 < len(found) <= MOST:
        raise DocumentError([f"the clipboard holds {len(found)} nodes; 1 to {MOST:,} can be pasted."])
    for name in found:
        if len(name) > LONGEST or not name.isprintable():
            raise DocumentError([f"the clipboard's nodes were not pasted: {name[:LONGEST]!r} is no name for a node."])
    graph = Graph({name: _keep_wires_among(placed, found) for name, placed in found.items()})
    for problem in graph.problems():
        if not problem.entry or problem.entry in graph.nodes[problem.node].wires:  # a free input may stay free
            raise DocumentError([f"the clipboard's nodes were not pasted: {problem}"])
    return graph


def _keep_wires_among(placed: Placed, found: Mapping[str, Placed]) -> Placed:
    return replace(placed, wires={entry: end for entry, end in placed.wires.items() if end in found})


def paste_nodes(graph: Graph, snippet: Graph, at: Place | None = None) -> PastedNodes:
    """The shot with a snippet's nodes put in, under names that are free. Their middle is drawn at `at`, or they are
    drawn beside where they were copied: beneath other nodes where these would be covered.
    """
    names = _find_free_names(graph, snippet.nodes)
    x, y = _find_shift(graph, snippet, at)
    new = {}
    for old, placed in snippet.nodes.items():
        place = (placed.place[0] + x, placed.place[1] + y) if placed.place else at
        wires = {entry: names[end] for entry, end in placed.wires.items()}
        new[names[old]] = replace(placed, name=names[old], wires=wires, place=place)
    return PastedNodes(replace(graph, nodes={**graph.nodes, **new}), tuple(new))


def _find_free_names(graph: Graph, words: Iterable[str]) -> dict[str, str]:
    """An unused name for each of `words`: the word itself, or its stem with the next number."""
    taken, names = set(graph.nodes), {}
    numbers: dict[str, int] = {}
    for word in words:
        name, stem = word, re.sub(r"\d+$", "", word) or word
        while name in taken:
            numbers[stem] = numbers.get(stem, 1) + 1
            name = f"{stem}{numbers[stem]}"
        taken.add(name)
        names[word] = name
    return names


def _find_shift(graph: Graph, snippet: Graph, at: Place | None) -> Place:
    """How far the copied nodes move: to `at`, or right of and below the originals, and clear of others."""
    placed = {name: each for name, each in snippet.nodes.items() if each.place}
    if not placed:
        return 0.0, 0.0
    rects = [find_rect(each, each.place) for each in placed.values() if each.place]
    x, y = BESIDE, BESIDE
    if at:
        x = at[0] - (min(rect.left for rect in rects) + max(rect.right for rect in rects)) / 2
        y = at[1] - (min(rect.top for rect in rects) + max(rect.bottom for rect in rects)) / 2
    drawn = CoveredArea()
    for other in graph.nodes.values():
        if other.place:
            drawn.add(find_rect(other, other.place))
    while True:
        moved = [rect.shift(x, y) for rect in rects]
        lower = [beneath.bottom + GAP_Y - rect.top for rect in moved if (beneath := drawn.find_overlap(rect))]
        if not lower:
            return x, y
        y += max(lower)


def duplicate_nodes(graph: Graph, names: Iterable[str]) -> PastedNodes:
    """The shot with copies of these nodes beside them, wired among themselves and to the originals' inputs."""
    chosen = {name: graph.nodes[name] for name in graph.nodes if name in set(names)}
    among = Graph({name: _keep_wires_among(placed, chosen) for name, placed in chosen.items()})
    made = paste_nodes(graph, among)
    nodes = dict(made.graph.nodes)
    for name, original in zip(made.names, chosen.values()):
        nodes[name] = replace(nodes[name], wires={**original.wires, **nodes[name].wires})
    return PastedNodes(replace(made.graph, nodes=nodes), made.names)
