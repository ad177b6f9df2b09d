"""The decoder G: a warped feature to a picture, by residual blocks that are modulated by that feature at every step
(SPADE, Park et al. 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2  # of every leaky ReLU


@dataclass(frozen=True)
class DecoderParams:
    """PerformRecast's and LivePortrait's."""

    feature: int = 256
    width: int = 512
    middle: int = 6  # blocks at the feature's own size
    up: tuple[int, ...] = (256, 64)  # widths of the blocks at twice, four times, ... that size
    hidden: int = 128  # between a feature and its modulation
    shuffle: int = 2  # the last enlargement, out of channels


class SpectralConv2d(nn.Module):
    """A convolution whose kernel is divided by its largest singular value, u . (W v) (Miyato et al. 2018).

    W is the kernel as a matrix (outputs, rest). The vectors are kept in the checkpoint; where the network trains, one
    step of the power iteration brings them up to date before every use.
    """

    weight_u: Tensor
    weight_v: Tensor

    def __init__(self, inputs: int, outputs: int, size: int, bias: bool = True):
        super().__init__()
        kernel = nn.Conv2d(inputs, outputs, size, bias=bias)
        self.padding = size // 2
        self.bias = kernel.bias
        self.weight_orig = kernel.weight
        self.register_buffer("weight_u", F.normalize(torch.randn(outputs), dim=0))
        self.register_buffer("weight_v", F.normalize(torch.randn(inputs * size * size), dim=0))
        self.refine(15)  # random vectors would leave the kernel at any size

    @torch.no_grad()
    def refine(self, steps: int) -> None:
        """Bring u and v nearer to the largest singular value's vectors."""
        matrix = self.weight_orig.flatten(1)
        for _ in range(steps):
            self.weight_v = F.normalize(matrix.mT @ self.weight_u, dim=0)
            self.weight_u = F.normalize(matrix @ self.weight_v, dim=0)

    def largest(self) -> Tensor:
        """The largest singular value, as the vectors have it."""
        return self.weight_u @ (self.weight_orig.flatten(1) @ self.weight_v)

    def weight(self) -> Tensor:
        """The kernel (outputs, inputs, size, size) that the convolution uses."""
        return self.weight_orig / self.largest()

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return F.conv2d(x, self.weight(), self.bias, padding=self.padding)
        with torch.autocast(x.device.type, enabled=False):  # half precision would spoil the vectors for good
            self.refine(1)
            weight = self.weight()
        return F.conv2d(x, weight, self.bias, padding=self.padding)


class Spade(nn.Module):
    """Instance norm without weights of its own; the feature says scale and offset for every place."""

    def __init__(self, width: int, params: DecoderParams):
        super().__init__()
        self.mlp_shared = nn.Sequential(nn.Conv2d(params.feature, params.hidden, kernel_size=3, padding=1), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(params.hidden, width, kernel_size=3, padding=1)
        self.mlp_beta = nn.Conv2d(params.hidden, width, kernel_size=3, padding=1)

    def forward(self, x: Tensor, feature: Tensor) -> Tensor:
        shared = self.mlp_shared(F.interpolate(feature, size=x.shape[2:]))
        return F.instance_norm(x) * (1 + self.mlp_gamma(shared)) + self.mlp_beta(shared)


class SpadeBlock(nn.Module):
    """Two modulated convolutions; a third, of one pixel, on the short way where the width changes."""

    def __init__(self, inputs: int, outputs: int, params: DecoderParams):
        super().__init__()
        self.widens = inputs != outputs
        middle = min(inputs, outputs)
        self.conv_0 = SpectralConv2d(inputs, middle, 3)
        self.conv_1 = SpectralConv2d(middle, outputs, 3)
        if self.widens:
            self.conv_s = SpectralConv2d(inputs, outputs, 1, bias=False)
        self.norm_0 = Spade(inputs, params)
        self.norm_1 = Spade(middle, params)
        if self.widens:
            self.norm_s = Spade(inputs, params)

    def forward(self, x: Tensor, feature: Tensor) -> Tensor:
        short = self.conv_s(self.norm_s(x, feature)) if self.widens else x
        out = self.conv_0(F.leaky_relu(self.norm_0(x, feature), SLOPE))
        return short + self.conv_1(F.leaky_relu(self.norm_1(out, feature), SLOPE))


class SpadeDecoder(nn.Module):
    """Features (B, 256, 64, 64) to pictures (B, 3, 512, 512), sRGB in 0..1."""

    def __init__(self, params: DecoderParams):
        super().__init__()
        self.params = params
        self.fc = nn.Conv2d(params.feature, params.width, kernel_size=3, padding=1)
        for index in range(params.middle):
            self.add_module(f"G_middle_{index}", SpadeBlock(params.width, params.width, params))
        widths = (params.width, *params.up)
        for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
            self.add_module(f"up_{index}", SpadeBlock(inputs, outputs, params))
        pixels = nn.Conv2d(widths[-1], 3 * params.shuffle**2, kernel_size=3, padding=1)
        self.conv_img = nn.Sequential(pixels, nn.PixelShuffle(params.shuffle))

    def forward(self, feature: Tensor) -> Tensor:
        x = self.fc(feature)
        for index in range(self.params.middle):
            x = self.get_submodule(f"G_middle_{index}")(x, feature)
        for index in range(len(self.params.up)):
            x = self.get_submodule(f"up_{index}")(F.interpolate(x, scale_factor=2), feature)
        return self.conv_img(F.leaky_relu(x, SLOPE)).sigmoid()
