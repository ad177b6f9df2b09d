"""A recording wired as a clip is: hosts know a driver as pictures that are tracked, and a recording needs no tracking.

Where a Read of a performance in numbers, or of a motion template, goes into a FaceTrack or a MotionExtract, what they
would find is what it holds already. They are taken out, and it goes where their motion went.
"""

from __future__ import annotations

from dataclasses import replace

from ..nodes.read import is_recording
from ..wires import Motion, Track
from .graph import Graph, Placed


def wire_recordings(graph: Graph) -> Graph:
    """The shot with every recording wired as one; itself where there is none, or where one stands for a plate."""
    for name, placed in graph.nodes.items():
        if placed.kind.__name__ == "Read" and placed.gives is Motion and is_recording(placed.constants.get("file", "")):
            graph = _wire(graph, name)
    return graph


def _wire(graph: Graph, recording: str) -> Graph:
    looked_at = _fed_by(graph, {recording}, Track)
    measured = _fed_by(graph, {recording, *looked_at}, Motion)
    gone = looked_at | measured
    if not gone:
        return graph
    nodes = {}
    for name, placed in graph.nodes.items():
        if name not in gone:
            wires = {entry: recording if target in measured else target for entry, target in placed.wires.items()}
            lost = {
                entry for entry in wires if wires[entry] in gone or not _takes(placed, entry, wires[entry], recording)
            }
            if any(not placed.kind.inputs[entry].optional for entry in lost if entry in placed.kind.inputs):
                return graph  # the faults of its wiring say so
            nodes[name] = replace(placed, wires={entry: wires[entry] for entry in wires if entry not in lost})
    return replace(graph, nodes=nodes)


def _fed_by(graph: Graph, sources: set[str], gives: type) -> set[str]:
    """The nodes that look at one of these and give such a wire."""
    return {
        name
        for name, placed in graph.nodes.items()
        if placed.gives is gives and placed.wires and set(placed.wires.values()) <= sources  # a mix has a plate too
    }


def _takes(placed: Placed, entry: str, target: str, recording: str) -> bool:
    """Whether an input takes what comes out of its target, as far as that is the recording."""
    inputs = placed.kind.inputs
    return target != recording or entry not in inputs or Motion in inputs[entry].kinds
