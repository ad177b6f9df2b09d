"""Regions as they are declared: what the skull holds is no region's, and every tip is a sentence."""

from __future__ import annotations

import pytest

from recast_nodes.face.anatomy import STILL_LANDMARKS
from recast_nodes.face.regions import REGIONS


@pytest.mark.parametrize("name", REGIONS)
def test_a_region_leaves_out_what_the_skull_holds(name: str) -> None:
    wrong = set(STILL_LANDMARKS) & set(REGIONS[name].landmarks)
    assert not wrong, (
        f"the skull holds {sorted(wrong)} (STILL_LANDMARKS of face/anatomy.py): leave them out of region {name}"
    )


@pytest.mark.parametrize("name", REGIONS)
def test_its_tip_is_a_sentence(name: str) -> None:
    assert REGIONS[name].tip[0].isupper() and REGIONS[name].tip.endswith(".")
