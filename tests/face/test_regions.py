"""Regions as they are declared: what the skull holds is no region's, and every tip is a sentence."""

from __future__ import annotations

import pytest

from recast_nodes.face.anatomy import BESIDE_EYE_CORNERS, OUTER_EYE_CORNERS, RIGID
from recast_nodes.face.regions import REGIONS

HELD_BY_THE_SKULL = set(RIGID) - set(OUTER_EYE_CORNERS) - set(BESIDE_EYE_CORNERS)


@pytest.mark.parametrize("name", REGIONS)
def test_a_region_leaves_out_what_the_skull_holds(name: str) -> None:
    wrong = HELD_BY_THE_SKULL & set(REGIONS[name].landmarks)
    assert not wrong, f"the skull holds {sorted(wrong)} (RIGID of face/anatomy.py): leave them out of region {name}"


@pytest.mark.parametrize("name", REGIONS)
def test_its_tip_is_a_sentence(name: str) -> None:
    assert REGIONS[name].tip[0].isupper() and REGIONS[name].tip.endswith(".")
