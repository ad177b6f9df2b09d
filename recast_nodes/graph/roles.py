"""Which node of a shot is what: its plate, the face that is edited, and the driver that the edit comes from."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import DocumentError
from ..wires import Image, Motion
from .graph import Graph, Placed


@dataclass(frozen=True)
class Roles:
    """Names of nodes; '' where the shot has none. `driving` and `driving_track` are '' too for a recorded driver, which
    has no pictures.
    """

    plate: str
    track: str  # of the face that is edited last
    tracks: tuple[str, ...]  # of all edited faces
    driving: str = ""  # the driver's pictures
    driving_track: str = ""
    driver: str = ""  # the source of the driver's performance: its pictures, or a recording
    mix: str = ""  # where the driver's performance is mixed into the plate's


def find_roles(graph: Graph, output: str = "") -> Roles:
    """The roles in what `output` writes, by default the shot's first output. Names of nodes do not matter.

    Raises DocumentError where it is not an edited plate.
    """
    output = output or next(iter(graph.outputs()), "")
    if not output:
        raise DocumentError(["The shot writes nothing: it has no Write node."])
    chain = main_chain(graph, output)
    composites = [name for name in chain if {"track", "face"} <= graph.nodes[name].wires.keys()]
    if not composites or graph.nodes[chain[-1]].gives is not Image:
        raise DocumentError([f"{output}: what it writes is not a plate with an edited face."])
    tracks = tuple(dict.fromkeys(graph.nodes[name].wires["track"] for name in composites))
    mix = _find_mix(graph, graph.nodes[composites[0]].wires["face"])
    return Roles(chain[-1], tracks[0], tracks, *find_driver(graph, mix), mix)


def main_chain(graph: Graph, name: str) -> list[str]:
    """`name` and what each node's first input comes from, up to the one that has none: for a shot, its plate."""
    chain = [name]
    while wires := graph.nodes[chain[-1]].wires:
        inputs = graph.nodes[chain[-1]].kind.inputs
        chain.append(next(wires[entry] for entry in inputs if entry in wires))
    return chain


def _find_mix(graph: Graph, face: str) -> str:
    """The last node before `face` that mixes a driver's performance in, rather one that has a driver than one without;
    '' where there is none.
    """
    mixes = [name for name in graph.upstream(face) if _mixes(graph.nodes[name])]
    driven = [name for name in mixes if takes_performance(graph.nodes[name])]
    return (driven or mixes or [""])[-1]


def find_driver(graph: Graph, mix: str) -> tuple[str, str, str]:
    """The pictures of the driver, its track, and the source of its performance."""
    if not mix or "driving" not in graph.nodes[mix].wires:
        return "", "", ""
    chain = main_chain(graph, graph.nodes[mix].wires["driving"])
    track = next((graph.nodes[name].wires["track"] for name in chain if "track" in graph.nodes[name].wires), "")
    pictures = next((name for name in chain if graph.nodes[name].gives is Image), "")
    return (pictures, track, chain[-1]) if pictures and track else ("", "", chain[-1])


def takes_performance(placed: Placed) -> bool:
    """Whether a driver's performance comes in here."""
    return _mixes(placed) and "driving" in placed.wires


def _mixes(placed: Placed) -> bool:
    """Whether a driver's performance can come in here (and not only its pictures)."""
    entry = placed.kind.inputs.get("driving")
    return entry is not None and Motion in entry.kinds
