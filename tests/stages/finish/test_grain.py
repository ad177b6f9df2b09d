"""Grain that resampling takes, and that is given back."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.finish.grain import extract_grain, lost_grain, noise_level, restore_grain, scatter_grain
from recast_nodes.stages.grid.resample import resample

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
    lost = lost_grain(flow, torch.ones(1, 256, 256))
    torch.testing.assert_close(lost.mean(), 1 - weights.square().sum(), atol=1e-4, rtol=1e-3)


def test_grain_keeps_its_strength_and_sets_in_without_a_jump():
    whole = torch.ones(1, 256, 256)
    flow = torch.full((2, 256, 256), 0.5)
    moved = resample(NOISE, flow)
    kept = restore_grain(moved, NOISE, flow, whole, 1.0, (0, 0)).std() / NOISE.std()
    assert abs(float(kept) - 1) < 0.1 < 1 - float(moved.std() / NOISE.std())
    hardly = torch.full((2, 256, 256), -1e-4)
    assert float((restore_grain(NOISE, NOISE, hardly, whole, 1.0, (0, 0)) - NOISE).abs().max()) < 0.01


def test_grain_is_measured_where_skin_is_plain_and_lit():
    """Texture on most of a face is no grain, and neither crushed blacks nor clipped whites tell of it."""
    generator = torch.Generator().manual_seed(2)
    skin = torch.full((3, 320, 320), 0.3)
    skin[:, :, 64:] += 0.02 * torch.randn(3, 320, 256, generator=generator)  # pores: the same in every frame
    picture = skin + 0.003 * torch.randn(3, 320, 320, generator=generator)
    picture[:, 288:] = 0.0
    picture[:, :32] = 4.0
    torch.testing.assert_close(noise_level(picture).flatten(), torch.full((3,), 0.003), rtol=0.15, atol=0)


def skin_and_brow(grain: float, seed: int) -> torch.Tensor:
    """(3, 256, 256) skin under fresh grain, with strong fixed texture in its lower half."""
    generator = torch.Generator().manual_seed(2)
    picture = torch.full((3, 256, 256), 0.3)
    picture[:, 128:] += 0.05 * torch.randn(3, 128, 256, generator=generator)
    return picture + grain * torch.randn(3, 256, 256, generator=torch.Generator().manual_seed(seed))


def test_grain_stands_still_on_a_still_and_lives_as_the_plates_does():
    flow, whole = torch.full((2, 256, 256), 0.5), torch.ones(1, 256, 256)

    def edited(plate: torch.Tensor) -> torch.Tensor:
        return restore_grain(resample(plate, flow), plate, flow, whole, 1.0, (0, 0))

    still = skin_and_brow(0.004, 5)
    assert torch.equal(edited(still), edited(still.clone()))
    plates = torch.stack([skin_and_brow(0.004, seed) for seed in range(12)])
    shot = torch.stack([edited(plate) for plate in plates])
    lively = (shot.std(0) / plates.std(0))[:, :112].mean()
    assert abs(float(lively) - 1) < 0.05
    assert float((shot.std(0) / plates.std(0))[:, 144:].mean()) < 1.05


def test_texture_gives_no_more_grain_than_skin():
    grain = extract_grain(skin_and_brow(0.004, 5))
    assert float(grain[:, 144:].std()) < 1.1 * float(grain[:, 16:112].std())


def test_scattered_grain_hangs_on_the_places_in_the_plate():
    """A window that begins elsewhere, as it may in the next frame, finds the same grain in the same place."""
    inner = scatter_grain(NOISE, (40, 30))[:, 64:-64, 64:-64]
    torch.testing.assert_close(scatter_grain(NOISE[:, 5:, 9:], (49, 35))[:, 59:-64, 55:-64], inner)


def test_scattered_grain_has_no_form_and_nothing_to_do_with_the_plates():
    stripes = torch.cos(torch.arange(256) / 2.0).expand(3, 256, 256)
    loose = scatter_grain(stripes, (0, 0))
    beside = (loose[..., 1:] * loose[..., :-1]).mean() / loose.square().mean()
    there = (loose * stripes).mean() / loose.square().mean()
    assert abs(float(beside)) < 0.1 and abs(float(there)) < 0.1


def test_scattered_grain_comes_from_up_to_sixteen_pixels_away():
    columns = torch.arange(256.0).expand(3, 256, 256)
    away = (scatter_grain(columns, (0, 0)) - columns)[:, :, 64:-64].abs()
    assert 12 < float(away.max()) <= 16


def test_a_filled_mouth_has_the_grain_of_its_light():
    """In black a quarter of what skin has, in skin's own light all of it."""
    plate, still = skin_and_brow(0.01, 3), torch.zeros(2, 256, 256)
    filled = plate.mean(0, keepdim=True).expand(3, -1, -1).clone()
    filled[:, :, :128] = 0.0
    filled[:, :, 128:] = 0.3
    got = restore_grain(filled, plate, still, torch.zeros(1, 256, 256), 1.0, (0, 0)) - filled
    dark, lit = got[:, :, :128].std(), got[:, :, 128:].std()
    assert float(dark / lit) == pytest.approx(0.25, rel=0.05)
    assert float(lit) == pytest.approx(float(scatter_grain(extract_grain(plate), (0, 0)).std()), rel=0.05)
