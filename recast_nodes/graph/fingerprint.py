"""A result is known by what made it: knobs that change it, the state of its files and weights, and its inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from .. import __version__
from ..node import Node
from .graph import Graph, Placed


def digest(*words: Any) -> str:
    """One sha256 (hex) over plain data; equal data gives equal digests in every process."""
    told = json.dumps([__version__, *words], sort_keys=True, default=list)
    return hashlib.sha256(told.encode()).hexdigest()


def shot(graph: Graph) -> str:
    """A whole shot as it was asked for: nodes, wires, knob values and curves."""
    nodes = [
        (placed.name, placed.kind.__name__, placed.constants, _plain_curves(placed), placed.wires)
        for placed in graph.nodes.values()
    ]
    return digest("shot", graph.frames, nodes)


def _plain_curves(placed: Placed) -> dict[str, list[object]]:
    return {name: [astuple(key) for key in curve.keys] for name, curve in placed.animation.items()}


def observation(moment: Node, inputs: Sequence[str]) -> str:
    """What `observe` makes of one frame. `moment` has all knobs that it does not see at their defaults."""
    return digest("observe", type(moment).__name__, moment.told(), moment.stamp(), list(inputs))


def analysis(moment: Node, observations: Sequence[tuple[int, str]]) -> str:
    """What `analyse` makes of a shot: keyed knobs cannot matter to it, since it stands for all frames."""
    steady = {name: value for name, value in moment.told().items() if not moment.knobs[name].animates}
    return digest("analyse", type(moment).__name__, steady, moment.stamp(), list(observations))


def result(moment: Node, analysed: str, inputs: dict[str, list[str]]) -> str:
    """What `process` makes at one frame. A node with inputs may use the frame number; a source is its stamp alone."""
    frame = moment.frame if moment.inputs else None
    return digest("process", type(moment).__name__, moment.told(), frame, moment.stamp(), analysed, inputs)
