"""The form of Nuke and Blender for who agreed writes a file that a render reads."""

from __future__ import annotations

import pytest

from recast_nodes.graph import consent
from recast_nodes.hosts.bridge import consent_form
from recast_nodes.hosts.bridge.consent_form import BLOCK, FIELDS, ROLES, add_entry, consent_beside, consent_file


def test_its_fields_are_those_of_a_document():
    assert FIELDS == consent.FIELDS and ROLES == (consent.PLATE, consent.DRIVER) and BLOCK == consent.BLOCK
    assert (consent_form.LONGEST, consent_form.MOST) == (consent.LONGEST, consent.MOST)


def test_performers_are_added_one_after_the_other(tmp_path):
    path = consent_beside(str(tmp_path / "out" / "sh010.####.exr"))
    assert path == str(tmp_path / "out" / "sh010.consent.yaml")
    jane = {"performer": " Jöne Doe: 'J' ", "role": "plate", "agreement": "rider 7", "until": "2027-06-30", "scope": ""}
    assert add_entry(path, jane) == add_entry(path, jane) == 1
    assert add_entry(path, {"performer": "Sam", "role": "driver"}) == 2
    one, other = consent.read_consent(path)
    assert (one.performer, one.role, one.agreement, str(one.until)) == (
        "Jöne Doe: 'J'",
        "plate",
        "rider 7",
        "2027-06-30",
    )
    assert (other.performer, other.role, other.agreement) == ("Sam", "driver", "")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({}, "performer is empty"),
        ({"performer": "J", "until": "soon"}, "not a date"),
        ({"performer": "J", "scope": "s" * 2001}, "scope: 2001 characters"),
    ],
)
def test_an_entry_that_cannot_be_read_again_is_not_written(tmp_path, entry, why):
    with pytest.raises(ValueError, match=why):
        add_entry(str(tmp_path / "a.yaml"), entry)
    assert not list(tmp_path.iterdir())


def test_a_file_names_no_more_than_a_render_reads(tmp_path):
    path = str(tmp_path / "a.yaml")
    for number in range(consent.MOST):
        add_entry(path, {"performer": f"extra {number}"})
    assert add_entry(path, {"performer": "extra 0"}) == consent.MOST
    with pytest.raises(ValueError, match="no more"):
        add_entry(path, {"performer": "one more"})
    assert len(consent.read_consent(path)) == consent.MOST


def test_a_file_that_is_named_is_seen_from_the_output_s_folder(tmp_path):
    output, elsewhere = str(tmp_path / "out" / "sh010.####.exr"), str(tmp_path / "agreed.yaml")
    assert consent_file("agreed.yaml", output) == str(tmp_path / "out" / "agreed.yaml")
    assert consent_file(elsewhere, output) == consent_file(elsewhere, "") == elsewhere
    assert consent_file("", output) == consent_beside(output)
    for named in ("", "agreed.yaml"):
        with pytest.raises(ValueError, match="set the output"):
            consent_file(named, "")


@pytest.mark.parametrize(
    "text",
    [
        "consent:\n  performer: Jane\n",
        "[]",
        '{"consent": {"performer": "J"}}',
        '{"consent": ["J"]}',
        '{"consent": [], "notes": "by hand"}',
    ],
)
def test_a_file_written_by_hand_is_left_alone(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match="by hand"):
        add_entry(str(path), {"performer": "Sam"})
    assert path.read_text() == text
