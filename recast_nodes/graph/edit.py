"""The shot that `recast edit` makes on the spot, and that hosts start from: plate and driver through all stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..model_registry import MODELS
from ..nodes import NODES
from ..nodes.read import is_numbers, is_recording
from .changes import free_name
from .driver_time import align_driver as align_driver
from .driver_time import align_first_frames as align_first_frames
from .graph import Graph, Placed

MODES = ("replace", "enhance", "animate")
TRIED = ("track",)  # inputs of ExpressionMix that only trials of a driver look at

_WIRES: dict[str, tuple[str, dict[str, str]]] = {  # node name: (kind, inputs)
    "Plate": ("Read", {}),
    "FaceTrack": ("FaceTrack", {"image": "Plate"}),
    "MotionExtract": ("MotionExtract", {"image": "Plate", "track": "FaceTrack"}),
    "Driving": ("Read", {}),
    "DrivingTrack": ("FaceTrack", {"image": "Driving"}),
    "DrivingMotion": ("MotionExtract", {"image": "Driving", "track": "DrivingTrack"}),
    "ExpressionMix": (
        "ExpressionMix",
        {
            "source": "MotionExtract",
            "driving": "DrivingMotion",
            "image": "Plate",
            "track": "FaceTrack",
            "driving_image": "Driving",
            "driving_track": "DrivingTrack",
        },
    ),
    "Warp": (
        "Warp",
        {
            "image": "Plate",
            "track": "FaceTrack",
            "motion": "ExpressionMix",
            "plate": "Plate",
            "plate_track": "FaceTrack",
        },
    ),
    "Decode": (
        "Decode",
        {
            "field": "Warp",
            "driving": "Driving",
            "driving_track": "DrivingTrack",
            "plate": "Plate",
            "plate_track": "FaceTrack",
        },
    ),
    "MaskComposite": ("MaskComposite", {"image": "Plate", "track": "FaceTrack", "face": "Decode"}),
    "Write": ("Write", {"image": "MaskComposite"}),
}


def edit_graph(
    source: str, driving: str, output: str, mode: str = "replace", model: str = "", crop_from: str = ""
) -> Graph:
    """Plate `source` with the expression of `driving`, written to `output`. `mode` is one of MODES, `model` the name of
    one that is installed, or '' for the default. Raises NotInstalled.

    A `driving` that is a recording (numbers, or a motion template) drives without pictures of its own. `crop_from` is
    both FaceTracks', '' for the default.
    """
    traits = MODELS.get(model or MODELS.default)
    mixes: dict[str, dict[str, Any]] = {
        "replace": {"replace": 1.0, "enhance": 0.0},
        "enhance": {"replace": 0.0, "enhance": 1.0},
        "animate": {"transfer": "expression-and-pose", "replace": 1.0, "enhance": 0.0, "pose": 1.0},
    }
    knobs: dict[str, dict[str, Any]] = {
        "Plate": {"file": source},
        "Driving": {"file": driving},
        "MotionExtract": {"model": traits.name},
        "DrivingMotion": {"model": traits.name},
        "ExpressionMix": mixes[mode] | ({} if traits.calibrates else {"calibrate": 0.0}),
        "Write": {"file": output},
    }
    crops = {name: {"crop_from": crop_from} for name in ("FaceTrack", "DrivingTrack") if crop_from}
    for name, values in (*traits.edit_knobs.items(), *crops.items()):
        knobs[name] = {**knobs.get(name, {}), **values}
    graph = Graph({name: Placed(name, NODES[kind], {}, {}, wires) for name, (kind, wires) in _WIRES.items()})
    if is_recording(driving):
        graph = _driven_by_recording(graph)
        knobs = {name: values for name, values in knobs.items() if name in graph.nodes}
        knobs["Driving"]["wire"] = "motion"
        if is_numbers(driving):  # which a model follows by retargeting alone
            knobs["ExpressionMix"].pop("retarget", None)
    for name, values in knobs.items():
        for knob, value in values.items():
            graph = graph.with_knob(name, knob, value)
    return graph


def with_takes(graph: Graph, takes: Sequence[str]) -> Graph:
    """The shot of `edit_graph` with further footage of the plate's actor."""
    return graph.with_knob("MotionExtract", "takes", list(takes)) if takes else graph


def _driven(name: str, entry: str, target: str) -> bool:
    """Whether a wire of the shot of `edit_graph` is there for the driver alone."""
    return target.startswith("Driving") or (name == "ExpressionMix" and entry in TRIED)


def without_driver(graph: Graph) -> Graph:
    """The shot of `edit_graph` for hand sliders alone: no driver, and no wire from one."""
    nodes = {name: placed for name, placed in graph.nodes.items() if not name.startswith("Driving")}
    remaining = {
        name: replace(
            placed, wires={entry: target for entry, target in placed.wires.items() if not _driven(name, entry, target)}
        )
        for name, placed in nodes.items()
    }
    return replace(graph, nodes=remaining)


