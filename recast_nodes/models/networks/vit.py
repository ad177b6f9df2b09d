"""The vision transformer of DINO (Caron et al. 2021, after Dosovitskiy et al. 2021), for pictures of any size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

EPS = 1e-6  # of every layer norm; torch's own 1e-5 is off by 7e-5 in the published features


@dataclass(frozen=True)
class VisionTransformerParams:
    """ViT-B/16, trained on pictures of 224 x 224."""

    width: int = 768
    depth: int = 12
    heads: int = 12
    patch: int = 16  # pixels along a token's side
    grid: int = 14  # tokens along a side of the trained position table


class Attention(nn.Module):
    """Multi-head self-attention."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        query, key, value = self.qkv(tokens).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return self.proj(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    """Two linear layers, four times as wide between, with the exact GELU (tanh's is off by more than the tolerance)."""

    def __init__(self, width: int):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(tokens)))


class TransformerBlock(nn.Module):
    """One pre-norm layer of the transformer."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, EPS)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, EPS)
        self.mlp = Mlp(width)

    def forward(self, tokens: Tensor) -> Tensor:
        tokens = tokens + self.attn(self.norm1(tokens))
        return tokens + self.mlp(self.norm2(tokens))


class PatchEmbedding(nn.Module):
    """One linear map a patch."""

    def __init__(self, width: int, patch: int):
        super().__init__()
        self.proj = nn.Conv2d(3, width, kernel_size=patch, stride=patch)

    def forward(self, image: Tensor) -> Tensor:
        return self.proj(image)


class VisionTransformer(nn.Module):
    """Normalised pictures (B, 3, H, W) to features (B, width, H / patch, W / patch)."""

    def __init__(self, params: VisionTransformerParams):
        super().__init__()
        self.params = params
        self.cls_token = nn.Parameter(torch.zeros(1, 1, params.width))
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, 1 + params.grid**2, params.width))
        self.patch_embed = PatchEmbedding(params.width, params.patch)
        self.blocks = nn.ModuleList(TransformerBlock(params.width, params.heads) for _ in range(params.depth))
        self.norm = nn.LayerNorm(params.width, EPS)

    def forward(self, image: Tensor) -> Tensor:
        patches = self.patch_embed(image)
        rows, columns = patches.shape[-2:]
        classes = self.cls_token.expand(len(image), -1, -1)
        tokens = torch.cat([classes, patches.flatten(2).transpose(1, 2)], 1)
        tokens = tokens + resample_positions(self.pos_embed, rows, columns)
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)[:, 1:].transpose(1, 2).unflatten(-1, (rows, columns))


def resample_positions(table: Tensor, rows: int, columns: int) -> Tensor:
    """The position table (1, 1 + n * n, width) of a square grid, resampled to (1, 1 + rows * columns, width).

    The class token's entry is kept. Antialiased bicubic resampling is the cubic with a = -0.5; torch's plain one has
    a = -0.75, which is off by 0.27 in the published features.
    """
    first, grid = table[:, :1], table[:, 1:]
    side = math.isqrt(int(grid.shape[1]))
    if (side, side) == (rows, columns):
        return table
    square = grid.transpose(1, 2).unflatten(-1, (side, side))
    square = F.interpolate(square, (rows, columns), mode="bicubic", antialias=True)
    return torch.cat([first, square.flatten(2).transpose(1, 2)], 1)
