"""Earlier names of knobs and of their values. Documents, commands and host files that use them are still read.

A name changes here and nowhere else: the shot document, `--set`, Blender and Nuke all look it up in RENAMES.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Rename(NamedTuple):
    """What a knob was called, and what its values were called. A knob that kept its name has `new` equal to `old`."""

    node: str  # the kind of node
    old: str
    new: str
    values: Mapping[str, str] = MappingProxyType({})  # old value: new value, all of them and in the order of then

    def value(self, text: str) -> str:
        """Today's word for an earlier value."""
        return self.values.get(text.strip(), text)

    def describe(self, where: str, text: str = "") -> str:
        """The notice for node `where`; `text` is the earlier value, if any."""
        knob = f"the knob {self.old} is now {self.new}" if self.new != self.old else ""
        new = self.value(text)
        value = f"its value {text.strip()} is now {new}" if new != text else ""
        return f"{where}.{self.old}: {', and '.join(filter(None, (knob, value)))}. The old name still works."


RENAMES = (
    Rename(
        "ExpressionMix",
        "mode",
        "transfer",
        {"paper": "paper-equations", "official": "expression", "animate": "expression-and-pose"},
    ),
)


def earlier(node: str, knob: str) -> Rename | None:
    """The rename behind a knob's earlier name, or behind earlier names of its values; None where there is none."""
    return next((each for each in RENAMES if (each.node, each.old) == (node, knob)), None)
