"""Reading a shot document: YAML's tree with its lines, walked once, and every fault in it gathered on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ..curves import Curve
from ..errors import DocumentError, KnobError
from ..node import Node, unknown_knob
from ..nodes.renames import earlier
from ..notices import notice
from ..unknown_names import unknown
from .blocks import BLOCKS
from .document_yaml import curve_of, line_of, numbers, value_of
from .graph import Graph, Placed, Problem, check_curve
from .pose_block import BLOCK as POSES
from .pose_keys import POSE, read_pose, takes_poses
from .poses import Shapes, shipped_shapes
from .recordings import wire_recordings

VERSION = 1


class DocumentReader:
    """Walks the composed tree once and gathers all problems on the way. Relative paths start at `folder`."""

    def __init__(self, folder: Path | None):
        self.folder = folder
        self.problems: list[Problem] = []
        self.lines: dict[tuple[str, str], int] = {}  # (node, input or '') -> line
        self.poses: dict[str, Shapes] = {}  # by name, once the blocks are read

    def read(self, root: yaml.Node) -> Graph:
        """The shot. Raises DocumentError holding every fault, each with its line, node and knob."""
        parts = self.mapping(root, "the document", ("recast", "origin", "frames", *BLOCKS, "nodes"))
        self.version(parts.get("recast"), root)
        origin = self.scalar(parts["origin"], "'origin'") if "origin" in parts else ""
        frames = self.frames(parts.get("frames"))
        if "nodes" not in parts:
            self.problem(root, "the document has no 'nodes'.")
        blocks = {name: block.read(parts[name], self.problem) for name, block in BLOCKS.items() if name in parts}
        self.poses = shipped_shapes() | blocks.get(POSES, {})
        nodes = dict(self.nodes(parts["nodes"])) if "nodes" in parts else {}
        graph = Graph(nodes, frames, self.folder, origin, blocks)
        graph = wire_recordings(graph)
        self.problems += [replace(found, line=self.line_of(found)) for found in graph.problems()]
        if self.problems:
            raise DocumentError([str(problem) for problem in sorted(self.problems, key=lambda problem: problem.line)])
        return graph

    def line_of(self, found: Problem) -> int:
        return self.lines.get((found.node, found.entry)) or self.lines.get((found.node, ""), 0)

    def problem(self, at: yaml.Node, text: str, node: str = "", entry: str = "") -> None:
        self.problems.append(Problem(text, node, entry, line_of(at)))

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
            from ..media.names.patterns import parse_frames

            try:
                parse_frames(text)
            except KnobError as error:
                self.problem(at, str(error), entry="frames")
        return text

    def nodes(self, at: yaml.Node) -> Iterator[tuple[str, Placed]]:
        from ..nodes import NODES

        for name, body in self.mapping(at, "'nodes'").items():
            self.lines[name, ""] = line_of(body)
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
            x, y = numbers(at, 2)
        except KnobError:
            self.problem(at, "a place is two numbers, [x, y].", node, "place")
            return None
        return (x, y) if math.isfinite(x) and math.isfinite(y) else None

    def wires(self, at: yaml.Node | None, node: str) -> dict[str, str]:
        entries = self.mapping(at, "'inputs'", node=node) if at else {}
        for name, value in entries.items():
            self.lines[node, name] = line_of(value)
        return {name: self.scalar(value, "an input", node, name) for name, value in entries.items()}

    def knobs(self, at: yaml.Node | None, node: str, kind: type[Node]) -> tuple[dict[str, Any], dict[str, Curve]]:
        constants: dict[str, Any] = {}
        animation: dict[str, Curve] = {}
        entries = self.mapping(at, "'knobs'", node=node) if at else {}
        for written, given in entries.items():
            name, value = self.as_now(node, kind, written, given)
            if name == POSE and takes_poses(kind):
                continue
            if name not in kind.knobs:
                self.problem(value, unknown_knob(kind, name), node, name)
                continue
            if name != written and name in entries:
                self.problem(given, f"{written} is the earlier name of {name}, and both are there.", node, written)
                continue
            try:
                if isinstance(value, yaml.MappingNode):
                    kind.knobs[name].refuse_keys()
                    animation[name] = check_curve(kind, name, curve_of(value))
                else:
                    constants[name] = value_of(kind.knobs[name], value)
            except KnobError as refusal:
                self.problem(value, str(refusal), node, name)
        if POSE in entries and takes_poses(kind):
            self.pose(entries[POSE], node, kind, constants, animation)
        return constants, animation

    def pose(
        self, at: yaml.Node, node: str, kind: type[Node], constants: dict[str, Any], animation: dict[str, Curve]
    ) -> None:
        """Put the shapes of a pose among the knobs of a node, none of which may stand there by itself."""
        try:
            found = read_pose(at, self.poses)
            twice = [name for name in found if name in constants or name in animation]
            if twice:
                raise KnobError(f"{', '.join(twice)}: in the pose, and as a knob beside it; take one of them out.")
            for name, value in found.items():
                if isinstance(value, Curve):
                    animation[name] = check_curve(kind, name, value)
                else:
                    constants[name] = kind.knobs[name].settle(value)
        except KnobError as refusal:
            self.problem(at, str(refusal), node, POSE)

    def as_now(self, node: str, kind: type[Node], knob: str, value: yaml.Node) -> tuple[str, yaml.Node]:
        """A knob and its value by the names that they have now; earlier names are reported."""
        rename = earlier(kind.__name__, knob)
        if rename is None:
            return knob, value
        text = value.value if isinstance(value, yaml.ScalarNode) else ""
        if rename.new != knob or rename.value(text) != text:
            notice(rename.describe(node, text))
        if rename.value(text) != text:
            value = yaml.ScalarNode("", rename.value(text), value.start_mark, value.end_mark)
        return rename.new, value
