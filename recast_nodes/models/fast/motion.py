"""The motion extractor M, fast. Steps and names are those of `networks.motion` and `networks.convnext`.

Channels are innermost from end to end. Everything is in float32 whatever the type: keypoints and angles are what all
else depends on, and the whole takes less than one block of the decoder.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks.motion import RawHeads
from .folding import Linear

HEADS = ("kp", "exp", "scale", "t", "pitch", "yaw", "roll")


class FastConvNeXtBlock(nn.Module):
    """7x7 depthwise convolution, norm, two linear layers with GELU and response norm between; residual."""

    def __init__(self, original: Any):
        super().__init__()
        self.dwconv, self.norm, self.grn = original.dwconv, original.norm, original.grn
        self.pwconv1 = Linear(original.pwconv1, torch.float32)
        self.pwconv2 = Linear(original.pwconv2, torch.float32)

    def forward(self, x: Tensor) -> Tensor:
        out = self.norm(self.dwconv(x).movedim(1, -1))
        return x + self.pwconv2(self.grn(F.gelu(self.pwconv1(out)))).movedim(-1, 1)


class FastMotionExtractor(nn.Module):
    """Pictures (B, 3, 256, 256), sRGB in 0..1, to `RawHeads`."""

    def __init__(self, original: Any, _target: object):
        super().__init__()
        self.smaller, self.norm = original.downsample_layers, original.norm
        self.stages = nn.ModuleList(
            nn.Sequential(*(FastConvNeXtBlock(block) for block in stage)) for stage in original.stages
        )
        self.heads = nn.ModuleDict({name: getattr(original, f"fc_{name}") for name in HEADS})

    def forward(self, image: Tensor) -> RawHeads:
        x = image.float().contiguous(memory_format=torch.channels_last)
        for smaller, stage in zip(self.smaller, self.stages):
            x = stage(smaller(x))
        seen = self.norm(x.mean((-2, -1)))
        kp, exp, scale, t, pitch, yaw, roll = (self.heads[name](seen) for name in HEADS)
        return RawHeads(kp=kp, exp=exp, scale=scale, t=t, pitch=pitch, yaw=yaw, roll=roll)


def fast_detector(original: Any, target: object) -> FastMotionExtractor:
    """LivePortrait's, whose names begin with `detector.`."""
    return FastMotionExtractor(original.detector, target)
