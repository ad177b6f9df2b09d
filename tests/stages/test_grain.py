"""Grain that resampling takes, and that is given back."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.decode import noise_level, regrained, softened
from recast_nodes.stages.resample import resample

NOISE = torch.randn(3, 256, 256, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("offset", [(0.5, 0.0), (0.25, -0.4), (-0.01, 0.02), (3.0, -2.0)])
def test_the_lost_variance_is_what_the_cubic_leaves(offset):
    flow = torch.tensor(offset)[:, None, None].expand(2, 256, 256)
    kernel = torch.zeros(1, 9, 9)
    kernel[0, 4, 4] = 1.0  # what becomes of a single bright pixel is the cubic's weights
    places = torch.nn.functional.affine_grid(
        torch.tensor([[[1.0, 0, 2 * offset[0] / 9], [0, 1, 2 * offset[1] / 9]]]), [1, 1, 9, 9], align_corners=False
    )
    weights = torch.nn.functional.grid_sample(kernel[None], places, mode="bicubic", align_corners=False)
    lost = softened(flow, torch.ones(1, 256, 256))
    torch.testing.assert_close(lost.mean(), 1 - weights.square().sum(), atol=1e-4, rtol=1e-3)


def test_grain_keeps_its_strength_and_sets_in_without_a_jump():
    whole = torch.ones(1, 256, 256)
    flow = torch.full((2, 256, 256), 0.5)
    moved = resample(NOISE, flow)
    kept = regrained(moved, NOISE, flow, whole, 1.0, 7).std() / NOISE.std()
    assert abs(float(kept) - 1) < 0.1 < 1 - float(moved.std() / NOISE.std())
    hardly = torch.full((2, 256, 256), -1e-4)
    assert float((regrained(NOISE, NOISE, hardly, whole, 1.0, 7) - NOISE).abs().max()) < 0.01


def test_grain_is_measured_where_skin_is_plain_and_lit():
    """Texture on most of a face is no grain, and neither crushed blacks nor clipped whites tell of it."""
    generator = torch.Generator().manual_seed(2)
    skin = torch.full((3, 320, 320), 0.3)
    skin[:, :, 64:] += 0.02 * torch.randn(3, 320, 256, generator=generator)  # pores: the same in every frame
    picture = skin + 0.003 * torch.randn(3, 320, 320, generator=generator)
    picture[:, 288:] = 0.0
    picture[:, :32] = 4.0
    torch.testing.assert_close(noise_level(picture).flatten(), torch.full((3,), 0.003), rtol=0.15, atol=0)
