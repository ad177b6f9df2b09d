"""Irises between lids that close and part: they keep their form, and the lashes before them stay with the lid."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import LEFT_IRIS, LEFT_LOWER_LID, LEFT_UPPER_LID
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.field.backward import backward_flow
from recast_nodes.stages.field.irises import move_irises
from recast_nodes.stages.field.triangles import sample_at

from ...performer import track

SIZE = (700, 700)
FACE = track(size=600, centre=(350.0, 350.0), yaw=0.0)
UPPER, LOWER, CENTRE = LEFT_UPPER_LID[3], LEFT_LOWER_LID[3], LEFT_IRIS[0]
RADIUS = float((FACE.landmarks[list(LEFT_IRIS[1:]), :2] - FACE.landmarks[CENTRE, :2]).norm(dim=1).mean())


def lids(share):
    """The face with its lids at so much of their gap."""
    points = FACE.landmarks.clone()
    upper, lower = list(LEFT_UPPER_LID), list(LEFT_LOWER_LID)
    middle = (points[upper] + points[lower]) / 2
    for lid in (upper, lower):
        points[lid] = middle + share * (points[lid] - middle)
    return points


def field(plate, driven):
    return backward_flow(plate, driven, canonical_face().triangles, FACE.hull, (0, 0), SIZE)


def stretch(flow, where):
    """How much more of the plate than of the result a stretch across an iris' middle shows, downwards."""
    step = torch.tensor([0.0, 0.15 * RADIUS])
    above, below = sample_at(flow, torch.stack([where - step, where + step]))
    return float((below - above)[1] / (2 * step[1]))


def test_lids_that_close_pass_over_the_iris_and_do_not_press_it_flat():
    assert abs(stretch(field(lids(1.8), lids(1.2)), FACE.landmarks[CENTRE, :2])) < 0.06


def test_lashes_below_a_lid_that_rises_rise_with_it_though_the_iris_sinks():
    plate, driven = lids(1.2), lids(1.5)
    driven[list(LEFT_IRIS), 1] += 0.25 * RADIUS
    place = driven[UPPER, :2] + torch.tensor([0.0, 0.15 * RADIUS])
    lid, moved = (plate - driven)[UPPER, 1], sample_at(field(plate, driven), place[None])[0, 1]
    assert 0 < 0.3 * float(lid) < float(moved)


def test_an_iris_that_goes_aside_is_not_sheared_below_its_lid():
    driven = FACE.landmarks.clone()
    driven[list(LEFT_IRIS), 0] += 0.5 * RADIUS
    places = driven[CENTRE, :2] + torch.tensor([[0.0, -0.45 * RADIUS], [0.0, 0.0]])
    under_lid, middle = sample_at(field(FACE.landmarks, driven), places)[:, 0]
    assert float(under_lid) < 0.6 * float(middle) < 0


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_what_is_below_a_lid_is_so_in_a_face_that_lies(quarters):
    """Aside and down are the face's own directions: a turned face is moved as the upright one is, turned."""
    driven = lids(1.5)
    driven[list(LEFT_IRIS), 0] += 0.5 * RADIUS
    still = torch.zeros(2, SIZE[1], SIZE[0])
    upright = move_irises(still, lids(1.2), driven)
    turned = move_irises(still, *(turn_quarter(points, quarters) for points in (lids(1.2), driven)))
    back = torch.rot90(turned, quarters, (1, 2))
    for _ in range(quarters):  # clockwise, so that (x, y) becomes (-y, x); and back
        back = torch.stack([back[1], -back[0]])
    assert (back - upright).abs().mean() < 0.02 * upright.abs().amax()
    assert (back - upright).abs().amax() < 0.2 * upright.abs().amax()


def turn_quarter(points, quarters):
    for _ in range(quarters):
        points = torch.stack([SIZE[0] - points[:, 1], points[:, 0], points[:, 2]], 1)
    return points
