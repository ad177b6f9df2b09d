"""Edits of many keys at once, over several curves. Each takes curves and the selected keys and returns new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from ....curves import Curve, Key
from ....errors import DocumentError, KnobError
from ....graph.changes import without_key
from ....graph.document import dump
from ....graph.graph import Graph, Placed
from ....knobs import Float, Int
from ..shot.clipboard import parse_nodes


class CurveId(NamedTuple):
    """Identifies a curve by its node and knob."""

    node: str
    knob: str

    def __str__(self) -> str:
        return f"{self.node}.{self.knob}"


class KeyId(NamedTuple):
    """Identifies a key by its curve and frame."""

    curve: CurveId
    frame: float


Curves = Mapping[CurveId, Curve]
Selection = frozenset[KeyId]
Edited = tuple[dict[CurveId, Curve], Selection]
Edit = Callable[[Curves, Selection], Edited]


def find_curves(graph: Graph, nodes: Collection[str] | None = None) -> dict[CurveId, Curve]:
    """The curves of these nodes, or of all."""
    return {
        CurveId(name, knob): placed.animation[knob]
        for name, placed in graph.nodes.items()
        if nodes is None or name in nodes
        for knob in placed.kind.knobs
        if knob in placed.animation
    }


def label_curves(curves: Iterable[CurveId]) -> dict[CurveId, str]:
    """A label for each curve: its knob alone if all are of one node."""
    curves = list(curves)
    one = len({id.node for id in curves}) == 1
    return {id: id.knob if one else str(id) for id in curves}


def find_keyed_frames(graph: Graph, node: str) -> list[float]:
    """The frames at which a node has keys."""
    return [key.frame for curve in find_curves(graph, {node}).values() for key in curve.keys]


def list_keys(id: CurveId, curve: Curve) -> Selection:
    """All keys of a curve."""
    return frozenset(KeyId(id, key.frame) for key in curve.keys)


def find_key(curves: Curves, at: KeyId) -> Key | None:
    """The key with this id, if it exists."""
    curve = curves.get(at.curve)
    return next((key for key in curve.keys if key.frame == at.frame), None) if curve else None


def change_keys(curves: Curves, selected: Selection, change: Callable[[CurveId, Key], Key]) -> Edited:
    """Each selected key as `change` makes it. They replace other keys on the frames where they land.

    Raises KnobError if two of the selected keys would land on one frame.
    """
    new, still = {}, set()
    for id, frames in _group_by_curve(selected).items():
        if id not in curves:
            continue
        made = {key.frame: key for each in curves[id].keys if each.frame in frames for key in [change(id, each)]}
        if len(made) < len(frames & {key.frame for key in curves[id].keys}):
            raise KnobError(f"{id}: two of the keys would be on one frame; each needs a frame of its own.")
        others = [key for key in curves[id].keys if key.frame not in frames and key.frame not in made]
        new[id] = Curve([*others, *made.values()])
        still |= {KeyId(id, frame) for frame in made}
    return new, frozenset(still)


def move_keys(frames: float, values: float) -> Edit:
    """Move keys `frames` later and `values` higher. Those that change their frame land on whole ones."""

    def move(id: CurveId, key: Key) -> Key:
        return replace(key, frame=_round_if_moved(key.frame, key.frame + frames), value=key.value + values)

    return lambda curves, selected: change_keys(curves, selected, move)


def scale_keys(about: tuple[float, float], times: tuple[float, float]) -> Edit:
    """Scale keys about a frame and a value, `times` in time and in value; handles are scaled too."""
    (frame, value), (longer, higher) = about, times

    def longer_handle(handle: tuple[float, float] | None) -> tuple[float, float] | None:
        return (handle[0] * longer, handle[1] * higher) if handle else None

    def scale(id: CurveId, key: Key) -> Key:
        return replace(
            key,
            frame=_round_if_moved(key.frame, frame + (key.frame - frame) * longer),
            value=value + (key.value - value) * higher,
            left=longer_handle(key.left),
            right=longer_handle(key.right),
        )

    return lambda curves, selected: change_keys(curves, selected, scale)


def interpolate_keys(word: str) -> Edit:
    """Set the interpolation from these keys to the next."""
    return lambda curves, selected: change_keys(curves, selected, lambda id, key: replace(key, interpolation=word))


def set_key_values(value: float) -> Edit:
    """Set the value of these keys."""
    return lambda curves, selected: change_keys(curves, selected, lambda id, key: replace(key, value=value))


def bend_handle(side: str, x: float, y: float) -> Edit:
    """Move one handle of these keys, 'left' or 'right', to an offset; a handle stays on its own side."""
    end = (min(x, 0.0), y) if side == "left" else (max(x, 0.0), y)
    return lambda curves, selected: change_keys(curves, selected, lambda id, key: replace(key, **{side: end}))  # type: ignore[arg-type]


def clamp_curves(graph: Graph, curves: Curves) -> dict[CurveId, Curve]:
    """The curves with values clamped to the limits of their knobs: the mouse may drag further."""
    return {id: _clamp_curve(graph, id, curve) for id, curve in curves.items()}


def with_curves(graph: Graph, curves: Curves) -> Graph:
    """The shot with these curves in place of its own. Raises KnobError."""
    for id, curve in curves.items():
        graph = graph.with_knob(id.node, id.knob, curve)
    return graph


def without_keys(graph: Graph, selected: Selection) -> Graph:
    """The shot without these keys; a knob whose last key goes is constant at the first one's value."""
    for id, frames in _group_by_curve(selected).items():
        keys = graph.nodes[id.node].animation[id.knob].keys
        remaining = [key for key in keys if key.frame not in frames]
        graph = graph.with_knob(id.node, id.knob, Curve(remaining or keys[:1]))
        graph = graph if remaining else without_key(graph, id.node, id.knob, keys[0].frame)
    return graph


