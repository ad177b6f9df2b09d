"""The appearance extractor F: a picture of the source to a volume of features, once by a transformer (PerformRecast),
once by convolutions (LivePortrait).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import vit
from .layers import ConvNorm, residual_blocks

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class TransformerParams:
    """PerformRecast's."""

    channels: int = 32
    depth: int = 16
    blocks: int = 6
    trunk: vit.VisionTransformerParams = field(default_factory=vit.VisionTransformerParams)


@dataclass(frozen=True)
class ConvolutionParams:
    """LivePortrait's."""

    channels: int = 32
    depth: int = 16
    blocks: int = 6
    widths: tuple[int, ...] = (64, 128, 256)


class TransformerAppearance(nn.Module):
    """Pictures (B, 3, 512, 512), sRGB in 0..1, to volumes (B, 32, 16, 64, 64): an eighth of the picture's size."""

    def __init__(self, params: TransformerParams):
        super().__init__()
        self.depth = params.depth
        width = params.trunk.width
        # The checkpoint says DINOv2, as the paper does; its tensors are those of the first DINO.
        self.dinov2_img_encoder = nn.ModuleDict({"model": vit.VisionTransformer(params.trunk)})
        self.t_conv = nn.ConvTranspose2d(width, width, kernel_size=2, stride=2)
        self.conv = nn.Conv2d(width, params.channels * params.depth, kernel_size=1)
        self.resblocks_3d = residual_blocks(params.channels, params.blocks)

    def forward(self, image: Tensor) -> Tensor:
        features = self.dinov2_img_encoder["model"](normalise_imagenet(image))
        features = self.conv(F.gelu(self.t_conv(features)))
        return self.resblocks_3d(features.unflatten(1, (-1, self.depth)))


class ConvolutionAppearance(nn.Module):
    """Pictures (B, 3, 256, 256), sRGB in 0..1, to volumes (B, 32, 16, 64, 64): a quarter of the picture's size."""

    def __init__(self, params: ConvolutionParams):
        super().__init__()
        self.depth = params.depth
        widths = params.widths
        self.first = ConvNorm(2, 3, widths[0])
        self.down_blocks = nn.ModuleList(ConvNorm(2, *pair) for pair in zip(widths, widths[1:]))
        self.second = nn.Conv2d(widths[-1], params.channels * params.depth, kernel_size=1)
        self.resblocks_3d = residual_blocks(params.channels, params.blocks)

    def forward(self, image: Tensor) -> Tensor:
        features = self.first(image)
        for block in self.down_blocks:
            features = F.avg_pool2d(block(features), 2)
        return self.resblocks_3d(self.second(features).unflatten(1, (-1, self.depth)))


def normalise_imagenet(image: Tensor) -> Tensor:
    """Pictures (B, 3, H, W) in 0..1 with ImageNet's mean taken off, in units of its standard deviation."""
    return (image - _channels(list(IMAGENET_MEAN), image)) / _channels(list(IMAGENET_STD), image)


@torch.jit.script_if_tracing  # so that an exported network finds its device and type when it runs, not when it is made
def _channels(numbers: list[float], like: Tensor) -> Tensor:
    return torch.tensor(numbers, dtype=like.dtype, device=like.device)[:, None, None]
