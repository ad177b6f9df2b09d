"""Knobs as job parameters of Open Job Description: constants that can be changed when a job is submitted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import singledispatch
from typing import Any, NamedTuple

from ...graph.graph import Graph
from ...knobs import Choice, Choices, File, Float, Int, Knob, Switch

LONGEST_NAME = LONGEST_LABEL = 64  # characters, by the specification
LONGEST_VALUE = 1024
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Parameter(NamedTuple):
    """A job parameter, and the knob that it sets."""

    target: str  # NODE.KNOB
    definition: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.definition["name"])


def parameters(graph: Graph, output: str, taken: Collection[str] = ()) -> list[Parameter]:
    """The knobs of a shot that can be job parameters: files first, then what the document sets, then the others.

    Keyed knobs travel in the document, knobs without a value have none to show. Names in `taken` are not given again.
    """
    ranked = sorted(_of_nodes(graph, output), key=lambda found: found[1])
    given = set(taken)
    return [_with_unique_name(each, given) for each, _ in ranked if travels(each.target, each.definition["default"])]


def travels(target: str, value: Any) -> bool:
    """Whether NODE.KNOB and its value can stand in a template, which takes {{ for a reference."""
    fits = not isinstance(value, str) or (len(value) <= LONGEST_VALUE and is_text(value))
    return fits and is_plain(target)


def is_plain(word: str) -> bool:
    """Whether a word means itself in a template."""
    return is_text(word) and not CONTROLS.search(word) and "{{" not in word and "}}" not in word


def is_text(word: str) -> bool:
    """Whether a word can be written as UTF-8; names of files may be bytes that cannot."""
    return not any(0xD800 <= ord(letter) < 0xE000 for letter in word)


def _of_nodes(graph: Graph, output: str) -> Iterator[tuple[Parameter, int]]:
    """Each with its rank, under the name that it would like."""
    for name in reversed(graph.upstream(output)):
        placed = graph.nodes[name]
        values = graph.at(name, 0).values
        shown = CONTROLS.sub(" ", name)
        for knob in placed.kind.knobs.values():
            value = values[knob.name]
            if knob.name in placed.animation or value is None or (isinstance(knob, File) and not value):
                continue
            definition = {"name": _identifier(name, knob.name), **parameter(knob), "default": plain(knob, value)}
            labels = {"label": f"{shown}: {knob.label}"[:LONGEST_LABEL], "groupLabel": shown[:LONGEST_LABEL]}
            definition["userInterface"] |= labels
            definition["description"] = knob.tip
            rank = 0 if isinstance(knob, File) else 1 if knob.name in placed.constants else 2
            yield Parameter(f"{name}.{knob.name}", definition), rank


def _identifier(node: str, knob: str) -> str:
    """`Image.001` and `missing` as Image_001_missing: a parameter's name is ASCII letters, digits and underscores."""
    letters = unicodedata.normalize("NFKD", node).encode("ascii", "ignore").decode()
    word = re.sub(r"\W", "_", letters, flags=re.ASCII)
    word = f"_{word}" if not word or word[0].isdigit() else word
    return f"{word[: LONGEST_NAME - len(knob) - 1]}_{knob}"


def _with_unique_name(found: Parameter, given: set[str]) -> Parameter:
    """The parameter under a name that no other has."""
    name, number = found.name, 2
    while name in given:
        ending = f"_{number}"
        name, number = found.name[: LONGEST_NAME - len(ending)] + ending, number + 1
    given.add(name)
    return found._replace(definition={**found.definition, "name": name})


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
