"""What the viewer can show of a shot: plate, driver, result, matte, difference, or the node that is selected."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import DocumentError
from ...graph.graph import Graph
from ...graph.roles import Roles, roles
from ...wires import Image
from .pictures import Wanted

SHOWS = ("plate", "driver", "result", "matte", "difference", "selected node")  # keys 1 to 6, as Nuke numbers inputs


@dataclass(frozen=True)
class Show:
    """The pictures that a show is made of, the first one first; `points` are the landmarks to draw over it."""

    name: str
    pictures: tuple[Wanted, ...]
    points: Wanted | None = None


def roles_of(graph: Graph) -> Roles | None:
    """The roles of the shot's nodes; None while it is not wired to an edited plate."""
    outputs = graph.outputs()
    try:
        return roles(graph, outputs[0]) if outputs and not graph.problems() else None
    except DocumentError:
        return None


def show(graph: Graph, name: str, frame: int, size: int = 0, selected: str = "") -> Show | str:
    """The show `name` at `frame`, or why there is none."""
    if name == "selected node":
        return _selected(graph, frame, size, selected)
    found = roles_of(graph)
    if found is None:
        problems = graph.problems()
        return str(problems[0]) if problems else "This shot has no edited plate yet."
    points = Wanted(found.track, frame)
    if name == "driver":
        if not found.driving:
            return "There is no driver: drop a clip here, or use the hand sliders of ExpressionMix."
        return Show(name, (Wanted(found.driving, frame, size),), Wanted(found.driving_track, frame))
    plate = Wanted(found.plate, frame, size)
    result = Wanted(graph.nodes[graph.outputs()[0]].wires["image"], frame, size)
    composite = result.node
    pictures = {
        "plate": (plate,),
        "result": (result,),
        "matte": (Wanted(composite, frame, size, "matte", (f"{composite}.layers=matte",)),),
        "difference": (result, plate),
    }
    return Show(name, pictures[name], points)


def _selected(graph: Graph, frame: int, size: int, selected: str) -> Show | str:
    if selected not in graph.nodes:
        return "Select a node to see what it gives."
    placed = graph.nodes[selected]
    if placed.gives is None:
        return _selected(graph, frame, size, placed.wires.get("image", ""))
    faces = [name for name in graph.upstream(selected) if graph.nodes[name].kind.__name__ == "FaceTrack"]
    own = Wanted(selected, frame, 0 if placed.gives is not Image else size)
    return Show("selected node", (own,), Wanted(faces[-1], frame) if faces else None)


def empty_reads(graph: Graph) -> list[str]:
    """The Read nodes that have no file yet, the plate's first."""
    return [
        name
        for name, placed in graph.nodes.items()
        if placed.kind.__name__ == "Read" and not placed.constants.get("file")
    ]
