"""Who agreed to an edit: the `consent:` block of a shot document.

    consent:
    - performer: Jane Doe               # whose face the plate shows
      agreement: rider 2026-114         # a reference by which the studio finds what was signed
      scope: dialogue of scenes 12-14, this picture only
      until: 2027-06-30                 # the last day; without it there is no end
    - performer: Sam Roe
      role: driver                      # whose performance drives; without a role it is the plate's performer
      agreement: rider 2026-115

All of it is free text but `role` and `until`. One entry may stand without the dash. Nothing is looked up anywhere, and
no pixel depends on it. A shot without the block has that of the file which its Write names (`Write.consent`), or else
RECAST_CONSENT: hosts whose shots are no documents have one too.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import DocumentError, KnobError, MediaError
from ..unknown_names import unknown
from .document_yaml import compose, line_of

if TYPE_CHECKING:
    from .blocks import Refuse
    from .graph import Graph

BLOCK, VARIABLE = "consent", "RECAST_CONSENT"
PLATE, DRIVER = "plate", "driver"
LONGEST = 2000  # characters of one field, which goes into every frame's header
DIGITS = 16  # of a SHA-256, enough to tell consents apart
MOST = 50  # entries, for the same reason


@dataclass(frozen=True)
class Consent:
    """What one performer agreed to."""

    performer: str = ""
    role: str = PLATE
    agreement: str = ""
    scope: str = ""
    until: date | None = None

    @property
    def facts(self) -> dict[str, str]:
        """The fields that are filled in, as text."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(value) for name, value in found.items() if value}

    def is_over(self, today: date) -> bool:
        """Whether the last day that was agreed to has passed."""
        return self.until is not None and today > self.until

    def __str__(self) -> str:
        rest = [f"{name} {text}" for name, text in self.facts.items() if name not in ("performer", "role")]
        return f"{self.performer or 'a performer without a name'} ({self.role})" + "".join(f"; {each}" for each in rest)


FIELDS = {  # by name, each with its tip, as forms show them
    "performer": "Who agreed: a name, or a number by which your studio knows the performer.",
    "role": "plate: whose face is edited. driver: whose performance drives the edit.",
    "agreement": "A reference by which your studio finds what was signed.",
    "scope": "What was agreed to: shots, lines, territories, uses.",
    "until": "The last day of the agreement, as 2027-06-30. Empty: without an end.",
}


def consents_of(graph: Graph) -> tuple[Consent, ...]:
    """The consents that a shot names."""
    found: tuple[Consent, ...] = graph.blocks.get(BLOCK, ())
    return found


def with_consent(graph: Graph, path: str | None = None) -> Graph:
    """The shot with the consents of the file at `path`; without one, a shot that has none with those of the file that
    its Write or RECAST_CONSENT names. Raises DocumentError.
    """
    file = path or ("" if consents_of(graph) else _named_file(graph) or os.environ.get(VARIABLE, ""))
    return with_consents(graph, read_consent(file)) if file else graph


def _named_file(graph: Graph) -> str:
    """The file that a node which writes names for who agreed."""
    named = [graph.at(name, 0).values.get(BLOCK, "") for name in graph.outputs()]
    return next((str(file) for file in named if file), "")


def with_consents(graph: Graph, consents: tuple[Consent, ...]) -> Graph:
    """The shot with these consents, or without the block."""
    rest = {name: block for name, block in graph.blocks.items() if name != BLOCK}
    return replace(graph, blocks=rest | ({BLOCK: consents} if consents else {}))


def make_consent(facts: Mapping[str, str]) -> Consent:
    """A consent of fields that were written by hand. Raises KnobError, naming the field."""
    found: dict[str, Any] = {}
    for name, text in facts.items():
        try:
            found[name] = _VALUES.get(name, _read_text)(text.strip())
        except ValueError as fault:
            raise KnobError(f"{name}: {fault}") from None
    return Consent(**found)


def read_consent(path: str) -> tuple[Consent, ...]:
    """The consents of a file that holds a block `consent:` and nothing else. Raises DocumentError with every fault."""
    from ..media.files import limits

    problems: list[str] = []
    try:
        limits.check(path, limits.DOCUMENT, limits.check_file(path) / (1 << 20))
        root = compose(Path(path).read_text(encoding="utf-8"))
    except MediaError as error:
        raise DocumentError([str(error)]) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise DocumentError([f"{path}: the consent cannot be read: {reason}."]) from None
    except DocumentError as error:
        raise DocumentError([f"{path}: {problem}" for problem in error.problems]) from None
    entries = root.value if isinstance(root, yaml.MappingNode) else []
    if [key.value for key, _ in entries] != [BLOCK]:
        raise DocumentError([f"{path}: this file holds one block, '{BLOCK}:', and nothing else."])
    found = read_block(entries[0][1], lambda at, text: problems.append(f"{path}: line {line_of(at)}: {text}"))
    if problems:
        raise DocumentError(problems)
    return found


def header_text(consents: Iterable[Consent]) -> str:
    """Consents as a frame's header has them: JSON with one object for each; '' for none."""
    entries = [consent.facts for consent in consents]
    return json.dumps(entries, ensure_ascii=False) if entries else ""


def consent_key(graph: Graph) -> str:
    """What a frame's header says of the consents, as the journal notes it; '' for none."""
    text = header_text(consents_of(graph))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS] if text else ""


def plain_block(consents: tuple[Consent, ...]) -> Any:
    """Consents as plain data of a document; None where there are none."""
    entries = [consent.facts for consent in consents]
    for entry in entries:
        if entry.get("role") == PLATE:
            del entry["role"]
    return (entries[0] if len(entries) == 1 else entries) or None


def read_block(at: yaml.Node, refuse: Refuse) -> tuple[Consent, ...]:
    """The consents in a `consent:` block; its faults go to `refuse`, each at its place."""
    entries = at.value if isinstance(at, yaml.SequenceNode) else [at]
    if len(entries) > MOST:
        refuse(entries[MOST], f"consent: more than {MOST} entries.")
        return ()
    return tuple(_read_entry(entry, refuse) for entry in entries)


def _read_entry(at: yaml.Node, refuse: Refuse) -> Consent:
    if not isinstance(at, yaml.MappingNode):
        refuse(at, "consent: an entry is a mapping, such as 'performer: Jane Doe'.")
        return Consent()
    found: dict[str, Any] = {}
    for key, value in at.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in FIELDS:
            refuse(key, "consent: " + unknown("field", name, FIELDS, "an entry has"))
        elif name in found:
            refuse(key, f"consent: {name!r} stands twice in one entry.")
        elif not isinstance(value, yaml.ScalarNode):
            refuse(value, f"consent: {name} must be one text.")
        else:
            found[name] = value.value.strip()
            try:
                found[name] = _VALUES.get(name, _read_text)(found[name])
            except ValueError as fault:
                refuse(value, f"consent: {name}: {fault}")
                found[name] = Consent.__dataclass_fields__[name].default
    return Consent(**found)


def _read_text(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} characters are too many; it may have {LONGEST}.")
    return text


def _read_role(text: str) -> str:
    if text not in (PLATE, DRIVER):
        raise ValueError(f"takes {PLATE} or {DRIVER}, not {text!r}.")
    return text


def read_until(text: str) -> date | None:
    """A last day; None for an empty text. Raises ValueError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write it as 2027-06-30.") from None


_VALUES: dict[str, Callable[[str], Any]] = {"role": _read_role, "until": read_until}
