"""The warping network W, fast. Steps and names are those of `networks.warping`."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks import warping as slow
from ..networks.warping import SLOPE, Warped
from .folding import Convolution, folded, normed, plain
from .translation import axis_coordinates, heat_differences, moved_volumes


class Hourglass(nn.Module):
    """Volumes (B, inputs, D, H, W) to (B, width + inputs, D, H, W)."""

    def __init__(self, original: slow.Hourglass, dtype: torch.dtype):
        super().__init__()
        encoder, decoder = original.encoder, original.decoder
        self.down = nn.ModuleList(folded(block, dtype) for block in encoder.down_blocks)
        self.up = nn.ModuleList(folded(block, dtype) for block in decoder.up_blocks)
        self.last = folded(decoder, dtype)

    def forward(self, x: Tensor) -> Tensor:
        levels = [x]
        for block in self.down:
            levels.append(halved(block(levels[-1]).relu_()))
        *skips, out = levels
        for block, skip in zip(self.up, reversed(skips)):
            out = block(F.interpolate(out, scale_factor=(1, 2, 2))).relu_()
            out = torch.cat([out, skip.to(out.dtype)], 1)
        return self.last(out).relu_()


def halved(x: Tensor) -> Tensor:
    """A volume (B, C, D, H, W) at half its height and width, by means of four; H is even.

    Depth and height are one axis to the pooling, which torch has for every type in two dimensions only.
    """
    return F.avg_pool2d(x.flatten(2, 3), 2).unflatten(2, (x.shape[2], -1))


class DenseMotion(nn.Module):
    """Which keypoint's translation holds at each place, and what the source does not show."""

    def __init__(self, original: slow.DenseMotion, dtype: torch.dtype):
        super().__init__()
        self.compress = Convolution(*normed(original.compress, original.norm), torch.float32)
        self.hourglass = Hourglass(original.hourglass, dtype)
        self.mask = plain(original.mask, dtype)
        self.occlusion = plain(original.occlusion, dtype)

    def forward(self, feature: Tensor, x_s: Tensor, x_d: Tensor) -> tuple[Tensor, Tensor]:
        """The deformation (B, D, H, W, 3) and the occlusion map (B, 1, H, W)."""
        size = feature.shape[2:]
        moved = moved_volumes(self.compress(feature).relu_().contiguous(), x_s, x_d)
        heat = F.pad(heat_differences(x_s, x_d, size), (0, 0, 0, 0, 0, 0, 1, 0))
        seen = self.hourglass(torch.cat([heat[:, :, None], moved], 2).flatten(1, 2))
        mask = self.mask(seen).float().softmax(1)
        return deformation(mask, x_s, x_d), self.occlusion(seen.flatten(1, 2)).float().sigmoid()


class WarpingNetwork(nn.Module):
    """A feature volume (B, 32, 16, 64, 64) and keypoints x_s, x_d (B, K, 3) to `Warped`."""

    def __init__(self, original: slow.WarpingNetwork, dtype: torch.dtype):
        super().__init__()
        self.dense_motion = DenseMotion(original.dense_motion_network, dtype)
        self.third = folded(original.third, dtype)
        self.fourth = plain(original.fourth, dtype)

    def forward(self, feature: Tensor, x_s: Tensor, x_d: Tensor) -> Warped:
        feature = feature.float()
        deformation, occlusion = self.dense_motion(feature, x_s, x_d)
        moved = F.grid_sample(feature, deformation, align_corners=False)
        out = self.fourth(F.leaky_relu_(self.third(moved.flatten(1, 2)), SLOPE)).float() * occlusion
        return Warped(out=out.contiguous(), occlusion_map=occlusion, deformation=deformation)


def deformation(mask: Tensor, x_s: Tensor, x_d: Tensor) -> Tensor:
    """Where each place comes from (B, D, H, W, 3), by the slots' shares (B, K + 1, D, H, W), which add up to 1.

    The sum of shares times motions is the identity plus the sum of shares times translations.
    """
    shifts = torch.einsum("bkdhw,bkc->bdhwc", mask[:, 1:], x_s - x_d)
    axes = [axis_coordinates(count, x_s) for count in mask.shape[2:]]
    return torch.stack(torch.meshgrid(*axes, indexing="ij")[::-1], -1) + shifts
