"""The shot that `recast edit` makes on the spot, and that hosts start from: plate and driver through all stages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..model_registry import MODELS
from ..nodes import NODES
from ..nodes.read import TEMPLATES
from .driver_time import align as align
from .driver_time import aligned as aligned
from .graph import Graph, Placed

MODES = ("replace", "enhance", "animate")
TRIED = ("image", "track")  # inputs of ExpressionMix that only trials of a driver look at

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

    A `driving` that is a motion template drives without pictures of its own. `crop_from` is both FaceTracks', '' for
    the default.
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
    if driving.lower().endswith(TEMPLATES):
        graph = _driven_by_template(graph)
        knobs = {name: values for name, values in knobs.items() if name in graph.nodes}
        knobs["Driving"]["wire"] = "motion"
    for name, values in knobs.items():
        for knob, value in values.items():
            graph = graph.with_knob(name, knob, value)
    return graph


def _driven(name: str, entry: str, target: str) -> bool:
    """Whether a wire of the shot of `edit_graph` is there for the driver alone."""
    return target.startswith("Driving") or (name == "ExpressionMix" and entry in TRIED)


def without_driver(graph: Graph) -> Graph:
    """The shot of `edit_graph` for hand sliders alone: no driver, and no wire from one."""
    nodes = {name: placed for name, placed in graph.nodes.items() if not name.startswith("Driving")}
    kept = {
        name: replace(
            placed, wires={entry: target for entry, target in placed.wires.items() if not _driven(name, entry, target)}
        )
        for name, placed in nodes.items()
    }
    return replace(graph, nodes=kept)


def with_driver(graph: Graph, driving: str) -> Graph:
    """The shot with the driving branch of `edit_graph` put in, reading `driving`, wherever its nodes and wires lack."""
    told = {name: graph.nodes[name].constants for name in ("MotionExtract", "FaceTrack") if name in graph.nodes}
    model = told.get("MotionExtract", {}).get("model", "")
    crop_from = told.get("FaceTrack", {}).get("crop_from", "")
    full = edit_graph("", driving, "", model=model, crop_from=crop_from)
    nodes = dict(graph.nodes)
    for name, placed in full.nodes.items():
        if name.startswith("Driving"):
            nodes[name] = nodes[name].with_knob("file", driving) if name in nodes and name == "Driving" else placed
        elif name in nodes:
            lacking = {entry: target for entry, target in placed.wires.items() if _driven(name, entry, target)}
            nodes[name] = replace(nodes[name], wires={**lacking, **nodes[name].wires})
    return replace(graph, nodes=nodes)


def _driven_by_template(graph: Graph) -> Graph:
    """The graph with the driver's motions where its pictures were."""
    gone = ("DrivingTrack", "DrivingMotion")
    nodes = {name: placed for name, placed in graph.nodes.items() if name not in gone}
    mixed = {entry: name for entry, name in nodes["ExpressionMix"].wires.items() if name not in ("Driving", *gone)}
    nodes["ExpressionMix"] = replace(nodes["ExpressionMix"], wires={**mixed, "driving": "Driving"})
    kept = {entry: name for entry, name in nodes["Decode"].wires.items() if name not in ("Driving", *gone)}
    nodes["Decode"] = replace(nodes["Decode"], wires=kept)
    return replace(graph, nodes=nodes)
