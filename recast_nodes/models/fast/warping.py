"""The warping network W, fast. Steps and names are those of `networks.warping`.

- The sparse motions are never made: see `translation` and `deformation`.
- The heat map of slot 0, which is zero, is left out; heat maps come first, then the moved volumes, then as many
  channels of zeros as make their number even for the libraries.
- Keypoints, heat maps, the mask's softmax, the deformation and the sampling by it are in float32 whatever the type.
  On a processor all of it is: its large convolutions are done by Winograd's and Fourier's ways, which half precision
  would spoil, and for the rest the types take the same time.
- A card takes float16 where bfloat16 is asked: batch norms keep what flows through within its range, the published code
  computes W in it, and the mask says places in the source, for which 8 bits are few.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks import warping as slow
from ..networks.warping import SLOPE, Warped
from .enlarging import EnlargedConvolution
from .folding import Linear, PixelConvolution, fold_batch_norm, pad_kernel
from .spreading import SpreadConvolution
from .target import Target
from .translation import axis_coordinates, heat_differences, move_volumes

EVEN = 16  # channels that come in and go out of the hourglass are a multiple of it


class FastHourglass(nn.Module):
    """Volumes (B, inputs, D, H, W) to (B, outputs, D, H, W); inputs are those of the original in `order`, then zeros.

    So are the outputs.
    """

    def __init__(self, original: slow.Hourglass, order: Tensor, target: Target):
        super().__init__()
        encoder, decoder = original.encoder, original.decoder
        weights = [fold_batch_norm(block.conv, block.norm) for block in encoder.down_blocks]
        finest, bias = weights.pop(0)
        self.first = target.volume_convolution(pad_kernel(finest[:, order], inputs=EVEN), bias)
        self.down = nn.ModuleList(target.convolution(*pair) for pair in weights)
        self.up = nn.ModuleList(
            EnlargedConvolution(*fold_batch_norm(block.conv, block.norm), 2, target.dtype)
            for block in decoder.up_blocks
        )
        kernel, bias = fold_batch_norm(decoder.conv, decoder.norm)
        width = kernel.shape[1] - len(order) - 1
        kernel = torch.cat([kernel[:, :width], pad_kernel(kernel[:, width:][:, order], inputs=EVEN)], 1)
        kernel = pad_kernel(kernel, outputs=EVEN)
        self.last = target.volume_convolution(kernel, F.pad(bias, (0, len(kernel) - len(bias))))

    def forward(self, x: Tensor) -> Tensor:
        levels = [x, halve(self.first(x).relu_()).to(x.dtype)]
        for block in self.down:
            levels.append(halve(block(levels[-1]).relu_()))
        *skips, out = levels
        for block, skip in zip(self.up, reversed(skips)):
            out = torch.cat([block(out).to(skip.dtype), skip], 1)
        return self.last(out).relu_()


class FastDenseMotion(nn.Module):
    """Which keypoint's translation holds at each place, and what the source does not show."""

    def __init__(self, original: Any, depth: int, target: Target):
        super().__init__()
        self.compress = PixelConvolution(*fold_batch_norm(original.compress, original.norm), torch.float32)
        channels, slots = original.compress.out_channels, original.mask.out_channels
        inputs = torch.arange(slots * (1 + channels)).unflatten(0, (slots, -1))
        order = torch.cat([inputs[1:, 0], inputs[:, 1:].flatten()])
        self.dtype, self.spare = target.dtype, -len(order) % EVEN
        self.hourglass = FastHourglass(original.hourglass, order, target)
        self.mask = target.volume_convolution(pad_kernel(original.mask.weight, inputs=EVEN), original.mask.bias)
        columns = pad_kernel(original.occlusion.weight.unflatten(1, (-1, depth)), inputs=EVEN)
        self.occlusion = SpreadConvolution(columns, original.occlusion.bias)

    def forward(self, feature: Tensor, x_s: Tensor, x_d: Tensor) -> tuple[Tensor, Tensor]:
        """The deformation (B, D, H, W, 3) and the occlusion map (B, 1, H, W)."""
        moved = move_volumes(self.compress(feature).relu_(), x_s, x_d)
        heat = heat_differences(x_s, x_d, feature.shape[2:])
        given = [each.to(self.dtype) for each in (heat, moved.flatten(1, 2))]
        given.append(given[0].new_zeros(len(heat), self.spare, *heat.shape[2:]))
        seen = self.hourglass(torch.cat(given, 1).contiguous(memory_format=torch.channels_last_3d))
        mask = self.mask(seen).float().softmax(1)
        return deformation(mask, x_s, x_d), self.occlusion(seen).sigmoid()


class FastWarpingNetwork(nn.Module):
    """A feature volume (B, 32, 16, 64, 64) and keypoints x_s, x_d (B, K, 3) to `Warped`."""

    def __init__(self, original: slow.WarpingNetwork, target: Target):
        super().__init__()
        target = replace(target, dtype=torch.float32) if target.processor else target.finer
        dense = original.dense_motion_network
        depth = dense.occlusion.in_channels // dense.hourglass.outputs
        self.dense_motion = FastDenseMotion(dense, depth, target)
        self.third = target.convolution(*fold_batch_norm(original.third.conv, original.third.norm))
        self.fourth = Linear(original.fourth, target.dtype)

    def forward(self, feature: Tensor, x_s: Tensor, x_d: Tensor) -> Warped:
        feature, x_s, x_d = feature.float(), x_s.float(), x_d.float()
        deformation, occlusion = self.dense_motion(feature, x_s, x_d)
        moved = F.grid_sample(feature, deformation, align_corners=False)
        third = F.leaky_relu_(self.third(moved.flatten(1, 2)), SLOPE)
        out = self.fourth(third.movedim(1, -1)).movedim(-1, 1).float() * occlusion
        return Warped(out=out.contiguous(), occlusion_map=occlusion, deformation=deformation)


def halve(x: Tensor) -> Tensor:
    """A volume (B, C, D, H, W) at half its height and width, by means of four; H is even.

    Depth and height are one axis to the pooling, which torch has for every type in two dimensions only.
    """
    return F.avg_pool2d(x.flatten(2, 3), 2).unflatten(2, (x.shape[2], -1))


def deformation(mask: Tensor, x_s: Tensor, x_d: Tensor) -> Tensor:
    """Where each place comes from (B, D, H, W, 3), by the slots' shares (B, K + 1, D, H, W), which add up to 1.

    The sum of shares times motions is the identity plus the sum of shares times translations.
    """
    shifts = torch.einsum("bkdhw,bkc->bdhwc", mask[:, 1:], x_s - x_d)
    axes = [axis_coordinates(count, x_s) for count in mask.shape[2:]]
    return torch.stack(torch.meshgrid(*axes, indexing="ij")[::-1], -1) + shifts