def copy_keys(graph: Graph, selected: Selection) -> str:
    """Keys as text: a shot document of nothing but their nodes, knobs and keys."""
    nodes: dict[str, Placed] = {}
    for id, frames in _group_by_curve(selected).items():
        placed = nodes.get(id.node) or replace(graph.nodes[id.node], constants={}, animation={}, wires={}, place=None)
        keys = [key for key in graph.nodes[id.node].animation[id.knob].keys if key.frame in frames]
        nodes[id.node] = replace(placed, animation={**placed.animation, id.knob: Curve(keys)})
    return dump(Graph(nodes))


def paste_keys(graph: Graph, text: str, frame: float, active: CurveId | None) -> tuple[Graph, Selection]:
    """The shot with copied keys put in, the first of them at `frame`, and these keys.

    They go into the knobs that they came from, or the same knobs of `active`'s node where that is of the same kind; one
    curve alone goes into `active` where its own is not there. Raises DocumentError, KnobError.
    """
    found = find_curves(parse_nodes(text))
    if not found:
        raise DocumentError(["the clipboard holds no keys: copy some in the curve editor or the dope sheet."])
    kinds = {name: placed.kind for name, placed in parse_nodes(text).nodes.items()}
    shift = frame - min(curve.keys[0].frame for curve in found.values())
    selected: set[KeyId] = set()
    for id, curve in found.items():
        target = _find_target(graph, id, kinds[id.node], active, alone=len(found) == 1)
        keys = [replace(key, frame=key.frame + shift) for key in curve.keys]
        frames = {key.frame for key in keys}
        own = graph.nodes[target.node].animation.get(target.knob)
        others = [key for key in (own.keys if own else ()) if key.frame not in frames]
        graph = with_curves(graph, {target: Curve([*others, *keys])})
        selected |= {KeyId(target, each) for each in frames}
    return graph, frozenset(selected)


def _find_target(graph: Graph, id: CurveId, kind: type, active: CurveId | None, alone: bool) -> CurveId:
    own = graph.nodes.get(id.node)
    if own and own.kind is kind:
        return id
    if active and graph.nodes[active.node].kind is kind:
        return CurveId(active.node, id.knob)
    if active and alone:
        return active
    raise KnobError(f"These keys are from {id}, and the shot has no such node: select a curve to paste them into.")


def _group_by_curve(selected: Iterable[KeyId]) -> dict[CurveId, set[float]]:
    frames: dict[CurveId, set[float]] = defaultdict(set)
    for id, frame in selected:
        frames[id].add(frame)
    return frames


def _round_if_moved(before: float, after: float) -> float:
    return before if after == before else float(round(after))


def _clamp_curve(graph: Graph, id: CurveId, curve: Curve) -> Curve:
    knob = graph.nodes[id.node].kind.knobs[id.knob]
    if not isinstance(knob, (Float, Int)):
        return curve
    low, high = knob.limits
    inside = ((key, min(max(key.value, low), high)) for key in curve.keys)
    return Curve([replace(key, value=round(value) if isinstance(knob, Int) else value) for key, value in inside])
