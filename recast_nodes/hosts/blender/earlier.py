"""Nodes of blend files that were saved before a knob or its values got another name."""

from __future__ import annotations

from typing import Any

import bpy

from ..bridge.earlier_knobs import describe_rename, earlier_values


def take_over(node: Any) -> list[str]:
    """Move what a node still has under earlier names to the names of now; returns what the artist should know.

    The nodes keep a hidden property of every earlier name, in which Blender finds what the file has.
    """
    notices = []
    for old, new, value in list(earlier_values(node.recast, lambda name: _earlier_value(node, name))):
        setattr(node, new, value)
        node.property_unset(old)
        notices.append(describe_rename(node.name, old, new, value))
    return notices


@bpy.app.handlers.persistent
def take_over_all(*_: object) -> None:
    """Every node of a blend file that was opened; the console says what was done."""
    groups = [scene.node_tree for scene in bpy.data.scenes if getattr(scene, "node_tree", None)]
    for tree in [*groups, *bpy.data.node_groups]:
        for node in tree.nodes:
            for text in take_over(node) if hasattr(node, "recast") else ():
                print(text)


def _earlier_value(node: Any, name: str) -> Any:
    return getattr(node, name) if hasattr(node, name) and node.is_property_set(name) else None
