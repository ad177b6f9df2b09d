"""Convolutions by 3x3 of a picture enlarged by repeating its pixels, without enlarging it.

Of a pixel's repetitions the first sees its neighbour before, the last its neighbour after, and those between see the
pixel alone; so there are two or three different kernels along an axis, and none has more than two taps.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .folding import Convolution

FIRST, BETWEEN, LAST = 0, 1, 2
TAPS = {  # rows: the taps of a smaller kernel; columns: those of the kernel of three that they gather
    FIRST: torch.tensor([[1.0, 0, 0], [0, 1, 1]]),
    BETWEEN: torch.tensor([[1.0, 1, 1]]),
    LAST: torch.tensor([[1.0, 1, 0], [0, 0, 1]]),
}


class EnlargedConvolution(nn.Module):
    """Height and width enlarged by repeating, a kernel (outputs, inputs, 3, 3) or (outputs, inputs, 3, 3, 3), ReLU.

    Results lie in memory plane by plane, or channels innermost.
    """

    def __init__(self, weight: Tensor, bias: Tensor, factor: int, dtype: torch.dtype, planes: bool = False):
        super().__init__()
        self.factor, self.outputs, self.dtype, self.planes = factor, len(weight), dtype, planes
        ends, between = (FIRST, LAST), (BETWEEN,)
        kinds = [(ends, ends)] if factor == 2 else [(a, b) for a in (ends, between) for b in (ends, between)]
        self.kinds = [[(row, column) for row in rows for column in columns] for rows, columns in kinds]
        self.parts = nn.ModuleList(self._part(weight, bias, kind, dtype) for kind in self.kinds)

    def _part(self, weight: Tensor, bias: Tensor, kind: list[tuple[int, int]], dtype: torch.dtype) -> Convolution:
        """The kernels of one size, one after the other."""
        weight = weight.double()
        kernels = [
            torch.einsum("ai,bj,...ij->...ab", TAPS[row].double(), TAPS[column].double(), weight)
            for row, column in kind
        ]
        part = Convolution(torch.cat(kernels).float(), bias.repeat(len(kind)), dtype, planes=self.planes)
        rows, columns = kernels[0].shape[-2:]
        part.padding = (*part.padding[:-2], rows - 1, columns - 1)
        return part

    def forward(self, x: Tensor) -> Tensor:
        height, width, factor = *x.shape[-2:], self.factor
        place = {FIRST: slice(0, 1), BETWEEN: slice(1, factor - 1), LAST: slice(factor - 1, factor)}
        shown = {FIRST: slice(0, -1), BETWEEN: slice(None), LAST: slice(1, None)}
        out = self._room(x.shape[:1] + x.shape[2:-2] + (height, factor, width, factor), x.device)
        for kind, part in zip(self.kinds, self.parts):
            found = part(x).relu_()
            for (row, column), values in zip(kind, found.split(self.outputs, 1)):
                seen = values[..., shown[row], shown[column]]
                out[..., place[row], :, place[column]] = seen.unsqueeze(-1).unsqueeze(-3)
        return out.flatten(-2).flatten(-3, -2)

    def _room(self, places: torch.Size, device: torch.device) -> Tensor:
        """(B, outputs, ...) for places (B, ...)."""
        if self.planes:
            return torch.empty(places[0], self.outputs, *places[1:], dtype=self.dtype, device=device)
        return torch.empty(*places, self.outputs, dtype=self.dtype, device=device).movedim(-1, 1)
