"""Inputs that knob values need and nothing is connected to: known before rendering, and what would fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..node import Node
from .faces import OTHER
from .graph import Graph, Placed, Problem
from .roles import main_chain


def missing_inputs(graph: Graph, placed: Placed, moments: Sequence[Node]) -> list[Problem]:
    """One problem for each optional input without which one of the node's `moments` cannot be made."""
    deciding = set(placed.kind.inputs_by)
    asked = (moments if deciding & placed.animation.keys() else moments[:1]) if deciding else ()
    own = {entry: name for entry, name in placed.wires.items() if _is_own_face(graph, placed, entry)}
    connected = placed.wires.keys() - own.keys()
    missing = {entry: why for moment in asked for entry, why in moment.missing_inputs(connected).items()}
    missing |= {
        entry: f"{own[entry]} is the face that looks, and cannot look at itself." for entry in own.keys() & missing
    }
    return [Problem(f"{why} {_advice(graph, placed, entry)}", placed.name, entry) for entry, why in missing.items()]


def _is_own_face(graph: Graph, placed: Placed, entry: str) -> bool:
    """Whether the input for another face is wired to the face that the node itself edits."""
    own = next((placed.wires[name] for name in placed.kind.inputs if name in placed.wires), "")
    return entry == OTHER and placed.wires[entry] in graph.upstream(own)


def _advice(graph: Graph, placed: Placed, entry: str) -> str:
    """What to connect: by the names of nodes where some of another chain of the same plate fit."""
    fitting = list(_fitting(graph, placed, entry))
    if not fitting:
        return f"Connect a node that gives {placed.kind.inputs[entry].takes} to it; the shot has no other that fits."
    return f"Connect {' or '.join(fitting)} to it: --set {placed.name}.{entry}={fitting[0]}."


def _fitting(graph: Graph, placed: Placed, entry: str) -> Iterator[str]:
    kinds, before, plate = placed.kind.inputs[entry].kinds, graph.upstream(placed.name), _origin(graph, placed.name)
    for name, other in graph.nodes.items():
        if other.gives in kinds and name not in before and placed.name not in graph.upstream(name):
            yield from [name] if _origin(graph, name) == plate else ()  # not a track of somebody's driver


def _origin(graph: Graph, name: str) -> str:
    return main_chain(graph, name)[-1]
