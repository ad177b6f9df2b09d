"""Convolutions of volumes as convolutions of planes, which a graphics card's library does in half the time or less.

Along one axis every place gives what it adds to its neighbours, as further channels, which are added up where they
belong: a kernel with few outputs becomes one with many, and matrix units are made for many.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .folding import Convolution, pad_kernel

DEPTH, WIDTH = 1, 3  # axes of (B, D, H, W, ...)
CHANNELS = 8  # matrix units take channels by so many


class DepthSpread(nn.Module):
    """A convolution by a kernel (outputs, inputs, depth, height, width), spread along the depth; no plane is copied."""

    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, dtype: torch.dtype):
        super().__init__()
        self.taps = weight.shape[2]
        kernel = weight.movedim(2, 0).flatten(0, 1)
        self.planes = Convolution(pad_kernel(kernel, outputs=CHANNELS), None, dtype)
        self.register_buffer("bias", bias.float())

    def forward(self, x: Tensor) -> Tensor:
        """A volume (B, inputs, D, H, W) to (B, outputs, D, H, W) in float32."""
        planes = x.movedim(1, -1).flatten(0, 1).movedim(-1, 1)
        found = self.planes(planes).movedim(1, -1).unflatten(0, (len(x), -1))
        return gather_taps(found, self.taps, self.bias, DEPTH)


class WidthSpread(nn.Module):
    """The same for a large kernel, spread along the width; planes that see each other lie side by side as channels.

    A frame at a time: the planes of one fill the card, and each is there as often as the kernel is deep. torch.compile
    leaves it alone: of the copy it makes a kernel that asks at every number which plane it is from.
    """

    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, dtype: torch.dtype):
        super().__init__()
        self.depth, self.taps = weight.shape[2], weight.shape[4]
        kernel = (
            weight.permute(4, 0, 2, 1, 3).flatten(2, 3).flatten(0, 1)[..., None]
        )  # (taps * outputs, depth * inputs)
        self.planes = Convolution(pad_kernel(kernel, outputs=CHANNELS), None, dtype)
        self.register_buffer("bias", bias.float())

    @torch.compiler.disable
    def forward(self, x: Tensor) -> Tensor:
        """A volume (B, inputs, D, H, W) to (B, outputs, D, H, W) in float32."""
        x = x.to(self.planes.weight.dtype)
        return torch.cat([self._one(volume) for volume in x])

    def _one(self, volume: Tensor) -> Tensor:
        edge, count = self.depth // 2, volume.shape[1]
        deep = F.pad(volume.permute(1, 2, 3, 0), (0, 0, 0, 0, 0, 0, edge, edge))  # (D, H, W, C)
        joined = torch.cat([deep[tap : tap + count] for tap in range(self.depth)], -1)
        found = self.planes(joined.movedim(-1, 1)).movedim(1, -1)[None]
        return gather_taps(found, self.taps, self.bias, WIDTH)


def gather_taps(found: Tensor, taps: int, bias: Tensor, axis: int) -> Tensor:
    """What every place (B, D, H, W, taps * outputs) gives its neighbours along an axis, added up there in float32.

    (B, outputs, D, H, W), channels innermost in memory.
    """
    found = found[..., : taps * len(bias)].unflatten(-1, (taps, -1))
    edge, count = taps // 2, found.shape[axis]
    around = [0, 0] * (found.ndim - axis - 1) + [edge, edge]
    padded = F.pad(found, around)
    total = bias
    for tap in range(taps):
        total = total + padded.select(-2, tap).narrow(axis, tap, count)
    return total.movedim(-1, 1)
