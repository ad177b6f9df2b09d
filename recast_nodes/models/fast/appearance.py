"""The appearance extractors F, fast. Steps and names are those of `networks.appearance`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks import appearance as slow
from .folding import Affine, Convolution, Linear, fold_batch_norm, fold_block, plain
from .products import linear
from .target import Target
from .vit import FastVisionTransformer


class ResidualBlock(nn.Module):
    """Two times batch norm, ReLU, 3x3x3 convolution, added to what came in; the second norm is in the first kernel."""

    def __init__(self, original: Any, target: Target):
        super().__init__()
        # A sixth of the work, and what bfloat16 loses here is most of what it loses; a card rounds to TF32.
        dtype = torch.float16 if target.dtype == torch.float16 else torch.float32
        self.norm = Affine(original.norm1, 3, torch.float32)
        self.conv1 = Convolution(*fold_batch_norm(original.conv1, original.norm2), dtype)
        self.conv2 = plain(original.conv2, dtype)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(self.conv1(self.norm(x).relu_()).relu_())


class FastConvolutionAppearance(nn.Module):
    """LivePortrait's."""

    def __init__(self, original: slow.ConvolutionAppearance, target: Target):
        super().__init__()
        self.depth = original.depth
        self.first = fold_block(original.first, target.dtype)
        self.down = nn.ModuleList(
            target.convolution(*fold_batch_norm(block.conv, block.norm)) for block in original.down_blocks
        )
        self.second = plain(original.second, target.dtype)
        self.blocks = nn.Sequential(*(ResidualBlock(block, target) for block in original.resblocks_3d))

    def forward(self, image: Tensor) -> Tensor:
        features = self.first(image).relu_()
        for block in self.down:
            features = F.avg_pool2d(block(features).relu_(), 2)
        return self.blocks(self.second(features).float().unflatten(1, (-1, self.depth))).contiguous()


class FastTransformerAppearance(nn.Module):
    """PerformRecast's. The transposed convolution makes four places of every token without overlap: a linear layer."""

    t_conv: Tensor
    t_bias: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self, original: slow.TransformerAppearance, target: Target):
        super().__init__()
        self.depth = original.depth
        self.trunk = FastVisionTransformer(original.dinov2_img_encoder["model"], target.dtype)
        self.register_buffer("mean", torch.tensor(slow.IMAGENET_MEAN)[:, None, None])
        self.register_buffer("std", torch.tensor(slow.IMAGENET_STD)[:, None, None])
        t_conv: Any = original.t_conv
        weight, bias = t_conv.weight, t_conv.bias
        self.register_buffer("t_conv", weight.permute(2, 3, 1, 0).flatten(0, 2).to(target.exact).contiguous())
        self.register_buffer("t_bias", bias.repeat(4).to(target.exact))
        self.conv = Linear(original.conv, target.exact)
        self.blocks = nn.Sequential(*(ResidualBlock(block, target) for block in original.resblocks_3d))

    def forward(self, image: Tensor) -> Tensor:
        tokens = self.trunk((image.float() - self.mean) / self.std).to(self.t_conv.dtype)
        doubled = linear(tokens.contiguous(), self.t_conv, self.t_bias).unflatten(-1, (2, 2, -1))
        features = self.conv(F.gelu(doubled)).float()  # (B, H, W, 2, 2, channels)
        features = features.permute(0, 5, 1, 3, 2, 4).flatten(4, 5).flatten(2, 3)
        return self.blocks(features.unflatten(1, (-1, self.depth))).contiguous()
