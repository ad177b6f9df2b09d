"""Products and convolutions of float32 on the processor by oneDNN's own calls, where torch has them.

They are the calls that torch's own compiler makes. torch's `linear` goes to MKL, whose kernels run at half the speed on
processors that are not Intel's; and `conv3d` brings its kernel into oneDNN's order anew at every call, which for many
small ones takes as long as the arithmetic.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

AVAILABLE = torch.backends.mkldnn.is_available()
_LINEAR = getattr(torch.ops.mkldnn, "_linear_pointwise", None) if AVAILABLE else None
_PACK = getattr(torch.ops.mkldnn, "_reorder_convolution_weight", None) if AVAILABLE else None
_CONVOLVE = getattr(torch.ops.mkldnn, "_convolution_pointwise", None) if AVAILABLE else None


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Rows (..., inputs) times a matrix (outputs, inputs), plus a bias: `F.linear`."""
    if _LINEAR is None or x.device.type != "cpu" or x.dtype != torch.float32:
        return F.linear(x, weight, bias)
    return _LINEAR(x, weight, bias, "none", [], "")


class PackedKernel:
    """A kernel (outputs, inputs, *sizes) of a `conv3d` without bias, kept in oneDNN's order from its first use on."""

    def __init__(self, weight: Tensor, padding: tuple[int, int, int]):
        self.weight, self.padding = weight, padding
        self.packed = _PACK is None or _CONVOLVE is None

    def __call__(self, x: Tensor) -> Tensor:
        """A volume (B, inputs, D, H, W), channels innermost in memory."""
        if _PACK is None or _CONVOLVE is None:
            return F.conv3d(x, self.weight, padding=self.padding)
        ones = [1, 1, 1]
        if not self.packed:
            self.weight = _PACK(self.weight, list(self.padding), ones, ones, 1, list(x.shape))
            self.packed = True
        return _CONVOLVE(x, self.weight, None, list(self.padding), ones, ones, 1, "none", [], "")
