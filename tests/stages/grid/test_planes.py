"""Channels joined for OpenCV and parted again, and pixels picked, keep every bit."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.grid.planes import interleave, join_places, pick, pick_places, separate

PICTURE = torch.rand(4, 37, 53, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_planes_come_back_as_they_were(channels):
    rows = interleave(PICTURE[:channels])
    assert rows.shape == ((37, 53) if channels == 1 else (37, 53, channels))
    assert torch.equal(separate(rows), PICTURE[:channels])


@pytest.mark.parametrize("view", [PICTURE[:3, 5:20, 7:31], PICTURE.permute(0, 2, 1), PICTURE[:, ::2, ::3]])
def test_a_part_of_a_picture_is_joined_as_the_whole_is(view):
    assert torch.equal(separate(interleave(view)), view)


def test_pixels_are_picked_by_what_lies_before_the_point():
    x, y = torch.tensor([[0.0, 3.9, 52.0]]), torch.tensor([[36.0, 0.99, 5.5]])
    picked = separate(pick(interleave(PICTURE), pick_places(x, y)))
    assert torch.equal(picked, PICTURE[:, [36, 0, 5], [0, 3, 52]][:, None])


def test_places_have_their_coordinates_last():
    x, y = PICTURE[0], PICTURE[1]
    assert torch.equal(join_places(x, y), torch.stack([x, y], -1))
