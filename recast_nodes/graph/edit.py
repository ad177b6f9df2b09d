"""The shot that `recast edit` makes on the spot, and that hosts start from: plate and driver through all stages."""

from __future__ import annotations

from typing import Any

from ..curves import Curve, Key
from ..nodes import NODES
from .graph import Graph, Placed

MODES = ("replace", "enhance", "animate")

_WIRES: dict[str, tuple[str, dict[str, str]]] = {  # node name: (kind, inputs)
    "Plate": ("Read", {}),
    "FaceTrack": ("FaceTrack", {"image": "Plate"}),
    "MotionExtract": ("MotionExtract", {"image": "Plate", "track": "FaceTrack"}),
    "Driving": ("Read", {}),
    "DrivingTrack": ("FaceTrack", {"image": "Driving"}),
    "DrivingMotion": ("MotionExtract", {"image": "Driving", "track": "DrivingTrack"}),
    "ExpressionMix": ("ExpressionMix", {"source": "MotionExtract", "driving": "DrivingMotion"}),
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


_NEURAL = {"DrivingMotion": {"sampling": "direct"}, "Warp": {"open_eyes": "plate"}, "Decode": {"inner_mouth": "plate"}}
_MODELS: dict[str, dict[str, dict[str, Any]]] = {  # what the published code of a model sets otherwise than our nodes do
    "performrecast": _NEURAL,
    "liveportrait": {
        **_NEURAL,
        "FaceTrack": {"crop_scale": 2.3},
        "DrivingTrack": {"crop_scale": 2.2},
        "ExpressionMix": {"retarget": 0.0},
    },
}


def edit_graph(source: str, driving: str, output: str, mode: str = "replace", model: str = "mesh") -> Graph:
    """Plate `source` with the expression of `driving`, written to `output`. `mode` is one of MODES."""
    mixes: dict[str, dict[str, Any]] = {
        "replace": {"replace": 1.0, "enhance": 0.0},
        "enhance": {"replace": 0.0, "enhance": 1.0},
        "animate": {"mode": "animate", "replace": 1.0, "enhance": 0.0, "pose": 1.0},
    }
    knobs: dict[str, dict[str, Any]] = {
        "Plate": {"file": source},
        "Driving": {"file": driving},
        "MotionExtract": {"model": model},
        "DrivingMotion": {"model": model},
        "ExpressionMix": mixes[mode],
        "Write": {"file": output},
    }
    for name, values in _MODELS.get(model, {}).items():
        knobs[name] = knobs.get(name, {}) | values
    graph = Graph({name: Placed(name, NODES[kind], {}, {}, wires) for name, (kind, wires) in _WIRES.items()})
    for name, values in knobs.items():
        for knob, value in values.items():
            graph = graph.with_knob(name, knob, value)
    return graph


def align(graph: Graph, plate: range, driving: range, speed: float = 1.0) -> Graph:
    """Start the driver's first frame with the plate's, `speed` driver frames for each plate frame."""
    steps = plate[-1] - plate[0]
    keys = [Key(plate[0], driving[0])]
    if steps:
        keys.append(Key(plate[-1], driving[0] + steps * speed))
    return graph.with_knob("Driving", "time", Curve(keys))
