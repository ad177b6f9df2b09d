"""The form of Blender for who agreed to an edit: one performer at a time, into the file that Consent names."""

from __future__ import annotations

from typing import Any

import bpy

from ..bridge.consent_form import FIELDS, ROLES, add_entry, consent_file
from .actions import ActionOperator, find_write
from .trees import TreeError, absolute


def _field(name: str, tip: str) -> Any:
    about = {"name": name.capitalize(), "description": tip.rstrip(".")}
    if name == "role":
        return bpy.props.EnumProperty(items=[(role, role, "") for role in ROLES], **about)
    return bpy.props.StringProperty(**about)


class RECAST_OT_consent(ActionOperator, bpy.types.Operator):
    """Say who agreed to the edit: adds a performer to the file that Consent of the Recast Write names"""

    bl_idname, bl_label = "recast.consent", "Consent..."
    __annotations__ = {name: _field(name, tip) for name, tip in FIELDS.items()}

    def invoke(self: Any, context: Any, event: Any) -> set[str]:
        """Show the form."""
        found: set[str] = context.window_manager.invoke_props_dialog(self, width=400)
        return found

    def act(self: Any, context: Any) -> None:
        """Add the performer, and say where."""
        node = find_write(context)
        try:
            path = consent_file(absolute(node.consent), absolute(node.file))
            count = add_entry(path, {name: getattr(self, name) for name in FIELDS})
        except ValueError as refusal:
            raise TreeError(f"{node.name}: {refusal}") from None
        if not node.consent:
            node.consent = path
        self.report({"INFO"}, f"{path} names {count} who agreed")
