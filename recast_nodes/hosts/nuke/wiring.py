"""How nodes are connected in Nuke: which one a picture comes from."""

from __future__ import annotations

from typing import Any

import nuke

KIND = "recast_kind"
THROUGH = ("Dot", "NoOp", "PostageStamp", "Output")  # nodes that pass on what comes in


class ScriptError(Exception):
    """What is missing in the script, in words for the artist."""


def is_write(node: Any) -> bool:
    """Whether a node is a Write of ours."""
    return node.knob(KIND) is not None and node[KIND].value() == "Write"


def source_of(node: Any) -> Any:
    """The node whose result arrives: through dots, nodes of ours that are disabled and Writes, whose result is not
    yet there when the next edit is described, out of a group through its input, and into another Recast group.
    """
    while node is not None:
        if node.Class() == "Input":
            group: Any = nuke.toNode(node.fullName().rpartition(".")[0])
            number = node.knob("number")
            node = group.input(int(number.value()) if number is not None else 0)
        elif node.Class() in THROUGH or is_write(node) or (node.knob(KIND) is not None and is_disabled(node)):
            node = node.input(0)
        elif node.Class() == "Group" and node.knob(KIND) is None and not is_disabled(node):
            inside = source_of(node.output())
            if inside is None or inside.knob(KIND) is None:
                return node
            node = inside
        else:
            return node
    return None


def is_disabled(node: Any) -> bool:
    """Whether the artist switched a node off."""
    knob = node.knob("disable")
    return knob is not None and bool(knob.value())
