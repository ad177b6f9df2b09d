"""A convolution to a single channel by a large kernel, as what every place adds to its neighbours."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .folding import Convolution


class SpreadConvolution(nn.Module):
    """Volumes (B, C, D, H, W), whose channels and depth are the inputs (C * D) of a kernel (1, C * D, size, size).

    Every column of places gives size * size numbers, one for each neighbour that it is seen by; they are added up where
    they belong. That is one product of matrices instead of a convolution with one row of results, in float32.
    """

    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, depth: int):
        super().__init__()
        self.size = weight.shape[-1]
        taps = weight[0].flip(-2, -1).flatten(1).T.unflatten(1, (-1, depth))  # (size * size, C, D)
        self.columns = Convolution(taps[..., None, None], None, torch.float32, padding=False)
        self.register_buffer("bias", bias.float())

    def forward(self, volume: Tensor) -> Tensor:
        found = self.columns(volume).flatten(2).contiguous()
        return F.fold(found, volume.shape[-2:], self.size, padding=self.size // 2) + self.bias[:, None, None]
