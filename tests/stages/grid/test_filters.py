"""Blurs, wide ones on fewer cells."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.grid.filters import GONE, blur_wide, erode, erode_shape, fade, window_of
from recast_nodes.stages.grid.shapes import blur, fill_polygon

SHAPE = fill_polygon(torch.tensor([[50.0, 50.0], [150.0, 60.0], [140.0, 150.0], [60.0, 140.0]]), (220, 200))


@pytest.mark.parametrize("sigma", [6.0, 8.0, 12.0, 20.0])
def test_a_wide_blur_on_fewer_cells_is_nearly_the_exact_one(sigma):
    assert float((blur_wide(SHAPE, sigma) - blur(SHAPE, sigma)).abs().max()) < 0.03


def test_a_narrow_blur_is_the_exact_one():
    assert torch.equal(blur_wide(SHAPE, 3.0), blur(SHAPE, 3.0))


def test_a_blur_of_nothing_is_hardly_one():
    """OpenCV takes 0 for a width of its own choice."""
    assert float((blur(SHAPE, 0.0) - SHAPE).abs().max()) < 0.05


def test_a_shape_shrinks_alike_in_bytes():
    for radius in (1.0, 7.0):
        assert torch.equal(erode_shape(SHAPE, radius), erode(SHAPE, radius))


def test_the_window_of_a_mask_holds_all_of_it_and_a_margin():
    mask = torch.zeros(9, 12, dtype=torch.bool)
    mask[2, 5] = mask[4, 10] = True
    assert window_of(mask, 1) == (slice(1, 6), slice(4, 12))
    assert window_of(mask, 3)[0].start == 0


def test_what_fades_is_the_power_of_e_until_it_is_gone():
    away = torch.linspace(0, 200, 4001)
    faded = fade(away)
    assert torch.equal(faded[away < GONE], torch.exp(-away)[away < GONE])
    assert not bool(faded[away >= GONE].any()) and float(torch.exp(torch.tensor(-GONE))) < 2e-38
