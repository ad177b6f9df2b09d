"""Each fast operation beside the plain one that it stands for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from recast_nodes.models.fast import folding, nnpack, scratch, translation
from recast_nodes.models.fast.cuda_graphs import libraries
from recast_nodes.models.fast.decoder import instance_norm
from recast_nodes.models.fast.enlarging import EnlargedConvolution
from recast_nodes.models.fast.fourier import Fourier
from recast_nodes.models.fast.planes import DepthSpread, WidthSpread
from recast_nodes.models.fast.products import PackedKernel, linear
from recast_nodes.models.fast.spreading import SpreadConvolution
from recast_nodes.models.fast.target import Target
from recast_nodes.models.fast.warping import deformation, halve
from recast_nodes.models.fast.winograd import Winograd
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
    wanted = warping.move_volumes(volume, warping.sparse_motions(x_s, x_d, SIZE))
    torch.testing.assert_close(translation.move_volumes(volume, x_s, x_d), wanted, rtol=0, atol=5e-6)


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
    folded = folding.Convolution(*folding.fold_batch_norm(convolve, scale), torch.float32)
    torch.testing.assert_close(folded(x), scale(convolve(x)), rtol=0, atol=1e-5)


def test_a_norm_by_itself_is_scale_and_offset():
    norm = trained_norm(nn.BatchNorm3d, 4)
    x = numbers("x", (2, 4, 3, 4, 5))
    torch.testing.assert_close(folding.Affine(norm, 3, torch.float32)(x), norm(x), rtol=0, atol=1e-6)


def kernel(*shape: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A kernel of that shape that keeps the size of things, and a bias."""
    fan_in = torch.Size(shape[1:]).numel()
    return numbers("kernel", shape) / fan_in**0.5, numbers("bias", shape[:1])


@pytest.mark.parametrize("size", [(8, 8), (5, 11), (2, 3), (40, 4)])
def test_winograd_is_a_convolution_of_pictures(size):
    weight, bias = kernel(6, 5, 3, 3)
    x = numbers("x", (2, 5, *size))
    torch.testing.assert_close(Winograd(weight, bias)(x), F.conv2d(x, weight, bias, padding=1), rtol=0, atol=1e-5)


