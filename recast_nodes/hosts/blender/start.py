"""Switching the extension on and off."""

from __future__ import annotations

import atexit

import bpy

from .actions import OPERATORS
from .consent import RECAST_OT_consent
from .earlier import take_over_all
from .nodes import node_classes
from .panel import CLASSES, add_menu, drop_icons, load_icons
from .poses import RECAST_OT_pose
from .running import running

registered: list[type] = []


def register() -> None:
    """Make nodes, buttons, panel and menu known to Blender."""
    for kind in [*node_classes(), *OPERATORS, RECAST_OT_consent, RECAST_OT_pose, *CLASSES]:
        bpy.utils.register_class(kind)
        registered.append(kind)
    load_icons()
    bpy.types.NODE_MT_add.append(add_menu)
    bpy.app.handlers.load_post.append(take_over_all)
    atexit.register(unregister)  # as a module, Blender 4.5 hangs at exit while a custom group's class is known


def unregister() -> None:
    """Take all of it back; a job that is on is cancelled."""
    running.cancel()
    atexit.unregister(unregister)
    if not registered:
        return
    bpy.types.NODE_MT_add.remove(add_menu)
    bpy.app.handlers.load_post.remove(take_over_all)
    drop_icons()
    while registered:
        bpy.utils.unregister_class(registered.pop())
