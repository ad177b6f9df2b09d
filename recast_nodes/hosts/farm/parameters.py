"""Knobs as job parameters of Open Job Description: constants that can be changed when a job is submitted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any, NamedTuple

from ...graph.graph import Graph
from ...knobs import Choice, Choices, File, Float, Int, Knob, Switch

LONGEST_LABEL = 64  # characters, by the specification


class Parameter(NamedTuple):
    """A job parameter, and the knob that it sets."""

    target: str  # NODE.KNOB
    definition: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.definition["name"])


def parameters(graph: Graph, output: str) -> list[Parameter]:
    """The knobs of a shot that can be job parameters: files first, then what the document sets, then the others.

    Keyed knobs travel in the document, knobs without a value have none to show.
    """
    return [each for each, _ in sorted(_of_nodes(graph, output), key=lambda found: found[1])]


def _of_nodes(graph: Graph, output: str) -> Iterator[tuple[Parameter, int]]:
    """Each with its rank."""
    for name in reversed(graph.upstream(output)):
        placed = graph.nodes[name]
        values = graph.at(name, 0).values
        for knob in placed.kind.knobs.values():
            value = values[knob.name]
            if knob.name in placed.animation or value is None or (isinstance(knob, File) and not value):
                continue
            definition = {"name": f"{name}_{knob.name}", **parameter(knob), "default": plain(knob, value)}
            definition["userInterface"] |= {"label": f"{name}: {knob.label}"[:LONGEST_LABEL], "groupLabel": name}
            definition["description"] = knob.tip
            rank = 0 if isinstance(knob, File) else 1 if knob.name in placed.constants else 2
            yield Parameter(f"{name}.{knob.name}", definition), rank


def plain(knob: Knob, value: Any) -> Any:
    """A value as a job parameter has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return value if isinstance(knob, (Float, Int)) else str(value)


@singledispatch
def parameter(knob: Knob) -> dict[str, Any]:
    """What a job parameter says of a kind of knob: its type, limits and control."""
    return {"type": "STRING", "userInterface": {"control": "LINE_EDIT"}}


@parameter.register
def _(knob: Float) -> dict[str, Any]:
    low, high = knob.limits
    return {"type": "FLOAT", "minValue": low, "maxValue": high, "userInterface": {"control": "SPIN_BOX"}}


@parameter.register
def _(knob: Int) -> dict[str, Any]:
    low, high = knob.limits
    return {"type": "INT", "minValue": low, "maxValue": high, "userInterface": {"control": "SPIN_BOX"}}


@parameter.register
def _(knob: Switch) -> dict[str, Any]:
    return {"type": "STRING", "allowedValues": ["true", "false"], "userInterface": {"control": "CHECK_BOX"}}


@parameter.register
def _(knob: Choice) -> dict[str, Any]:
    allowed = list(knob.options)
    return {"type": "STRING", "allowedValues": allowed, "userInterface": {"control": "DROPDOWN_LIST"}}


@parameter.register
def _(knob: Choices) -> dict[str, Any]:
    return {"type": "STRING", "userInterface": {"control": "LINE_EDIT"}}


@parameter.register
def _(knob: File) -> dict[str, Any]:
    """Paths are mapped to where a host has them; a pattern is no file, so it is not uploaded."""
    ends = {"control": "CHOOSE_OUTPUT_FILE" if knob.writes else "CHOOSE_INPUT_FILE"}
    return {"type": "PATH", "objectType": "FILE", "dataFlow": "OUT" if knob.writes else "IN", "userInterface": ends}
