"""Brows that landmarks have lost: found where the plate shows them, and left alone where landmarks are right."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import LEFT_BROW, LEFT_EYE, LEFT_UPPER_LID, OVAL, RIGHT_BROW, RIGHT_EYE
from recast_nodes.stages.features import brows
from recast_nodes.stages.features.brows import correct_brows, find_slip
from recast_nodes.stages.grid.shapes import blur, fill_polygon

from ...performer import track

SIZE = (560, 560)
POINTS = track(size=480, centre=(280.0, 280.0), yaw=0.0).landmarks
HEIGHT = float((POINTS[list(LEFT_BROW[5:]), 1] - POINTS[list(LEFT_BROW[:5]), 1])[1:4].mean())


def plate(left=0.0, right=0.0, brightness=0.1):
    """Skin with brows that lie so many of their heights above their landmarks."""
    picture = torch.full((3, *SIZE[::-1]), 0.5)
    for brow, up in ((LEFT_BROW, left), (RIGHT_BROW, right)):
        contour = POINTS[list(brow[:5] + brow[:4:-1]), :2] - torch.tensor([0.0, up * HEIGHT])
        picture = torch.lerp(picture, torch.full_like(picture, brightness), blur(fill_polygon(contour, SIZE), 1.0))
    return picture


def slipped(picture, points=POINTS):
    """What landmarks of both brows are off by."""
    return sum(find_slip(picture, points, *brow) for brow in brows._BROWS)


def lowered(by):
    """Landmarks of an edit that brings both brows down by so many of their heights."""
    driven = POINTS.clone()
    driven[list(LEFT_BROW + RIGHT_BROW), 1] += by * HEIGHT
    return driven


def test_a_brow_above_its_landmarks_is_found_and_the_other_is_left_alone():
    off = slipped(plate(left=1.5))
    assert torch.allclose(off[list(LEFT_BROW), 1], torch.tensor(-1.5 * HEIGHT), atol=0.25 * HEIGHT)
    assert float(off[list(RIGHT_BROW + RIGHT_EYE)].abs().max()) < 0.02 * HEIGHT


def test_the_skin_about_it_gives_way_and_nothing_passes_anything():
    off = slipped(plate(1.5, 1.5))
    assert float(off[list(LEFT_EYE + RIGHT_EYE + OVAL)].abs().max()) < 0.1 * HEIGHT
    column = torch.tensor([10, 109, *LEFT_BROW[1:2], *LEFT_BROW[6:7], LEFT_UPPER_LID[2]])
    assert bool(((POINTS + off)[column[1:], 1] > (POINTS + off)[column[:-1], 1]).all())


@pytest.mark.parametrize("picture", [plate(), plate(0.15, -0.15), plate(1.5, 1.5, brightness=0.45)])
def test_brows_that_lie_where_they_are_said_to_and_such_as_nobody_sees_move_nothing(picture):
    assert float(slipped(picture).abs().max()) == 0


def test_the_edge_of_hair_is_no_brow():
    picture = torch.full((3, *SIZE[::-1]), 0.5)
    picture[:, : int(POINTS[105, 1] - HEIGHT)] = 0.02
    assert float(slipped(picture).abs().max()) == 0


def test_small_and_cut_faces_are_taken():
    small = track(size=14, centre=(3.0, 3.0)).landmarks
    assert bool(torch.isfinite(slipped(torch.full((3, 8, 8), 0.3), small)).all())


def test_what_an_edit_does_not_move_stays_though_its_landmarks_were_lost():
    found, wanted = correct_brows(plate(1.5, 1.5), POINTS, POINTS)
    assert torch.equal(found, wanted)
    for by in (-1.0, 0.01):  # a brow that rises goes as far as it was told to, and a small edit stays small
        found, wanted = correct_brows(plate(1.5, 1.5), POINTS, lowered(by))
        moved = (wanted - found)[list(LEFT_BROW), 1]
        assert torch.allclose(moved, torch.tensor(max(by, 2 * by) * HEIGHT), atol=1e-2 * HEIGHT)


def test_a_lost_brow_falls_to_where_the_edit_says():
    driven = lowered(1.8)
    found, wanted = correct_brows(plate(1.5, 1.5), POINTS, driven)
    lower = list(LEFT_BROW[5:])
    assert torch.allclose(wanted[lower, 1], driven[lower, 1], atol=0.05 * HEIGHT)
    assert float((POINTS - found)[lower, 1].mean()) > 1.2 * HEIGHT


def test_the_upper_edge_of_a_brow_falls_with_it():
    found, wanted = correct_brows(plate(), POINTS, lowered(2.0))
    row = list(LEFT_BROW[:5])
    assert torch.allclose((POINTS - found)[row, 1], torch.tensor(0.5 * HEIGHT), atol=0.1 * HEIGHT)
    assert torch.allclose((wanted - found)[row, 1], torch.tensor(2.0 * HEIGHT), atol=1e-3)
    found, wanted = correct_brows(plate(), POINTS, lowered(-0.5))
    assert torch.equal(found, POINTS) and torch.equal(wanted, lowered(-0.5))
