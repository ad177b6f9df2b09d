"""Which node of a shot is what: its plate, the face that is edited, and the driver that the edit comes from."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import DocumentError
from ..wires import Image, Motion
from .graph import Graph, Placed


@dataclass(frozen=True)
class Roles:
    """Names of nodes; the driver's are empty where the shot has none, or none with pictures."""

    plate: str
    track: str  # of the face that is edited last
    tracks: tuple[str, ...]  # of all edited faces
    driving: str = ""
    driving_track: str = ""


def find_roles(graph: Graph, output: str) -> Roles:
    """The roles in what `output` writes. Raises DocumentError where it is not an edited plate."""
    chain = main_chain(graph, output)
    composites = [name for name in chain if {"track", "face"} <= graph.nodes[name].wires.keys()]
    if not composites or graph.nodes[chain[-1]].gives is not Image:
        raise DocumentError([f"{output}: what it writes is not a plate with an edited face."])
    tracks = tuple(dict.fromkeys(graph.nodes[name].wires["track"] for name in composites))
    driving, driving_track = _driver(graph, graph.nodes[composites[0]].wires["face"])
    return Roles(chain[-1], tracks[0], tracks, driving, driving_track)


def main_chain(graph: Graph, name: str) -> list[str]:
    """`name` and what each node's first input comes from, up to the one that has none: for a shot, its plate."""
    chain = [name]
    while wires := graph.nodes[chain[-1]].wires:
        inputs = graph.nodes[chain[-1]].kind.inputs
        chain.append(next(wires[entry] for entry in inputs if entry in wires))
    return chain


def _driver(graph: Graph, face: str) -> tuple[str, str]:
    """The pictures and the track of the driver: of the last mix that a face is made by."""
    mixes = [name for name in graph.upstream(face) if _mixes(graph.nodes[name])]
    if not mixes:
        return "", ""
    chain = main_chain(graph, graph.nodes[mixes[-1]].wires["driving"])
    track = next((graph.nodes[name].wires["track"] for name in chain if "track" in graph.nodes[name].wires), "")
    pictures = next((name for name in chain if graph.nodes[name].gives is Image), "")
    return (pictures, track) if pictures and track else ("", "")


def _mixes(placed: Placed) -> bool:
    """Whether a driver's performance comes in here (and not only its pictures)."""
    return "driving" in placed.wires and Motion in placed.kind.inputs["driving"].kinds
