"""From Nuke's nodes to the shot: which gizmos are connected, their knobs and their curves."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import nuke

from ..bridge.shot import agrees, bake, declarations, one_key, value_at, value_in
from .earlier import take_over
from .layers import layer_in_file, shuffled_layer
from .wiring import KIND, ScriptError, is_disabled, source_of


class ScriptNodes:
    """The Recast nodes above one of them, as the document wants them.

    `rendered` holds what Nuke has to write first: {name: (Nuke node, pattern)}; `reads` the Read node behind each name,
    for its colour space; `layers` the layer of each that a Shuffle lays into rgba, as Nuke calls it; `plate` is the
    name of the picture that was met first: each node's first input leads to it.
    """

    def __init__(self, folder: str, frames: Sequence[int]):
        self.folder, self.frames = folder, frames
        self.kinds = declarations()
        self.nodes: dict[str, dict[str, Any]] = {}
        self.rendered: dict[str, Any] = {}
        self.reads: dict[str, Any] = {}
        self.layers: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.plate = ""
        self.notices: list[str] = []  # what the artist should know

    def add(self, node: Any) -> str:
        """Take in `node` and all above it; returns its name in the document."""
        waiting = [node]
        while waiting:  # no recursion: a comp may be longer than Python's stack
            waiting += reversed(self._take(waiting.pop()))
        return self._name(node)

    def _take(self, node: Any) -> list[Any]:
        """Take in one node; returns those that it is wired to."""
        name = self._name(node)
        if name in self.nodes:
            return []
        if node.knob(KIND) is None:
            self._picture(node, name)
            return []
        self.notices += take_over(node)
        kind = self.kinds[node[KIND].value()]
        if not kind["inputs"]:
            self.plate = self.plate or name
        self.nodes[name] = {"kind": kind["name"], "inputs": {}, "knobs": self._knobs(node, kind)}
        sources = []
        for number, entry in enumerate(kind["inputs"]):
            above = source_of(node.input(number))
            if above is not None:
                self.nodes[name]["inputs"][entry["name"]] = self._name(above)
                sources.append(above)
        return sources

    def _name(self, node: Any) -> str:
        """The full name without dots, and with a number where another node has that (`a_b.c` and `a.b_c`)."""
        full = str(node.fullName())
        if full not in self.names:
            plain, number = full.replace(".", "_"), 2
            self.names[full] = plain
            while list(self.names.values()).count(self.names[full]) > 1:
                self.names[full], number = f"{plain}_{number}", number + 1
        return self.names[full]

    def _picture(self, node: Any, name: str) -> None:
        """What is not ours: a Read's files as they are, with the layer that a Shuffle below it takes; anything else by
        way of EXR that Nuke writes first. So is a Read whose frames are moved in a way that Nuke alone can tell.
        """
        self.plate = self.plate or name
        read, layer = _layer_of_a_read(node)
        start = _start(read) if read is not None else None
        if start is not None:
            self.reads[name] = read
            knobs = _read_knobs(read, start, self.frames)
            if layer:
                knobs["layer"], self.layers[name] = layer, shuffled_layer(node)
            self.nodes[name] = {"kind": "Read", "knobs": knobs}
            return
        pattern = os.path.join(self.folder, "from_nuke", name, name + ".####.exr").replace("\\", "/")
        self.rendered[name] = (node, pattern)
        self.nodes[name] = {"kind": "Read", "knobs": {"file": pattern, "colorspace": working_space()}}

    def _knobs(self, node: Any, kind: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for knob in kind["knobs"]:
            value = self._value(node, knob)
            if value != knob["default"]:
                found[knob["name"]] = value
        return found

    def _value(self, node: Any, knob: dict[str, Any]) -> Any:
        control = node.knob(knob["name"])
        value = value_in(knob, lambda name: plain_value(node[name]), lambda name: node.knob(name) is not None)
        if not knob["animates"]:
            _check_still(node, knob, self.frames)
        if value is None or control is None:
            return value
        if knob["kind"] == "Box":
            return _flip_box(value, node)
        if knob["animates"] and (control.isAnimated() or control.hasExpression()):
            return read_curve(control, self.frames)
        return int(value) if knob["kind"] == "Int" else value


def _layer_of_a_read(node: Any) -> tuple[Any, str]:
    """A Read, or the one above a Shuffle that lays one of its layers into rgba, and the layer as the file calls it."""
    if node.Class() == "Read":
        return node, ""
    layer = "" if is_disabled(node) else shuffled_layer(node)
    above = source_of(node.input(0)) if layer else None
    if above is None or above.Class() != "Read":
        return None, ""
    first = _frame_of(plain_value(above["file"]), int(above["first"].value()))
    named = layer_in_file(first, layer)
    return (above, named) if named else (None, "")


def _frame_of(pattern: str, frame: int) -> str:
    """The file of a frame: #### and %04d stand for its number."""
    numbered = re.sub(r"#+", lambda found: f"{frame:0{len(found.group())}d}", pattern)
    return re.sub(r"%0?(\d*)d", lambda found: f"{frame:0{found.group(1) or 1}d}", numbered)


