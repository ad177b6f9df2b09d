"""The shot that an effect of a host stands for: its nodes, with the knobs that the host's parameters are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ...curves import Curve, Key
from ...errors import ColourError, DocumentError
from ...graph.edit import align_driver, edit_graph, without_driver
from ...graph.graph import Graph, Placed
from ...knobs import Box, Choices
from ...nodes import NODES
from ...nodes.read import HOST
from .effects import EFFECTS, MIX, Effect
from .parameters import CORNERS, of_node, parameters

FAMILY, OTHER_CLIP = "ofx_", "OfxColourspace_"  # a host may name a family of colour spaces, or another clip
LINEAR = ("ofx_scene_linear", "auto", "")


class EffectAsked(NamedTuple):
    """What a host asks an effect for. `values` are its parameters by name; a list has one value for each frame."""

    effect: Effect
    values: Mapping[str, Any]
    first: int
    last: int
    clips: Mapping[str, str]  # those that are connected: what each is registered as
    spaces: Mapping[str, str]  # colour spaces that the host states, by clip
    clips_are_real: bool = True  # whether a connected clip is one that somebody connected


def find_effect(name: str) -> Effect:
    """The effect of this name. Raises DocumentError."""
    found = next((effect for effect in EFFECTS if effect.name == name), None)
    if found is None:
        raise DocumentError([f"There is no effect {name!r}; there are {', '.join(each.name for each in EFFECTS)}."])
    return found


def shot_of(asked: EffectAsked) -> tuple[Graph, str]:
    """The shot, and the node of it whose result is asked for. Raises RecastError."""
    unknown = set(asked.values) - {each.name for each in parameters(asked.effect)}
    if unknown:
        raise DocumentError([f"{asked.effect.name} has no parameters {', '.join(sorted(unknown))}."])
    source = _driver_file(asked)
    model = str(asked.values.get("MotionExtract_model", ""))
    graph = edit_graph(_file(asked, "Source"), source, "", model=model)
    driven = bool(source) or bool(_driver_clip(asked))
    graph = graph if driven and asked.effect.edits else without_driver(graph)
    graph = replace(graph, frames=f"{asked.first}-{asked.last}")
    graph = _with_clips(graph, asked, source)
    for node in asked.effect.nodes:
        if node in graph.nodes:
            graph = _with_knobs(graph, asked, node)
    if source and driven:
        graph = _timed(graph, asked)
    return _end(graph, asked)


def _driver_file(asked: EffectAsked) -> str:
    named = str(asked.values.get("driver_file", ""))
    return named if asked.values.get("driver") in ("auto", "file") else ""


def _driver_clip(asked: EffectAsked) -> str:
    choice = asked.values.get("driver")
    wanted = choice == "clip" or (choice == "auto" and asked.clips_are_real)
    return _file(asked, "Driver") if wanted and "Driver" in asked.clips else ""


def _file(asked: EffectAsked, clip: str) -> str:
    return HOST + asked.clips[clip]


def _space(asked: EffectAsked, clip: str) -> str:
    """What a clip is encoded in: as the artist says, or else the host. Raises ColourError."""
    given = str(asked.values.get("colorspace", "auto"))
    if given != "auto":
        return given
    stated = asked.spaces.get(clip, "auto")
    if stated.startswith(OTHER_CLIP):
        stated = asked.spaces.get(stated.removeprefix(OTHER_CLIP), "auto")
    if stated in LINEAR:
        return "auto"
    if stated.startswith(FAMILY):
        raise ColourError(f"{clip}: the host says no more of its colour than {stated}: set the effect's colour space.")
    return stated


def _with_clips(graph: Graph, asked: EffectAsked, source: str) -> Graph:
    """The Reads, with what is known of the clips."""
    graph = graph.with_knob("Plate", "colorspace", _space(asked, "Source"))
    if "Driving" in graph.nodes:
        if source:
            graph = graph.with_knob("Driving", "colorspace", str(asked.values.get("driver_colorspace", "auto")))
        else:
            graph = graph.with_knob("Driving", "file", _driver_clip(asked))
            graph = graph.with_knob("Driving", "colorspace", _space(asked, "Driver"))
    if asked.values.get("use_mask") and "Mask" in asked.clips:
        mask = Placed("Matte", NODES["Read"], {"file": _file(asked, "Mask"), "colorspace": "auto"})
        graph = _wired(graph, "MaskComposite", "matte", mask)
        graph = graph.with_knob("MaskComposite", "mask", "input")
    if "Face" in asked.clips:
        known = {"file": _file(asked, "Face"), "wire": "face", "colorspace": _space(asked, "Face")}
        graph = _wired(graph, "MaskComposite", "face", Placed("Face", NODES["Read"], known))
    return graph


def _wired(graph: Graph, node: str, entry: str, comes_from: Placed) -> Graph:
    placed = graph.nodes[node]
    placed = replace(placed, wires={**placed.wires, entry: comes_from.name})
    return replace(graph, nodes={**graph.nodes, node: placed, comes_from.name: comes_from})


def _with_knobs(graph: Graph, asked: EffectAsked, node: str) -> Graph:
    """A node's knobs as the host has them. What is at its default is left as the shot of an edit with this model has
    it; the weights of an edit are always the host's.
    """
    names = {each.knob for each in of_node(asked.effect, node)}
    for knob in NODES[graph.nodes[node].kind.__name__].knobs.values():
        if knob.name not in names:
            continue
        value = _value(graph, asked, node, knob.name)
        masked = node == "MaskComposite" and knob.name == "mask" and asked.values.get("use_mask")
        if not masked and (value != knob.default or (node == MIX and knob.name in ("replace", "enhance"))):
            graph = graph.with_knob(node, knob.name, value)
    if node == "MotionExtract" and "DrivingMotion" in graph.nodes:
        graph = graph.with_knob("DrivingMotion", "model", graph.at("MotionExtract", asked.first).values["model"])
    return graph


def _value(graph: Graph, asked: EffectAsked, node: str, name: str) -> Any:
    """A knob's value, or its curve."""
    knob = graph.nodes[node].kind.knobs[name]
    prefix = "" if node == asked.effect.nodes[0] else f"{node}_"

    def read(word: str) -> Any:
        return asked.values.get(prefix + word)

    if isinstance(knob, Choices):
        return tuple(option for option in knob.options if read(f"{name}_{option}"))
    if read(f"{name}_on") is False:
        return None
    if isinstance(knob, Box):
        return tuple(read(f"{name}_{corner}") for corner in CORNERS)
    value = read(name)
    if value is None:
        return knob.default
    if isinstance(value, list):
        frames = range(asked.first, asked.last + 1)
        keys = [Key(frame, knob.from_curve(each)) for frame, each in zip(frames, value, strict=True)]
        return Curve(keys) if len({key.value for key in keys}) > 1 else keys[0].value
    return knob.parse(value) if isinstance(value, str) else value


def _timed(graph: Graph, asked: EffectAsked) -> Graph:
    """When a driver file plays."""
    if asked.values.get("driver_start") == "together":
        graph = align_driver(graph)
    slip = asked.values.get("driver_offset") or 0
    return graph.with_knob("Driving", "offset", slip) if slip else graph


def _end(graph: Graph, asked: EffectAsked) -> tuple[Graph, str]:
    """The node whose result is put out, with the layer that is asked for; what leads nowhere is left out."""
    output = str(asked.values.get("output", asked.effect.outputs[0][0]))
    name = "MaskComposite"
    if asked.effect.name == "RecastFaceTrack":
        name = "FaceTrack"
    elif asked.effect.name == "RecastExpression" and output == "face":
        name = "Decode"
    elif output != "composite":
        graph = graph.with_knob(name, "layers", (output,))
    return replace(graph, nodes={each: graph.nodes[each] for each in graph.upstream(name)}), name
