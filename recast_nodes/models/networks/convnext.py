"""ConvNeXt V2 (Woo et al. 2023): a picture to one vector."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import ChannelNorm

EPS = 1e-6  # of every layer norm, and of the response normalisation


@dataclass(frozen=True)
class ConvNeXtParams:
    """ConvNeXt V2 "tiny"."""

    depths: tuple[int, ...] = (3, 3, 9, 3)
    widths: tuple[int, ...] = (96, 192, 384, 768)


class ResponseNorm(nn.Module):
    """Global response normalisation of (B, H, W, C): each channel's strength against the mean of all channels'."""

    def __init__(self, width: int):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, 1, 1, width))
        self.beta = nn.Parameter(torch.zeros(1, 1, 1, width))

    def forward(self, x: Tensor) -> Tensor:
        strength = torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True)
        share = strength / (strength.mean(-1, keepdim=True) + EPS)
        return x + self.gamma * (x * share) + self.beta


class ConvNeXtBlock(nn.Module):
    """7x7 depthwise convolution, norm, two linear layers with GELU and response norm between; residual."""

    def __init__(self, width: int):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, kernel_size=7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, EPS)
        self.pwconv1 = nn.Linear(width, 4 * width)
        self.grn = ResponseNorm(4 * width)
        self.pwconv2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        out = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        out = self.pwconv2(self.grn(F.gelu(self.pwconv1(out))))
        return x + out.permute(0, 3, 1, 2)


class ConvNextV2(nn.Module):
    """Pictures (B, 3, H, W) to vectors (B, widths[-1])."""

    def __init__(self, params: ConvNeXtParams):
        super().__init__()
        widths = params.widths
        self.downsample_layers = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(3, widths[0], kernel_size=4, stride=4), ChannelNorm(widths[0], EPS))]
        )
        for inputs, outputs in zip(widths, widths[1:]):
            halving = nn.Conv2d(inputs, outputs, kernel_size=2, stride=2)
            self.downsample_layers.append(nn.Sequential(ChannelNorm(inputs, EPS), halving))
        self.stages = nn.ModuleList(
            nn.Sequential(*(ConvNeXtBlock(width) for _ in range(depth))) for depth, width in zip(params.depths, widths)
        )
        self.norm = nn.LayerNorm(widths[-1], EPS)

    def pool(self, image: Tensor) -> Tensor:
        """The vector of a picture: the normed mean over all places."""
        x = image
        for smaller, stage in zip(self.downsample_layers, self.stages):
            x = stage(smaller(x))
        return self.norm(x.mean((-2, -1)))
