"""The networks while they are taught: a source picture made to act as another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..digital_humans.ict import small_head
from ..digital_humans.keypoints import keypoint_vertices, to_units
from ..models.trained.card import Equation
from ..models.trained.sizes import PARTS, NetworkSizes, networks
from ..stages.expression.published_pose import (
    PERFORMRECAST_FIRST_BIN,
    drop_depth,
    expected_angle,
    liveportrait_keypoints,
    performrecast_keypoints,
    performrecast_rotation,
)

HEAD_SCALE = 0.8  # units of a crop that a canonical unit is, about: a face fills two thirds of its crop


class FoundMotion(NamedTuple):
    """What M tells of pictures."""

    canonical: Tensor  # (B, K, 3)
    expression: Tensor  # (B, K, 3)
    rotation: Tensor  # (B, 3, 3) which turns columns
    scale: Tensor  # (B, 3)
    translation: Tensor  # (B, 3)

    def with_expression_of(self, other: FoundMotion) -> FoundMotion:
        """Eq. 6: another one's expression, everything else its own."""
        return self._replace(expression=other.expression)


class Made(NamedTuple):
    """A picture (B, 3, S, S) and what W says of it."""

    picture: Tensor
    occlusion: Tensor  # (B, 1, h, w)


class Reenactor(nn.Module):
    """F, M, W and G of these sizes."""

    def __init__(self, sizes: NetworkSizes, equation: Equation):
        super().__init__()
        self.sizes, self.equation = sizes, equation
        for part, make in networks(sizes).items():
            self.add_module(part, make())
        _begin_at_the_average(self.get_submodule("M"))

    def motion(self, pictures: Tensor) -> FoundMotion:
        """The parameters of pictures (B, 3, S, S). Always in float32, as the published code has it."""
        small = F.interpolate(pictures, (self.sizes.motion_pixels,) * 2, mode="area")
        with torch.autocast(pictures.device.type, enabled=False):
            heads: Mapping[str, Tensor] = self.get_submodule("M")(small.float())
            angles = (expected_angle(heads[name], PERFORMRECAST_FIRST_BIN) for name in ("pitch", "yaw", "roll"))
            canonical, expression = (heads[name].unflatten(-1, (-1, 3)) for name in ("kp", "exp"))
            rotation = performrecast_rotation(*angles)
            return FoundMotion(canonical, expression, rotation, heads["scale"], drop_depth(heads["t"]))

    def keypoints(self, motion: FoundMotion) -> Tensor:
        """x (B, K, 3) by eq. 3, or eq. 1."""
        if self.equation == 1:
            return liveportrait_keypoints(*motion._replace(rotation=motion.rotation.mT))
        return performrecast_keypoints(*motion)

    def appearance(self, pictures: Tensor) -> Tensor:
        """The feature volumes of pictures."""
        return self.get_submodule("F")(pictures)

    def paint(self, volume: Tensor, x_s: Tensor, x_d: Tensor) -> Made:
        """Pictures of a volume moved from x_s to x_d."""
        warped: Mapping[str, Tensor] = self.get_submodule("W")(volume, x_s, x_d)
        return Made(self.get_submodule("G")(warped["out"]).float(), warped["occlusion_map"])

    def parts(self) -> dict[str, dict[str, Tensor]]:
        """The tensors of each network."""
        return {part: self.get_submodule(part).state_dict() for part in PARTS}


def _begin_at_the_average(motion: nn.Module) -> None:
    """Let M tell the average face at rest before it has learned anything: its last layers begin near zero."""
    head = small_head()
    average = torch.from_numpy(to_units(head.topology.template[keypoint_vertices(head.topology)]))
    with torch.no_grad():
        for name in ("kp", "exp", "scale", "t"):
            layer = motion.get_submodule(f"fc_{name}")
            assert isinstance(layer, nn.Linear)
            layer.weight.mul_(0.1)
            layer.bias.zero_()
            if name == "kp":
                layer.bias.copy_(average.flatten())
            if name == "scale":
                layer.bias.fill_(HEAD_SCALE)


def noisy(keypoints: Tensor, spread: tuple[float, float, float], generator: torch.Generator) -> Tensor:
    """Keypoints (B, K, 3) with Gaussian noise of these standard deviations in x, y and z, while training only."""
    noise = torch.randn(keypoints.shape, generator=generator, dtype=torch.float32)
    return keypoints + noise.to(keypoints) * keypoints.new_tensor(spread)
