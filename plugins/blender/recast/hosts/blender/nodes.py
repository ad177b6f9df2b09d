"""The nodes: one custom group for each declaration, with every knob a property of the node, so that it can be keyed."""

from __future__ import annotations

import json
import os
from typing import Any

import bpy

from ..bridge.shot import declarations
from .reading import PREFIX

PROPERTIES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "properties.json")
COLOUR = "NodeSocketColor"


class RecastNode:
    """What all nodes share. Inside a group of its own, the first input goes through to the output."""

    recast = dict[str, Any]()  # the declaration; not annotated, for Blender takes annotations for properties
    shown = list[dict[str, Any]]()  # the properties, in order

    @classmethod
    def poll(cls, tree: Any) -> bool:
        """Compositor trees only."""
        return bool(tree.bl_idname == "CompositorNodeTree")

    def init(self: Any, context: Any) -> None:
        """A new node: its group with the declared sockets."""
        tree = bpy.data.node_groups.new(f".{self.bl_label}", "CompositorNodeTree")
        for entry in self.recast["inputs"]:
            socket = tree.interface.new_socket(entry["name"], in_out="INPUT", socket_type=COLOUR)
            socket.description = entry["tip"].rstrip(".")
            socket.hide_value = True  # a colour of its own would mean nothing
        tree.interface.new_socket(self.recast["gives"] or "Image", in_out="OUTPUT", socket_type=COLOUR)
        group_input, out = tree.nodes.new("NodeGroupInput"), tree.nodes.new("NodeGroupOutput")
        out.location.x = 400
        if self.recast["inputs"]:
            tree.links.new(group_input.outputs[0], out.inputs[0])
        self.node_tree = tree
        self.width = 220

    def copy(self: Any, node: Any) -> None:
        """A copy has a group of its own, since results are kept in it."""
        self.node_tree = node.node_tree.copy()

    def free(self: Any) -> None:
        """The group goes with its node."""
        if self.node_tree and self.node_tree.users <= 1:
            bpy.data.node_groups.remove(self.node_tree)

    def draw_buttons(self: Any, context: Any, layout: Any) -> None:
        """All knobs, under the names of their groups; those of a folded group once it is opened."""
        group = ""
        for each in self.shown:
            if each["group"] != group:
                group = each["group"]
                layout.separator()
                self._draw_head(layout, group)
            if not self._is_folded(group, each["attribute"]):
                self._draw_knob(layout, each["attribute"])

    def _draw_head(self: Any, layout: Any, group: str) -> None:
        if group not in self.recast["folded"]:
            layout.label(text=group.capitalize())
            return
        is_open = getattr(self, f"show_{group}")
        layout.prop(self, f"show_{group}", icon="TRIA_DOWN" if is_open else "TRIA_RIGHT", emboss=False)
        if is_open:
            layout.prop(self, f"find_{group}", icon="VIEWZOOM")

    def _is_folded(self: Any, group: str, name: str) -> bool:
        """Whether a knob is not shown now: its group is folded, or another name is looked for in it."""
        if group not in self.recast["folded"]:
            return False
        return not getattr(self, f"show_{group}") or getattr(self, f"find_{group}").lower() not in name.lower()

    def _draw_knob(self: Any, layout: Any, name: str) -> None:
        row = layout.row()
        if not name.endswith("_on") and hasattr(self, f"{name}_on"):
            row.enabled = bool(getattr(self, f"{name}_on"))
        row.prop(self, name)


def node_classes() -> list[type]:
    """A node class for each declaration."""
    with open(PROPERTIES, encoding="utf-8") as file:
        every = json.load(file)
    return [_node_class(kind, every[name]) for name, kind in declarations().items()]


def _node_class(kind: dict[str, Any], shown: list[dict[str, Any]]) -> type:
    name = f"{PREFIX}{kind['name']}Node"
    body = {
        "__annotations__": {each["attribute"]: _property(each) for each in shown},
        "__doc__": kind["summary"],
        "bl_idname": name,
        "bl_label": f"Recast {kind['name']}",
        "bl_description": kind["summary"].rstrip("."),
        "recast": kind,
        "shown": [each for each in shown if not each.get("hidden")],
    }
    return type(name, (RecastNode, bpy.types.CompositorNodeCustomGroup), body)


def _property(each: dict[str, Any]) -> Any:
    arguments = dict(each["arguments"])
    arguments["options"] = set(arguments["options"])
    if "items" in arguments:
        arguments["items"] = [tuple(item) for item in arguments["items"]]
    return getattr(bpy.props, each["kind"])(**arguments)
