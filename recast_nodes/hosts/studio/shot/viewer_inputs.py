"""What the viewer can show of a shot: plate, driver, result, matte, difference, or the node that is selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ....errors import DocumentError
from ....graph.faces import composites_of
from ....graph.graph import Graph
from ....graph.roles import Roles, find_roles, main_chain
from ....wires import Image, Motion, Track
from .picture import PictureRequest

DROP = (
    "Drop the plate here: a frame of a sequence, a movie or a still.\n"
    "Or choose it: File ▸ Import plate or driver, Ctrl+I."
)
VIEWER_INPUTS = (
    "plate",
    "driver",
    "result",
    "matte",
    "difference",
    "selected node",
)  # keys 1 to 6, as Nuke numbers inputs


@dataclass(frozen=True)
class ViewerInput:
    """The pictures that one of VIEWER_INPUTS is made of, the main one first; `points` are landmarks drawn over it."""

    name: str
    pictures: tuple[PictureRequest, ...]
    points: PictureRequest | None = None
    shows_points: bool = False  # whether the points are the subject, and drawn in any case


class _Shot(NamedTuple):
    """What is the same at every frame of a shot."""

    roles: Roles
    result: str  # the node whose picture is written
    composites: tuple[str, ...]  # one for each face
    empty: bool  # whether the plate's Read has no file yet


_last: tuple[Graph | None, _Shot | str] = None, ""  # needed for every frame of the timeline, of the same shot


def _find_shot(graph: Graph) -> _Shot | str:
    """What a shot has to show, or why there is nothing."""
    global _last
    if _last[0] is not graph:
        _last = graph, _inspect(graph)
    return _last[1]


def _inspect(graph: Graph) -> _Shot | str:
    outputs, problems = graph.outputs(), graph.problems()
    if problems:
        return str(problems[0])
    try:
        found = find_roles(graph, outputs[0]) if outputs else None
    except DocumentError:
        found = None
    if found is None:
        return "This shot has no edited plate yet."
    result = graph.nodes[outputs[0]].wires["image"]
    return _Shot(found, result, tuple(composites_of(graph)), found.plate in find_empty_reads(graph))


def find_wired_roles(graph: Graph) -> Roles | None:
    """The roles of the shot's nodes; None while it is not wired to an edited plate."""
    found = _find_shot(graph)
    return None if isinstance(found, str) else found.roles


def find_input(graph: Graph, name: str, frame: int, size: int = 0, selected: str = "") -> ViewerInput | str:
    """The input `name` (of VIEWER_INPUTS) at `frame`, or why there is none."""
    if name == "selected node":
        return _find_selected(graph, frame, size, selected)
    shot = _find_shot(graph)
    if isinstance(shot, str):
        return shot
    if shot.empty:
        return DROP
    found, composite = shot.roles, shot.result
    points = PictureRequest(found.track, frame)
    if name == "driver":
        if found.driver and not found.driving:
            return "The driver is a recording: it has no pictures."
        if not found.driving:
            return "There is no driver: drop a clip here, or use the hand sliders of ExpressionMix."
        return ViewerInput(
            name, (PictureRequest(found.driving, frame, size),), PictureRequest(found.driving_track, frame)
        )
    plate = PictureRequest(found.plate, frame, size)
    result = PictureRequest(composite, frame, size)
    mattes = tuple(f"{each}.layers=matte" for each in shot.composites)
    pictures = {
        "plate": (plate,),
        "result": (result,),
        "matte": (PictureRequest(composite, frame, size, "matte", mattes),),
        "difference": (result, plate),
    }
    return ViewerInput(name, pictures[name], points)


def _find_selected(graph: Graph, frame: int, size: int, selected: str) -> ViewerInput | str:
    """A node's output. Tracks and motions have no picture of their own: their points are drawn over the plate."""
    if selected not in graph.nodes:
        return "Select a node to see its output."
    placed = graph.nodes[selected]
    if is_plate_missing(graph):
        return DROP
    if placed.gives is None:
        return _find_selected(graph, frame, size, placed.wires.get("image", ""))
    faces = [name for name in graph.upstream(selected) if graph.nodes[name].kind.__name__ == "FaceTrack"]
    own = PictureRequest(selected, frame, size if placed.gives is Image else 0)
    if placed.gives in (Track, Motion):
        pictures = [name for name in main_chain(graph, selected) if graph.nodes[name].gives is Image]
        beneath = (PictureRequest(pictures[0], frame, size),) if pictures else ()
        return ViewerInput("selected node", (*beneath, own), own, shows_points=True)
    return ViewerInput("selected node", (own,), PictureRequest(faces[-1], frame) if faces else None)


def is_plate_missing(graph: Graph) -> bool:
    """Whether the plate's Read has no file yet."""
    found = _find_shot(graph)
    return not isinstance(found, str) and found.empty


def find_empty_reads(graph: Graph) -> list[str]:
    """The Read nodes that have no file yet, the plate's first."""
    return [
        name
        for name, placed in graph.nodes.items()
        if placed.kind.__name__ == "Read" and not placed.constants.get("file")
    ]
