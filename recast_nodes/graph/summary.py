"""A shot in plain words and numbers: which knobs differ from their defaults, and what is keyed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..curves import Curve
from .graph import Graph, Placed


class ChangedKnob(NamedTuple):
    """One knob that does not stand at its default. `value` lists the keys of one that is keyed."""

    node: str
    kind: str
    knob: str
    value: str
    default: str


def settings(graph: Graph) -> list[ChangedKnob]:
    """Every knob of every node that differs from its default."""
    return [setting for placed in graph.nodes.values() for setting in _of_node(placed)]


def _of_node(placed: Placed) -> list[ChangedKnob]:
    values = {name: _plain(value) for name, value in placed.constants.items()}
    values = {name: value for name, value in values.items() if value != _plain(placed.kind.knobs[name].default)}
    values |= {name: _keys(curve) for name, curve in placed.animation.items()}
    kind, knobs = placed.kind.__name__, placed.kind.knobs
    return [ChangedKnob(placed.name, kind, name, value, _plain(knobs[name].default)) for name, value in values.items()]


def _plain(value: Any) -> str:
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none"
    return str(value) or "empty"


def _keys(curve: Curve) -> str:
    return "keys: " + ", ".join(f"{key.value:g} at {key.frame:g} ({key.interpolation})" for key in curve.keys)


def weights(graph: Graph, frames: Sequence[int]) -> dict[str, dict[int, float]]:
    """The value of every keyed weight at each frame, by 'Node.knob', as its node takes it: inside the knob's limits."""
    return {
        f"{placed.name}.{name}": {frame: placed.kind.knobs[name].from_curve(curve.at(frame)) for frame in frames}
        for placed, name, curve in _curves(graph)
    }


def weight_keys(graph: Graph, frames: Sequence[int]) -> dict[str, dict[float, float]]:
    """The keys of every keyed weight that lie within the frames."""
    first, last = min(frames), max(frames)
    return {
        f"{placed.name}.{name}": {key.frame: key.value for key in curve.keys if first <= key.frame <= last}
        for placed, name, curve in _curves(graph)
    }


def _curves(graph: Graph) -> Iterator[tuple[Placed, str, Curve]]:
    """The keyed knobs of all nodes but sources: where a Read's time goes is no weight."""
    for placed in graph.nodes.values():
        if placed.wires:
            yield from ((placed, name, curve) for name, curve in placed.animation.items())