@pytest.mark.parametrize("depth", (1, 3, 5))
def test_winograd_is_a_convolution_of_volumes(depth):
    weight, bias = kernel(6, 5, depth, 3, 3)
    x = numbers("x", (2, 5, 4, 7, 9))
    wanted = F.conv3d(x, weight, bias, padding=(depth // 2, 1, 1))
    torch.testing.assert_close(Winograd(weight, bias)(x), wanted, rtol=0, atol=1e-5)


def test_winograd_in_portions_is_winograd_at_once(monkeypatch):
    weight, _ = kernel(6, 5, 3, 3)
    x = numbers("x", (1, 5, 21, 9))
    at_once = Winograd(weight, None)(x)
    monkeypatch.setattr("recast_nodes.models.fast.winograd.AT_ONCE", 1)
    torch.testing.assert_close(Winograd(weight, None)(x), at_once, rtol=0, atol=1e-6)


def test_winograds_error_stays_small():
    weight, bias = kernel(32, 64, 3, 3)
    x = numbers("x", (1, 64, 16, 16)).relu()
    exact = F.conv2d(x.double(), weight.double(), bias.double(), padding=1)
    error = (Winograd(weight, bias)(x) - exact).square().mean().sqrt() / exact.std()
    assert error < 2e-6


carried = pytest.mark.skipif(not nnpack.available(), reason="this build of PyTorch carries no NNPACK")


@carried
@pytest.mark.parametrize("way", (nnpack.SPECTRA_8, nnpack.SPECTRA_16, nnpack.WINOGRAD_8))
@pytest.mark.parametrize("size", [(8, 8), (5, 11), (2, 3), (40, 37)])
def test_nnpack_is_a_convolution_of_pictures(way, size):
    weight, bias = kernel(6, 5, 3, 3)
    x = numbers("x", (2, 5, *size))
    found = nnpack.TileConvolution(weight, bias, way)(x)
    torch.testing.assert_close(found, F.conv2d(x, weight, bias, padding=1), rtol=0, atol=2e-5)
    assert torch.equal(found[1:], nnpack.TileConvolution(weight, bias, way)(x[1:]))


@carried
def test_nnpack_takes_any_order_in_memory_and_no_bias():
    weight, _ = kernel(6, 5, 3, 3)
    x = numbers("x", (2, 5, 9, 7))
    convolve = nnpack.TileConvolution(weight, None)
    assert torch.equal(convolve(x.contiguous(memory_format=torch.channels_last)), convolve(x))
    torch.testing.assert_close(convolve(x), F.conv2d(x, weight, padding=1), rtol=0, atol=1e-5)


@carried
@pytest.mark.parametrize("inputs", (64, 2048))
def test_spectra_lose_less_than_winograd(inputs):
    weight, bias = kernel(64, inputs, 3, 3)
    x = numbers("x", (1, inputs, 16, 16)).relu()
    exact = F.conv2d(x.double(), weight.double(), bias.double(), padding=1)
    errors = [
        (convolve(x) - exact).square().mean()
        for convolve in (nnpack.TileConvolution(weight, bias), Winograd(weight, bias))
    ]
    assert errors[0] < errors[1] / 4


@carried
def test_what_nnpack_refuses_is_said():
    with pytest.raises(nnpack.NnpackError, match="5 channels"):
        nnpack.TileConvolution(*kernel(6, 5, 3, 3), way=9)


@pytest.mark.parametrize("size", [(16, 16), (5, 20), (33, 16)])
@pytest.mark.parametrize("shape", [(2, 3, 7, 7, 7), (3, 2, 5, 3, 3)])
def test_fourier_is_a_convolution(size, shape):
    weight, bias = kernel(*shape)
    x = numbers("x", (2, shape[1], 4, *size))
    wanted = F.conv3d(x, weight, bias, padding=tuple(taps // 2 for taps in shape[2:]))
    torch.testing.assert_close(Fourier(weight, bias)(x), wanted, rtol=0, atol=5e-6)


@pytest.mark.parametrize(("kind", "shape"), [(DepthSpread, (6, 5, 3, 3, 3)), (WidthSpread, (3, 2, 7, 7, 7))])
@pytest.mark.parametrize("size", [(4, 6, 9), (2, 3, 2)])
def test_planes_are_volumes(kind, shape, size, device):
    weight, bias = kernel(*shape)
    x = numbers("x", (2, shape[1], *size))
    wanted = F.conv3d(x, weight, bias, padding=shape[-1] // 2)
    with libraries(rounding=False, search=False):
        found = kind(weight, bias, torch.float32).to(device)(x.to(device))
    torch.testing.assert_close(found.cpu(), wanted, rtol=0, atol=1e-5)


def test_a_kernel_filled_up_gives_the_same_and_zeros():
    weight, _ = kernel(6, 5, 3, 3)
    x = numbers("x", (2, 5, 6, 7))
    found = F.conv2d(F.pad(x, (0, 0, 0, 0, 0, 3), value=1.0), folding.pad_kernel(weight, 4, 8), padding=1)
    torch.testing.assert_close(found[:, :6], F.conv2d(x, weight, padding=1), rtol=0, atol=1e-6)
    assert found.shape[1] == 8 and not found[:, 6:].any()


@pytest.mark.parametrize("factor", (2, 4))
@pytest.mark.parametrize("axes", (2, 3))
@pytest.mark.parametrize("planes", (False, True))
def test_enlarging_and_convolving_is_one_step(factor, axes, planes):
    weight, bias = kernel(6, 5, *[3] * axes)
    x = numbers("x", (2, 5, 4, 6, 7)[: 2 + axes])
    scale = (1, factor, factor)[-axes:]
    convolve = F.conv2d if axes == 2 else F.conv3d
    wanted = convolve(F.interpolate(x, scale_factor=scale), weight, bias, padding=1).relu()
    found = EnlargedConvolution(weight, bias, factor, torch.float32, planes)(x)
    torch.testing.assert_close(found, wanted, rtol=0, atol=5e-6)
    assert (found if planes else found.movedim(1, -1)).is_contiguous()


def test_spreading_is_a_convolution_over_folded_depth():
    weight, bias = kernel(1, 5 * 4, 7, 7)
    volume = numbers("x", (2, 5, 4, 6, 9))
    wanted = F.conv2d(volume.flatten(1, 2), weight, bias, padding=3)
    torch.testing.assert_close(SpreadConvolution(weight.unflatten(1, (5, 4)), bias)(volume), wanted, rtol=0, atol=5e-6)


def test_norming_is_instance_norm():
    x = 3 + 0.1 * numbers("x", (2, 5, 6, 7)).contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(instance_norm(x), F.instance_norm(x), rtol=0, atol=1e-5)


def test_halving_is_pooling():
    x = numbers("x", (2, 3, 5, 4, 6))
    torch.testing.assert_close(halve(x), F.avg_pool3d(x, (1, 2, 2)), rtol=0, atol=1e-6)


@pytest.mark.parametrize("available", (True, False))
def test_products_are_torchs(available, monkeypatch):
    if not available:
        for name in ("_LINEAR", "_PACK", "_CONVOLVE"):
            monkeypatch.setattr(f"recast_nodes.models.fast.products.{name}", None)
    x, (weight, bias) = numbers("x", (2, 4, 5)), kernel(6, 5)
    torch.testing.assert_close(linear(x, weight, bias), F.linear(x, weight, bias), rtol=0, atol=1e-6)
    volume, (taps, _) = numbers("volume", (1, 5, 4, 3, 2)), kernel(6, 5, 3, 1, 1)
    packed = PackedKernel(taps, (1, 0, 0))
    for _ in range(2):  # the first call packs
        torch.testing.assert_close(packed(volume), F.conv3d(volume, taps, padding=(1, 0, 0)), rtol=0, atol=1e-6)
    torch.testing.assert_close(packed(volume[..., :1, :]), F.conv3d(volume[..., :1, :], taps, padding=(1, 0, 0)))


def test_room_is_kept_and_grows():
    small = scratch.room("test", 2, 3)
    assert scratch.room("test", 3).data_ptr() == small.data_ptr()
    assert scratch.room("test", 100, 100).shape == (100, 100)
    assert scratch.room("other", 2, 3).data_ptr() != small.data_ptr()


@pytest.mark.parametrize(
    ("device", "dtype", "kind"),
    [
        ("cpu", torch.float32, Winograd),
        ("cpu", torch.bfloat16, folding.Convolution),
        ("cuda", torch.float32, folding.Convolution),
    ],
)
def test_which_convolution_suits_which_target(device, dtype, kind, monkeypatch):
    monkeypatch.setattr(nnpack, "available", lambda: False)
    target = Target(torch.device(device), dtype)
    assert type(target.convolution(*kernel(64, 64, 3, 3))) is kind
    assert type(target.convolution(*kernel(64, 8, 3, 3))) is folding.Convolution
    assert type(target.convolution(*kernel(64, 64, 1, 1))) is folding.Convolution
    volumes = {3: Winograd, 7: Fourier} if device == "cpu" else {3: DepthSpread, 7: WidthSpread}
    for taps, wanted in volumes.items():
        assert type(target.volume_convolution(*kernel(16, 16, *[taps] * 3))) is wanted


@carried
def test_pictures_go_through_nnpack_in_float32():
    target = Target(torch.device("cpu"), torch.float32)
    ways = [each.convolution(*kernel(64, 64, 3, 3)).way for each in (target, replace(target, rough=True))]
    assert ways == [nnpack.SPECTRA_16, nnpack.WINOGRAD_8]
    assert target.convolution(*kernel(512, 512, 3, 3)).way == nnpack.SPECTRA_8
    assert type(target.convolution(*kernel(64, 64, 3, 3, 3))) is Winograd
    assert type(Target(target.device, torch.bfloat16).convolution(*kernel(64, 64, 3, 3))) is folding.Convolution
