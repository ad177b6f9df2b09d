"""The columns of performances are found by name."""

import pytest

from recast_nodes.face.blendshapes import SHAPES
from recast_nodes.face.columns import COLUMNS, LIVE_LINK_FACE, METAHUMAN, find_column, silent_regions, without_prefix


def test_every_list_has_the_same_columns():
    assert len(COLUMNS) == 61 and sorted(LIVE_LINK_FACE) == sorted(COLUMNS)
    assert set(METAHUMAN) == set(SHAPES)
    controls = [control for each in METAHUMAN.values() for control in each]
    assert len(controls) == len(set(controls))


def test_names_of_other_programs():
    for name, controls in METAHUMAN.items():
        assert {find_column(f"CTRL_expressions_{control}") for control in controls} == {name}
    for word in (
        "EyeBlinkLeft",
        "eyeBlink_L",
        "eyeblinkleft",
        "mesh/eyeBlinkLeft",
        "blendShapes.EyeBlinkLeft",
        "eyeBlinkL",
    ):
        assert find_column(word) == "eyeBlinkLeft"
    assert find_column("HeadYaw") == "headYaw" and find_column("mood") == find_column("") == ""


def test_regions_that_nothing_is_said_of():
    assert silent_regions(SHAPES) == ()
    assert silent_regions(["jawOpen", "mouthClose"]) == ("brows", "eyes", "gaze", "cheeks")


@pytest.mark.parametrize(
    ("names", "without"),
    [
        (("blendShape1_jawOpen", "blendShape1_eyeBlink_L"), ["jawOpen", "eyeBlink_L"]),
        (("a_jawOpen", "a_hat"), ["jawOpen", "hat"]),
        (("jawOpen", "jaw_hat"), ["jawOpen", "jaw_hat"]),
        (("mouth_a", "mouth_b"), ["a", "b"]),
        (("facejawOpen", "facejawLeft"), ["facejawOpen", "facejawLeft"]),
        (("a_jawOpen",), ["a_jawOpen"]),
        ((), []),
    ],
)
def test_what_all_names_begin_with_is_no_part_of_them(names, without):
    assert without_prefix(names) == without
