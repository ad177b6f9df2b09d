"""Clips that come in by hand: which node reads them."""

from __future__ import annotations

from pathlib import Path

from ...graph.edit import aligned, with_driver
from ...graph.graph import Graph
from .document import Document
from .layout import laid_out
from .shows import empty_reads, roles_of


def role(graph: Graph) -> str:
    """What the shot lacks: 'plate' or 'driver'; '' where it has both."""
    reads = {name: placed for name, placed in graph.nodes.items() if placed.kind.__name__ == "Read"}
    if "Plate" in reads and not reads["Plate"].constants.get("file"):
        return "plate"
    found = roles_of(graph)
    if found and (not found.driving or found.driving in empty_reads(graph)):
        return "driver"
    return ""


def take(document: Document, path: str, role: str) -> None:
    """Read a clip as the plate or the driver. A frame of a sequence stands for the sequence."""
    from ...media.sequences import sequence_around

    pattern = sequence_around(path)
    if role == "driver":
        document.apply("bring a driver", lambda graph: _driven(graph, pattern))
        return
    found = roles_of(document.graph)
    plate = found.plate if found else "Plate"

    def change(graph: Graph) -> Graph:
        graph = graph.with_knob(plate, "file", pattern)
        for output in graph.outputs():
            if not graph.nodes[output].constants.get("file"):
                graph = graph.with_knob(output, "file", output_beside(pattern))
        return graph

    document.apply("bring a plate", change)


def _driven(graph: Graph, driving: str) -> Graph:
    """The shot following a driver, whose first frame is the plate's; `replace` is 1 unless a hand has set it."""
    driven = with_driver(graph, driving)
    mix = driven.nodes["ExpressionMix"]
    if not {"replace", "enhance"} & {*mix.constants, *mix.animation}:
        driven = driven.with_knob("ExpressionMix", "replace", 1.0)
    unread = {name for name in empty_reads(driven) if name in ("Plate", "Driving")}
    return laid_out(driven if unread else aligned(driven))


def output_beside(plate: str) -> str:
    """Where results go unless the artist says otherwise: a folder `recast` beside the plate's files."""
    from ...media.sequences import is_pattern

    path = Path(plate)
    name = path.stem if is_pattern(plate) else f"{path.stem}.####"
    return str(path.parent / "recast" / f"{name}.exr")
