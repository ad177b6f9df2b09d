"""Further footage of a plate's actor: takes, which a node looks at as it looks at the plate.

A take is a small graph of its own: it is read, its face is tracked, and the node observes it. What is seen is kept by
fingerprints, as what is seen of the shot is, so a take is looked at once, and one that changed is looked at again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..knobs import FileList
from ..nodes import NODES
from .graph import Graph, Placed

LOOKED_AT = 64  # frames of a take, spread evenly
IMAGE, TRACK = "Take", "TakeTrack"  # nodes of its graph
TRACKING = ("detector", "confidence", "all_angles")  # what a take's face is found by, as the plate's
READING = ("colorspace", "layer", "view")  # how a take is read, if its files are of the plate's kind
ALONE = {"steady": 0.0, "smooth": 0.0, "lost": "pass"}  # frames far from each other tell nothing of their neighbours


class Take(NamedTuple):
    """One piece of footage, and how it is looked at for a node."""

    file: str
    graph: Graph
    frames: tuple[int, ...]


def takes_of(graph: Graph, name: str, frame: int) -> list[Take]:
    """The takes of the performance that a node edits. Raises MediaError where one is not there."""
    kind = graph.nodes[name].kind
    if not kind.footage or not graph.nodes[name].wires.keys() >= kind.footage.keys():
        return []
    return [_take(graph, name, file, frame) for file in _files_of(graph, name, frame)]


def _files_of(graph: Graph, name: str, frame: int) -> tuple[str, ...]:
    """The files that the knob of the performance names: the way there leads through the nodes' `performance`."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        placed = graph.nodes[name]
        for knob in placed.kind.knobs.values():
            if isinstance(knob, FileList):
                return knob.split(graph.at(name, frame).values[knob.name])
        name = placed.wires.get(placed.kind.performance, name)
    return ()


def _take(graph: Graph, name: str, file: str, frame: int) -> Take:
    from ..media.sequences import open_source

    placed = graph.nodes[name]
    names = {what: placed.wires[entry] for entry, what in placed.kind.footage.items()}
    read = _settings(graph, names["image"], READING, frame) if _is_alike(graph, names["image"], file, frame) else {}
    places = {"image": IMAGE, "track": TRACK}
    wires = {entry: places[what] for entry, what in placed.kind.footage.items()}
    nodes = {
        IMAGE: Placed(IMAGE, NODES["Read"], {**read, "file": file}),
        name: Placed(name, placed.kind, placed.constants, {}, wires),
    }
    if "track" in names:
        found = _settings(graph, names["track"], TRACKING, frame)
        nodes[TRACK] = Placed(TRACK, NODES["FaceTrack"], {**found, **ALONE}, {}, {"image": IMAGE})
    frames = open_source(file).frames
    return Take(file, Graph(nodes), tuple(frames[:: max(1, -(-len(frames) // LOOKED_AT))]))


def _settings(graph: Graph, name: str, knobs: Sequence[str], frame: int) -> dict[str, Any]:
    values = graph.at(name, frame).values
    return {knob: values[knob] for knob in knobs if knob in values}


def _is_alike(graph: Graph, plate: str, file: str, frame: int) -> bool:
    """Whether a take's files are of the same kind as the plate's, so that they are read alike."""
    ours = str(graph.at(plate, frame).values.get("file", ""))
    return os.path.splitext(ours)[1].lower() == os.path.splitext(file)[1].lower()
