"""The warping network W: the source's feature volume moved from keypoints x_s to x_d, by a dense motion that is mixed
from one translation a keypoint (after Wang et al. 2021, face-vid2vid).

Coordinates of a volume (D, H, W) run from -1 to 1, first place to last: x right, y down, z in. Sampling takes them for
the outer edges instead (align_corners=False), as the published networks were trained; so to move nothing is not
quite an identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import ConvNorm

VARIANCE = 0.01  # of a keypoint's Gaussian
SLOPE = 0.01  # of the leaky ReLU over the moved features


@dataclass(frozen=True)
class WarpingParams:
    """PerformRecast's; LivePortrait has 21 keypoints."""

    keypoints: int = 49
    channels: int = 32
    depth: int = 16
    compressed: int = 4  # channels of the volume that the dense motion looks at
    width: int = 32  # of the hourglass; it doubles with every block
    widest: int = 1024
    blocks: int = 5
    out: int = 256


class Warped(TypedDict):
    """The decoder's feature, and how it came about."""

    out: Tensor  # (B, 256, H, W)
    occlusion_map: Tensor  # (B, 1, H, W) 0..1, 1 where the source shows what is needed
    deformation: Tensor  # (B, D, H, W, 3) where in the source each place comes from, (x, y, z)


class Encoder(nn.Module):
    """The way down: each block halves height and width and keeps the depth."""

    def __init__(self, inputs: int, params: WarpingParams):
        super().__init__()
        widths = [inputs, *(_width(params, level) for level in range(1, params.blocks + 1))]
        self.down_blocks = nn.ModuleList(ConvNorm(3, *pair) for pair in zip(widths, widths[1:]))

    def forward(self, x: Tensor) -> list[Tensor]:
        """The input and what each block leaves of it, from the finest to the coarsest."""
        levels = [x]
        for block in self.down_blocks:
            levels.append(F.avg_pool3d(block(levels[-1]), (1, 2, 2)))
        return levels


class Decoder(nn.Module):
    """The way up: each block doubles height and width and is joined by the level of the way down."""

    def __init__(self, inputs: int, params: WarpingParams):
        super().__init__()
        self.up_blocks = nn.ModuleList()
        for level in range(params.blocks, 0, -1):
            joined = 1 if level == params.blocks else 2
            self.up_blocks.append(ConvNorm(3, joined * _width(params, level), _width(params, level - 1)))
        self.outputs = params.width + inputs
        self.conv = nn.Conv3d(self.outputs, self.outputs, kernel_size=3, padding=1)
        self.norm = nn.BatchNorm3d(self.outputs)

    def forward(self, levels: list[Tensor]) -> Tensor:
        *skips, out = levels
        for block, skip in zip(self.up_blocks, reversed(skips)):
            out = block(F.interpolate(out, scale_factor=(1, 2, 2)))
            out = torch.cat([out, skip], 1)
        return F.relu(self.norm(self.conv(out)))


def _width(params: WarpingParams, level: int) -> int:
    """Channels of the hourglass at a level; 0 is the finest."""
    return min(params.widest, params.width * 2**level)


class Hourglass(nn.Module):
    """Volumes (B, inputs, D, H, W) to (B, width + inputs, D, H, W)."""

    def __init__(self, inputs: int, params: WarpingParams):
        super().__init__()
        self.encoder = Encoder(inputs, params)
        self.decoder = Decoder(inputs, params)
        self.outputs = self.decoder.outputs

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


