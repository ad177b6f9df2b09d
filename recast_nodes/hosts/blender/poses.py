"""The list of poses in Blender: one of them becomes the shapes of a Recast ExpressionMix, keyed if asked for."""

from __future__ import annotations

from typing import Any

import bpy

from ..bridge.poses import shipped, values_of
from .actions import ActionOperator, find_only


class RECAST_OT_pose(ActionOperator, bpy.types.Operator):
    """Set the shapes of the active Recast ExpressionMix to a pose"""

    bl_idname, bl_label, bl_options = "recast.pose", "Pose...", {"REGISTER", "UNDO"}
    __annotations__ = {
        "pose": bpy.props.EnumProperty(name="Pose", items=[(name, name, "") for name in shipped()]),
        "amount": bpy.props.FloatProperty(name="Amount", default=1.0, min=0.0, max=1.5),
        "key": bpy.props.BoolProperty(name="Key", description="Key the shapes at the current frame"),
    }

    def invoke(self: Any, context: Any, event: Any) -> set[str]:
        """Show the list."""
        found: set[str] = context.window_manager.invoke_props_dialog(self)
        return found

    def act(self: Any, context: Any) -> None:
        """Set them."""
        node = find_only(context, "ExpressionMix")
        for name, value in values_of(shipped()[self.pose], self.amount):
            before = getattr(node, name)
            setattr(node, name, value)
            if self.key and (value or before):
                node.keyframe_insert(name, frame=context.scene.frame_current)
