"""What is constant once a network is trained, multiplied out: batch norms and spectral norms inside kernels."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .products import linear

CONV = {4: F.conv2d, 5: F.conv3d}
LAYOUT = {4: torch.channels_last, 5: torch.channels_last_3d}


class Convolution(nn.Module):
    """A convolution of stride 1 by a finished kernel (outputs, inputs, *sizes), in the kernel's type.

    Channels lie innermost in memory, which the libraries' fastest kernels want; where `planes` is said, outermost.
    """

    weight: Tensor
    bias: Tensor | None

    def __init__(
        self, weight: Tensor, bias: Tensor | None, dtype: torch.dtype, padding: bool = True, planes: bool = False
    ):
        super().__init__()
        self.padding = tuple(size // 2 for size in weight.shape[2:]) if padding else (0,) * (weight.ndim - 2)
        self.convolve = CONV[weight.ndim]
        self.layout = torch.contiguous_format if planes else LAYOUT[weight.ndim]
        self.register_buffer("weight", weight.to(dtype).contiguous(memory_format=self.layout))
        self.register_buffer("bias", None if bias is None else bias.to(dtype))

    def forward(self, x: Tensor) -> Tensor:
        x = x.to(self.weight.dtype).contiguous(memory_format=self.layout)
        return self.convolve(x, self.weight, self.bias, padding=self.padding)


def affine(norm: Any) -> tuple[Tensor, Tensor]:
    """A batch norm in eval mode as a scale and an offset a channel, in float64."""
    scale = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
    return scale, norm.bias.double() - norm.running_mean.double() * scale


def fold_batch_norm(conv: Any, norm: Any) -> tuple[Tensor, Tensor]:
    """Kernel and bias of a convolution that a batch norm follows, as one convolution in float32."""
    scale, offset = affine(norm)
    weight = conv.weight.double() * scale.reshape(-1, *[1] * (conv.weight.ndim - 1))
    return weight.float(), (conv.bias.double() * scale + offset).float()


class Linear(nn.Module):
    """A linear layer over what lies innermost, in the type of its matrix (outputs, inputs)."""

    weight: Tensor
    bias: Tensor | None

    def __init__(self, original: Any, dtype: torch.dtype):
        super().__init__()
        weight, bias = original.weight, original.bias
        self.register_buffer("weight", weight.reshape(len(weight), -1).to(dtype).contiguous())
        self.register_buffer("bias", None if bias is None else bias.to(dtype))

    def forward(self, x: Tensor) -> Tensor:
        return linear(x.to(self.weight.dtype).contiguous(), self.weight, self.bias)


class PixelConvolution(nn.Module):
    """A convolution by a kernel (outputs, inputs, 1, ...) of a single place: a product of matrices."""

    weight: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, dtype: torch.dtype):
        super().__init__()
        self.register_buffer("weight", weight.flatten(1).to(dtype).contiguous())
        self.register_buffer("bias", bias.to(dtype)[:, None])

    def forward(self, x: Tensor) -> Tensor:
        found = torch.matmul(self.weight, x.to(self.weight.dtype).flatten(2)) + self.bias
        return found.unflatten(-1, x.shape[2:])


def pad_kernel(weight: Tensor, outputs: int = 1, inputs: int = 1) -> Tensor:
    """A kernel (outputs, inputs, *sizes) with zeros up to multiples of both: libraries take channels by so many."""
    after = (-len(weight) % outputs, -weight.shape[1] % inputs)
    return F.pad(weight, [0, 0] * (weight.ndim - 2) + [0, after[1], 0, after[0]])


def plain(conv: Any, dtype: torch.dtype) -> Convolution:
    """A convolution as it is."""
    return Convolution(conv.weight, conv.bias, dtype)


def fold_block(block: Any, dtype: torch.dtype) -> Convolution:
    """A `ConvNorm` as one convolution; the ReLU is the caller's."""
    return Convolution(*fold_batch_norm(block.conv, block.norm), dtype)


class Affine(nn.Module):
    """A batch norm in eval mode that nothing could be folded into: a scale and an offset a channel."""

    scale: Tensor
    offset: Tensor

    def __init__(self, norm: Any, axes: int, dtype: torch.dtype):
        super().__init__()
        scale, offset = affine(norm)
        self.register_buffer("scale", scale.reshape(-1, *[1] * axes).to(dtype))
        self.register_buffer("offset", offset.reshape(-1, *[1] * axes).to(dtype))

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.offset, x, self.scale)
