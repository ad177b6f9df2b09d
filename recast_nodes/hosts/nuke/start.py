"""What Nuke does with the plugin when it starts: `init` everywhere, farm included; `menu` in the interface only."""

from __future__ import annotations

import os

import nuke

from ..bridge.shot import declarations
from .created import watch
from .preference import add_preference

TOOLBAR = "Recast"
# Nuke evaluates this text when the panel is opened, in its own namespace, where nothing of ours is imported.
PANEL = "__import__('recast_hosts.nuke.panel', fromlist=['RecastPanel']).RecastPanel"


def init(folder: str) -> None:
    """Let Nuke find the gizmos and icons, and finish gizmos that it makes. Makes no interface, starts nothing."""
    for name in ("gizmos", "icons"):
        nuke.pluginAddPath(os.path.join(folder, name).replace("\\", "/"))
    watch()


def menu() -> None:
    """The toolbar with a gizmo each, the group, the panel, and the preference."""
    import nukescripts

    toolbar = nuke.menu("Nodes").addMenu(TOOLBAR, icon="RecastFaceTrack.png")
    for name in declarations():
        toolbar.addCommand(name, f"nuke.createNode('Recast{name}')", icon=f"Recast{name}.png")
    toolbar.addSeparator()
    made = "from recast_hosts.nuke import group; group.make_group()"
    toolbar.addCommand("Recast (all nodes of an edit)", made, icon="RecastExpressionMix.png")
    nukescripts.registerWidgetAsPanel(PANEL, "Recast", "org.recast.panel")
    add_preference()
