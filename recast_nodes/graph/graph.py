"""The graph of a shot: placed nodes, their knob values and curves, and the wires between them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..curves import Curve
from ..errors import KnobError
from ..knobs import File, FileList, Knob, Still
from ..node import Node, unknown_knob
from ..unknown_names import unknown


@dataclass(frozen=True)
class Problem:
    """One fault of a graph. `entry` is the knob or input, `line` the line of the document where it is known."""

    text: str
    node: str = ""
    entry: str = ""
    line: int = 0

    @property
    def who(self) -> str:
        """The node, or its knob or input; empty where the fault is nobody's."""
        return ".".join(filter(None, (self.node, self.entry)))

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.who}: {self.text}" if self.who else f"{where}{self.text}"


def merge_equal(problems: Iterable[Problem]) -> list[str]:
    """The faults as texts; one that several nodes have is a single text that names them all."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.text, []).append(problem)
    return [
        str(same[0]) if len(same) == 1 else f"{', '.join(each.who for each in same)}: {text}"
        for text, same in groups.items()
    ]


@dataclass(frozen=True)
class Placed:
    """A node in a graph: its constant knob values, its curves, and where each input comes from."""

    name: str
    kind: type[Node]
    constants: Mapping[str, Any] = field(default_factory=dict)
    animation: Mapping[str, Curve] = field(default_factory=dict)
    wires: Mapping[str, str] = field(default_factory=dict)  # input name -> name of the node that it comes from
    place: tuple[float, float] | None = None  # where a host draws it, y down; decides nothing

    def at(self, frame: int, folder: Path | None = None) -> Node:
        """The node at one frame. Paths that are not absolute start at `folder`."""
        return self.kind(frame, **_resolve(self.kind, {**self.constants, **self.animated_values(frame)}, folder))

    def animated_values(self, frame: int) -> dict[str, Any]:
        """The values of the knobs that have curves, at one frame."""
        knobs = self.kind.knobs
        return {name: knobs[name].from_curve(curve.at(frame)) for name, curve in self.animation.items()}

    @property
    def gives(self) -> type | None:
        """The kind of wire that comes out."""
        return self.kind.gives_with(self.constants)

    def with_knob(self, name: str, value: Any) -> Placed:
        """The same node with a knob set to a constant or to a curve. Raises KnobError."""
        if name not in self.kind.knobs:
            raise KnobError(unknown_knob(self.kind, name))
        constants = {key: each for key, each in self.constants.items() if key != name}
        animation = {key: each for key, each in self.animation.items() if key != name}
        if isinstance(value, Curve):
            animation[name] = check_curve(self.kind, name, value)
        else:
            constants[name] = self.kind.knobs[name].settle(value)
        return replace(self, constants=constants, animation=animation)


def check_curve(kind: type[Node], name: str, curve: Curve) -> Curve:
    """`curve`, if the knob can be keyed and takes every key's value. Raises KnobError."""
    knob = kind.knobs[name]
    knob.refuse_keys()
    for key in curve.keys:
        try:
            knob.settle(key.value)
        except KnobError as refusal:
            raise KnobError(f"the key at frame {key.frame:g}: {refusal}") from None
    return curve


def map_files(knob: Knob, value: Any, change: Callable[[str], str]) -> Any:
    """A knob's value with `change` made to each file that it names."""
    if isinstance(knob, FileList) and isinstance(value, str):
        return knob.settle([change(each) for each in knob.split(value)])
    return change(value) if is_file(knob, value) else value


def is_file(knob: Knob, value: Any) -> bool:
    """Whether a knob's value names a file: File knobs where they are set, Still knobs where it is no word or frame."""
    named = isinstance(knob, File) or (isinstance(knob, Still) and value not in knob.words)
    return named and isinstance(value, str) and bool(value)


