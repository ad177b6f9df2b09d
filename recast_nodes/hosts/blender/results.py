"""The way back: the rendered EXR sequence inside the Write node's group, with its layers on sockets."""

from __future__ import annotations

import os
import re
from typing import Any

import bpy

from .reading import TreeNodes
from .trees import absolute, mix_node

RESULT, OVER = "Recast result", "Face over plate"


def load_result(node: Any, shot: TreeNodes) -> bool:
    """Show what a Write wrote: the finished frame on its first socket, extra layers on sockets of their names.

    With the layers face and matte there is also `Face over plate`: the face laid over what comes in, through the
    boundary matte, for when the plate is worked on further. Returns whether there is a frame to show.
    """
    frames = _find_written_frames(node.file)
    if not frames:
        return False
    tree = node.node_tree
    image_node = tree.nodes.get(RESULT) or tree.nodes.new("CompositorNodeImage")
    image_node.name = RESULT
    image_node.image = _image(image_node.image, _path(node.file, frames[0]), shot)
    image_node.frame_start, image_node.frame_offset, image_node.frame_duration = 1, 0, max(frames)
    _wire(tree, image_node, _edited_output(image_node, shot.images.get(shot.plate)))
    return True


def _edited_output(image_node: Any, plate: Any) -> str:
    """The output of the Image node that shows what was edited: the plate's own, of the plate's layer."""
    if plate is None or plate.node.image.type != "MULTILAYER":
        return ""
    if image_node.has_layers and plate.node.has_layers:
        image_node.layer = plate.node.layer
    return "Combined" if plate.name == "Alpha" else str(plate.name)


def _image(image: Any, path: str, shot: TreeNodes) -> Any:
    """The sequence, reloaded, in the plate's colour space, in which it is encoded."""
    if image is not None:
        bpy.data.images.remove(image)  # a layer that is new shows on a fresh image only
    image = bpy.data.images.load(path)
    image.source = "SEQUENCE"
    plate = shot.images.get(shot.plate)
    if plate is not None:
        image.colorspace_settings.name = plate.node.image.colorspace_settings.name
    return image


def _wire(tree: Any, image_node: Any, edited: str) -> None:
    out = next(node for node in tree.nodes if node.bl_idname == "NodeGroupOutput")
    layers = {socket.name: socket for socket in image_node.outputs if socket.enabled and socket.name != "Alpha"}
    names = (name for name in (edited, "Combined", "Image", *layers) if name in layers)
    result_socket = layers.pop(next(names))
    tree.links.new(result_socket, out.inputs[0])
    if {"face", "matte"} <= set(layers) and OVER not in tree.nodes:
        node, factor, first, second, _ = mix_node(tree)
        node.name = OVER
        group_input = next(node for node in tree.nodes if node.bl_idname == "NodeGroupInput")
        tree.links.new(group_input.outputs[0], first)
    if {"face", "matte"} <= set(layers):
        sockets = {socket.identifier: socket for socket in tree.nodes[OVER].inputs}
        tree.links.new(layers["matte"], sockets["Factor_Float"])
        tree.links.new(layers["face"], sockets["B_Color"])
        result = next(socket for socket in tree.nodes[OVER].outputs if socket.identifier == "Result_Color")
        layers[OVER] = result
    for name, socket in layers.items():
        tree.links.new(socket, _socket(tree, out, name))


def _socket(tree: Any, out: Any, name: str) -> Any:
    """The output of this name, made where there is none."""
    if name not in out.inputs:
        tree.interface.new_socket(name, in_out="OUTPUT", socket_type="NodeSocketColor")
    return out.inputs[name]


def _find_written_frames(pattern: str) -> list[int]:
    folder, name = os.path.split(absolute(pattern))
    found = re.search(r"#+", name)
    if not found or not os.path.isdir(folder):
        return []
    shape = re.compile(re.escape(name[: found.start()]) + r"(-?\d+)" + re.escape(name[found.end() :]))
    return sorted(int(match.group(1)) for match in map(shape.fullmatch, os.listdir(folder)) if match)


def _path(pattern: str, frame: int) -> str:
    folder, name = os.path.split(absolute(pattern))
    return os.path.join(folder, re.sub(r"#+", lambda found: f"{frame:0{len(found.group())}d}", name))
