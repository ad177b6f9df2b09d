"""An iris is round where the eye looks into the camera, and narrower by the cosine of how far it looks past it."""

from __future__ import annotations

import math

import pytest
import torch

from recast_nodes.face.anatomy import CHIN_TIP, FOREHEAD, LEFT_EYE, OUTER_EYE_CORNERS
from recast_nodes.stages.expression.eyeballs import IN_FRONT, RADIUS
from recast_nodes.stages.features.foreshortening import narrow_iris

WIDTH = 100.0


def head(yaw: float) -> torch.Tensor:
    """Keypoints of a face that is turned by so many degrees, whose left eye is 100 pixels wide."""
    points = torch.zeros(478, 3)
    points[[OUTER_EYE_CORNERS[1], FOREHEAD, CHIN_TIP]] = torch.tensor([[300.0, 0, 0], [150, -200, 0], [150, 300, 0]])
    points[LEFT_EYE[8]] = torch.tensor([WIDTH, 0, 0])  # the inner corner; the outer one is at 0
    turn = math.radians(yaw)
    across = torch.tensor([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]])
    return points @ across.T


def looking(yaw: float, gaze: float) -> tuple[torch.Tensor, torch.Tensor]:
    """A head turned by `yaw`, and the iris of its left eye that looks `gaze` degrees past the camera to the side."""
    points = head(yaw)
    inwards = points.new_tensor([math.sin(math.radians(yaw)), 0, math.cos(math.radians(yaw))])
    middle = points[LEFT_EYE[8]] / 2 + WIDTH * (RADIUS - IN_FRONT) * inwards
    aside = RADIUS * WIDTH * math.sin(math.radians(gaze))
    return points, middle[:2] + torch.tensor([aside, 0.0])


@pytest.mark.parametrize("yaw", [0.0, 25.0])
@pytest.mark.parametrize("gaze", [0.0, 15.0, 35.0])
def test_an_iris_is_narrower_by_the_cosine_of_its_look(yaw, gaze):
    points, iris = looking(yaw, gaze)
    ellipse = torch.diag(torch.tensor([math.cos(math.radians(gaze)), 1.0]))
    for lower in (0.0, 0.2 * WIDTH):  # however high it is
        shape = narrow_iris(points, LEFT_EYE, iris + torch.tensor([0.0, lower]))
        torch.testing.assert_close(shape, ellipse, atol=1e-3, rtol=0)


def test_no_iris_is_narrower_than_eyes_turn():
    points, iris = looking(0.0, 0.0)
    shape = narrow_iris(points, LEFT_EYE, iris + torch.tensor([3 * WIDTH, 0.0]))
    assert 0.5 < float(shape[0, 0]) < 0.64  # of an eye that looks 50 to 60 degrees aside
    assert float(shape[1, 1]) == pytest.approx(1.0)
