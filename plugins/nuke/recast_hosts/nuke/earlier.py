"""Gizmos of scripts that were saved before a knob or its values got another name."""

from __future__ import annotations

from typing import Any

from ..bridge.earlier_knobs import describe_rename, earlier_values
from ..bridge.shot import declarations
from .wiring import KIND


def take_over(node: Any) -> list[str]:
    """Move what a node still has under earlier names to the names of now; returns what the artist should know.

    The gizmos keep a hidden text knob of every earlier name, into which Nuke loads such a script.
    """
    notices = []
    kind = declarations()[node[KIND].value()]
    for old, new, value in earlier_values(kind, lambda name: node[name].value() if node.knob(name) else None):
        node[new].setValue(value)
        node[old].setValue("")
        notices.append(describe_rename(node.fullName(), old, new, value))
    return notices
