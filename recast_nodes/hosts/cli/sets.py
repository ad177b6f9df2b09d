"""NODE.KNOB=VALUE, or NODE.INPUT=NODE: what `--set` asks for.

Names of nodes may hold dots, spaces and equals signs, as Blender's do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...errors import DocumentError, KnobError
from ...graph.changes import with_wire
from ...graph.graph import Graph, map_files
from ...graph.pose_block import poses_of
from ...graph.pose_keys import POSE, takes_poses, with_blend
from ...graph.poses import Shapes, read_blend
from ...graph.recordings import wire_recordings
from ...knobs import Knob
from ...nodes.renames import earlier
from ...notices import notice


class KnobSetting(NamedTuple):
    """One knob that is set by hand, as text."""

    node: str
    knob: str
    value: str


def apply_sets(graph: Graph, sets: Sequence[str]) -> Graph:
    """The graph with NODE.KNOB=VALUE applied; poses first, in place of the shapes that are there, whatever their order.

    Raises DocumentError naming every wrong one.
    """
    problems: list[str] = []
    posed: dict[str, Shapes] = {}
    for text, asked in sorted(_read_all(graph, sets, problems), key=lambda pair: not _is_pose(graph, pair[1])):
        try:
            if _is_pose(graph, asked):
                posed[asked.node] = read_blend(asked.value, poses_of(graph))
                graph = with_blend(graph, asked.node, posed[asked.node])
                continue
            if asked.knob in posed.get(asked.node, ()):
                raise KnobError(f"{asked.knob} is in the pose that is set too; take one of them out.")
            graph = _apply(graph, asked)
        except KnobError as error:
            problems.append(f"--set {text}: {error}")
    if problems:
        raise DocumentError(problems)
    return wire_recordings(graph)


def _read_all(graph: Graph, sets: Sequence[str], problems: list[str]) -> Iterator[tuple[str, KnobSetting]]:
    for text in sets:
        try:
            yield text, read_set(graph, text)
        except KnobError as error:
            problems.append(f"--set {text}: {error}")


def _is_pose(graph: Graph, asked: KnobSetting) -> bool:
    return asked.knob == POSE and takes_poses(graph.nodes[asked.node].kind)


def _apply(graph: Graph, asked: KnobSetting) -> Graph:
    """The graph with one knob set, or one input wired. Raises KnobError."""
    node, knob, value = asked
    kind = graph.nodes[node].kind
    if knob in kind.inputs and knob not in kind.knobs:
        return with_wire(graph, node, knob, graph.resolve(value))
    return graph.with_knob(node, knob, _parse(graph, kind.knobs[knob], value) if knob in kind.knobs else value)


def _parse(graph: Graph, knob: Knob, value: str) -> Any:
    """The value of a text. A file's path starts where the command is typed until the shot has a folder of its own."""
    parsed = knob.parse(value)
    return parsed if graph.folder else map_files(knob, parsed, os.path.abspath)


def read_set(graph: Graph, text: str) -> KnobSetting:
    """The node, knob and value that `text` stands for, by the names that they have now. Raises KnobError.

    A node goes by its name, or by its kind where there is one of that kind. Where a text can be cut in several ways,
    that of the longest name of a node is meant, unless more than one of them names a knob.
    """
    cuts = list(_cuts(text))
    if not cuts:
        raise KnobError("is not NODE.KNOB=VALUE.")
    fitting = [cut for cut in cuts if _has_knob(graph, cut)]
    if len(fitting) > 1:
        meant = " or ".join(f"{cut.knob} of {cut.node}" for cut in fitting)
        raise KnobError(f"This could mean {meant}: rename one of the nodes.")
    named = [cut for cut in cuts if cut.node in graph.nodes]
    node, knob, value = (fitting or sorted(named, key=lambda cut: -len(cut.node)) or cuts[:1])[0]
    return _as_now(graph, KnobSetting(graph.resolve(node), knob, value))


def _cuts(text: str) -> Iterator[KnobSetting]:
    """Every way to cut a text into NODE.KNOB=VALUE."""
    for at, letter in enumerate(text):
        if letter != "=":
            continue
        node, dot, knob = text[:at].rpartition(".")
        if dot and node:
            yield KnobSetting(node, knob.strip(), text[at + 1 :])


def _has_knob(graph: Graph, cut: KnobSetting) -> bool:
    same = [placed.kind for placed in graph.nodes.values() if cut.node in (placed.name, placed.kind.__name__)]
    if cut.node in graph.nodes:
        same = [graph.nodes[cut.node].kind]
    return any(
        cut.knob in kind.knobs
        or cut.knob in kind.inputs
        or earlier(kind.__name__, cut.knob)
        or (cut.knob == POSE and takes_poses(kind))
        for kind in same
    )


def _as_now(graph: Graph, asked: KnobSetting) -> KnobSetting:
    rename = earlier(graph.nodes[asked.node].kind.__name__, asked.knob)
    if rename is None:
        return asked
    value = rename.value(asked.value)
    if rename.new != asked.knob or value != asked.value:
        notice(rename.describe(asked.node, asked.value))
    return asked._replace(knob=rename.new, value=value)
