"""The form of Nuke for who agreed to an edit: one performer at a time, into the file that `Write.consent` names."""

from __future__ import annotations

from typing import Any

import nuke

from ..bridge.consent_form import FIELDS, ROLES, add_entry, consent_file
from .reading import plain_value
from .wiring import ScriptError


def ask_consent(node: Any) -> None:
    """Ask for a performer's consent, add it to the Write's file, and say how many that names. Raises ScriptError."""
    output, named = (str(plain_value(node[knob])) for knob in ("file", "consent"))
    try:
        path = consent_file(named, output)
    except ValueError as refusal:
        raise ScriptError(f"{node.fullName()}: {refusal}") from None
    panel = nuke.Panel("Consent: who agreed to this edit")
    for name in FIELDS:
        if name == "role":
            panel.addEnumerationPulldown(name, " ".join(ROLES))
        else:
            panel.addSingleLineInput(name, "")
    if not panel.show():
        return
    try:
        count = add_entry(path, {name: panel.value(name) or "" for name in FIELDS})
    except ValueError as refusal:
        raise ScriptError(str(refusal)) from None
    if not named:
        node["consent"].setValue(path)
    nuke.message(f"{path} names {count} who agreed. Press Consent... again for another performer.")
