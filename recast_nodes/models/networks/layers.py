"""Blocks that several networks share. Shapes are (B, C, H, W) or (B, C, D, H, W)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

CONV = {2: nn.Conv2d, 3: nn.Conv3d}
NORM = {2: nn.BatchNorm2d, 3: nn.BatchNorm3d}


class ConvNorm(nn.Module):
    """A convolution of 3 along every one of `axes`, batch norm, (leaky) ReLU. The size stays."""

    def __init__(self, axes: int, inputs: int, outputs: int, slope: float = 0.0):
        super().__init__()
        self.conv = CONV[axes](inputs, outputs, kernel_size=3, padding=1)
        self.norm = NORM[axes](outputs)
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(self.norm(self.conv(x)), self.slope)


class ResidualBlock3d(nn.Module):
    """Two times batch norm, ReLU, 3x3x3 convolution, added to what came in."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Conv3d(width, width, kernel_size=3, padding=1)
        self.conv2 = nn.Conv3d(width, width, kernel_size=3, padding=1)
        self.norm1 = nn.BatchNorm3d(width)
        self.norm2 = nn.BatchNorm3d(width)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(F.relu(self.norm1(x)))
        return x + self.conv2(F.relu(self.norm2(out)))


def residual_blocks(width: int, count: int) -> nn.Sequential:
    """The blocks that end both appearance extractors, named 3dr0, 3dr1, ... as in the checkpoints."""
    blocks = nn.Sequential()
    for index in range(count):
        blocks.add_module(f"3dr{index}", ResidualBlock3d(width))
    return blocks


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of (B, C, H, W).

    The mean comes off before squares are taken: of a black picture that leaves half the rounding of torch's own kernel.
    """

    def forward(self, x: Tensor) -> Tensor:
        offset = x - x.mean(1, keepdim=True)
        even = offset / (offset.square().mean(1, keepdim=True) + self.eps).sqrt()
        return even * self.weight[:, None, None] + self.bias[:, None, None]
