"""The node reference, docs/nodes.md, from the declarations."""

from __future__ import annotations

from ..knobs import Knob
from ..node import Node
from ..nodes import NODES
from ..registry import only_own

HEAD = """# Node reference

<!-- Made by `recast nodes --markdown` from the declarations in recast_nodes/nodes; a test compares them. -->

Knobs marked *key* can be animated. A row in bold begins a group: a tab in Nuke, a headline in Studio.
An unset knob behaves as its default says.
"""


def node_reference() -> str:
    """All nodes as one Markdown page, without what other packages add here."""
    with only_own():
        return "\n".join([HEAD, *(_node(kind) for kind in NODES.values())])


def _node(kind: type[Node]) -> str:
    lines = [f"## {kind.__name__}", "", kind.describe()["documentation"], ""]
    lines += [
        f"- **{entry.name}** ({entry.takes}{', optional' if entry.optional else ''}): {entry.tip}"
        for entry in kind.inputs.values()
    ]
    lines += [f"- gives {kind.gives.__name__}" if kind.gives else "- writes files", ""]
    lines += ["| knob | default | takes | |", "| --- | --- | --- | --- |"]
    group = ""
    for knob in kind.knobs.values():
        if knob.group != group:
            group = knob.group
            lines.append(f"| **{group or kind.__name__}** | | | |")
        lines.append(_row(knob))
    return "\n".join([*lines, ""])


def _row(knob: Knob) -> str:
    slider = getattr(knob, "slider", None)
    shown = f"; slider {slider[0]:g} to {slider[1]:g}" if slider and slider != knob.limits else ""  # type: ignore[attr-defined]
    cells = [f"`{knob.name}`", _default(knob), knob.takes() + shown, ("*key* " if knob.animates else "") + knob.tip]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(knob: Knob) -> str:
    if knob.default is None or knob.default == "" or knob.default == ():
        return ""
    value = ",".join(knob.default) if isinstance(knob.default, tuple) else str(knob.default)
    return f"`{value.lower() if isinstance(knob.default, bool) else value}`"
