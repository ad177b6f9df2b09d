"""Several nodes look at the same picture of a shot: each frame is looked at by all of them at once.

A frame's rows are unpacked for the first that asks, and stay unpacked for the others. One pass by each node would
unpack them once for each, at 20 ms for a face in 1080p and 60 in 4K (docs/decisions/0033-read-once.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..wires import Image

if TYPE_CHECKING:
    from .analyse import Analyser


class JointLook(NamedTuple):
    """A frame that another node looks at as well."""

    node: str
    frame: int
    key: str  # the fingerprint of what it sees


def find_joint_looks(analyser: Analyser, name: str, pairs: Sequence[tuple[int, str]]) -> dict[int, list[JointLook]]:
    """By frame: what nodes whose turn comes later see of the pictures of `name`, in the frames that it is to look at;
    `pairs` are these frames and its own fingerprints. Only what nobody has seen yet.
    """
    found: dict[int, list[JointLook]] = defaultdict(list)
    taken = {key for _, key in pairs}
    for other in _others(analyser, name):
        for frame, _ in pairs:
            key = analyser.keys.observation(other, frame)
            if key not in taken and analyser.looks_at_pixels(other, frame) and analyser.recall(key) is None:
                taken.add(key)
                found[frame].append(JointLook(other, frame, key))
    return found


def _others(analyser: Analyser, name: str) -> Iterator[str]:
    """The nodes that are prepared after `name`, look at one of its pictures, and could do so now."""
    evaluator, pictures = analyser.evaluator, _pictures(analyser, name)
    planned = evaluator.planned[evaluator.planned.index(name) + 1 :] if name in evaluator.planned else ()
    for other in planned:
        if other in evaluator.analyses or not pictures & _pictures(analyser, other):
            continue
        placed = analyser.graph.nodes[other]
        sources = [placed.wires[entry] for entry in placed.kind.analyses if entry in placed.wires]
        before = [
            each for each in analyser.graph.topological_order(sources) if analyser.graph.nodes[each].kind.analyses
        ]
        if all(each in evaluator.analyses for each in before) and analyser.recall_analysis(other) is None:
            yield other


def _pictures(analyser: Analyser, name: str) -> set[str]:
    """The nodes whose pictures a node may look at."""
    placed = analyser.graph.nodes[name]
    inputs = placed.kind.inputs
    return {
        placed.wires[entry] for entry in placed.kind.analyses if entry in placed.wires and Image in inputs[entry].kinds
    }
