"""The vision transformer, fast: the same steps, its products by `products.linear`, sums and norms in float32."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..networks.vit import EPS, resample_positions
from .folding import Linear


class FastTransformerBlock(nn.Module):
    """One pre-norm layer of the transformer."""

    def __init__(self, original: Any, dtype: torch.dtype):
        super().__init__()
        self.heads = original.attn.heads
        self.norm1, self.norm2 = original.norm1, original.norm2
        self.qkv, self.proj = Linear(original.attn.qkv, dtype), Linear(original.attn.proj, dtype)
        self.fc1, self.fc2 = Linear(original.mlp.fc1, dtype), Linear(original.mlp.fc2, dtype)

    def forward(self, tokens: Tensor) -> Tensor:
        query, key, value = self.qkv(self.norm1(tokens)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        tokens = tokens + self.proj(seen)
        return tokens + self.fc2(F.gelu(self.fc1(self.norm2(tokens))))


class FastVisionTransformer(nn.Module):
    """Normalised pictures (B, 3, H, W) to tokens (B, H / patch, W / patch, width)."""

    cls_token: Tensor
    pos_embed: Tensor

    def __init__(self, original: Any, dtype: torch.dtype):
        super().__init__()
        self.patch_embed, self.norm = original.patch_embed, original.norm
        self.register_buffer("cls_token", original.cls_token)
        self.register_buffer("pos_embed", original.pos_embed)
        self.blocks = nn.ModuleList(FastTransformerBlock(block, dtype) for block in original.blocks)
        assert self.norm.eps == EPS

    def forward(self, image: Tensor) -> Tensor:
        patches = self.patch_embed(image)
        rows, columns = patches.shape[-2:]
        tokens = torch.cat([self.cls_token.expand(len(image), -1, -1), patches.flatten(2).mT], 1)
        tokens = tokens + resample_positions(self.pos_embed, rows, columns)
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)[:, 1:].unflatten(1, (rows, columns))
