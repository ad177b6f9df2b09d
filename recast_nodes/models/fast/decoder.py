"""The decoder G, fast. Steps and names are those of `networks.decoder`.

- gamma and beta come of one convolution, and the 1 of (1 + gamma) is in its bias.
- What the feature is enlarged for is computed without enlarging it.
- Repeating pixels changes no mean and no variance: pictures are normed first, once for both ways.
- On the short way nothing stands between beta and the convolution of one pixel, so they are one kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks import decoder as slow
from ..networks.decoder import SLOPE
from .enlarging import EnlargedConvolution
from .products import linear
from .target import Target

EPS = 1e-5  # of the instance norm


class FastSpade(nn.Module):
    """A normed picture, times and plus what the feature says for every place."""

    def __init__(self, original: Any, target: Target):
        super().__init__()
        gamma, beta = original.mlp_gamma, original.mlp_beta
        self.modulation = target.convolution(
            torch.cat([gamma.weight, beta.weight]), torch.cat([gamma.bias + 1, beta.bias])
        )

    def forward(self, even: Tensor, hidden: Tensor) -> Tensor:
        scale, offset = self.modulation(hidden).chunk(2, 1)
        return offset.float().addcmul_(even, scale)


class ShortSpade(nn.Module):
    """The short way of a block that changes the width: modulation and the convolution of one pixel after it."""

    pixel: Tensor

    def __init__(self, original: Any, conv: slow.SpectralConv2d, target: Target):
        super().__init__()
        gamma, beta, weight = original.mlp_gamma, original.mlp_beta, conv.weight()
        pixel = weight[:, :, 0, 0].double()
        kernel = torch.einsum("oc,cikl->oikl", pixel, beta.weight.double()).float()
        self.modulation = target.convolution(
            torch.cat([gamma.weight, kernel]), torch.cat([gamma.bias + 1, (pixel @ beta.bias.double()).float()])
        )
        self.register_buffer("pixel", weight[:, :, 0, 0].to(target.dtype).contiguous())

    def forward(self, even: Tensor, hidden: Tensor) -> Tensor:
        found = self.modulation(hidden)
        scale, offset = found[:, : even.shape[1]], found[:, even.shape[1] :]
        scaled = scale.float().mul_(even).to(self.pixel.dtype)
        if scaled.is_contiguous():
            out = torch.stack([linear(self.pixel, picture.flatten(1).mT) for picture in scaled])
            return out.view_as(offset).float().add_(offset)
        return linear(scaled.movedim(1, -1), self.pixel).movedim(-1, 1).float().add_(offset)


class FastSpadeBlock(nn.Module):
    """Two modulated convolutions; a third, of one pixel, on the short way where the width changes."""

    def __init__(self, original: Any, target: Target, enlarged: int = 1):
        super().__init__()
        self.enlarged = enlarged
        self.conv_0 = target.convolution(original.conv_0.weight(), original.conv_0.bias)
        self.conv_1 = target.convolution(original.conv_1.weight(), original.conv_1.bias)
        self.norm_0, self.norm_1 = FastSpade(original.norm_0, target), FastSpade(original.norm_1, target)
        self.short = ShortSpade(original.norm_s, original.conv_s, target) if original.widens else None

    def forward(self, x: Tensor, hidden: Sequence[Tensor]) -> Tensor:
        """`hidden` is what the modulations see of the feature, at the size of what comes out."""
        even = self._enlarge(instance_norm(x))
        short = self._enlarge(x) if self.short is None else self.short(even, hidden[2])
        out = self.conv_0(F.leaky_relu_(self.norm_0(even, hidden[0]), SLOPE)).float()
        return self.conv_1(F.leaky_relu_(self.norm_1(instance_norm(out), hidden[1]), SLOPE)).float().add_(short)

    def _enlarge(self, x: Tensor) -> Tensor:
        return F.interpolate(x, scale_factor=self.enlarged) if self.enlarged > 1 else x


class FastSpadeDecoder(nn.Module):
    """Features (B, 256, 64, 64) to pictures (B, 3, 512, 512), sRGB in 0..1."""

    def __init__(self, original: slow.SpadeDecoder, target: Target):
        super().__init__()
        params = original.params
        self.shuffle, self.width = params.shuffle, params.hidden
        middle = [original.get_submodule(f"G_middle_{index}") for index in range(params.middle)]
        up = [original.get_submodule(f"up_{index}") for index in range(len(params.up))]
        self.layout = torch.contiguous_format if target.planes else torch.channels_last
        self.fc = target.convolution(original.fc.weight, original.fc.bias)
        self.hidden = target.convolution(*fuse_hidden_kernels(middle))
        self.middle = nn.ModuleList(FastSpadeBlock(block, target) for block in middle)
        self.hidden_up = nn.ModuleList(
            EnlargedConvolution(*fuse_hidden_kernels([block]), 2 ** (index + 1), target.dtype, target.planes)
            for index, block in enumerate(up)
        )
        self.up = nn.ModuleList(FastSpadeBlock(block, target, enlarged=2) for block in up)
        pixels: Any = original.conv_img[0]
        self.pixels = target.convolution(pixels.weight, pixels.bias)

    def forward(self, feature: Tensor) -> Tensor:
        feature = feature.contiguous(memory_format=self.layout)
        x = self.fc(feature).float()
        hidden = self.hidden(feature).relu_().split(self.width, 1)
        for index, block in enumerate(self.middle):
            x = block(x, hidden[2 * index : 2 * index + 2])
        for block, enlarged in zip(self.up, self.hidden_up):
            x = block(x, enlarged(feature).split(self.width, 1))
        return F.pixel_shuffle(self.pixels(F.leaky_relu_(x, SLOPE)), self.shuffle).float().sigmoid().contiguous()


def fuse_hidden_kernels(blocks: list[Any]) -> tuple[Tensor, Tensor]:
    """Kernel and bias of what all modulations of some blocks do first: norm_0, norm_1 and, if there is one, norm_s."""
    norms = [
        norm for block in blocks for norm in (block.norm_0, block.norm_1, *([block.norm_s] if block.widens else []))
    ]
    convs = [norm.mlp_shared[0] for norm in norms]
    return torch.cat([conv.weight for conv in convs]), torch.cat([conv.bias for conv in convs])


def instance_norm(x: Tensor) -> Tensor:
    """Pictures (B, C, H, W), every channel with mean 0 and variance 1: instance norm."""
    if x.is_contiguous():
        even = x - x.mean((2, 3), keepdim=True)
        return even.mul_((even.square().mean((2, 3), keepdim=True) + EPS).rsqrt())
    rows = x.movedim(1, -1).flatten(1, 2)
    mean = rows.mean(1, keepdim=True)
    rows = rows - mean
    scale = (rows.square().mean(1, keepdim=True) + EPS).rsqrt()
    return rows.mul_(scale).unflatten(1, x.shape[2:]).movedim(-1, 1)
