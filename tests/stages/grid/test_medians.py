"""Medians by NumPy are torch's own, to the bit."""

import pytest
import torch

from recast_nodes.stages.grid.medians import median_of, median_over, quantile_over


@pytest.fixture
def stack() -> torch.Tensor:
    """(9, 3, 20, 30) values of which some are unknown, and some places wholly."""
    generator = torch.Generator().manual_seed(2)
    values = torch.randn(9, 3, 20, 30, generator=generator)
    unknown = torch.rand(9, 1, 20, 30, generator=generator) < 0.3
    unknown[:, :, 4:6] = True
    return torch.where(unknown, torch.nan, values)


def test_over_frames_they_are_those_of_torch(stack):
    assert torch.equal(median_over(stack).nan_to_num(-9), stack.nanmedian(0).values.nan_to_num(-9))
    for share in (0.2, 0.8, 1.0):
        assert torch.equal(quantile_over(stack, share).nan_to_num(-9), stack.nanquantile(share, 0).nan_to_num(-9))


def test_of_planes_they_are_those_of_what_is_known(stack):
    planes = stack[0]
    known = torch.isfinite(planes[0])
    assert torch.equal(median_of(planes, known), planes.flatten(1).nanmedian(1).values)


def test_of_nothing_it_is_nought(stack):
    assert torch.equal(median_of(stack[0], torch.zeros(20, 30, dtype=torch.bool)), torch.zeros(3))
