"""The motion extractor M: canonical keypoints, expression and head pose of a face, as the heads give them.

`stages.expression.published_pose` makes angles, rotations and keypoints of these numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from torch import Tensor, nn

from . import convnext


@dataclass(frozen=True)
class MotionParams:
    """PerformRecast's; LivePortrait has 21 keypoints and one scale."""

    keypoints: int = 49
    scales: int = 3
    bins: int = 66  # of each angle, 3 degrees wide
    trunk: convnext.ConvNeXtParams = field(default_factory=convnext.ConvNeXtParams)


class RawHeads(TypedDict):
    """The raw output of the seven heads. K keypoints."""

    kp: Tensor  # (B, 3 K) x_c, canonical keypoints
    exp: Tensor  # (B, 3 K) delta, expression
    scale: Tensor  # (B, 1 or 3)
    t: Tensor  # (B, 3)
    pitch: Tensor  # (B, 66) logits
    yaw: Tensor  # (B, 66) logits
    roll: Tensor  # (B, 66) logits


class MotionExtractor(convnext.ConvNextV2):
    """Pictures (B, 3, 256, 256), sRGB in 0..1 without mean subtraction, to `RawHeads`."""

    def __init__(self, params: MotionParams):
        super().__init__(params.trunk)
        width = params.trunk.widths[-1]
        self.fc_kp = nn.Linear(width, 3 * params.keypoints)
        self.fc_scale = nn.Linear(width, params.scales)
        self.fc_pitch = nn.Linear(width, params.bins)
        self.fc_yaw = nn.Linear(width, params.bins)
        self.fc_roll = nn.Linear(width, params.bins)
        self.fc_t = nn.Linear(width, 3)
        self.fc_exp = nn.Linear(width, 3 * params.keypoints)

    def forward(self, image: Tensor) -> RawHeads:
        seen = self.pool(image)
        return RawHeads(
            kp=self.fc_kp(seen),
            exp=self.fc_exp(seen),
            scale=self.fc_scale(seen),
            t=self.fc_t(seen),
            pitch=self.fc_pitch(seen),
            yaw=self.fc_yaw(seen),
            roll=self.fc_roll(seen),
        )


class PrefixedMotionExtractor(nn.Module):
    """The same network where the checkpoint's names begin with `detector.`, as LivePortrait's do."""

    def __init__(self, params: MotionParams):
        super().__init__()
        self.detector = MotionExtractor(params)

    def forward(self, image: Tensor) -> RawHeads:
        return self.detector(image)
