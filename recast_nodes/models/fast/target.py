"""What a fast form is made for, and which kind of convolution does best there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from . import nnpack
from .folding import Convolution
from .fourier import Fourier
from .planes import DepthSpread, WidthSpread
from .winograd import Winograd

WORTH = 64  # channels in and out from which on Winograd's way is the shorter one
WORTH_TILES = 12  # the same of NNPACK's
WORTH_HALF = 512  # the same where a direct convolution would be in half precision, on ordinary vector units
WIDE = 16  # the same of volumes
LARGE = 5  # taps of a kernel along an axis from which on a graphics card spreads it along the width


def has_instructions_for(dtype: torch.dtype) -> bool:
    """Whether this machine's processor has instructions for a type; without them it takes a hundred times as long.

    For float16 it is never said to have them: of those that do, none was tried.
    """
    if dtype != torch.bfloat16:
        return dtype == torch.float32
    supported = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return torch.backends.mkldnn.is_available() and supported is not None and bool(supported())


def at_hand(device: str | torch.device, dtype: torch.dtype) -> torch.dtype:
    """What is computed in where a type is asked for: float32 on a processor without instructions for it."""
    return torch.float32 if torch.device(device).type == "cpu" and not has_instructions_for(dtype) else dtype


def has_tiles() -> bool:
    """Whether this machine's processor has units that multiply tiles of bfloat16 (Intel's AMX)."""
    supported = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return supported is not None and bool(supported())


@dataclass(frozen=True)
class Target:
    """A device, and the type that most of the arithmetic is done in.

    A graphics card's libraries have their own ways for every shape, so NNPACK's, Winograd's and Fourier's are the
    processor's.
    """

    device: torch.device
    dtype: torch.dtype
    rough: bool = False  # float32 stands for half precision: sums of pictures may be off by 3e-6 of their size

    @property
    def processor(self) -> bool:
        return self.device.type == "cpu"

    @property
    def graphics(self) -> bool:
        """Whether it is an NVIDIA card."""
        return self.device.type == "cuda"

    @property
    def exact(self) -> torch.dtype:
        """For a network's last, small steps, in which bfloat16 loses as much as in all before: float32, on a card.

        A card rounds what goes into them to TF32. A processor stays within 40 dB without.
        """
        return torch.float32 if self.graphics and self.dtype == torch.bfloat16 else self.dtype

    @property
    def finer(self) -> Target:
        """With float16 in place of a card's bfloat16, for what keeps within its range: as fast, with 3 bits more."""
        return replace(self, dtype=torch.float16) if self.graphics and self.dtype == torch.bfloat16 else self

    @property
    def planes(self) -> bool:
        """Whether pictures go through NNPACK, for which they should lie in memory plane by plane."""
        return self.processor and self.dtype == torch.float32 and nnpack.available()

    def convolution(self, weight: Tensor, bias: Tensor | None) -> nn.Module:
        """A convolution by the kernel (outputs, inputs, *sizes)."""
        narrowest = min(weight.shape[:2])
        if not self.processor or weight.shape[-2:] != (3, 3):
            return Convolution(weight, bias, self.dtype)
        if self.planes and weight.ndim == 4 and narrowest >= WORTH_TILES:
            return nnpack.TileConvolution(weight, bias, nnpack.WINOGRAD_8 if self.rough else None)
        half = self.dtype != torch.float32
        if narrowest < (WORTH_HALF if half else WORTH) or (half and has_tiles()):
            return Convolution(weight, bias, self.dtype)
        return Winograd(weight, bias)

    def volume_convolution(self, weight: Tensor, bias: Tensor) -> nn.Module:
        """A convolution of a whole volume, which the processor does in float32 in less time than directly in less."""
        if min(weight.shape[:2]) < WIDE or not (self.processor or self.graphics):
            return Convolution(weight, bias, self.dtype)
        large = weight.shape[-1] >= LARGE
        if self.graphics:
            return (WidthSpread if large else DepthSpread)(weight, bias, self.dtype)
        return (Fourier if large else Winograd)(weight, bias)
