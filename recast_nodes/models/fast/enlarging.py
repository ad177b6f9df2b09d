"""Convolutions by 3x3 of a picture enlarged by repeating its pixels, without enlarging it.

Of a pixel's repetitions the first sees its neighbour before, the last its neighbour after, and those between see the
pixel alone; so there are two or three different kernels along an axis, and none has more than two taps.
"""

from __future__ import annotations

from typing import Any

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
    """Height and width enlarged by repeating, a kernel (outputs, inputs, 3, 3) or (outputs, inputs, 3, 3, 3), ReLU."""

    def __init__(self, weight: Tensor, bias: Tensor, factor: int, dtype: torch.dtype):
        super().__init__()
        self.factor, self.outputs = factor, len(weight)
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
        part = Convolution(torch.cat(kernels).float(), bias.repeat(len(kind)), dtype)
        rows, columns = kernels[0].shape[-2:]
        part.padding = (*part.padding[:-2], rows - 1, columns - 1)
        return part

    def forward(self, x: Tensor) -> Tensor:
        height, width, factor = *x.shape[-2:], self.factor
        between = slice(1, factor - 1)
        place: dict[int, Any] = {FIRST: 0, BETWEEN: between, LAST: factor - 1}
        shown = {FIRST: slice(0, -1), BETWEEN: slice(None), LAST: slice(1, None)}
        out: Tensor | None = None
        for kind, part in zip(self.kinds, self.parts):
            found = part(x).relu_().movedim(1, -1)
            if out is None:
                shape = (*found.shape[:-3], height, factor, width, factor, self.outputs)
                out = found.new_empty(shape)
            for (row, column), values in zip(kind, found.split(self.outputs, -1)):
                seen = values[..., shown[row], shown[column], :]
                target = out[..., place[row], :, place[column], :]
                if row == BETWEEN:
                    seen = seen.unsqueeze(-3)
                if column == BETWEEN:
                    seen = seen.unsqueeze(-2)
                target.copy_(seen)
        assert out is not None
        return out.flatten(-3, -2).flatten(-4, -3).movedim(-1, 1)