def _check_still(node: Any, knob: dict[str, Any], frames: Sequence[int]) -> None:
    """Raises ScriptError where a knob that is one for the whole shot changes over it."""
    options = [f"{knob['name']}_{option}" for option in knob.get("options", ())]
    for name in (knob["name"], knob["name"] + "_on", *options):
        own = node.knob(name)
        if own is None or not (own.isAnimated() or own.hasExpression()):
            continue
        if len({str(own.getValueAt(frame)) for frame in frames}) > 1:
            raise ScriptError(f"{node.fullName()}: {knob['label']} cannot be animated; remove its keys.")


def read_curve(knob: Any, frames: Sequence[int]) -> dict[str, Any]:
    """The keys of an animated knob. Where Nuke's own curve is not met exactly (expressions), one key a frame."""
    animation = knob.animation(0)
    if animation is None or knob.hasExpression() or not animation.keys():
        return bake(lambda frame: knob.getValueAt(frame), frames)
    keys = [_key(animation.keys(), place) for place in range(len(animation.keys()))]
    if agrees(lambda frame: value_at(keys, frame), animation.evaluate, frames):
        return {"keys": keys}
    return bake(animation.evaluate, frames)


def _key(keys: Sequence[Any], place: int) -> dict[str, Any]:
    """One key of Nuke's. A slope rises by frame, a handle reaches `la` or `ra` thirds of the way to its neighbour."""
    key = keys[place]
    if key.interpolation == nuke.CONSTANT:
        return one_key(key.x, key.y, "constant")
    document_key = one_key(key.x, key.y, "linear" if key.interpolation == nuke.LINEAR else "bezier")
    if place + 1 < len(keys) and document_key["interpolation"] == "bezier":
        reach = key.ra * (keys[place + 1].x - key.x) / 3
        document_key["right"] = [reach, key.rslope * reach]
    if place and keys[place - 1].interpolation not in (nuke.CONSTANT, nuke.LINEAR):
        reach = key.la * (key.x - keys[place - 1].x) / 3
        document_key["left"] = [-reach, -key.lslope * reach]
    return document_key


def working_space() -> str:
    """What a frame that Nuke writes raw is encoded in."""
    knob = nuke.root().knob("colorManagement")
    return "scene_linear" if knob is not None and knob.value() == "OCIO" else "auto"


def plain_value(knob: Any) -> Any:
    """A knob's value. Raises ScriptError for an expression in brackets, which Nuke alone can work out."""
    value = knob.value()
    if isinstance(value, str) and "[" in value:
        raise ScriptError(f"{knob.name()}: expressions in brackets are not supported here; write out the path: {value}")
    return value


def _start(node: Any) -> int | None:
    """The script's frame at which a Read shows its first one; None where an offset, an expression or a trimmed clip
    decides.
    """
    frame, first = str(node["frame"].value()).strip(), int(node["first"].value())
    if not frame:
        return first
    starts_at = node["frame_mode"].value() == "start at" and first == int(node["origfirst"].value())
    return int(frame) if starts_at and re.fullmatch(r"-?\d+", frame) else None


def _read_knobs(node: Any, start: int, frames: Sequence[int]) -> dict[str, Any]:
    """A Read's file, range, and what it shows outside. Its colour space is given only if the artist chose one."""
    found = {"file": plain_value(node["file"]), "first": int(node["first"].value()), "last": int(node["last"].value())}
    for name in ("before", "after"):  # hold, loop, bounce, black: the words are the same
        if node[name].value() != "hold":
            found[name] = node[name].value()
    if start != found["first"]:
        ends = dict.fromkeys((frames[0], frames[-1]))
        found["time"] = {"keys": [one_key(frame, frame - start + found["first"], "linear") for frame in ends]}
    space = node["colorspace"].value()
    if not node["raw"].value() and not space.startswith("default"):
        found["colorspace"] = space
    return found


def _flip_box(box: Sequence[float], node: Any) -> list[float]:
    """(x, y, right, top), y up, as (left, top, right, bottom), y down."""
    height = node.format().height()
    return [box[0], height - box[3], box[2], height - box[1]]
