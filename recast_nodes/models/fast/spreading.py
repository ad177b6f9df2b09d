"""A convolution to a single channel by a large kernel, as what every place adds to its neighbours."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .products import linear


class SpreadConvolution(nn.Module):
    """Volumes (B, C, D, H, W), whose channels and depth are the inputs of a kernel (1, C, D, size, size).

    Every column of places gives size * size numbers, one for each neighbour that it is seen by; they are added up where
    they belong. That is a product of matrices a plane instead of a convolution with one row of results, in float32.
    """

    planes: Tensor  # (D, size * size, C)
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor):
        super().__init__()
        self.size = weight.shape[-1]
        taps = weight[0].flip(-2, -1).flatten(2)  # (C, D, size * size)
        self.register_buffer("planes", taps.permute(1, 2, 0).float().contiguous())
        self.register_buffer("bias", bias.float())

    def forward(self, volume: Tensor) -> Tensor:
        places = volume.movedim(1, -1).float().flatten(2, 3).contiguous()  # (B, D, H * W, C)
        spread = F.fold(self._multiply(places).mT.contiguous(), volume.shape[-2:], self.size, padding=self.size // 2)
        return spread + self.bias[:, None, None]

    def _multiply(self, places: Tensor) -> Tensor:
        """What each place gives (B, H * W, size * size), by all planes together; a processor keeps no more than two."""
        if places.device.type != "cpu":
            return torch.matmul(places, self.planes.mT).sum(1)
        found = linear(places[:, 0], self.planes[0])
        for plane, taps in zip(places.unbind(1)[1:], self.planes[1:]):
            found = found + linear(plane, taps)
        return found
