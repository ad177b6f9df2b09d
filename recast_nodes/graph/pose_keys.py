"""Poses in the knobs of an ExpressionMix: set, blended with what is there, keyed.

In a document and with --set, `poses` stands among the knobs. It is no knob: it becomes those of the shapes.

    knobs:
      poses: aa 0.6 + happiness 0.3              # or
      poses:
        keys:
        - [1001, rest]
        - [1008, aa, smooth]
        - [1015, oh 0.8 + happiness 0.3]

Between two keys each shape goes from its amount in the one to its amount in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import yaml

from ..curves import Curve, Key
from ..errors import KnobError
from ..face.blendshapes import SHAPES
from ..node import Node
from .changes import with_key
from .document_yaml import entries_of, line_of
from .graph import Graph, Placed
from .poses import Shapes, read_blend, worked_out

MARK = "jawOpen"  # what is keyed at 0 where a face at rest is keyed and nothing is there yet: rest is a pose too
POSE = "poses"  # how a blend is named among the knobs; `pose` is the head's


def takes_poses(kind: type[Node]) -> bool:
    """Whether nodes of a kind have the knobs of the shapes."""
    return set(SHAPES) <= kind.knobs.keys()


def shapes_at(placed: Placed, frame: int) -> dict[str, float]:
    """The shapes that a node's knobs have at a frame."""
    values = placed.at(frame).values
    return {name: values[name] for name in SHAPES if values[name]}


def read_pose(at: yaml.Node, known: Mapping[str, Shapes]) -> dict[str, float | Curve]:
    """What `poses` stands for among the knobs of a document: an amount, or a curve, for each shape.

    Raises KnobError.
    """
    if isinstance(at, yaml.ScalarNode):
        return dict(read_blend(at.value, known))
    entries = entries_of(at) if isinstance(at, yaml.MappingNode) else {}
    if list(entries) != ["keys"] or not isinstance(entries["keys"], yaml.SequenceNode) or not entries["keys"].value:
        raise KnobError("a pose is a blend in words, such as aa 0.6 + happiness 0.4, or 'keys:' and a list of them.")
    keys = [_read_key(item, known) for item in entries["keys"].value]
    named = {name: None for _, shapes, _ in keys for name in shapes}
    return {name: Curve([Key(frame, shapes.get(name, 0.0), how) for frame, shapes, how in keys]) for name in named}


def _read_key(at: yaml.Node, known: Mapping[str, Shapes]) -> tuple[float, Shapes, str]:
    items = at.value if isinstance(at, yaml.SequenceNode) else []
    if len(items) not in (2, 3) or not all(isinstance(item, yaml.ScalarNode) for item in items):
        raise KnobError(f"line {line_of(at)}: a key of a pose is [frame, blend] or [frame, blend, interpolation].")
    frame, blend, *how = (item.value for item in items)
    try:
        return float(frame), read_blend(blend, known), how[0] if how else "linear"
    except KnobError as error:
        raise KnobError(f"line {line_of(at)}: {error}") from None
    except ValueError:
        raise KnobError(f"line {line_of(at)}: a key's frame must be a number.") from None


def with_blend(graph: Graph, node: str, shapes: Shapes) -> Graph:
    """The shot with the shapes of a blend as constants of a node, and no others. Raises KnobError."""
    graph = without_shapes(graph, node)
    for name, amount in shapes.items():
        graph = graph.with_knob(node, name, amount)
    return graph


def with_pose(graph: Graph, node: str, shapes: Shapes, frame: int, key: bool = False) -> Graph:
    """The shot with a node's shapes at a frame made those of a pose: all of them, keyed where they are keyed already.

    With `key` every shape that the pose has, or that the frame had, is keyed. A shape that was constant keeps its value
    at the neighbouring keys of other shapes: what was posed there stays as it was. Raises KnobError.
    """
    placed = graph.nodes[node]
    before, around = shapes_at(placed, frame), _neighbours(placed, frame)
    keyed = any(name in placed.animation for name in SHAPES)
    marked = [] if shapes or before or keyed else [MARK]
    for name in SHAPES:
        value, was = shapes.get(name, 0.0), before.get(name, 0.0)
        if name in placed.animation:
            graph = with_key(graph, node, name, Key(frame, value, "smooth"))
        elif key and (value or was or name in marked):
            graph = graph.with_knob(
                node, name, Curve([*(Key(at, was, "smooth") for at in around), Key(frame, value, "smooth")])
            )
        elif value != was:
            graph = graph.with_knob(node, name, value)
    return graph


def _neighbours(placed: Placed, frame: int) -> list[float]:
    """The frames of the last keys before a frame, and of the first after it, over all shapes."""
    frames = {each.frame for name in SHAPES if name in placed.animation for each in placed.animation[name].keys}
    before, after = [at for at in frames if at < frame], [at for at in frames if at > frame]
    return [*([max(before)] if before else []), *([min(after)] if after else [])]


def without_shapes(graph: Graph, node: str) -> Graph:
    """The shot with a node's shapes as if none had ever been touched."""
    placed = graph.nodes[node]
    constants = {name: value for name, value in placed.constants.items() if name not in SHAPES}
    animation = {name: curve for name, curve in placed.animation.items() if name not in SHAPES}
    return replace(graph, nodes={**graph.nodes, node: replace(placed, constants=constants, animation=animation)})


def blend_towards(now: Shapes, pose: Shapes, amount: float) -> dict[str, float]:
    """The shapes on the way from what is there, 0, to a pose, 1."""
    return worked_out({name: now.get(name, 0.0) * (1 - amount) + pose.get(name, 0.0) * amount for name in SHAPES})
