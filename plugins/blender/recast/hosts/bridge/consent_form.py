"""The form of a host for who agreed: its fields, and the file beside the output that `Write.consent` then names.

The file is JSON, which is YAML too. One that somebody wrote by hand is theirs: it is not changed.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Mapping
from typing import Any

from .documents import ENDING, document_beside, write_whole

FIELDS = {  # as `recast_nodes.graph.consent` has them
    "performer": "Who agreed: a name, or a number by which your studio knows the performer.",
    "role": "plate: whose face is edited. driver: whose performance drives the edit.",
    "agreement": "A reference by which your studio finds what was signed.",
    "scope": "What was agreed to: shots, lines, territories, uses.",
    "until": "The last day of the agreement, as 2027-06-30. Empty: without an end.",
}
ROLES = ("plate", "driver")
BLOCK = "consent"
LONGEST = 2000  # characters of one field
MOST = 50  # entries


def consent_beside(output: str) -> str:
    """The file that belongs to an output: out/sh010.####.exr -> out/sh010.consent.yaml"""
    return document_beside(output)[: -len(ENDING)] + ".consent.yaml"


def consent_file(named: str, output: str) -> str:
    """The file that an entry goes to: the one that Write.consent names, seen from the output's folder as the shot's
    document sees it, or else the one that belongs to the output. Raises ValueError without an output that it takes.
    """
    if not (output or os.path.isabs(named)):
        raise ValueError("set the output file (the knob file) first.")
    return os.path.join(os.path.dirname(document_beside(output)), named) if named else consent_beside(output)


def add_entry(path: str, entry: Mapping[str, str]) -> int:
    """Add who agreed to a file; returns how many it names now. An entry that is there already is not added again.

    Raises ValueError for what a render would refuse (a date that is none, no performer, too much of anything), and for
    a file that is not a form's; OSError where it cannot be read or written.
    """
    given = {name: entry.get(name, "").strip() for name in FIELDS}
    if not given["performer"]:
        raise ValueError("Say who agreed: performer is empty.")
    for name, text in given.items():
        if len(text) > LONGEST:
            raise ValueError(f"{name}: {len(text)} characters are too many; it may have {LONGEST}.")
    if given["until"]:
        try:
            datetime.date.fromisoformat(given["until"])
        except ValueError:
            raise ValueError(f"until: {given['until']!r} is not a date; write it as 2027-06-30.") from None
    entries = _read(path)
    found = {name: text for name, text in given.items() if text}
    if found in entries:
        return len(entries)
    if len(entries) == MOST:
        raise ValueError(f"{path} names {MOST} who agreed, and may name no more.")
    entries.append(found)
    write_whole(path, (json.dumps({BLOCK: entries}, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))
    return len(entries)


def _read(path: str) -> list[dict[str, Any]]:
    if not os.path.exists(path):
        return []
    refusal = f"{path} was written by hand: add to it in a text editor, or empty the knob consent for a new file."
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except ValueError:
        raise ValueError(refusal) from None
    entries = content[BLOCK] if isinstance(content, dict) and list(content) == [BLOCK] else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(refusal)
    return entries
