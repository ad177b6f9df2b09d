"""The appearance extractors F, fast. Steps and names are those of `networks.appearance`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks import appearance as slow
from .folding import Affine, Convolution, folded, normed, plain


class ResidualBlock(nn.Module):
    """Two times batch norm, ReLU, 3x3x3 convolution, added to what came in; the second norm is in the first kernel."""

    def __init__(self, original: Any, dtype: torch.dtype):
        super().__init__()
        self.norm = Affine(original.norm1, 3, torch.float32)
        self.conv1 = Convolution(*normed(original.conv1, original.norm2), dtype)
        self.conv2 = plain(original.conv2, dtype)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(self.conv1(self.norm(x).relu_()).relu_())


class ConvolutionAppearance(nn.Module):
    """LivePortrait's."""

    def __init__(self, original: slow.ConvolutionAppearance, dtype: torch.dtype):
        super().__init__()
        self.depth = original.depth
        self.first = folded(original.first, dtype)
        self.down = nn.ModuleList(folded(block, dtype) for block in original.down_blocks)
        self.second = plain(original.second, dtype)
        self.blocks = nn.Sequential(*(ResidualBlock(block, dtype) for block in original.resblocks_3d))

    def forward(self, image: Tensor) -> Tensor:
        features = self.first(image).relu_()
        for block in self.down:
            features = F.avg_pool2d(block(features).relu_(), 2)
        return self.blocks(self.second(features).float().unflatten(1, (-1, self.depth))).contiguous()


class TransformerAppearance(nn.Module):
    """PerformRecast's."""

    def __init__(self, original: slow.TransformerAppearance, dtype: torch.dtype):
        super().__init__()
        self.depth = original.depth
        self.trunk: Any = original.dinov2_img_encoder["model"]
        self.t_conv = original.t_conv
        self.conv = original.conv
        self.blocks = nn.Sequential(*(ResidualBlock(block, dtype) for block in original.resblocks_3d))

    def forward(self, image: Tensor) -> Tensor:
        features = self.trunk(slow.imagenet_normalised(image))
        features = self.conv(F.gelu(self.t_conv(features)))
        return self.blocks(features.unflatten(1, (-1, self.depth))).contiguous()
