"""Poses between poses: along the shortest turn, and no further than a plate can follow."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.stages.expression.head_pose import Pose
from recast_nodes.stages.expression.pose_blend import interpolate_rotation, limit_pose


@given(angle=st.floats(-3, 3), amount=st.floats(0, 1))
def test_part_of_a_turn(angle, amount):
    cosine, sine = torch.tensor(angle).cos(), torch.tensor(angle).sin()
    whole = torch.stack([torch.stack([cosine, -sine]), torch.stack([sine, cosine])])
    rotation = torch.eye(3)
    rotation[:2, :2] = whole
    part = interpolate_rotation(rotation, amount)
    torch.testing.assert_close(part @ part.T, torch.eye(3), atol=1e-4, rtol=0)
    assert abs(float(torch.atan2(part[1, 0], part[0, 0])) - angle * amount) < 1e-3


@pytest.mark.parametrize("angle", [3.1, 3.14159])
@pytest.mark.parametrize("axis", [(0, 0, 1), (1, 0, 0), (0.6, 0, 0.8), (0.6, -0.64, 0.48)])
def test_part_of_a_half_turn_about_any_axis(angle, axis):
    """As from an upright face to a driver's that is upside down."""
    x, y, z = axis
    cross = torch.tensor([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    part = interpolate_rotation(torch.matrix_exp(angle * cross), 0.25)
    torch.testing.assert_close(part, torch.matrix_exp(angle / 4 * cross), atol=2e-3, rtol=0)


def pose(degrees=0.0, moved=0.0, grown=0.0):
    angle = torch.deg2rad(torch.tensor(degrees))
    rotation = torch.eye(3)
    rotation[0, 0] = rotation[2, 2] = angle.cos()
    rotation[0, 2], rotation[2, 0] = angle.sin(), -angle.sin()
    return Pose(rotation, torch.tensor([10.0 * math.exp(grown)]), torch.tensor([200.0 * moved, 0.0, 0.0]))


@pytest.mark.parametrize(
    ("name", "limits"), [("degrees", (12.0, 20.0)), ("moved", (0.08, 0.14)), ("grown", (0.12, 0.22))]
)
def test_a_head_goes_no_further_than_the_plate_can_follow(name, limits):
    free, most = limits
    near = pose(**{name: 0.98 * free})
    assert limit_pose(pose(), near, torch.zeros(3), 200.0) == (near, 1.0), "that far it follows freely, to the bit"
    shares = [limit_pose(pose(), pose(**{name: way}), torch.zeros(3), 200.0)[1] * way for way in (most, 3 * most)]
    assert free < shares[0] < shares[1] and shares[1] == pytest.approx(most, rel=0.02)
