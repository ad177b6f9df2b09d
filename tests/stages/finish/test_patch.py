"""Patches come out of a plate and go back to the same place."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.finish import patch
from recast_nodes.stages.track.crop import CROP_SIZE, crop_matrix

TURNED = crop_matrix(torch.tensor([150.0, 120.0, 180.0, 0.3], dtype=torch.float64), 1.25)


def waves(height: int, width: int) -> torch.Tensor:
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    return torch.stack([torch.sin(x / 20 + k) * torch.cos(y / 25) for k in range(3)])


def test_out_and_back_is_the_plate():
    plate = waves(240, 240)
    taken = patch.cut_patch(plate, (0, 0), TURNED)
    back = patch.lay_patch(taken, (100, 90), (60, 50), TURNED)
    torch.testing.assert_close(back, plate[:, 90:140, 100:160], atol=4e-3, rtol=0)


def test_a_window_of_the_plate_is_enough():
    plate = waves(240, 240)
    x, y, width, height = patch.patch_window(TURNED)
    padded = torch.nn.functional.pad(plate, (-x, x + width - 240, -y, y + height - 240))
    torch.testing.assert_close(
        patch.cut_patch(padded, (x, y), TURNED), patch.cut_patch(plate, (0, 0), TURNED), atol=1e-4, rtol=0
    )


def test_a_small_patch_of_a_large_face_is_averaged():
    noise = torch.rand(1, 2048, 2048, generator=torch.Generator().manual_seed(0))
    whole = crop_matrix(torch.tensor([1024.0, 1024.0, 2048.0, 0.0]))
    taken = patch.cut_patch(noise, (0, 0), whole)
    torch.testing.assert_close(taken, torch.nn.functional.avg_pool2d(noise, 4), atol=1e-5, rtol=0)


def test_of_indices_moves_by_half_a_pixel():
    matrix = torch.diag(torch.tensor([2.0, 2.0, 1.0]))
    assert (patch.from_indices(matrix) @ torch.tensor([10.5, 3.5, 1.0])).tolist() == [20.5, 6.5, 1.0]


def test_the_still_deformation_is_no_flow():
    axes = [torch.linspace(-1, 1, count) for count in (4, 8, 8)]
    still = torch.stack(torch.meshgrid(*axes, indexing="ij")[::-1], -1)
    assert float(patch.patch_flow(still).abs().max()) < 1e-4
    right = still + torch.tensor([0.25, 0.0, 0.0])
    torch.testing.assert_close(patch.patch_flow(right)[0], torch.full((8, 8), 64.0), atol=1e-3, rtol=0)


def test_a_flow_turns_and_shrinks_with_the_patch():
    flow = torch.stack([torch.full((64, 64), 10.0), torch.zeros(64, 64)])
    found = patch.plate_flow(flow, (100, 90), (20, 20), TURNED)
    there = torch.einsum("ij,jhw->ihw", TURNED[:2, :2].float(), found)
    torch.testing.assert_close(there, flow[:, :20, :20], atol=1e-4, rtol=0)


def test_keypoints_span_the_patch():
    corners = torch.tensor([[-1.0, -1.0, 0.0], [1.0, 1.0, 0.0]])
    there = patch.to_pixels(corners.double(), TURNED)
    matrix = TURNED[:2]
    back = there[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    torch.testing.assert_close(back, torch.tensor([[0.0, 0.0], [CROP_SIZE, CROP_SIZE]]).double())
    torch.testing.assert_close(patch.to_units(there, TURNED), corners[:, :2].double())


@pytest.mark.parametrize("pixel", ((150, 120), (0, 0)))
def test_what_a_patch_covers(pixel):
    inside = patch.patch_coverage(pixel, (1, 1), TURNED)
    assert bool(inside) == (pixel != (0, 0))
