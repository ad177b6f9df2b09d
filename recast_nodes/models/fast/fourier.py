"""Convolutions by large kernels as products of spectra (overlap-save), along height and width; the depth is direct.

A tile of 22x22 places gives 16x16 results of a kernel of 7x7, for 4 multiplications a result instead of 49.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .products import PackedKernel
from .scratch import room

RESULTS = 16  # along a side of a tile


class Fourier(nn.Module):
    """A convolution of stride 1 by a kernel (outputs, inputs, depth, size, size), in float32; sizes are odd."""

    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor):
        super().__init__()
        self.outputs, self.size = len(weight), weight.shape[-1]
        self.tile = RESULTS + self.size - 1
        # A correlation multiplies by the conjugate. Real and imaginary parts are two places of an axis that the kernel
        # covers whole: (re, im) times (re, -im; im, re).
        spectrum = torch.fft.rfft2(weight.double(), s=(self.tile, self.tile))
        re, im = spectrum.real.float(), -spectrum.imag.float()
        kernels = torch.cat([torch.stack([re, -im], 2), torch.stack([im, re], 2)]).movedim((-2, -1), (0, 1))
        padding = (0, weight.shape[2] // 2, 0)
        self.products = [PackedKernel(kernel[..., None], padding) for kernel in kernels.flatten(0, 1)]
        self.register_buffer("bias", bias.float())

    def forward(self, x: Tensor) -> Tensor:
        """A volume (B, inputs, D, H, W) to (B, outputs, D, H, W)."""
        return torch.stack([self._one(volume) for volume in x.float()])

    def _one(self, volume: Tensor) -> Tensor:
        depth, height, width = volume.shape[1:]
        rows, columns = -(-height // RESULTS), -(-width // RESULTS)
        edge, below, right = self.size // 2, rows * RESULTS - height, columns * RESULTS - width
        padded = F.pad(volume.movedim(0, -1), (0, 0, edge, edge + right, edge, edge + below))
        tiles = padded.unfold(1, self.tile, RESULTS).unfold(2, self.tile, RESULTS)  # (D, rows, columns, C, 22, 22)
        spectra = torch.view_as_real(torch.fft.rfft2(tiles)).permute(4, 5, 3, 6, 0, 1, 2)
        spectra = spectra.flatten(-2).flatten(0, 1)  # (frequencies, C, 2, D, tiles)
        spectra = spectra.movedim(1, -1)
        spectra = room("spectra", *spectra.shape).copy_(spectra).movedim(-1, 1)
        found = room("found", len(spectra), 2 * self.outputs, depth, rows * columns)
        for product, spectrum, place in zip(self.products, spectra, found):
            place.copy_(product(spectrum[None])[0, :, 0])
        found = found.view(self.tile, -1, 2, self.outputs, depth, rows, columns)
        places = torch.fft.irfft2(torch.complex(found[:, :, 0], found[:, :, 1]), s=(self.tile,) * 2, dim=(0, 1))
        places = places[:RESULTS, :RESULTS].permute(2, 3, 4, 0, 5, 1).reshape(self.outputs, depth, rows * RESULTS, -1)
        return places[..., :height, :width] + self.bias[:, None, None, None]
