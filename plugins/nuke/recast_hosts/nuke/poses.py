"""The list of poses in Nuke: one of them becomes the shapes of a RecastExpressionMix, keyed if asked for."""

from __future__ import annotations

from typing import Any

import nuke

from ..bridge.poses import shipped, values_of
from .wiring import ScriptError

POSE, AMOUNT, KEY = "pose", "amount", "key at this frame"


def ask_pose(node: Any) -> None:
    """Ask for a pose and set the node's shapes to it, as one step of undo. Raises ScriptError for an odd amount."""
    poses = shipped()
    panel = nuke.Panel("Poses")
    panel.addEnumerationPulldown(POSE, " ".join(poses))
    panel.addSingleLineInput(AMOUNT, "1")
    panel.addBooleanCheckBox(KEY, False)  # type: ignore[attr-defined]  # its stub writes it otherwise
    if not panel.show():
        return
    try:
        amount = float(panel.value(AMOUNT))
    except ValueError:
        raise ScriptError(f"amount: {panel.value(AMOUNT)!r} is not a number.") from None
    undo = nuke.Undo()
    undo.begin("Recast pose")
    try:
        for name, value in values_of(poses[panel.value(POSE)], amount):
            _set(node[name], value, bool(panel.value(KEY)))
    finally:
        undo.end()


def _set(knob: Any, value: float, key: bool) -> None:
    if key and not knob.isAnimated() and (value or knob.value()):
        knob.setAnimated()
    if knob.isAnimated():
        knob.setValueAt(value, nuke.frame())
    else:
        knob.setValue(value)
