"""The form of Nuke and Blender for who agreed writes a file that a render reads."""

from __future__ import annotations

import pytest

from recast_nodes.graph import consent
from recast_nodes.hosts.bridge.consent_form import BLOCK, FIELDS, ROLES, add_entry, consent_beside


def test_its_fields_are_those_of_a_document():
    assert FIELDS == consent.FIELDS and ROLES == (consent.PLATE, consent.DRIVER) and BLOCK == consent.BLOCK


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
    ("entry", "why"), [({}, "performer is empty"), ({"performer": "J", "until": "soon"}, "not a date")]
)
def test_an_entry_that_cannot_be_read_again_is_not_written(tmp_path, entry, why):
    with pytest.raises(ValueError, match=why):
        add_entry(str(tmp_path / "a.yaml"), entry)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["consent:\n  performer: Jane\n", "[]", '{"consent": {"performer": "J"}}'])
def test_a_file_written_by_hand_is_left_alone(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match="by hand"):
        add_entry(str(path), {"performer": "Sam"})
    assert path.read_text() == text
