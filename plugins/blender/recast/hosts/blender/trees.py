"""What differs between Blender 4.5 and 5.0, and how nodes are connected."""

from __future__ import annotations

import os
from typing import Any

import bpy


class TreeError(Exception):
    """What is missing in the tree, in words for the artist."""


def tree_of(scene: Any) -> Any:
    """The scene's compositor tree, or None."""
    if hasattr(scene, "compositing_node_group"):
        return scene.compositing_node_group
    return scene.node_tree if scene.use_nodes else None


def above(socket: Any) -> Any:
    """The output that a socket's wire comes from, through reroutes and muted nodes; None where there is no wire."""
    while socket is not None and socket.is_linked:
        source = socket.links[0].from_socket
        node = source.node
        if node.bl_idname == "NodeReroute":
            socket = node.inputs[0]
        elif node.mute:
            socket = next((link.from_socket for link in node.internal_links if link.to_socket == source), None)
        else:
            return source
    return None


def layer_of(source: Any) -> str:
    """The layer of its file that an output of an Image node shows, `ViewLayer.DiffCol`; '' where the file has none."""
    node = source.node
    if node.image is None or node.image.type != "MULTILAYER":
        return ""
    shown = "Combined" if source.name == "Alpha" else source.name
    if node.has_layers:
        return f"{node.layer}.{shown}"
    return "" if shown == "Combined" else shown  # Blender's name for channels without one


def view_of(source: Any) -> str:
    """The view of a stereo file that an Image node is set to; '' where it shows what the scene renders."""
    node = source.node
    return str(node.view) if node.has_views and node.view != "ALL" else ""


def fcurves(tree: Any) -> dict[str, Any]:
    """The tree's animation curves by the path of what they move, arrays by path[index] beyond the first."""
    data = tree.animation_data
    if data is None or data.action is None or data.action_slot is None:
        return {}
    bags = [bag for layer in data.action.layers for strip in layer.strips for bag in strip.channelbags]
    own = [bag for bag in bags if bag.slot_handle == data.action_slot.handle]
    return {curve.data_path: curve for bag in own for curve in bag.fcurves}


def driven_paths(tree: Any) -> set[str]:
    """The paths that drivers move."""
    return {driver.data_path for driver in tree.animation_data.drivers} if tree.animation_data else set()


def mix_node(tree: Any) -> tuple[Any, Any, Any, Any, Any]:
    """A node that mixes two colours, with its factor, first, second and result sockets."""
    node = tree.nodes.new("ShaderNodeMix")
    node.data_type = "RGBA"
    named = {socket.identifier: socket for socket in [*node.inputs, *node.outputs]}
    return node, *(named[name] for name in ("Factor_Float", "A_Color", "B_Color", "Result_Color"))


def absolute(path: str) -> str:
    """A path of Blender's ('//' is the blend file's folder) as any other program has it. Raises TreeError."""
    if path.startswith("//") and not bpy.data.filepath:
        raise TreeError(f"Save the blend file first: {path} is relative to its folder.")
    return os.path.normpath(bpy.path.abspath(path)) if path else ""


def mend_links(tree: Any) -> None:
    """Move wires from an Image node's `Image` to its `Combined`, which takes its place once a file with layers is
    loaded; Blender leaves the wires at the socket that is no more.
    """
    for node in tree.nodes:
        if node.bl_idname != "CompositorNodeImage" or node.image is None:
            continue
        there = {socket.name: socket for socket in node.outputs if socket.enabled}
        shown = there.get("Combined") or there.get("Image")
        for socket in node.outputs:
            if shown and socket.name in ("Image", "Combined") and socket.name != shown.name:
                for link in list(socket.links):
                    tree.links.new(shown, link.to_socket)
