"""The panel in the compositor's side bar, the menu under Add, and the extension's preference."""

from __future__ import annotations

import os
from typing import Any

import bpy
import bpy.utils.previews

from ..bridge.shot import declarations
from .actions import PACKAGE
from .reading import PREFIX
from .running import running

ICONS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "icons")
LETTER = 7.5  # pixels of one, on average, in Blender's own size
drawn: dict[str, Any] = {}  # the loaded icons, while the extension is on


class RECAST_PT_panel(bpy.types.Panel):
    """Recast: track, render, cancel"""

    bl_idname, bl_label = "RECAST_PT_panel", "Recast"
    bl_space_type, bl_region_type, bl_category = "NODE_EDITOR", "UI", "Recast"

    @classmethod
    def poll(cls, context: Any) -> bool:
        """The compositor only."""
        return bool(context.space_data.tree_type == "CompositorNodeTree")

    def draw(self, context: Any) -> None:
        """Buttons, progress, and what was last said."""
        layout = self.layout
        layout.operator("recast.preview")
        layout.operator("recast.track")
        row = layout.row(align=True)
        row.operator("recast.render")
        row.operator("recast.render_frame")
        layout.operator("recast.save")
        layout.operator("recast.consent")
        layout.operator("recast.pose")
        if running.busy:
            layout.progress(factor=running.part, text=running.text)
            layout.operator("recast.cancel")
        column = layout.column(align=True)
        letters = int(context.region.width / (LETTER * context.preferences.system.ui_scale)) - 2
        for text in (*filter(None, [running.mark]), *running.messages[-4:]):
            for line in _wrap(text, max(letters, 16)):
                column.label(text=line)


class RECAST_MT_add(bpy.types.Menu):
    """The Recast nodes"""

    bl_idname, bl_label = "RECAST_MT_add", "Recast"

    def draw(self, context: Any) -> None:
        """A line a node, and one for all of them."""
        for name in declarations():
            icon = drawn["icons"][name].icon_id if "icons" in drawn else 0
            line = self.layout.operator("node.add_node", text=name, icon_value=icon)
            line.type, line.use_transform = f"{PREFIX}{name}Node", True
        self.layout.separator()
        self.layout.operator("recast.add_edit")


class RecastPreferences(bpy.types.AddonPreferences):
    """Where Recast Nodes is installed"""

    bl_idname = PACKAGE
    __annotations__ = {  # written out: Blender wants the property itself, not its words
        "python": bpy.props.StringProperty(
            name="Python",
            description="The Python in which Recast Nodes is installed. RECAST_PYTHON overrides it",
            subtype="FILE_PATH",
        )
    }

    def draw(self, context: Any) -> None:
        """The one preference there is."""
        self.layout.prop(self, "python")


CLASSES = [RECAST_PT_panel, RECAST_MT_add, RecastPreferences]


def add_menu(menu: Any, context: Any) -> None:
    """Drawn at the end of the compositor's Add menu."""
    if context.space_data.tree_type == "CompositorNodeTree":
        menu.layout.menu(RECAST_MT_add.bl_idname, icon_value=drawn["icons"]["FaceTrack"].icon_id)


def load_icons() -> None:
    """Load the drawings; Blender keeps them until `drop_icons`."""
    drawn["icons"] = bpy.utils.previews.new()
    for name in declarations():
        drawn["icons"].load(name, os.path.join(ICONS, f"{PREFIX}{name}.png"), "IMAGE")


def drop_icons() -> None:
    """Give the drawings back."""
    if "icons" in drawn:
        bpy.utils.previews.remove(drawn.pop("icons"))


def _wrap(text: str, width: int) -> list[str]:
    import textwrap

    return [line for part in text.splitlines() for line in textwrap.wrap(part, width)]
