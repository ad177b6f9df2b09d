"""A result is known by what made it: knobs that change it, the state of its files and weights, and its inputs.

Fingerprints of a whole shot are wanted before any frame is made, so one costs a few microseconds: what is the same at
every frame is put into words once (`settings`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from .. import __version__
from ..node import Node
from .graph import Graph, Placed


def digest(*words: Any) -> str:
    """One sha256 (hex) over plain data; equal data gives equal digests in every process."""
    text = json.dumps([__version__, *words], sort_keys=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()


def shot(graph: Graph) -> str:
    """A whole shot as it was asked for: nodes, wires, knob values and curves."""
    nodes = [
        (placed.name, placed.kind.__name__, placed.constants, _plain_curves(placed), placed.wires)
        for placed in graph.nodes.values()
    ]
    return digest("shot", graph.frames, nodes)


def _plain_curves(placed: Placed) -> dict[str, list[object]]:
    return {name: [astuple(key) for key in curve.keys] for name, curve in placed.animation.items()}


def frame(graph: Graph, output: str, number: int) -> str:
    """The shot as it was asked for at one frame: the knob values there of all nodes that take part in it.

    Frames carry this in their header. A key elsewhere in the shot leaves it alone, as it leaves the pixels alone, so
    frames of an earlier render stand beside new ones as if all had been made at once. Files count by their whole
    paths, and their state does not count: a document elsewhere that names the same files gives the same bytes.
    """
    nodes: dict[str, Any] = {}
    waiting = [output]
    while waiting:
        name = waiting.pop()
        placed = graph.nodes[name]
        moment = graph.at(name, number)
        used = [entry for entry in dict.fromkeys((*moment.used_inputs(), *moment.analyses)) if entry in placed.wires]
        wires = [(entry, placed.wires[entry]) for entry in used]
        nodes[name] = (placed.kind.__name__, moment.affecting_values(), wires)
        waiting += [placed.wires[entry] for entry in used if placed.wires[entry] not in nodes]
    return digest("frame", nodes)


def settings(moment: Node) -> str:
    """A node's kind and the knob values that decide its result."""
    return digest(type(moment).__name__, moment.values_beside_stamp())


def observation(settings: str, stamp: str, inputs: Sequence[str]) -> str:
    """What `observe` makes of one frame. `settings` are those of a node that has all knobs it does not see at their
    defaults.
    """
    return _join("observe", settings, stamp, *inputs)


def analysis(moment: Node, observations: Iterable[tuple[int | str, str]]) -> str:
    """What `analyse` makes of a shot: it stands for all frames, so of the knobs that can be keyed those alone matter
    whose values it is given in every frame.
    """
    steady = {
        name: [*moment.over_time[name].items()] if name in moment.over_time else value
        for name, value in moment.affecting_values().items()
        if not moment.knobs[name].animates or name in moment.over_shot
    }
    words = hashlib.sha256(digest("analyse", type(moment).__name__, steady, moment.stamp()).encode())
    for number, key in observations:
        words.update(f"{number} {key}\n".encode())
    return words.hexdigest()


def result(settings: str, moment: Node, analysed: str, inputs: Mapping[str, Sequence[str]]) -> str:
    """What `process` makes at one frame. A node with inputs may use the frame number; a source is its stamp alone."""
    number = str(moment.frame) if moment.inputs else ""
    given = [word for entry, keys in inputs.items() for word in (entry, *keys)]
    return _join("process", settings, number, moment.stamp(), analysed, *given)


def whole(results: Iterable[str]) -> str:
    """The results of one node in all frames of a shot."""
    words = hashlib.sha256()
    for key in results:
        words.update(f"{key}\n".encode())
    return words.hexdigest()


def _join(*words: str) -> str:
    return hashlib.sha256("\x1f".join(words).encode("utf-8", "surrogateescape")).hexdigest()
