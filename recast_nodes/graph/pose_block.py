"""The `poses:` block of a shot document: the shot's own poses, by name.

    poses:
      smirk: {mouthSmileLeft: 0.7, cheekSquint: 0.4}    # a name without its side is both sides
      tired: {eyeBlink: 0.3, browInnerUp: 0.2}

A pose of the shot comes before one that ships under the same name. A pose by itself moves nothing: it is set or keyed
(`graph.pose_keys`), and then stands in the knobs of an ExpressionMix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import yaml

from ..errors import KnobError
from ..nodes import NODES
from ..unknown_names import unknown
from .document_yaml import entries_of
from .graph import Graph
from .poses import NAME, REST, Shapes, both_sides, shipped_shapes

BLOCK = "poses"
MOST = 1000  # poses of a shot: a list that a person looks through


def own_poses(graph: Graph) -> Mapping[str, Shapes]:
    """The poses that the shot itself has."""
    found: Mapping[str, Shapes] = graph.blocks.get(BLOCK, {})
    return found


def poses_of(graph: Graph) -> dict[str, Shapes]:
    """All poses by name: those that ship, with the shot's own."""
    return shipped_shapes() | dict(own_poses(graph))


def with_own_pose(graph: Graph, name: str, shapes: Shapes) -> Graph:
    """The shot with a pose saved under a name. Raises KnobError."""
    check_name(name)
    own = {**own_poses(graph), name: check_shapes(shapes)}
    if len(own) > MOST:
        raise KnobError(f"A shot has at most {MOST} poses.")
    return replace(graph, blocks={**graph.blocks, BLOCK: own})


def without_own_pose(graph: Graph, name: str) -> Graph:
    """The shot without one of its own poses. Raises KnobError."""
    if name not in own_poses(graph):
        raise KnobError(unknown("pose", name, own_poses(graph), "the shot's own are"))
    own = {each: shapes for each, shapes in own_poses(graph).items() if each != name}
    others = {block: value for block, value in graph.blocks.items() if block != BLOCK}
    return replace(graph, blocks=others | ({BLOCK: own} if own else {}))


def rename_own_pose(graph: Graph, name: str, new: str) -> Graph:
    """The shot with one of its poses under another name. Raises KnobError."""
    shapes = own_poses(graph).get(name, {})
    if new != name and new in own_poses(graph):
        raise KnobError(f"There is a pose {new} already.")
    return with_own_pose(without_own_pose(graph, name), new, shapes)


def check_name(name: str) -> None:
    """Raises KnobError for what cannot be a pose's name."""
    if not NAME.fullmatch(name) or name == REST:
        raise KnobError(
            f"A pose's name is a letter and up to 39 letters, digits, - and _, and not {REST}; {name!r} is not that."
        )


def check_shapes(shapes: Shapes) -> dict[str, float]:
    """A pose in ARKit's own names, within what their knobs take. Raises KnobError."""
    found = both_sides(shapes)
    if not found:
        raise KnobError("A pose needs at least one shape that is not 0.")
    for name, amount in found.items():
        NODES["ExpressionMix"].knobs[name].settle(amount)
    return found


def read_block(at: yaml.Node, refuse: Callable[..., None]) -> dict[str, Shapes]:
    """The poses of a block; `refuse` is told every fault in it, with the YAML node where it is."""
    if not isinstance(at, yaml.MappingNode):
        refuse(at, "'poses' must be a mapping (name: {shape: amount}).")
        return {}
    found: dict[str, Shapes] = {}
    for key, value in at.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        try:
            check_name(name)
            if name in found:
                raise KnobError("stands twice in 'poses'.")
            if len(found) == MOST:
                raise KnobError(f"a shot has at most {MOST} poses.")
            found[name] = check_shapes(_read_shapes(value))
        except KnobError as error:
            refuse(key, f"pose {name}: {error}" if name else f"'poses': {error}")
    return found


def _read_shapes(at: yaml.Node) -> dict[str, float]:
    if not isinstance(at, yaml.MappingNode):
        raise KnobError("is a mapping of shapes and amounts, such as {mouthSmile: 0.5}.")
    found = {}
    for name, value in entries_of(at).items():
        try:
            found[name] = float(value.value)
        except (TypeError, ValueError):
            raise KnobError(f"{name} takes a number.") from None
    return found


def plain_block(poses: Mapping[str, Shapes]) -> dict[str, dict[str, float]]:
    """The block as plain data."""
    return {name: dict(shapes) for name, shapes in poses.items()}
