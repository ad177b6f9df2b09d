"""Each fast operation beside the plain one that it stands for."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from recast_nodes.models.fast import folding, translation
from recast_nodes.models.fast.warping import deformation
from recast_nodes.models.networks import warping

from ..networks.small import numbers, tensor

SIZE = torch.Size((4, 6, 8))


def keypoints(spread: float = 0.6):
    """x_s and x_d of two frames and five keypoints, some of them outside."""
    return spread * numbers("x_s", (2, 5, 3)), spread * numbers("x_d", (2, 5, 3))


def trained_norm(kind: type[nn.Module], width: int) -> nn.Module:
    """A batch norm in eval mode as training leaves it."""
    norm = kind(width).eval()
    norm.load_state_dict({name: tensor(f"norm.{name}", like) for name, like in norm.state_dict().items()})
    return norm


@pytest.mark.parametrize("spread", (0.0, 0.1, 0.6, 3.0))
def test_moving_along_the_axes_is_sampling(spread):
    x_s, x_d = keypoints(spread)
    volume = numbers("volume", (2, 3, *SIZE))
    wanted = warping.moved_volumes(volume, warping.sparse_motions(x_s, x_d, SIZE))
    torch.testing.assert_close(translation.moved_volumes(volume, x_s, x_d), wanted, rtol=0, atol=5e-6)


@pytest.mark.parametrize("spread", (0.0, 0.1, 0.6, 3.0))
def test_gaussians_are_products_of_axes(spread):
    x_s, x_d = keypoints(spread)
    wanted = warping.heat_differences(x_s, x_d, SIZE)
    found = translation.heat_differences(x_s, x_d, SIZE)
    torch.testing.assert_close(found, wanted[:, 1:], rtol=0, atol=1e-6)
    assert not wanted[:, 0].any()


def test_heat_maps_hold_no_subnormal_number():
    heat = translation.heat_differences(*keypoints(), torch.Size((16, 64, 64)))
    assert (heat == 0).any() and heat[heat != 0].abs().min() >= translation.FAINT


def test_the_deformation_is_the_mix_of_motions():
    x_s, x_d = keypoints()
    mask = numbers("mask", (2, 6, *SIZE)).softmax(1)
    motions = warping.sparse_motions(x_s, x_d, SIZE)
    wanted = (mask[..., None] * motions).sum(1)
    torch.testing.assert_close(deformation(mask, x_s, x_d), wanted, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("conv", "norm"), [(nn.Conv2d, nn.BatchNorm2d), (nn.Conv3d, nn.BatchNorm3d)])
def test_a_norm_goes_into_the_kernel_before_it(conv, norm):
    convolve, scale = conv(3, 5, 3, padding=1), trained_norm(norm, 5)
    x = numbers("x", (2, 3, 4, 5, 6)[: convolve.weight.ndim])
    folded = folding.Convolution(*folding.normed(convolve, scale), torch.float32)
    torch.testing.assert_close(folded(x), scale(convolve(x)), rtol=0, atol=1e-5)


def test_a_norm_by_itself_is_scale_and_offset():
    norm = trained_norm(nn.BatchNorm3d, 4)
    x = numbers("x", (2, 4, 3, 4, 5))
    torch.testing.assert_close(folding.Affine(norm, 3, torch.float32)(x), norm(x), rtol=0, atol=1e-6)
