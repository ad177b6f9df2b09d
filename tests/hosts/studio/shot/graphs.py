"""Graphs for the node graph's tests."""

from __future__ import annotations

from dataclasses import replace

from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.nodes import NODES

DRIVEN = edit_graph("p.####.exr", "d.mov", "o.####.exr")


def chained(first: Graph = DRIVEN, apart: bool = False) -> Graph:
    """Two faces: the second one is edited in what the first one gives, and tracked there or (apart) in the plate."""
    nodes = dict(first.nodes)
    pairs = {name: f"{name}2" for name in first.nodes if name not in ("Plate", "Write")}
    for name, new in pairs.items():
        plate = "Plate" if apart and name in ("FaceTrack", "MotionExtract") else "MaskComposite"
        wires = {entry: plate if end == "Plate" else pairs[end] for entry, end in first.nodes[name].wires.items()}
        nodes[new] = replace(first.nodes[name], name=new, wires=wires)
    nodes["Write"] = replace(first.nodes["Write"], wires={"image": "MaskComposite2"})
    return Graph(nodes)


def row(count: int) -> Graph:
    """Composites one after the other that share one track."""
    nodes = {"Plate": Placed("Plate", NODES["Read"])}
    nodes["FaceTrack"] = Placed("FaceTrack", NODES["FaceTrack"], wires={"image": "Plate"})
    before = "Plate"
    for number in range(count):
        name = f"Comp{number}"
        nodes[name] = Placed(name, NODES["MaskComposite"], wires={"image": before, "track": "FaceTrack"})
        before = name
    return Graph(nodes)


def parallel(count: int) -> Graph:
    """Faces beside each other, each of its own plate with a long name."""
    nodes = {}
    for number in range(count):
        for name, placed in DRIVEN.nodes.items():
            new = f"{name}_of_the_long_named_face_{number}"
            wires = {entry: f"{end}_of_the_long_named_face_{number}" for entry, end in placed.wires.items()}
            nodes[new] = replace(placed, name=new, wires=wires)
    return Graph(nodes)


GRAPHS = {
    "driven": DRIVEN,
    "two faces": chained(),
    "two faces, tracked in the plate": chained(apart=True),
    "three faces": chained(chained()),
    "row": row(60),
    "parallel": parallel(4),
}
