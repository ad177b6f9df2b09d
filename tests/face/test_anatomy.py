"""Landmarks are what their names say, on the canonical face."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face import anatomy
from recast_nodes.models.canonical import canonical_face

PLACES = canonical_face().vertices  # x to the right of the picture, y down, z away from the camera
LISTS = {
    name: value
    for name, value in vars(anatomy).items()
    if name.isupper() and isinstance(value, tuple) and all(isinstance(each, int) for each in value)
}
SIDES = [name for name in LISTS if name.startswith("LEFT_")]
PAIRS = [name for name, value in LISTS.items() if len(value) == 2 and not name.startswith(("LEFT_", "RIGHT_"))]
IRISES = ("LEFT_IRIS", "RIGHT_IRIS")


def mirrored(landmarks: tuple[int, ...]) -> torch.Tensor:
    return PLACES[list(landmarks)] * torch.tensor([-1.0, 1.0, 1.0])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_each_landmark_once(name: str) -> None:
    assert len(set(LISTS[name])) == len(LISTS[name])
    assert all(0 <= each < (anatomy.LANDMARKS if name in IRISES else anatomy.MESH) for each in LISTS[name])


@pytest.mark.parametrize("name", [name for name in SIDES if name not in IRISES])
def test_left_and_right_are_mirror_images(name: str) -> None:
    """Entry by entry, and the left one lies on the picture's left."""
    other = LISTS["RIGHT_" + name.removeprefix("LEFT_")]
    torch.testing.assert_close(mirrored(LISTS[name]), PLACES[list(other)], atol=0.02, rtol=0)
    assert float(PLACES[list(LISTS[name]), 0].max()) < 0


@pytest.mark.parametrize("name", PAIRS)
def test_of_a_pair_the_left_one_comes_first(name: str) -> None:
    left, right = LISTS[name]
    torch.testing.assert_close(mirrored((left,))[0], PLACES[right], atol=0.02, rtol=0)
    assert float(PLACES[left, 0]) < 0


def test_the_parts_of_an_eye_lie_where_their_places_say() -> None:
    for side in ("LEFT", "RIGHT"):
        eye = LISTS[f"{side}_EYE"]
        corners = (eye[anatomy.EYE_OUTER], eye[anatomy.EYE_INNER])
        assert corners == LISTS[f"{side}_EYE_CORNERS"]
        assert eye[anatomy.EYE_LOWER] == LISTS[f"{side}_LOWER_LID"]
        assert eye[anatomy.EYE_UPPER][::-1] == LISTS[f"{side}_UPPER_LID"]


def test_what_is_above_lies_above() -> None:
    order = [
        anatomy.FOREHEAD,
        anatomy.BETWEEN_BROWS,
        anatomy.NASION,
        anatomy.NOSE_TIP,
        anatomy.BELOW_NOSE_TIP,
        anatomy.PHILTRUM,
        anatomy.UPPER_LIP,
        anatomy.LOWER_LIP,
        anatomy.CHIN_TIP,
    ]
    heights = PLACES[order, 1]
    assert bool((heights.diff() > 0).all())
    assert float(PLACES[order, 0].abs().max()) < 0.02
    assert int(PLACES[: anatomy.MESH, 2].argmin()) == anatomy.NOSE_TIP


@pytest.mark.parametrize("upper, lower, left, right", [*anatomy.EYE_SPANS, anatomy.MOUTH_SPAN])
def test_a_span_is_upper_lower_and_both_ends(upper: int, lower: int, left: int, right: int) -> None:
    assert float(PLACES[upper, 1]) < float(PLACES[lower, 1])
    middle = float(PLACES[[upper, lower], 0].mean())
    assert min(PLACES[[left, right], 0]) < middle < max(PLACES[[left, right], 0])