class DenseMotion(nn.Module):
    """Which keypoint's translation holds at each place, and what the source does not show."""

    def __init__(self, params: WarpingParams):
        super().__init__()
        slots = params.keypoints + 1
        self.hourglass = Hourglass(slots * (1 + params.compressed), params)
        self.mask = nn.Conv3d(self.hourglass.outputs, slots, kernel_size=7, padding=3)
        self.compress = nn.Conv3d(params.channels, params.compressed, kernel_size=1)
        self.norm = nn.BatchNorm3d(params.compressed)
        self.occlusion = nn.Conv2d(self.hourglass.outputs * params.depth, 1, kernel_size=7, padding=3)

    def forward(self, feature: Tensor, x_s: Tensor, x_d: Tensor) -> tuple[Tensor, Tensor]:
        """The deformation (B, D, H, W, 3) and the occlusion map (B, 1, H, W)."""
        size = feature.shape[2:]
        motions = sparse_motions(x_s, x_d, size)
        moved = move_volumes(F.relu(self.norm(self.compress(feature))), motions)
        heat = heat_differences(x_s, x_d, size)
        seen = self.hourglass(torch.cat([heat[:, :, None], moved], 2).flatten(1, 2))
        mask = self.mask(seen).softmax(1)
        deformation = (mask[..., None] * motions).sum(1)
        return deformation, self.occlusion(seen.flatten(1, 2)).sigmoid()


class WarpingNetwork(nn.Module):
    """A feature volume (B, 32, 16, 64, 64) and keypoints x_s, x_d (B, K, 3) to `Warped`."""

    def __init__(self, params: WarpingParams):
        super().__init__()
        self.dense_motion_network = DenseMotion(params)
        self.third = ConvNorm(2, params.channels * params.depth, params.out, SLOPE)
        self.fourth = nn.Conv2d(params.out, params.out, kernel_size=1)

    def forward(self, feature: Tensor, x_s: Tensor, x_d: Tensor) -> Warped:
        deformation, occlusion = self.dense_motion_network(feature, x_s, x_d)
        moved = F.grid_sample(feature, deformation, align_corners=False)
        out = self.fourth(self.third(moved.flatten(1, 2))) * occlusion
        return Warped(out=out, occlusion_map=occlusion, deformation=deformation)


def identity_grid(size: torch.Size, like: Tensor) -> Tensor:
    """The coordinates (D, H, W, 3) of a volume's places, as (x, y, z); type and device are those of `like`."""
    axes = [_axis(n, like) for n in size]
    return torch.stack(torch.meshgrid(*axes, indexing="ij")[::-1], -1)


@torch.jit.script_if_tracing  # so that an exported network finds its device and type when it runs, not when it is made
def _axis(count: int, like: Tensor) -> Tensor:
    return 2 * (torch.arange(count, dtype=like.dtype, device=like.device) / (count - 1)) - 1


def sparse_motions(x_s: Tensor, x_d: Tensor, size: torch.Size) -> Tensor:
    """Where each place comes from (B, K + 1, D, H, W, 3) if it went along with one keypoint; with none in slot 0."""
    grid = identity_grid(size, x_s)
    with_keypoints = grid - x_d[:, :, None, None, None] + x_s[:, :, None, None, None]
    return torch.cat([grid.expand(len(x_s), 1, *grid.shape), with_keypoints], 1)


def move_volumes(volume: Tensor, motions: Tensor) -> Tensor:
    """A volume (B, C, D, H, W) after each of the motions (B, S, D, H, W, 3): (B, S, C, D, H, W)."""
    slots = motions.shape[1]
    copies = volume.repeat_interleave(slots, 0)
    return F.grid_sample(copies, motions.flatten(0, 1), align_corners=False).unflatten(0, (-1, slots))


def heat_differences(x_s: Tensor, x_d: Tensor, size: torch.Size) -> Tensor:
    """What each keypoint brings and leaves (B, K + 1, D, H, W): its Gaussian at x_d minus that at x_s; slot 0 is 0."""
    return F.pad(gaussians(x_d, size) - gaussians(x_s, size), (0, 0, 0, 0, 0, 0, 1, 0))


def gaussians(keypoints: Tensor, size: torch.Size) -> Tensor:
    """Gaussians (B, K, D, H, W) of height 1 about keypoints (B, K, 3)."""
    offsets = identity_grid(size, keypoints) - keypoints[:, :, None, None, None]
    return torch.exp(-0.5 * offsets.square().sum(-1) / VARIANCE)
