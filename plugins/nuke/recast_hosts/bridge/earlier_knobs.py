"""Knobs of host files that were saved before a knob or its values got another name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


def earlier_values(kind: Mapping[str, Any], read: Callable[[str], Any]) -> Iterator[tuple[str, str, Any]]:
    """(earlier name, name now, value now) of what a node still has under earlier names.

    `kind` is the node's declaration; `read` gives the value under an earlier name, None or '' if there is none.
    """
    for rename in kind.get("renames", ()):
        value = read(rename["old"])
        if value is not None and value != "":
            yield rename["old"], rename["new"], rename["values"].get(str(value), value)


def describe_rename(node: str, old: str, new: str, value: Any) -> str:
    """The notice for the artist."""
    return f"{node}: the knob {old} is now {new}; it is set to {value}."
