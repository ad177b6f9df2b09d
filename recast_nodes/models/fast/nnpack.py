"""Convolutions of pictures by NNPACK, which lies in PyTorch's library and is called there, past PyTorch.

NNPACK takes tiles to their spectra (or to Winograd's points), multiplies and goes back, and keeps a tile in the
processor's registers meanwhile; the same said in PyTorch's operations moves every tile through memory six times. Its
spectra lose less than a direct convolution does: 2e-7 of the result's size, where that loses 5e-7 to 1.5e-6.

PyTorch's builds for Linux and for Macs of Intel carry it, for operators of phones that do not work here. The interface
is that of `nnpack.h`. Where there is none, `available` says so, and `winograd` does the same in PyTorch.
"""

from __future__ import annotations

import ctypes
import functools
from ctypes import POINTER, Structure, byref, c_int, c_size_t, c_void_p
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .scratch import room

SPECTRA_8, SPECTRA_16, WINOGRAD_8 = 1, 2, 3  # nnp_convolution_algorithm: by tiles of 8x8 or 16x16 places
PREPARE_KERNEL, USE_PREPARED = 2, 3  # nnp_convolution_transform_strategy: precompute, reuse
SUCCESS = IDENTITY = 0  # nnp_status, nnp_activation
LIBRARIES = ("libtorch_cpu.so", "libtorch_cpu.dylib")
AGREES = 1e-4  # how far a first convolution may be from PyTorch's own, before NNPACK is left alone
FEW = 1 << 16  # kernels of 3x3 (outputs times inputs) up to which tiles of 16x16 pay: each is kept as 256 numbers
BYTES = 4


class NnpackError(RuntimeError):
    """NNPACK refused a convolution."""


class _Size(Structure):
    _fields_ = [("width", c_size_t), ("height", c_size_t)]


class _Padding(Structure):
    _fields_ = [(side, c_size_t) for side in ("top", "right", "bottom", "left")]


_ARGUMENTS = (
    *(c_int, c_int, c_size_t, c_size_t),  # algorithm, strategy, channels in and out
    *(_Size, _Padding, _Size, _Size),  # picture, padding, kernel, stride
    *(c_void_p, c_void_p, c_void_p, c_void_p),  # picture, kernel, bias, result
    *(c_void_p, POINTER(c_size_t)),  # room for work, and its bytes
    *(c_int, c_void_p, c_void_p, c_void_p),  # activation, its parameters, threads, profile
)


@functools.cache
def available() -> bool:
    """Whether NNPACK is at hand and does on this processor what PyTorch does."""
    if _library() is None:
        return False
    random = torch.Generator().manual_seed(0)  # what others draw stays as it is
    x, weight, bias = (torch.rand(size, generator=random) - 0.5 for size in ((1, 3, 20, 25), (5, 3, 3, 3), (5,)))
    wanted = F.conv2d(x, weight, bias, padding=1)
    try:
        found = [TileConvolution(weight, bias, way)(x) for way in (SPECTRA_8, SPECTRA_16, WINOGRAD_8)]
    except NnpackError:  # it has no spectra for processors of ARM
        return False
    return all(bool((each - wanted).abs().max() < AGREES) for each in found)


@functools.cache
def _library() -> ctypes.CDLL | None:
    """PyTorch's library, if NNPACK is in it and starts."""
    folder = Path(torch.__file__).parent / "lib"
    path = next((folder / name for name in LIBRARIES if (folder / name).exists()), None)
    if path is None:
        return None
    library = ctypes.CDLL(str(path))
    try:
        library.nnp_convolution_inference.argtypes = _ARGUMENTS
        library.pthreadpool_create.argtypes, library.pthreadpool_create.restype = [c_size_t], c_void_p
        return library if library.nnp_initialize() == SUCCESS else None
    except AttributeError:  # this build exports none of that
        return None


@functools.cache
def _threads(count: int) -> int | None:
    """NNPACK's own threads. They serve one caller at a time, and others wait."""
    library = _library()
    assert library is not None
    pool: int | None = library.pthreadpool_create(count) if count > 1 else None
    return pool


class TileConvolution(nn.Module):
    """A convolution of pictures by a kernel (outputs, inputs, 3, 3), zeros around them, in float32.

    Pictures come out plane by plane in memory, and are taken so without a copy.
    """

    bias: Tensor
    kernel: Tensor

    def __init__(self, weight: Tensor, bias: Tensor | None, way: int | None = None):
        super().__init__()
        self.outputs, self.inputs = weight.shape[:2]
        self.way = way or (SPECTRA_16 if self.outputs * self.inputs <= FEW else SPECTRA_8)
        self.register_buffer("bias", torch.zeros(self.outputs) if bias is None else bias.float().contiguous())
        self.register_buffer("kernel", self._transform_kernels(weight.float().contiguous()))

    def _transform_kernels(self, weight: Tensor) -> Tensor:
        """The kernels taken to where they are multiplied."""
        picture = torch.zeros(self.inputs, 16, 16)  # its size does not matter
        out = torch.empty(self.outputs, 16, 16)
        prepared = torch.empty(self._call(PREPARE_KERNEL, picture, weight, out, None) // BYTES)
        self._call(PREPARE_KERNEL, picture, weight, out, prepared)
        return prepared

    @torch.compiler.disable
    def forward(self, x: Tensor) -> Tensor:
        """Pictures (B, inputs, H, W) to (B, outputs, H, W)."""
        x = x.float().contiguous()
        out = x.new_empty(len(x), self.outputs, *x.shape[2:])
        work = room("nnpack", self._call(USE_PREPARED, x[0], self.kernel, out[0], None) // BYTES)
        for picture, target in zip(x, out):
            self._call(USE_PREPARED, picture, self.kernel, target, work)
        return out

    def _call(self, strategy: int, picture: Tensor, kernel: Tensor, out: Tensor, work: Tensor | None) -> int:
        """One picture (inputs, H, W). Without room for work nothing is done. The bytes that the room must have."""
        library = _library()
        assert library is not None
        height, width = picture.shape[1:]
        needed = c_size_t(0 if work is None else work.numel() * BYTES)
        status = library.nnp_convolution_inference(
            *(self.way, strategy, self.inputs, self.outputs),
            *(_Size(width, height), _Padding(1, 1, 1, 1), _Size(3, 3), _Size(1, 1)),
            *(picture.data_ptr(), kernel.data_ptr(), self.bias.data_ptr(), out.data_ptr()),
            *(None if work is None else work.data_ptr(), byref(needed)),
            *(IDENTITY, None, _threads(torch.get_num_threads()), None),
        )
        if status != SUCCESS:
            raise NnpackError(f"NNPACK refused a convolution of {self.inputs} channels, {width}x{height}: {status}")
        return needed.value
