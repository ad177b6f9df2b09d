"""The decoder G, fast. Steps and names are those of `networks.decoder`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks import decoder as slow
from ..networks.decoder import SLOPE
from .folding import Convolution, plain


def spectral(conv: slow.SpectralConv2d, dtype: torch.dtype) -> Convolution:
    """A convolution under spectral norm by the kernel that it comes to."""
    return Convolution(conv.weight(), conv.bias, dtype)


class Spade(nn.Module):
    """Instance norm; the feature says scale and offset for every place, both by one convolution."""

    def __init__(self, original: slow.Spade, dtype: torch.dtype):
        super().__init__()
        shared: Any = original.mlp_shared[0]
        gamma: Any = original.mlp_gamma
        beta: Any = original.mlp_beta
        self.shared = plain(shared, dtype)
        one_more = torch.cat([gamma.bias + 1, beta.bias])  # the 1 of (1 + gamma)
        self.modulation = Convolution(torch.cat([gamma.weight, beta.weight]), one_more, dtype)

    def forward(self, x: Tensor, feature: Tensor) -> Tensor:
        shared = self.shared(F.interpolate(feature, size=x.shape[2:])).relu_()
        scale, offset = self.modulation(shared).chunk(2, 1)
        return torch.addcmul(offset, F.instance_norm(x), scale)


class SpadeBlock(nn.Module):
    """Two modulated convolutions; a third, of one pixel, on the short way where the width changes."""

    def __init__(self, original: Any, dtype: torch.dtype):
        super().__init__()
        self.conv_0, self.conv_1 = spectral(original.conv_0, dtype), spectral(original.conv_1, dtype)
        self.norm_0, self.norm_1 = Spade(original.norm_0, dtype), Spade(original.norm_1, dtype)
        self.widens = original.widens
        if self.widens:
            self.conv_s, self.norm_s = spectral(original.conv_s, dtype), Spade(original.norm_s, dtype)

    def forward(self, x: Tensor, feature: Tensor) -> Tensor:
        short = self.conv_s(self.norm_s(x, feature)) if self.widens else x
        out = self.conv_0(F.leaky_relu_(self.norm_0(x, feature), SLOPE))
        return short + self.conv_1(F.leaky_relu_(self.norm_1(out, feature), SLOPE))


class SpadeDecoder(nn.Module):
    """Features (B, 256, 64, 64) to pictures (B, 3, 512, 512), sRGB in 0..1."""

    def __init__(self, original: slow.SpadeDecoder, dtype: torch.dtype):
        super().__init__()
        params = original.params
        self.shuffle = params.shuffle
        self.fc = plain(original.fc, dtype)
        self.middle = nn.ModuleList(
            SpadeBlock(original.get_submodule(f"G_middle_{index}"), dtype) for index in range(params.middle)
        )
        self.up = nn.ModuleList(
            SpadeBlock(original.get_submodule(f"up_{index}"), dtype) for index in range(len(params.up))
        )
        self.pixels = plain(original.conv_img[0], dtype)

    def forward(self, feature: Tensor) -> Tensor:
        x = self.fc(feature)
        for block in self.middle:
            x = block(x, feature)
        for block in self.up:
            x = block(F.interpolate(x, scale_factor=2), feature)
        return F.pixel_shuffle(self.pixels(F.leaky_relu(x, SLOPE)), self.shuffle).float().sigmoid().contiguous()
