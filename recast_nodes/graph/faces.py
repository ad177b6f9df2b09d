"""Several faces in one shot: a chain of nodes for each, composited one over the other.

Every chain looks at the plate itself, so what one edit does never leads another astray. Only the composites are in a
row: each lays its face into what the one before gives. Who stands before whom is not their order but FaceTrack's to say
(`stages.track.depth`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..errors import DocumentError
from .changes import without_wire
from .edit import edit_graph, without_driver
from .graph import Graph
from .roles import find_roles, main_chain

BY_IDENTITY = {"follow_by": "identity"}
OTHER = "other_track"  # where ExpressionMix is told of a face to look at


class FaceEdit(NamedTuple):
    """One face of a shot: how it is picked (knobs of FaceTrack), and its driver, '' for hand sliders alone."""

    pick: Mapping[str, Any]
    driving: str = ""


def faces_graph(
    source: str, faces: Sequence[FaceEdit], output: str, mode: str = "replace", model: str = "", crop_from: str = ""
) -> Graph:
    """Plate `source` with a chain for each of the faces, followed by identity, written to `output`. The other arguments
    are those of `edit_graph`. The second face's nodes are called FaceTrack2, Driving2, ... Two faces may look at each
    other; of more than two nobody but the user knows who looks at whom.
    """
    chains = [_chain_of(face, source, output, mode, model, crop_from) for face in faces]
    graph = chains[0]
    for chain in chains[1:]:
        graph = with_chain(graph, chain)
    if len(chains) > 2:
        for name in [name for name, placed in graph.nodes.items() if OTHER in placed.wires]:
            graph = without_wire(graph, name, OTHER)
    return graph


def _chain_of(face: FaceEdit, source: str, output: str, mode: str, model: str, crop_from: str) -> Graph:
    """The shot of `edit_graph` for one face."""
    graph = edit_graph(source, face.driving, output, mode, model, crop_from)
    graph = graph if face.driving else without_driver(graph)
    for knob, value in {**BY_IDENTITY, **face.pick}.items():
        graph = graph.with_knob("FaceTrack", knob, value)
    return graph


def with_face(graph: Graph, face: FaceEdit) -> Graph:
    """The shot with one more face, by the model and with the crop of the one that is edited last there.

    All are followed by identity, if the user has not said how. Raises DocumentError where the shot is not an edited
    plate.
    """
    found = find_roles(graph)
    for name in found.tracks:
        if "follow_by" not in graph.nodes[name].constants:
            graph = graph.with_knob(name, "follow_by", BY_IDENTITY["follow_by"])
    track = graph.nodes[found.track].constants
    motion = [name for name in graph.upstream(found.mix) if "model" in graph.nodes[name].constants] if found.mix else []
    model = graph.nodes[motion[0]].constants["model"] if motion else ""
    return with_chain(graph, _chain_of(face, "", "", "replace", model, track.get("crop_from", "")))


def with_chain(graph: Graph, chain: Graph) -> Graph:
    """The shot with the face of another one, which `edit_graph` made, edited in its plate and composited last. Where
    these are two, they may look at each other.

    Raises DocumentError where the shot is not an edited plate.
    """
    output = next(iter(graph.outputs()), "")
    found = find_roles(graph, output)
    number = _free_number(graph, chain)
    ends = {"Plate": found.plate}
    names = {name: ends.get(name, f"{name}{number}") for name in chain.nodes}
    nodes = dict(graph.nodes)
    (before,) = graph.nodes[output].wires.values()
    for name, placed in chain.nodes.items():
        if name in ("Plate", "Write"):
            continue
        wires = {entry: names[target] for entry, target in placed.wires.items()}
        if name == "MaskComposite":
            wires["image"] = before
        nodes[names[name]] = replace(placed, name=names[name], wires=wires, place=None)
    written = dict.fromkeys(graph.nodes[output].wires, names["MaskComposite"])
    nodes[output] = replace(graph.nodes[output], wires=written)
    each_other = ((names["ExpressionMix"], found.track), (found.mix, names["FaceTrack"]))
    for mix, other in each_other if len(found.tracks) == 1 else ():
        if mix:
            nodes[mix] = replace(nodes[mix], wires={OTHER: other, **nodes[mix].wires})
    return replace(graph, nodes=nodes)


def _free_number(graph: Graph, chain: Graph) -> int:
    """The first number that no node of the chain would share with another node."""
    number = 2
    while any(f"{name}{number}" in graph.nodes for name in chain.nodes):
        number += 1
    return number


def composites_of(graph: Graph) -> list[str]:
    """The nodes that composite a face into what the shot's first output writes, in the order in which they do.

    `find_roles` of one says what it is made of. Raises DocumentError where there is none.
    """
    output = next(iter(graph.outputs()), "")
    found = [name for name in main_chain(graph, output) if "face" in graph.nodes[name].wires] if output else []
    if not found:
        raise DocumentError(["The shot edits no face."])
    return found[::-1]
