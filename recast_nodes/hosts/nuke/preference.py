"""The artist's preference: the Python that Recast Nodes is installed in. Nuke keeps it with its own preferences."""

from __future__ import annotations

from typing import Any

import nuke

KNOB = "recast_python"
TIP = "The Python in which Recast Nodes is installed. RECAST_PYTHON overrides it; if empty, `recast` on the PATH."


def preferred_python() -> str:
    """The preference; empty where there is none, as in a terminal."""
    knob = _knob()
    return str(knob.value() or "") if knob is not None else ""


def set_preferred_python(python: str) -> None:
    """Set the preference."""
    knob = _knob()
    if knob is not None:
        knob.setValue(python)


def add_preference() -> None:
    """Give Nuke's preferences a tab of ours, once."""
    preferences: Any = nuke.toNode("preferences")
    if preferences is None or preferences.knob(KNOB) is not None:
        return
    preferences.addKnob(nuke.Tab_Knob("recast", "Recast"))
    knob = nuke.File_Knob(KNOB, "Python")
    knob.setTooltip(TIP)
    preferences.addKnob(knob)


def _knob() -> Any:
    preferences: Any = nuke.toNode("preferences")
    return preferences.knob(KNOB) if preferences is not None else None
