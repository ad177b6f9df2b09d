"""What a frame's mouth is worth: blur is seen, and what is before it."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.models.mesh.complexion import layout
from recast_nodes.stages.grid.shapes import blur
from recast_nodes.stages.lenders.sight import BLURRED, PATCH, find_covered, measure_sharpness

from ...performer import track


def mouth_points():
    points = track(size=180).landmarks[:, :2]
    left, right = points[61], points[291]
    scale = PATCH / 2 / torch.linalg.vector_norm(right - left)
    return (points - (left + right) / 2) * scale + PATCH / 2


def test_a_blurred_mouth_is_told_from_a_sharp_one():
    generator = torch.Generator().manual_seed(3)
    skin = blur(0.5 + 0.2 * torch.randn(3, PATCH, PATCH, generator=generator), 1.0)
    sharp = measure_sharpness(skin, mouth_points())
    shares = [measure_sharpness(blur(skin, sigma), mouth_points()) / sharp for sigma in (0.5, 2.0)]
    assert shares[0] > BLURRED > shares[1]


@pytest.mark.parametrize("light", (0.5, 2.0))
def test_light_does_not_count_as_something_before_the_mouth(light):
    plain = torch.zeros(3, *layout().owner.shape)
    lit = plain.clone()
    lit[0] += float(torch.tensor(light).log())
    assert find_covered([plain] * 6 + [lit], layout()) == [False] * 7


def test_a_hand_before_the_mouth_covers_it():
    plain = torch.zeros(3, *layout().owner.shape)
    hand = plain.clone()
    rows = layout().lips[0].any(1).nonzero().flatten()
    hand[:, int(rows.min()) - 6 :] += torch.tensor([-1.5, 0.6, -0.6])[:, None, None]
    assert find_covered([plain] * 6 + [hand, None], layout()) == [False] * 6 + [True, True]
    assert find_covered([hand, plain], layout()) == [False, False], "too few frames to tell"
