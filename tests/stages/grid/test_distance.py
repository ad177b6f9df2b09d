"""Distances are exact, whoever computes them."""

from __future__ import annotations

import torch

from recast_nodes.stages.grid.distance import depth_inside


def test_depths_are_exact():
    inside = torch.rand(60, 70, generator=torch.Generator().manual_seed(3)) < 0.995
    rows, columns = (~inside).nonzero().unbind(1)
    y, x = torch.arange(60)[:, None, None], torch.arange(70)[None, :, None]
    nearest = ((y - rows) ** 2 + (x - columns) ** 2).amin(-1)
    assert torch.equal(depth_inside(inside), nearest.double().sqrt().float())


def test_a_region_without_an_outside_is_deep_everywhere():
    assert (depth_inside(torch.ones(8, 9)) > 1000).all() and (depth_inside(torch.zeros(8, 9)) == 0).all()
