"""Reading a shot document: YAML's tree with its lines, walked once, and every fault in it gathered on the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ..curves import Curve, Key
from ..errors import DocumentError, KnobError, MediaError
from ..knobs import Knob
from ..node import Node, unknown
from .graph import Graph, Placed, Problem, check_curve

VERSION = 1
DEEPEST = 16  # levels; a key with handles is on the seventh
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is several times as fast, where it is built in


def compose(text: str) -> yaml.Node:
    """YAML's tree with line marks. Nothing is constructed, so nothing in the document can run."""
    from ..media import limits

    try:
        limits.check("the document", limits.DOCUMENT, len(text) / (1 << 20))
        _refuse_unfolding(text)
        root = yaml.compose(text, Loader=LOADER)
    except MediaError as error:
        raise DocumentError([str(error)]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise DocumentError([f"{line}this is not YAML: {error.problem}."]) from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: text that is no text, such as half a surrogate pair
        raise DocumentError([f"this is not YAML: {' '.join(str(error).split())}."]) from None
    if root is None:
        raise DocumentError(["the document is empty; a shot starts with 'recast: 1'."])
    return root


def _refuse_unfolding(text: str) -> None:
    """DocumentError for what could grow when the tree is made: aliases, and nesting without end."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise DocumentError([f"line {_line(event)}: anchors and aliases (*) are not taken."])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise DocumentError([f"line {_line(event)}: the document is nested too deeply."])


def _line(at: Any) -> int:
    """The line, from 1, on which a YAML node or event starts."""
    return at.start_mark.line + 1


class Reader:
    """Walks the composed tree once and gathers all problems on the way. Relative paths start at `folder`."""

    def __init__(self, folder: Path | None):
        self.folder = folder
        self.problems: list[Problem] = []
        self.lines: dict[tuple[str, str], int] = {}  # (node, input or '') -> line

    def read(self, root: yaml.Node) -> Graph:
        """The shot. Raises DocumentError holding every fault, each with its line, node and knob."""
        parts = self.mapping(root, "the document", ("recast", "frames", "nodes"))
        self.version(parts.get("recast"), root)
        frames = self.frames(parts.get("frames"))
        if "nodes" not in parts:
            self.problem(root, "the document has no 'nodes'.")
        graph = Graph(dict(self.nodes(parts["nodes"])) if "nodes" in parts else {}, frames, self.folder)
        self.problems += [replace(found, line=self.line_of(found)) for found in graph.problems()]
        if self.problems:
            raise DocumentError([str(problem) for problem in sorted(self.problems, key=lambda problem: problem.line)])
        return graph

    def line_of(self, found: Problem) -> int:
        return self.lines.get((found.node, found.entry)) or self.lines.get((found.node, ""), 0)

    def problem(self, at: yaml.Node, text: str, node: str = "", entry: str = "") -> None:
        self.problems.append(Problem(text, node, entry, _line(at)))

    def mapping(self, at: yaml.Node, what: str, allowed: tuple[str, ...] = (), node: str = "") -> dict[str, yaml.Node]:
        """The entries of a mapping; entries not `allowed` (where given) and doubled ones are problems."""
        if not isinstance(at, yaml.MappingNode):
            self.problem(at, f"{what} must be a mapping (name: value).", node)
            return {}
        entries: dict[str, yaml.Node] = {}
        for key, value in at.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.problem(key, f"a name in {what} must be text.", node)
            elif name in entries:
                self.problem(key, f"{name!r} stands twice in {what}.", node, name)
            elif allowed and name not in allowed:
                self.problem(key, unknown("entry", name, allowed, f"{what} has"), node)
            else:
                entries[name] = value
        return entries

    def scalar(self, at: yaml.Node, what: str, node: str = "", entry: str = "") -> str:
        if isinstance(at, yaml.ScalarNode):
            return at.value
        self.problem(at, f"{what} must be one value.", node, entry)
        return ""

    def version(self, at: yaml.Node | None, root: yaml.Node) -> None:
        text = self.scalar(at, "'recast'") if at else ""
        if not at:
            self.problem(root, "the document does not say 'recast: 1', so it may not be a shot.")
        elif text != str(VERSION):
            self.problem(at, f"this is version {text!r} of the format; this program reads version {VERSION}.")

    def frames(self, at: yaml.Node | None) -> str:
        text = self.scalar(at, "'frames'") if at else ""
        if at and text:
            from ..media.patterns import parse_frames

            try:
                parse_frames(text)
            except KnobError as error:
                self.problem(at, str(error), entry="frames")
        return text

    def nodes(self, at: yaml.Node) -> Iterator[tuple[str, Placed]]:
        from ..nodes import NODES

        for name, body in self.mapping(at, "'nodes'").items():
            self.lines[name, ""] = _line(body)
            parts = self.mapping(body, "the node", ("kind", "inputs", "knobs", "place"), name)
            kind = self.scalar(parts["kind"], "'kind'", name) if "kind" in parts else ""
            if kind not in NODES:
                self.problem(parts.get("kind", body), unknown("kind of node", kind, NODES, "the kinds are"), name)
                continue
            constants, animation = self.knobs(parts.get("knobs"), name, NODES[kind])
            wires = self.wires(parts.get("inputs"), name)
            yield name, Placed(name, NODES[kind], constants, animation, wires, self.place(parts.get("place"), name))

    def place(self, at: yaml.Node | None, node: str) -> tuple[float, float] | None:
        if at is None:
            return None
        try:
            x, y = _numbers(at, 2)
        except KnobError:
            self.problem(at, "a place is two numbers, [x, y].", node, "place")
            return None
        return (x, y) if math.isfinite(x) and math.isfinite(y) else None

    def wires(self, at: yaml.Node | None, node: str) -> dict[str, str]:
        entries = self.mapping(at, "'inputs'", node=node) if at else {}
        for name, value in entries.items():
            self.lines[node, name] = _line(value)
        return {name: self.scalar(value, "an input", node, name) for name, value in entries.items()}

    def knobs(self, at: yaml.Node | None, node: str, kind: type[Node]) -> tuple[dict[str, Any], dict[str, Curve]]:
        constants: dict[str, Any] = {}
        animation: dict[str, Curve] = {}
        for name, value in (self.mapping(at, "'knobs'", node=node) if at else {}).items():
            if name not in kind.knobs:
                self.problem(value, unknown("knob", name, kind.knobs, f"{kind.__name__} has"), node, name)
                continue
            try:
                if isinstance(value, yaml.MappingNode):
                    animation[name] = check_curve(kind, name, self.curve(value))
                else:
                    constants[name] = _value(kind.knobs[name], value)
            except KnobError as refusal:
                self.problem(value, str(refusal), node, name)
        return constants, animation

    def curve(self, at: yaml.MappingNode) -> Curve:
        entries = _entries(at)
        if list(entries) != ["keys"] or not isinstance(entries["keys"], yaml.SequenceNode):
            raise KnobError("a keyed knob holds 'keys:' and a list of keys.")
        return Curve([_key(item) for item in entries["keys"].value])


def _entries(at: yaml.MappingNode) -> dict[str, yaml.Node]:
    """The entries of a small mapping. Raises KnobError for names that are none, or stand twice."""
    entries: dict[str, yaml.Node] = {}
    for key, value in at.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in entries:
            raise KnobError(f"line {_line(key)}: every name here must be text, and stand once.")
        entries[key.value] = value
    return entries


def _value(knob: Knob, at: yaml.Node) -> Any:
    if isinstance(at, yaml.ScalarNode):
        return knob.parse(at.value)
    if isinstance(at, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in at.value):
        return knob.settle([item.value for item in at.value])
    raise KnobError("must be one value, a flat list, or keys.")


def _numbers(at: yaml.Node, count: int) -> list[float]:
    items = at.value if isinstance(at, yaml.SequenceNode) else []
    try:
        numbers = [float(item.value) for item in items]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != count:
        raise KnobError(f"line {_line(at)}: {count} numbers are needed here.")
    return numbers


def _key(at: yaml.Node) -> Key:
    """[frame, value], [frame, value, interpolation], or a mapping with handles."""
    line = _line(at)
    if isinstance(at, yaml.SequenceNode) and len(at.value) in (2, 3):
        names: tuple[str, ...] = ("frame", "value", "interpolation")
        entries = dict(zip(names, at.value))
    elif isinstance(at, yaml.MappingNode):
        entries = _entries(at)
    else:
        raise KnobError(f"line {line}: a key is [frame, value], [frame, value, interpolation] or a mapping of these.")
    readers: dict[str, Callable[[yaml.Node], Any]] = {
        "frame": lambda item: float(item.value),
        "value": lambda item: float(item.value),
        "interpolation": lambda item: str(item.value),
        "left": lambda item: tuple(_numbers(item, 2)),
        "right": lambda item: tuple(_numbers(item, 2)),
    }
    for name in entries:
        if name not in readers:
            raise KnobError(f"line {line}: " + unknown("entry", name, readers, "a key has"))
    if not {"frame", "value"} <= set(entries):
        raise KnobError(f"line {line}: a key needs a frame and a value.")
    try:
        return Key(**{name: readers[name](item) for name, item in entries.items()})
    except (TypeError, ValueError) as error:
        if isinstance(error, KnobError):
            raise
        raise KnobError(f"line {line}: a key's frame and value must be numbers.") from None
