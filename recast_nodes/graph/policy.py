"""What a studio asks of every render: the file that RECAST_POLICY names.

    recast-policy: 1                      # version of the format
    consent: required                     # or optional: a render without a block `consent:` stops
    fields: [performer, agreement]        # what every entry of the block must say; these two where it is left out
    driver: required                      # or optional: the driver's performer must have agreed too
    expired: refused                      # or reported: an agreement whose last day has passed
    ledger: required                      # or optional: a render stops where its ledger cannot be written

Without the variable nothing is asked. A policy that is named and cannot be read lets nothing be rendered.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import yaml

from ..errors import DocumentError
from ..unknown_names import unknown
from .consent import BLOCK, DRIVER, FIELDS, PLATE, Consent, consents_of
from .document_yaml import compose, line_of
from .graph import Graph
from .roles import find_driver, takes_performance

VARIABLE = "RECAST_POLICY"
VERSION = "1"
CHOICES = {  # of each entry but the list of fields; the first asks for something
    BLOCK: ("required", "optional"),
    "driver": ("required", "optional"),
    "expired": ("refused", "reported"),
    "ledger": ("required", "optional"),
}
HELP = "docs/provenance.md says how"
TWICE = {  # who is counted more than once, since nothing tells that two faces are one person's
    PLATE: "A person whose face is edited twice, such as an actor in two parts, has an entry for each.",
    DRIVER: "A person who performs in several files has an entry for each of them.",
}
PICKED_BY = ("pick", "index", "box", "point_x", "point_y", "person", "pick_frame")  # knobs that say which face is meant


@dataclass(frozen=True)
class Policy:
    """What is asked. `path` is the file that asks; '' where there is none."""

    path: str = ""
    consent: bool = False
    fields: tuple[str, ...] = ("performer", "agreement")
    driver: bool = False
    expired: bool = False
    ledger: bool = False


class ConsentFinding(NamedTuple):
    """What is wrong with the consents of a shot; a severe one stops a render before it starts."""

    text: str
    severe: bool


def studio_policy() -> Policy:
    """The policy that RECAST_POLICY names. Raises DocumentError where it cannot be read, or is wrong."""
    path = os.environ.get(VARIABLE, "")
    if not path:
        return Policy()
    try:
        return _PolicyReader(path).read(compose(Path(path).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        text = f"{VARIABLE} names {path}, which cannot be read: {reason}. Nothing is rendered without the policy."
        raise DocumentError([text]) from None
    except DocumentError as error:
        raise DocumentError([f"{path}: {problem}" for problem in error.problems]) from None


class _PolicyReader:
    """Walks the file once and gathers its faults."""

    def __init__(self, path: str):
        self.path = path
        self.problems: list[str] = []

    def read(self, root: yaml.Node) -> Policy:
        """The policy. Raises DocumentError with every fault and its line."""
        words: dict[str, bool] = {}
        fields, version = Policy.fields, ""
        for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode) or isinstance(value, yaml.MappingNode):
                self._refuse(key, "an entry is a name and a word, or a list of words.")
            elif name == "recast-policy":
                version = str(value.value)
            elif name == "fields":
                fields = self._fields(value)
            elif name in CHOICES:
                words[name] = self._choice(name, value)
            else:
                known = ("recast-policy", "fields", *CHOICES)
                self._refuse(key, unknown("entry", name, known, "a policy has"))
        if version != VERSION:
            self._refuse(root, f"a policy says 'recast-policy: {VERSION}'; this one may be something else.")
        if self.problems:
            raise DocumentError(self.problems)
        return Policy(self.path, fields=fields, **words)

    def _choice(self, name: str, at: yaml.Node) -> bool:
        if not isinstance(at, yaml.ScalarNode) or at.value not in CHOICES[name]:
            self._refuse(at, f"{name} takes {' or '.join(CHOICES[name])}, not {at.value!r}.")
        return bool(at.value == CHOICES[name][0])

    def _fields(self, at: yaml.Node) -> tuple[str, ...]:
        items = at.value if isinstance(at, yaml.SequenceNode) else [at]
        for item in items:
            if not isinstance(item, yaml.ScalarNode) or item.value not in FIELDS:
                self._refuse(item, unknown("field", str(item.value), FIELDS, "an entry of consent: has"))
        return tuple(str(item.value) for item in items)

    def _refuse(self, at: yaml.Node, text: str) -> None:
        self.problems.append(f"line {line_of(at)}: {text}")


def judge_consents(graph: Graph, today: date | None = None) -> Iterator[ConsentFinding]:
    """What the studio's policy and the calendar have against rendering a shot. Raises DocumentError for a policy that
    cannot be read.
    """
    policy, consents = studio_policy(), consents_of(graph)
    asked = {PLATE: _count_faces(graph) if policy.consent else 0, DRIVER: _count_drivers(graph) if policy.driver else 0}
    for role, needed in asked.items():
        there = sum(consent.role == role for consent in consents)
        if there < needed:
            whose = f"the {role}'s performer" if needed == 1 else f"{needed} performers of the {role}"
            text = f"the policy {policy.path} asks for the consent of {whose}, and this shot has {there or 'none'}"
            same = f" {TWICE[role]}" if needed > 1 else ""
            yield ConsentFinding(f"{text}: add it to the block 'consent:' ({HELP}).{same}", True)
    for consent in consents:
        yield from _judge_one(consent, policy, any(asked.values()), today or date.today())


def _judge_one(consent: Consent, policy: Policy, asked: bool, today: date) -> Iterator[ConsentFinding]:
    missing: Sequence[str] = [name for name in policy.fields if name not in consent.facts] if asked else ()
    if missing:
        text = f"{consent}: the policy {policy.path} asks for {', '.join(missing)}, which it does not say."
        yield ConsentFinding(text, True)
    if consent.is_over(today):
        refusal = f" The policy {policy.path} refuses it." if policy.expired else ""
        yield ConsentFinding(f"{consent}: the agreement ended on {consent.until}.{refusal}", policy.expired)


def _count_faces(graph: Graph) -> int:
    """How many faces are edited: those that are laid into the plate, each by its track; at least one."""
    tracks = {placed.wires["track"] for placed in graph.nodes.values() if {"track", "face"} <= placed.wires.keys()}
    return max(1, len(tracks))


def _count_drivers(graph: Graph) -> int:
    """How many performances of others drive the edit; sliders alone are none.

    One face of one file is one performance, however many faces it drives and however it is timed. That the faces of two
    files are one person's, nobody but the user knows.
    """
    found = set()
    for name, placed in graph.nodes.items():
        if takes_performance(placed):
            _, track, source = find_driver(graph, name)
            file = graph.at(source, 0).values.get("file", source)
            picked = graph.nodes[track].constants if track else {}
            found.add((file, *(repr(picked.get(knob)) for knob in PICKED_BY)))
    return len(found)


def enforce_policy(graph: Graph) -> Policy:
    """The studio's policy, where it lets the shot be rendered. Raises DocumentError, saying all that it asks for."""
    refusals = [f"{BLOCK}: {finding.text}" for finding in judge_consents(graph) if finding.severe]
    if refusals:
        raise DocumentError(refusals)
    return studio_policy()
