"""The block `consent:` of a shot document: read, written, and refused with the line where it is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from recast_nodes.errors import DocumentError
from recast_nodes.graph.consent import Consent, consents_of, header_text
from recast_nodes.graph.document import dump, parse

SHOT = """recast: 1
{}
nodes:
  Plate: {{kind: Read}}
"""
TWO = """consent:
- performer: Jané Doe
  agreement: rider 2026-114
  scope: "scenes 12-14: this picture only"
  until: 2027-06-30
- performer: Sam Roe
  role: driver"""
JANE = Consent("Jané Doe", "plate", "rider 2026-114", "scenes 12-14: this picture only", date(2027, 6, 30))


def shot(block: str):
    return parse(SHOT.format(block))


def test_a_block_is_read_and_written_as_it_was():
    graph = shot(TWO)
    assert consents_of(graph) == (JANE, Consent("Sam Roe", "driver"))
    assert consents_of(parse(dump(graph))) == consents_of(graph)


def test_one_entry_stands_without_a_dash():
    graph = shot("consent: {performer: Jane, until: ''}")
    assert consents_of(graph) == (Consent("Jane"),)
    assert "consent: {performer: Jane}" in dump(graph)


def test_a_shot_without_one_is_written_as_before():
    assert "consent" not in dump(shot(""))


@pytest.mark.parametrize(
    "block, line, words",
    [
        ("consent: yes", 2, "mapping"),
        ("consent:\n- performer: Jane\n  agrement: 7", 4, "Did you mean agreement?"),
        ("consent:\n  performer: Jane\n  until: June", 4, "not a date"),
        ("consent:\n  performer: Jane\n  role: stunt", 4, "plate or driver"),
        ("consent:\n  performer: Jane\n  performer: Joan", 4, "twice"),
        ("consent:\n  performer: [Jane]", 3, "one text"),
        (f"consent:\n  scope: {'x' * 2001}", 3, "2001 characters"),
    ],
)
def test_a_fault_is_named_with_its_line(block, line, words):
    with pytest.raises(DocumentError) as caught:
        shot(block)
    (problem,) = caught.value.problems
    assert problem.startswith(f"line {line}: consent") and words in problem


def test_the_last_day_is_within_the_agreement():
    assert not JANE.is_over(date(2027, 6, 30)) and JANE.is_over(date(2027, 7, 1)) and not Consent().is_over(date.max)


def test_a_header_holds_what_was_filled_in():
    assert header_text([Consent("Jané", until=date(2027, 6, 30))]) == (
        '[{"performer": "Jané", "role": "plate", "until": "2027-06-30"}]'
    )
    assert header_text([]) == ""
