"""Convolutions by kernels of 3x3 with a quarter of the multiplications (Winograd 1980, Lavin and Gray 2016).

A tile of 6x6 places gives 4x4 results. Tile and kernel are seen as polynomials and taken at five numbers and at
infinity (Toom-Cook); there they only multiply, channel by channel, and the products are brought back. In float32 the
sums lose more than a direct convolution's: about 1e-6 of their size instead of 2e-7.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import torch
from torch import Tensor, nn

from .products import PackedKernel, linear
from .scratch import room

RESULTS, TAPS = 4, 3
TILE = RESULTS + TAPS - 1
# Few and short binary fractions of about 1 lose the least (Barabasz et al. 2020).
POINTS = tuple(Fraction(p) for p in ("0", "3/4", "-3/4", "3/2", "-3/2"))
AT_ONCE = 25_000_000  # numbers that a step may have in work: they should stay in the cache


def _polynomial(roots: list[Fraction]) -> list[Fraction]:
    """Coefficients, constant first, of the product of (x - root)."""
    coefficients = [Fraction(1)]
    for root in roots:
        higher, lower = [Fraction(0), *coefficients], [*coefficients, Fraction(0)]
        coefficients = [high - root * low for high, low in zip(higher, lower)]
    return coefficients


def matrices() -> tuple[Tensor, Tensor, Tensor]:
    """What takes a tile (6, 6), a kernel (6, 3) to the points and their products back (4, 6), in float64."""
    tile, kernel, back = [], [], []
    for point in POINTS:
        others = [other for other in POINTS if other != point]
        scale = _polynomial(others)
        tile.append([*scale, Fraction(0)])
        value = sum((c * point**power for power, c in enumerate(scale)), Fraction(0))
        kernel.append([point**power / value for power in range(TAPS)])
        back.append([point**power for power in range(RESULTS)])
    tile.append(_polynomial(list(POINTS)))
    kernel.append([Fraction(power == TAPS - 1) for power in range(TAPS)])
    back.append([Fraction(power == RESULTS - 1) for power in range(RESULTS)])
    as_tensor = [
        torch.tensor([[float(c) for c in row] for row in rows], dtype=torch.float64) for rows in (tile, kernel, back)
    ]
    return as_tensor[0], as_tensor[1], as_tensor[2].mT


class Tiles:
    """Volumes (B, C, D, H, W) or pictures (B, C, H, W), padded with zeros and cut into tiles that overlap by two."""

    def __init__(self, x: Tensor):
        self.batch, self.channels = x.shape[:2]
        self.flat = x.ndim == 4
        x = x[:, :, None] if self.flat else x
        self.depth, self.height, self.width = x.shape[2:]
        self.rows, self.columns = -(-self.height // RESULTS), -(-self.width // RESULTS)
        below, right = self.rows * RESULTS - self.height, self.columns * RESULTS - self.width
        sizes = (self.batch, self.depth, self.height + 2 + below, self.width + 2 + right, self.channels)
        self.padded = room("padded", *sizes).zero_()
        self.padded[:, :, 1 : 1 + self.height, 1 : 1 + self.width] = x.movedim(1, -1)

    def portions(self, outputs: int) -> Iterator[tuple[int, slice]]:
        """Frames and rows of tiles to take at once, so that the work on them stays in the cache."""
        numbers = TILE**2 * self.depth * self.columns * (self.channels + outputs)  # in a row of tiles
        step = max(1, AT_ONCE // numbers)
        for frame in range(self.batch):
            for first in range(0, self.rows, step):
                yield frame, slice(first, min(first + step, self.rows))

    def at_points(self, frame: int, rows: slice, matrix: Tensor) -> Tensor:
        """Some rows of one frame's tiles, taken at the points: (36, D, rows * columns, C)."""
        cut = self.padded[frame].unfold(1, TILE, RESULTS).unfold(2, TILE, RESULTS)[:, rows]
        cut = cut.permute(4, 5, 0, 1, 2, 3)
        tiles = room("tiles", *cut.shape).copy_(cut).flatten(2).flatten(0, 1)
        points = torch.mm(matrix, tiles, out=room("points", *tiles.shape))
        return points.view(TILE**2, self.depth, -1, self.channels)


class Winograd(nn.Module):
    """A convolution of stride 1 by a kernel (outputs, inputs, 3, 3) or (outputs, inputs, depth, 3, 3), in float32.

    Along the depth, where there is one, it is direct.
    """

    bias: Tensor | None
    tile: Tensor
    back: Tensor

    def __init__(self, weight: Tensor, bias: Tensor | None):
        super().__init__()
        tile, kernel, back = matrices()
        self.outputs = len(weight)
        weight = weight.double() if weight.ndim == 5 else weight.double()[:, :, None]
        kernels = torch.einsum("ai,bj,ocdij->abocd", kernel, kernel, weight).flatten(0, 1).float()
        self.products = [_Product(kernel) for kernel in kernels]
        self.register_buffer("bias", None if bias is None else bias.float())
        self.register_buffer("tile", torch.kron(tile, tile).float())
        self.register_buffer("back", torch.kron(back, back).float())

    def forward(self, x: Tensor | Tiles) -> Tensor:
        tiles = x if isinstance(x, Tiles) else Tiles(x)
        size = (tiles.batch, tiles.depth, tiles.rows * RESULTS, tiles.columns * RESULTS, self.outputs)
        out = tiles.padded.new_empty(size)
        for frame, rows in tiles.portions(self.outputs):
            points = tiles.at_points(frame, rows, self.tile)
            found = room("products", *points.shape[:-1], self.outputs)
            for product, point, place in zip(self.products, points, found):
                place.copy_(product(point))
            found = torch.mm(self.back, found.flatten(1), out=room("results", RESULTS**2, found[0].numel()))
            found = found.view(RESULTS, RESULTS, tiles.depth, -1, tiles.columns, self.outputs)
            places = slice(rows.start * RESULTS, rows.stop * RESULTS)
            target = out[frame, :, places].unflatten(2, (-1, RESULTS)).unflatten(1, (-1, RESULTS))
            target.copy_(found.permute(2, 3, 0, 4, 1, 5))
        if self.bias is not None:
            out += self.bias
        out = out[:, :, : tiles.height, : tiles.width].movedim(-1, 1)
        return out[:, :, 0] if tiles.flat else out


class _Product:
    """What one of the points is multiplied with: tiles (D, N, inputs) to (D, N, outputs)."""

    def __init__(self, kernel: Tensor):
        self.matrix = kernel[:, :, 0].contiguous()
        self.deep = PackedKernel(kernel[..., None, None], (kernel.shape[2] // 2, 0, 0)) if kernel.shape[2] > 1 else None

    def __call__(self, tiles: Tensor) -> Tensor:
        if self.deep is None:
            return linear(tiles, self.matrix)
        return self.deep(tiles.movedim(-1, 0)[None, :, :, None])[0, :, :, 0].movedim(0, -1)
