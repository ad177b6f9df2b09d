"""From Blender's nodes to the shot: which Recast nodes are connected, their knobs and their curves."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from ..bridge.shot import agrees, bake, declarations, one_key, value_at, value_in
from .earlier import take_over
from .trees import TreeError, above, absolute, driven_paths, fcurves, layer_of, view_of

PREFIX = "Recast"
SHAPES = {"CONSTANT": "constant", "LINEAR": "linear", "BEZIER": "bezier"}


def kind_of(node: Any) -> str:
    """The kind of a Recast node, or '' for any other."""
    return node.bl_idname[len(PREFIX) : -len("Node")] if node.bl_idname.startswith(PREFIX) else ""


class TreeNodes:
    """The Recast nodes above one of them, as the document wants them. `images` are the outputs of Image nodes that
    pictures come from, by their names in the document.

    `plate` is the name of the picture that was met first: each node's first input leads to it.
    """

    def __init__(self, tree: Any, frames: Sequence[int]):
        self.tree, self.frames = tree, frames
        self.kinds = declarations()
        self.curves, self.driven = fcurves(tree), driven_paths(tree)
        self.nodes: dict[str, dict[str, Any]] = {}
        self.images: dict[str, Any] = {}
        self.layers: dict[str, list[str]] = {}
        self.plate = ""
        self.notices: list[str] = []  # what the artist should know

    def add(self, node: Any) -> str:
        """Take in `node` and all above it; returns its name in the document. Raises TreeError."""
        waiting = [node.outputs[0]]
        while waiting:  # no recursion: a tree may be longer than Python's stack
            waiting += reversed(self._take(waiting.pop()))
        return str(node.name)

    def _take(self, source: Any) -> list[Any]:
        """Take in the node of an output; returns the outputs that it is wired to."""
        node, name = source.node, self._name(source)
        if name in self.nodes:
            return []
        if node.bl_idname == "CompositorNodeImage":
            self.plate = self.plate or name
            self.images[name] = source
            self.nodes[name] = {"kind": "Read", "knobs": self._image_knobs(source)}
            return []
        if not kind_of(node):
            text = "Recast nodes take images from files: use an Image node with a sequence, or Recast's Read."
            raise TreeError(f"{node.name}: {text}")
        self.notices += take_over(node)
        kind = self.kinds[kind_of(node)]
        if not kind["inputs"]:
            self.plate = self.plate or name
        self.nodes[name] = {"kind": kind["name"], "inputs": {}, "knobs": self._knobs(node, kind)}
        sources = []
        for number, entry in enumerate(kind["inputs"]):
            found = self._above(node.inputs[number])
            if found is not None:
                self.nodes[name]["inputs"][entry["name"]] = self._name(found)
                sources.append(found)
        return sources

    def _name(self, source: Any) -> str:
        """The node's name. An Image node of which several layers are taken is a Read for each."""
        node = str(source.node.name)
        layer = layer_of(source) if source.node.bl_idname == "CompositorNodeImage" else ""
        layers = self.layers.setdefault(node, [])
        if layer not in layers:
            layers.append(layer)
        return node if layer == layers[0] else f"{node} {layer or 'Combined'}"

    def _above(self, socket: Any) -> Any:
        """The output that a socket's picture comes from. A Write's own frames are not there when the next edit is
        described: what goes into the Write is taken.
        """
        source = above(socket)
        while source is not None and kind_of(source.node) == "Write":
            if source != source.node.outputs[0]:
                raise TreeError(f"{source.node.name}: connect its first output to the next edit, not {source.name}.")
            source = above(source.node.inputs[0])
        return source

    def _image_knobs(self, source: Any) -> dict[str, Any]:
        knobs = _image_knobs(source.node, self.frames)
        layer, view = layer_of(source), view_of(source)
        if layer:
            knobs["layer"] = layer
        if view and any(knob["name"] == "view" for knob in self.kinds["Read"]["knobs"]):
            knobs["view"] = view
        return knobs

    def _knobs(self, node: Any, kind: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for knob in kind["knobs"]:
            value = self._value(node, knob)
            if not _is_default(value, knob["default"]):
                found[knob["name"]] = value
        return found

    def _value(self, node: Any, knob: dict[str, Any]) -> Any:
        value = value_in(knob, lambda name: getattr(node, name), lambda name: hasattr(node, name))
        if value is None:
            return None
        path = f'nodes["{_escape(node.name)}"].{knob["name"]}'
        if path in self.driven:
            raise TreeError(f"{node.name}: {knob['name']} has a driver; bake it to keys first.")
        if path in self.curves:
            return read_curve(self.curves[path], self.frames)
        if knob["kind"] == "File" or (knob["kind"] == "Still" and value.startswith("//")):
            return absolute(value)
        if knob["kind"] == "Box":
            return [_decimal(number) for number in value]
        return _decimal(value) if knob["kind"] == "Float" else value


def read_curve(fcurve: Any, frames: Sequence[int]) -> dict[str, Any]:
    """The keys of an animated property. Where the document's curve is not Blender's own (modifiers, easings,
    extrapolation), one key a frame.
    """
    points = sorted(fcurve.keyframe_points, key=lambda point: point.co[0])
    keys = [_key(points, place) for place in range(len(points))]
    if keys and agrees(lambda frame: value_at(keys, frame), fcurve.evaluate, frames):
        return {"keys": keys}
    return bake(lambda frame: _decimal(fcurve.evaluate(frame)), frames)


def _key(points: Sequence[Any], place: int) -> dict[str, Any]:
    point = points[place]
    made = one_key(_decimal(point.co[0]), _decimal(point.co[1]), SHAPES.get(point.interpolation, "linear"))
    if point.interpolation == "BEZIER" and place + 1 < len(points):
        made["right"] = [_decimal(point.handle_right[axis] - point.co[axis]) for axis in (0, 1)]
    if place and points[place - 1].interpolation == "BEZIER":
        made["left"] = [_decimal(point.handle_left[axis] - point.co[axis]) for axis in (0, 1)]
    return made


def _image_knobs(node: Any, frames: Sequence[int]) -> dict[str, Any]:
    """What an Image node shows at each frame: its files, and by `time` which of them."""
    image = node.image
    if image is None or not image.filepath:
        raise TreeError(f"{node.name}: no image is set.")
    path = absolute(image.filepath)
    if image.source == "FILE":
        return {"file": path}
    if image.source not in ("SEQUENCE", "MOVIE"):
        raise TreeError(f"{node.name}: its image is not a file ({image.source.lower()}).")
    knobs: dict[str, Any] = {"file": pattern_of(path) if image.source == "SEQUENCE" else path}
    shift = 1 - node.frame_start + node.frame_offset
    if shift:
        ends = dict.fromkeys((frames[0], frames[-1]))
        knobs["time"] = {"keys": [one_key(frame, frame + shift, "linear") for frame in ends]}
    return knobs


def pattern_of(path: str) -> str:
    """plate.1001.exr as plate.####.exr: the last number of the name counts, as Blender has it."""
    folder, name = os.path.split(path)
    found = list(re.finditer(r"\d+", os.path.splitext(name)[0]))
    if not found:
        return path
    first, last = found[-1].span()
    return os.path.join(folder, name[:first] + "#" * (last - first) + name[last:])


def _is_default(value: Any, default: Any) -> bool:
    if isinstance(value, float) and isinstance(default, (int, float)):
        return value == _decimal(default)
    return bool(value == default or str(value) == str(default))


def _decimal(value: float) -> float:
    """Blender's numbers are single precision: 0.1 comes as 0.10000000149."""
    return float(f"{value:.7g}")


def _escape(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
