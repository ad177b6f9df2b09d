"""Small performances for the hand sliders, so that a still can act without a driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...curves import Curve, Key
from ...graph.graph import Graph

Moves = tuple[tuple[float, float], ...]  # (seconds from the start, value)


@dataclass(frozen=True)
class Preset:
    """What each slider of ExpressionMix does, beginning and ending at rest."""

    name: str
    tip: str
    sliders: Mapping[str, Moves]


PRESETS = (
    Preset("Blink", "A blink as fast as people's: a third of a second.", {"blink": ((0, 0), (0.1, 1), (0.33, 0))}),
    Preset("Drowsy blink", "Lids fall slowly and open again.", {"blink": ((0, 0), (0.5, 1), (0.75, 1), (1.4, 0))}),
    Preset(
        "Smile",
        "A smile that comes, stays for a second and goes.",
        {"smile": ((0, 0), (0.5, 0.8), (1.5, 0.8), (2.3, 0))},
    ),
    Preset(
        "Surprise",
        "Brows up and jaw down in a quarter of a second, then relief.",
        {
            "brow_raise": ((0, 0), (0.25, 0.9), (1, 0.9), (1.7, 0)),
            "jaw_open": ((0, 0), (0.3, 0.5), (0.9, 0.4), (1.6, 0)),
        },
    ),
    Preset("Say ah", "The jaw opens and closes once.", {"jaw_open": ((0, 0), (0.2, 0.6), (0.5, 0.5), (0.8, 0))}),
    Preset(
        "Glance left",
        "The eyes go to the left of the picture, rest there and come back.",
        {"gaze_x": ((0, 0), (0.08, -0.7), (0.9, -0.7), (1.0, 0))},
    ),
    Preset(
        "Glance right",
        "The eyes go to the right of the picture, rest there and come back.",
        {"gaze_x": ((0, 0), (0.08, 0.7), (0.9, 0.7), (1.0, 0))},
    ),
)


def perform_preset(graph: Graph, node: str, preset: Preset, frame: int, rate: float = 24.0) -> Graph:
    """The shot with `preset` keyed on `node`'s sliders from `frame` on, at `rate` frames a second.

    Keys in its time range are replaced; those before and after it stay. Raises KnobError.
    """
    for knob, moves in preset.sliders.items():
        keys = {round(frame + seconds * rate): value for seconds, value in moves}
        curve = graph.nodes[node].animation.get(knob)
        others = [key for key in (curve.keys if curve else ()) if not min(keys) <= key.frame <= max(keys)]
        acted = [Key(at, value, "bezier") for at, value in keys.items()]  # flat at each key: none is overshot
        graph = graph.with_knob(node, knob, Curve([*others, *acted]))
    return graph