def with_driver(graph: Graph, driving: str) -> Graph:
    """The shot with the driving branch of `edit_graph` put in, reading `driving`, wherever its nodes and wires lack.

    Which node is which is known by kinds and wires. New nodes get the names that they have in `edit_graph`, or the
    first of Driving2, Driving3, ... that is free.
    """
    shape = edit_graph("", driving, "")
    names = _match(graph, shape)
    if not _have_same_driver_kind(graph, shape, names):
        graph = _without_driver_wires(graph, names)
        names = {name: here for name, here in names.items() if not name.startswith("Driving")}
    full = edit_graph("", driving, "", *_model_of(graph, names))
    nodes = dict(graph.nodes)
    for name, placed in full.nodes.items():
        if name.startswith("Driving") and name not in names:
            names[name] = free_name(replace(graph, nodes=nodes), name)
            nodes[names[name]] = placed
    for name, placed in full.nodes.items():
        wires = {entry: names[target] for entry, target in placed.wires.items() if target in names}
        if name == "Driving" and nodes[names[name]] is not placed:
            nodes[names[name]] = nodes[names[name]].with_knob("file", driving)
        elif name.startswith("Driving"):
            nodes[names[name]] = replace(placed, name=names[name], wires=wires)
        elif name in names:
            lacking = {entry: wires[entry] for entry in wires if _driven(name, entry, placed.wires[entry])}
            nodes[names[name]] = replace(nodes[names[name]], wires={**lacking, **nodes[names[name]].wires})
    return replace(graph, nodes=nodes)


def _match(graph: Graph, shape: Graph) -> dict[str, str]:
    """Which node of `graph` stands where a node of `shape` does: by kind, following the wires of both from what they
    write. A node that nothing leads to is known by kind and name.
    """
    found: dict[str, str] = {}
    waiting = list(zip(shape.outputs(), graph.outputs()))
    for name, here in waiting:
        if name in found or shape.nodes[name].kind is not graph.nodes[here].kind:
            continue
        found[name] = here
        wires = graph.nodes[here].wires
        waiting += [(target, wires[entry]) for entry, target in shape.nodes[name].wires.items() if entry in wires]
    loose = graph.nodes.keys() - graph.topological_order(graph.outputs())
    alike = [name for name in loose & shape.nodes.keys() if graph.nodes[name].kind is shape.nodes[name].kind]
    return {name: name for name in alike} | found


def _have_same_driver_kind(graph: Graph, shape: Graph, names: Mapping[str, str]) -> bool:
    """Whether the drivers of both come in alike: as pictures, or as a recording; true where `graph` has none."""
    if "ExpressionMix" not in names or "driving" not in graph.nodes[names["ExpressionMix"]].wires:
        return True
    source = graph.nodes[graph.nodes[names["ExpressionMix"]].wires["driving"]]
    return source.kind is shape.nodes[shape.nodes["ExpressionMix"].wires["driving"]].kind


def _without_driver_wires(graph: Graph, names: Mapping[str, str]) -> Graph:
    """The graph with nothing wired where the driver of `edit_graph` comes in."""
    nodes = dict(graph.nodes)
    for name, here in names.items():
        driven = {entry for entry, target in _WIRES[name][1].items() if _driven(name, entry, target)}
        wires = {entry: target for entry, target in nodes[here].wires.items() if entry not in driven}
        nodes[here] = replace(nodes[here], wires=nodes[here].wires if name.startswith("Driving") else wires)
    return replace(graph, nodes=nodes)


def _model_of(graph: Graph, names: Mapping[str, str]) -> tuple[str, str, str]:
    """The mode, the model and the crop that a driver has to go with, as `edit_graph` takes them."""
    constants = {name: graph.nodes[names[name]].constants for name in ("MotionExtract", "FaceTrack") if name in names}
    model = constants.get("MotionExtract", {}).get("model", "")
    return "replace", model, constants.get("FaceTrack", {}).get("crop_from", "")


def _driven_by_recording(graph: Graph) -> Graph:
    """The graph with the driver's motions where its pictures were."""
    gone = ("DrivingTrack", "DrivingMotion")
    nodes = {name: placed for name, placed in graph.nodes.items() if name not in gone}
    mixed = {entry: name for entry, name in nodes["ExpressionMix"].wires.items() if name not in ("Driving", *gone)}
    nodes["ExpressionMix"] = replace(nodes["ExpressionMix"], wires={**mixed, "driving": "Driving"})
    remaining = {entry: name for entry, name in nodes["Decode"].wires.items() if name not in ("Driving", *gone)}
    nodes["Decode"] = replace(nodes["Decode"], wires=remaining)
    return replace(graph, nodes=nodes)
