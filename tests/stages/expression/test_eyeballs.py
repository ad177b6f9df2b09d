"""Eyeballs: directions and angles, how far they turn, and where irises then are."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.expression.eyeballs import (
    focal_length,
    limit_angles,
    place_eyeballs,
    read_angles,
    to_angles,
    to_direction,
)

FACE = canonical_face().vertices


def test_angles_say_where_a_direction_goes():
    angles = torch.tensor([[20.0, -10.0], [-35.0, 15.0], [0.0, 0.0]])
    directions = to_direction(angles)
    torch.testing.assert_close(to_angles(3 * directions), angles)
    assert directions[0, 0] > 0 and directions[0, 1] < 0 and (directions[:, 2] < 0).all()


@pytest.mark.parametrize("size", (0.7, 1.0, 1.3))
def test_eyes_that_look_somewhere_are_read_so(size):
    shape, wanted = FACE.clone(), torch.tensor([[12.0, -9.0], [-20.0, 14.0]])
    eyeballs = place_eyeballs(shape, size)
    shape[[468, 473]] = eyeballs.irises(wanted)
    torch.testing.assert_close(read_angles(shape, eyeballs), wanted, atol=1e-3, rtol=0)


def test_an_eyeball_of_any_size_has_its_straight_iris_in_one_place():
    ahead = torch.zeros(2, 2)
    small, large = (place_eyeballs(FACE, size).irises(ahead) for size in (0.6, 1.5))
    torch.testing.assert_close(small, large)


def test_a_larger_eyeball_carries_its_iris_further():
    aside = torch.full((2, 2), 20.0)
    small, large = (place_eyeballs(FACE, size) for size in (0.8, 1.2))
    ways = [(each.irises(aside) - each.irises(0 * aside))[:, :2].norm(dim=1) for each in (small, large)]
    torch.testing.assert_close(ways[1], 1.5 * ways[0])


def test_small_turns_are_as_asked_and_large_ones_stop():
    asked = torch.linspace(-89, 89, 179)
    pairs = torch.stack([torch.stack([asked, asked], 1), torch.stack([-asked, asked], 1)], 1)
    given = torch.stack([limit_angles(pair) for pair in pairs])
    assert torch.equal(given[(asked.abs() <= 18)], pairs[(asked.abs() <= 18)])
    assert (given[1:, 0].diff(dim=0) >= 0).all()
    assert given[..., 0].abs().max() < 45 and given[:, :, 1].max() < 47.5 and given[:, :, 1].min() > -28
    torch.testing.assert_close(given[:, 0, 0], -given[:, 1, 0])  # inwards is inwards in both eyes
    assert given[-1, 0, 0] > given[-1, 1, 0].abs() - 1e-4


def test_a_50_mm_lens_sees_40_degrees():
    assert focal_length(36.0, 39.6) == pytest.approx(50, abs=0.05)
