"""Everything about a shot that can be known before rendering: files, frames, models, permissions, in a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import DocumentError, RecastError
from ..node import Node
from .allowed_paths import overwrites
from .check_inputs import missing_inputs
from .consent import BLOCK
from .graph import Graph, Placed, Problem
from .policy import judge_consents
from .roles import main_chain
from .stills import driven_span, is_still


class Moments(Sequence[Node]):
    """A node at some frames, made one after the other as they are looked at: a shot may have 250,000."""

    def __init__(self, graph: Graph, name: str, frames: Sequence[int]):
        self._graph, self._name, self._frames = graph, name, frames

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return Moments(self._graph, self._name, self._frames[at])
        return self._graph.at(self._name, self._frames[at])

    def __iter__(self) -> Iterator[Node]:
        if self._graph.nodes[self._name].animation:
            return (self._graph.at(self._name, frame) for frame in self._frames)
        return map(self[0].at_frame, self._frames) if self._frames else iter(())


def shot_span(graph: Graph, output: str) -> tuple[int, ...]:
    """The frames of the shot: those the document names, else those that the output's plate brings, or those of the
    driver where the plate is a still.

    The plate is the first Read reached from `output` through each node's first input. Raises RecastError where it
    brings none.
    """
    if graph.frames:
        from ..media.names.patterns import parse_frames

        return parse_frames(graph.frames)
    name = main_chain(graph, output)[-1]
    try:
        span = graph.at(name, 0).span()
        span = (driven_span(graph, name, output) if is_still(graph, name) else None) or span
    except RecastError as error:
        raise type(error)(f"{name}: {error}") from None
    if not span:
        raise DocumentError([f"{name}: brings no frames of its own, and the shot names none ('frames: 1001-1048')."])
    return tuple(span)


def check(graph: Graph, output: str, frames: Sequence[int]) -> tuple[list[Problem], list[Problem]]:
    """(errors, warnings) of rendering `frames` of `output`, all of them at once."""
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for name in graph.upstream(output):
        for problem, severe in _check_node(graph, graph.nodes[name], frames):
            (errors if severe else warnings).append(problem)
    try:
        for text, severe in judge_consents(graph):
            (errors if severe else warnings).append(Problem(text, entry=BLOCK))
    except DocumentError as error:
        errors += [Problem(text) for text in error.problems]
    if not errors and frames and graph.at(output, frames[0]).values.get("file"):
        errors += overwrites(graph, output, frames)
    return errors, warnings


def _check_node(graph: Graph, placed: Placed, frames: Sequence[int]) -> list[tuple[Problem, bool]]:
    try:
        moments = Moments(graph, placed.name, frames if placed.animation or placed.kind.checks_frames else frames[:1])
        found = list(placed.kind.check(moments))
        if moments and placed.kind.check_after.__func__ is not Node.check_after.__func__:  # type: ignore[attr-defined]
            upstream = [graph.at(name, frames[0]) for name in graph.upstream(placed.name) if name != placed.name]
            found += placed.kind.check_after(moments, upstream)
        missing = missing_inputs(graph, placed, moments)
    except RecastError as error:
        return [(Problem(str(error), placed.name), True)]
    faults = [(Problem(finding.text, placed.name, finding.entry), finding.severe) for finding in found]
    return [*faults, *((problem, True) for problem in missing)]
