"""Small networks that take and give what the published ones do, in milliseconds, and whose answers are known.

F folds the picture into channels, W moves it and G unfolds it again: with nothing moved, the face that is painted is
the picture that was seen, blurred as much as is asked. M tells a face at rest on a grid, and an expression that follows
the picture's brightness.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from recast_nodes.model_registry import MODELS
from recast_nodes.models.neural.engine import Engine
from recast_nodes.models.neural.model import Neural
from recast_nodes.references import resolve


@dataclass
class Softness:
    """How the stand-in paints: the blur of its G in pixels of the patch, and what its W says is shown."""

    blur: float = 0.0
    shown: float = 1.0


class F(nn.Module):
    def forward(self, image: Tensor) -> Tensor:
        folded = functional.pixel_unshuffle(image, image.shape[-1] // 64)
        return functional.pad(folded, (0, 0, 0, 0, 0, 512 - folded.shape[1])).unflatten(1, (32, 16))


class M(nn.Module):
    def __init__(self, keypoints: int, scales: int):
        super().__init__()
        steps = torch.linspace(-0.5, 0.5, 7)
        grid = torch.stack(torch.meshgrid(steps, steps, torch.zeros(1), indexing="xy"), -1).reshape(-1, 3)
        self.canonical, self.scales = grid[torch.arange(keypoints) % 49].flatten(), scales

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        seen = functional.adaptive_avg_pool2d(image, (7, 7)).mean(1).flatten(1) - image.mean((1, 2, 3))[:, None]
        keypoints = len(self.canonical) // 3
        moved = 0.2 * functional.pad(seen[:, :keypoints, None], (0, 2)).flatten(1)
        middle = torch.zeros(len(image), 66)
        return {
            "kp": self.canonical.expand(len(image), -1),
            "exp": moved,
            "scale": torch.ones(len(image), self.scales),
            "t": torch.zeros(len(image), 3),
            "pitch": middle,
            "yaw": middle,
            "roll": middle,
        }


class W(nn.Module):
    def __init__(self, softness: Softness):
        super().__init__()
        self.softness = softness

    def forward(self, feature: Tensor, x_s: Tensor, x_d: Tensor) -> dict[str, Tensor]:
        axes = [torch.linspace(-1, 1, count) for count in (16, 64, 64)]
        still = torch.stack(torch.meshgrid(*axes, indexing="ij")[::-1], -1)
        near = torch.exp(-torch.cdist(still[0, ..., :2].reshape(-1, 2), x_d[..., :2]).square() / 0.02)
        weight = near / (near.sum(-1, keepdim=True) + 0.1)
        moved = (weight @ (x_s - x_d)).reshape(len(x_s), 1, 64, 64, 3)
        deformation = still + moved
        flat = feature.flatten(1, 2)[:, :256]
        out = functional.grid_sample(flat, deformation[:, 0, ..., :2], align_corners=True)
        shown = torch.full((len(x_s), 1, 64, 64), self.softness.shown)
        return {"out": out, "occlusion_map": shown, "deformation": deformation}


class G(nn.Module):
    def __init__(self, block: int, softness: Softness):
        super().__init__()
        self.block, self.softness = block, softness

    def forward(self, feature: Tensor) -> Tensor:
        picture = functional.pixel_shuffle(feature[:, : 3 * self.block**2], self.block)
        picture = functional.interpolate(picture, (512, 512), mode="bilinear")
        return _blurred(picture, self.softness.blur) if self.softness.blur else picture


class S(nn.Module):
    """Adds nothing."""

    def __init__(self, outputs: int):
        super().__init__()
        self.outputs = outputs

    def forward(self, vector: Tensor) -> Tensor:
        return vector[:, :1].expand(-1, self.outputs) * 0


def _blurred(picture: Tensor, sigma: float) -> Tensor:
    places = torch.arange(-12, 13, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (places / sigma).square())
    kernel = (kernel / kernel.sum()).expand(3, 1, 1, -1)
    picture = functional.pad(picture, (12, 12, 12, 12), "replicate")
    across = functional.conv2d(picture, kernel, groups=3)
    return functional.conv2d(across, kernel.mT, groups=3)


def stand_in(name: str, softness: Softness | None = None) -> Neural:
    """The neural model of that name on networks of this file. Its engine counts what it ran: `engine.ran`."""
    softness = softness or Softness()
    kind: type[Neural] = resolve(MODELS.get(name).implementation).__self__  # whose `installed` it is
    keypoints = kind.traits.keypoints
    made = {
        "F": F(),
        "M": M(keypoints, 3 if name == "performrecast" else 1),
        "W": W(softness),
        "G": G(kind.appearance // 64, softness),
        "S_stitching": S(65),
        "S_lip": S(63),
        "S_eye": S(63),
    }
    return kind(Counting(name, lambda part: made[part].eval(), lambda module, *_: module))


class Counting(Engine):
    def __init__(self, *given: object):
        super().__init__(*given)
        self.ran: list[tuple[str, int]] = []

    def run(self, part, computing, inputs, frames=(0,), stays=False):
        self.ran.append((part, len(inputs[0])))
        return super().run(part, computing, inputs, frames, stays)