def _resolve(kind: type[Node], values: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    """Paths made absolute and without `..`, so that whoever judges one and whoever opens it mean the same file."""
    return {
        name: map_files(kind.knobs[name], value, lambda path: _absolute(folder, path)) for name, value in values.items()
    }


def _absolute(folder: Path | None, path: str) -> str:
    if folder:
        return os.path.abspath(folder / path)
    return os.path.abspath(path) if os.path.isabs(path) else path


@dataclass(frozen=True)
class Graph:
    """A shot. Immutable: edits give a new graph.

    `frames` is the shot's range as the user wrote it ('1001-1048'), `folder` where its relative paths start, `origin`
    what its document was when a command made it (see `graph.document`), `blocks` what its document says beside its
    nodes (see `graph.blocks`). `judge` is called with a node and the folder
    that it is about to write to, and raises DocumentError where the shot may not write there (see
    `graph.allowed_paths`).
    """

    nodes: Mapping[str, Placed]
    frames: str = ""
    folder: Path | None = field(default=None, compare=False)
    origin: str = field(default="", compare=False)
    blocks: Mapping[str, Any] = field(default_factory=dict)
    judge: Callable[[str, str], None] | None = field(default=None, compare=False, repr=False)
    _steady: dict[str, Node] = field(default_factory=dict, init=False, repr=False, compare=False)

    def at(self, name: str, frame: int) -> Node:
        """A node at one frame. What has no curve is settled once for all frames: shots are long."""
        placed = self.nodes[name]
        if name not in self._steady:
            self._steady[name] = placed.at(frame, self.folder)
        moment = self._steady[name].at_frame(frame)
        if placed.animation:
            moment.values = {**moment.values, **placed.animated_values(frame)}
        return moment

    def over(self, name: str, span: Sequence[int]) -> Node:
        """A node as its `analyse` is asked: at the first frame, with the values of `Node.over_shot` in all of them."""
        moment, placed = self.at(name, span[0]), self.nodes[name]
        keyed = [knob for knob in moment.over_shot if knob in placed.animation]
        if keyed:
            values = {frame: placed.animated_values(frame) for frame in span}
            moment.over_time = {knob: {frame: values[frame][knob] for frame in span} for knob in keyed}
        return moment

    def problems(self) -> list[Problem]:
        """Every fault of the wiring: unknown ends, wrong types, missing inputs, cycles."""
        return [*self._wire_problems(), *self._cycle_problems()]

    def _wire_problems(self) -> Iterator[Problem]:
        for placed in self.nodes.values():
            inputs = placed.kind.inputs
            for name, target in placed.wires.items():
                if name not in inputs:
                    yield Problem(unknown("input", name, inputs, f"{placed.kind.__name__} has"), placed.name, name)
                elif target not in self.nodes:
                    yield Problem(unknown("node", target, self.nodes, "the shot has"), placed.name, name)
                elif (gives := self.nodes[target].gives) not in inputs[name].kinds:
                    given = gives.__name__ if gives else "nothing"
                    text = f"takes a wire of type {inputs[name].takes}, but {target} gives {given}."
                    yield Problem(text, placed.name, name)
            for name, entry in inputs.items():
                if not entry.optional and name not in placed.wires:
                    yield Problem(f"needs a wire of type {entry.takes}.", placed.name, name)

    def _cycle_problems(self) -> Iterator[Problem]:
        """One problem for each cycle, at the node through which it closes."""
        done: set[str] = set()
        for start in self.nodes:
            path = {} if start in done else {start: self._sources(start)}  # nodes on the way, and what is left of each
            while path:
                name, left = next(reversed(path.items()))
                target = next(left, None)
                if target is None:
                    done.add(name)
                    del path[name]
                elif target in path:
                    names = list(path)
                    circle = " <- ".join([*names[names.index(target) :], target])
                    yield Problem(f"is wired in a circle: {circle}.", target)
                elif target in self.nodes and target not in done:
                    path[target] = self._sources(target)

    def upstream(self, name: str) -> list[str]:
        """`name` and all that it depends on, each after what it needs."""
        return self.topological_order([name])

    def topological_order(self, names: Iterable[str]) -> list[str]:
        """These nodes and all that they depend on, each after what it needs."""
        order: dict[str, None] = {}
        for name in names:
            path = {} if name in order else {name: self._sources(name)}
            while path:
                current, left = next(reversed(path.items()))
                target = next(left, None)
                if target is None:
                    order[current] = None
                    del path[current]
                elif target not in order and target not in path:
                    path[target] = self._sources(target)
        return list(order)

    def _sources(self, name: str) -> Iterator[str]:
        return iter(self.nodes[name].wires.values())

    def resolve(self, word: str) -> str:
        """The node that `word` names: by its own name, or by its kind where there is only one. Raises KnobError."""
        if word in self.nodes:
            return word
        same = [name for name, placed in self.nodes.items() if placed.kind.__name__ == word]
        if len(same) == 1:
            return same[0]
        if same:
            raise KnobError(f"There are {len(same)} nodes of kind {word}: name one of {', '.join(same)}.")
        raise KnobError(unknown("node", word, self.nodes, "the shot has"))

    def with_knob(self, word: str, knob: str, value: Any) -> Graph:
        """The same shot with one knob set (a constant or a Curve). Raises KnobError naming node and knob."""
        name = self.resolve(word)
        try:
            return replace(self, nodes={**self.nodes, name: self.nodes[name].with_knob(knob, value)})
        except KnobError as refusal:
            raise KnobError(f"{name}: {refusal}") from None

    def outputs(self) -> list[str]:
        """The nodes that write files."""
        return [name for name, placed in self.nodes.items() if placed.gives is None]
