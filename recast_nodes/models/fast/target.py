"""What a fast form is made for, and which kind of convolution does best there."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .folding import Convolution
from .fourier import Fourier
from .winograd import Winograd

WORTH = 64  # channels in and out from which on Winograd's way is the shorter one
WORTH_HALF = 512  # the same where a direct convolution would be in half precision
WIDE = 16  # the same of volumes


@dataclass(frozen=True)
class Target:
    """A device, and the type that most of the arithmetic is done in.

    A graphics card's libraries have their own ways for every shape, so Winograd's and Fourier's are the processor's.
    """

    device: torch.device
    dtype: torch.dtype

    @property
    def processor(self) -> bool:
        return self.device.type == "cpu"

    def convolution(self, weight: Tensor, bias: Tensor | None) -> nn.Module:
        """A convolution by the kernel (outputs, inputs, *sizes)."""
        worth = WORTH if self.dtype == torch.float32 else WORTH_HALF
        if self.processor and weight.shape[-2:] == (3, 3) and min(weight.shape[:2]) >= worth:
            return Winograd(weight, bias)
        return Convolution(weight, bias, self.dtype)

    def volume_convolution(self, weight: Tensor, bias: Tensor) -> nn.Module:
        """A convolution of a whole volume, which the processor does in float32 in less time than directly in less."""
        if not self.processor or min(weight.shape[:2]) < WIDE:
            return Convolution(weight, bias, self.dtype)
        return Winograd(weight, bias) if weight.shape[-1] == 3 else Fourier(weight, bias)
