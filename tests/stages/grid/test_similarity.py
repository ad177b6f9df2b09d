"""How a face is turned in the picture, and from when on that counts."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.grid.similarity import face_axes, lean, roll

from ...performer import turn


def turned(degrees: float, yaw: float = 0.0) -> torch.Tensor:
    """(478, 3) the canonical face, turned clockwise on screen, y down."""
    angle = math.radians(degrees)
    points = canonical_face().vertices @ turn(yaw)
    matrix = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return torch.cat([points[:, :2] @ matrix.T, points[:, 2:]], 1)


@given(st.floats(-179, 179), st.floats(-1.4, 1.4))
def test_roll_is_how_far_a_face_is_turned_however_its_head_is(degrees, yaw):
    found = math.degrees(roll(turned(degrees, yaw)))
    assert math.remainder(found - degrees, 360) == pytest.approx(0, abs=6)


def test_many_faces_at_once():
    assert torch.rad2deg(roll(torch.stack([turned(0), turned(90), turned(-120)]))).tolist() == pytest.approx(
        [0, 90, -120], abs=1.5
    )


@given(st.floats(-180, 180), st.floats(0, 1))
def test_a_lean_grows_steadily_from_nothing_to_the_whole_turn(angle, more):
    assert lean(-angle) == -lean(angle)
    assert 0 <= abs(lean(angle)) <= abs(angle)
    assert lean(angle) == (0 if abs(angle) <= 25 else angle if abs(angle) >= 40 else lean(angle))
    assert abs(lean(angle + more) - lean(angle)) <= 4 * more + 1e-6, "no jump"


def test_heads_are_held_as_people_hold_them_up_to_25_degrees():
    assert face_axes(turned(23)) is None
    assert face_axes(turned(29)) is not None
    axes = face_axes(turned(180))
    torch.testing.assert_close(axes, -torch.eye(2), atol=0.03, rtol=0)
    assert face_axes(turned(90))[1].tolist() == pytest.approx([-1, 0], abs=0.03), "its chin is at the left"


def test_a_face_that_lies_is_straightened_wholly_from_40_degrees_on():
    assert lean(41.0) == 41.0 and 0 < lean(39.0) < 39.0
