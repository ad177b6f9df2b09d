"""Edits that a host makes to a shot: nodes added and removed, wires, keys. Each returns a new graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..curves import Curve, Key
from ..errors import KnobError
from ..node import Node
from .graph import Graph, Placed

Place = tuple[float, float]


def free_name(graph: Graph, word: str) -> str:
    """`word`, or the first of word2, word3, ... that no node has."""
    if word not in graph.nodes:
        return word
    stem = re.sub(r"\d+$", "", word) or word
    return next(name for number in range(2, len(graph.nodes) + 3) if (name := f"{stem}{number}") not in graph.nodes)


def with_node(graph: Graph, kind: type[Node], place: Place | None = None) -> tuple[Graph, str]:
    """The shot with one more node of `kind`, and the name that it got."""
    name = free_name(graph, kind.__name__)
    return replace(graph, nodes={**graph.nodes, name: Placed(name, kind, place=place)}), name


def without_nodes(graph: Graph, names: Iterable[str]) -> Graph:
    """The shot without these nodes and the wires from them."""
    gone = set(names)
    return replace(
        graph,
        nodes={
            name: replace(placed, wires={entry: end for entry, end in placed.wires.items() if end not in gone})
            for name, placed in graph.nodes.items()
            if name not in gone
        },
    )


def rename_node(graph: Graph, name: str, new: str) -> Graph:
    """The shot with a node's name changed, wherever it is named. Raises KnobError."""
    new = new.strip()
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", new):
        raise KnobError(f"A node's name is letters, digits and _, and begins with a letter; {new!r} is not.")
    if new != name and new in graph.nodes:
        raise KnobError(f"There is a node {new} already.")
    return replace(
        graph,
        nodes={
            (new if each == name else each): replace(
                placed,
                name=new if each == name else each,
                wires={entry: new if end == name else end for entry, end in placed.wires.items()},
            )
            for each, placed in graph.nodes.items()
        },
    )


def with_wire(graph: Graph, node: str, entry: str, target: str) -> Graph:
    """The shot with input `entry` of `node` wired to `target`. Raises KnobError where the wire does not fit."""
    placed = graph.nodes[node]
    changed = replace(graph, nodes={**graph.nodes, node: replace(placed, wires={**placed.wires, entry: target})})
    for problem in changed.problems():
        if problem.entry == entry and problem.node == node or (not problem.entry and "circle" in problem.text):
            raise KnobError(f"{node}.{entry}: {problem.text}")
    return changed


def without_wire(graph: Graph, node: str, entry: str) -> Graph:
    """The shot with nothing in input `entry` of `node`."""
    placed = graph.nodes[node]
    wires = {each: end for each, end in placed.wires.items() if each != entry}
    return replace(graph, nodes={**graph.nodes, node: replace(placed, wires=wires)})


def place_nodes(graph: Graph, places: Mapping[str, Place]) -> Graph:
    """The shot with nodes drawn elsewhere."""
    moved = {name: replace(graph.nodes[name], place=place) for name, place in places.items() if name in graph.nodes}
    return replace(graph, nodes={**graph.nodes, **moved})


def with_key(graph: Graph, node: str, knob: str, key: Key, instead_of: float | None = None) -> Graph:
    """The shot with a key put into a curve, in place of the one at `instead_of` and of one at the key's own frame.

    A knob that was constant becomes keyed. Raises KnobError.
    """
    curve = graph.nodes[node].animation.get(knob)
    others = [each for each in (curve.keys if curve else ()) if each.frame not in (key.frame, instead_of)]
    return graph.with_knob(node, knob, Curve([*others, key]))


def without_key(graph: Graph, node: str, knob: str, frame: float) -> Graph:
    """The shot with a key taken out of a curve; with its last key gone, the knob is constant at that key's value."""
    curve = graph.nodes[node].animation[knob]
    others = [key for key in curve.keys if key.frame != frame]
    if others:
        return graph.with_knob(node, knob, Curve(others))
    return graph.with_knob(node, knob, graph.nodes[node].kind.knobs[knob].from_curve(curve.keys[0].value))


def with_value(graph: Graph, node: str, knob: str, frame: float, value: object) -> Graph:
    """The shot with a knob's value changed as a user changes it: a key at `frame` where the knob is keyed, else the
    constant.

    Raises KnobError.
    """
    curve = graph.nodes[node].animation.get(knob)
    if curve is None:
        return graph.with_knob(node, knob, value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise KnobError(f"{knob} is keyed, and takes a number.")
    there = next((key for key in curve.keys if key.frame == frame), None)
    new = replace(there, value=float(value)) if there else Key(frame, value, _interpolation_at(curve, frame))
    return with_key(graph, node, knob, new)


def with_default(graph: Graph, node: str, knob: str) -> Graph:
    """The shot with a knob as if it had never been touched: no keys, no value of its own."""
    placed = graph.nodes[node]
    constants = {name: value for name, value in placed.constants.items() if name != knob}
    animation = {name: curve for name, curve in placed.animation.items() if name != knob}
    return replace(graph, nodes={**graph.nodes, node: replace(placed, constants=constants, animation=animation)})


def _interpolation_at(curve: Curve, frame: float) -> str:
    """That of the segment which a new key splits; bezier's handles belong to their keys, so it goes on as smooth."""
    before = [key.interpolation for key in curve.keys if key.frame < frame]
    found = before[-1] if before else curve.keys[0].interpolation
    return "smooth" if found == "bezier" else found


def with_frames(graph: Graph, text: str) -> Graph:
    """The shot with other frames, such as 1001-1100; '' for the plate's own. Raises RecastError."""
    from ..media.names.patterns import parse_frames

    if text.strip():
        parse_frames(text)
    return replace(graph, frames=text.strip())
