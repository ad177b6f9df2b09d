"""What the viewer can show of a shot: plate, driver, result, matte, difference, or the node that is selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ....errors import DocumentError
from ....graph.graph import Graph
from ....graph.roles import Roles, find_roles, main_chain
from ....wires import Image, Motion, Track
from .pictures import Wanted

DROP = (
    "Drop the plate here: a frame of a sequence, a movie or a still.\n"
    "Or choose it: File ▸ Import plate or driver, Ctrl+I."
)
SHOWS = ("plate", "driver", "result", "matte", "difference", "selected node")  # keys 1 to 6, as Nuke numbers inputs


@dataclass(frozen=True)
class Show:
    """The pictures that a show is made of, the first one first; `points` are the landmarks to draw over it."""

    name: str
    pictures: tuple[Wanted, ...]
    points: Wanted | None = None
    drawn: bool = False  # whether the points are what is looked at, and drawn in any case


class _Shot(NamedTuple):
    """What is the same at every frame of a shot."""

    roles: Roles
    result: str  # the node whose picture is written
    empty: bool  # whether the plate's Read has no file yet


_last: tuple[Graph | None, _Shot | str] = None, ""  # asked for every frame of the timeline, of the same shot


def _shot_of(graph: Graph) -> _Shot | str:
    """What there is to be shown of a shot, or why there is nothing."""
    global _last
    if _last[0] is not graph:
        _last = graph, _found(graph)
    return _last[1]


def _found(graph: Graph) -> _Shot | str:
    outputs, problems = graph.outputs(), graph.problems()
    if problems:
        return str(problems[0])
    try:
        found = find_roles(graph, outputs[0]) if outputs else None
    except DocumentError:
        found = None
    if found is None:
        return "This shot has no edited plate yet."
    return _Shot(found, graph.nodes[outputs[0]].wires["image"], found.plate in empty_reads(graph))


def roles_of(graph: Graph) -> Roles | None:
    """The roles of the shot's nodes; None while it is not wired to an edited plate."""
    found = _shot_of(graph)
    return None if isinstance(found, str) else found.roles


def show(graph: Graph, name: str, frame: int, size: int = 0, selected: str = "") -> Show | str:
    """The show `name` at `frame`, or why there is none."""
    if name == "selected node":
        return _selected(graph, frame, size, selected)
    shot = _shot_of(graph)
    if isinstance(shot, str):
        return shot
    if shot.empty:
        return DROP
    found, composite = shot.roles, shot.result
    points = Wanted(found.track, frame)
    if name == "driver":
        if not found.driving:
            return "There is no driver: drop a clip here, or use the hand sliders of ExpressionMix."
        return Show(name, (Wanted(found.driving, frame, size),), Wanted(found.driving_track, frame))
    plate = Wanted(found.plate, frame, size)
    result = Wanted(composite, frame, size)
    pictures = {
        "plate": (plate,),
        "result": (result,),
        "matte": (Wanted(composite, frame, size, "matte", (f"{composite}.layers=matte",)),),
        "difference": (result, plate),
    }
    return Show(name, pictures[name], points)


def _selected(graph: Graph, frame: int, size: int, selected: str) -> Show | str:
    """What a node gives. Tracks and motions have no picture of their own: their points are drawn over the plate."""
    if selected not in graph.nodes:
        return "Select a node to see what it gives."
    placed = graph.nodes[selected]
    if plate_is_missing(graph):
        return DROP
    if placed.gives is None:
        return _selected(graph, frame, size, placed.wires.get("image", ""))
    faces = [name for name in graph.upstream(selected) if graph.nodes[name].kind.__name__ == "FaceTrack"]
    own = Wanted(selected, frame, size if placed.gives is Image else 0)
    if placed.gives in (Track, Motion):
        pictures = [name for name in main_chain(graph, selected) if graph.nodes[name].gives is Image]
        beneath = (Wanted(pictures[0], frame, size),) if pictures else ()
        return Show("selected node", (*beneath, own), own, drawn=True)
    return Show("selected node", (own,), Wanted(faces[-1], frame) if faces else None)


def plate_is_missing(graph: Graph) -> bool:
    """Whether the plate's Read has no file yet."""
    found = _shot_of(graph)
    return not isinstance(found, str) and found.empty


def empty_reads(graph: Graph) -> list[str]:
    """The Read nodes that have no file yet, the plate's first."""
    return [
        name
        for name, placed in graph.nodes.items()
        if placed.kind.__name__ == "Read" and not placed.constants.get("file")
    ]
