"""What Nuke is asked when it makes one of our gizmos, by hand, by pasting or from a script: knobs as declared, and the
result that a Write shows. A gizmo's text has no words for the first, and Nuke keeps nothing of a gizmo's inside.
"""

from __future__ import annotations

from typing import Any

import nuke

from ..bridge.shot import declarations
from .earlier import take_over
from .results import show
from .wiring import KIND

SLIDER = 0x2  # Knob::SLIDER of Nuke's NDK, for numbers; the nuke module has no name for it


def watch() -> None:
    """Have `created` called for every gizmo of ours, from now on."""
    for name in declarations():
        nuke.addOnCreate(finish_gizmo, nodeClass="Recast" + name)


def finish_gizmo() -> None:
    """The gizmo that Nuke has just made."""
    node: Any = nuke.thisNode()
    kind = declarations()[node[KIND].value()]
    for knob in kind["knobs"]:
        if knob["kind"] in ("Float", "Int"):
            _apply_declaration(node.knob(knob["name"]), knob)
    for text in take_over(node):
        nuke.tprint(text)
    if not kind["gives"]:
        show(node)


def _apply_declaration(own: Any, knob: dict[str, Any]) -> None:
    if own is None:
        return  # a script of another version of ours
    if not knob["animates"]:
        own.setFlag(nuke.NO_ANIMATION)
    if not knob["slider"]:
        own.clearFlag(SLIDER)
