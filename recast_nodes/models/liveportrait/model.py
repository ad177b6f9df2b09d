"""The LivePortrait model: 21 keypoints, the expression added after the head has turned (eq. 1), and small networks that
keep shoulders in place (stitching) and open eyes and lips as far as the driver's.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...stages.expression import liveportrait as stage
from ...stages.expression.head_pose import Pose
from ...stages.expression.published_pose import LIVEPORTRAIT_FIRST_BIN, liveportrait_keypoints, liveportrait_rotation
from ...stages.expression.sliders import SLIDERS
from ...wires import Computing, Motion
from ..interface import MixKnobs
from ..neural.engine import OUT
from ..neural.model import Neural, keypoint_weights
from ..neural.patches import Crop
from ..neural.whole_edit import EditForm
from . import LIVEPORTRAIT

WIDE_OPEN = 0.5  # height of open lips over their width: what 1 on jaw_open adds


class LivePortrait(Neural):
    """See `models.neural.model.Neural`."""

    traits = LIVEPORTRAIT
    appearance = 256
    first_bin = LIVEPORTRAIT_FIRST_BIN
    driver_crop = Crop(2.2, -0.125)

    def rotation(self, pitch: Tensor, yaw: Tensor, roll: Tensor) -> Tensor:
        return liveportrait_rotation(pitch, yaw, roll)

    def compose(self, canonical: Tensor, expression: Tensor, pose: Pose) -> Tensor:
        return liveportrait_keypoints(canonical, expression, *pose)

    def edit_form(self) -> EditForm:
        fixed = 1 - stage.expressive()
        return EditForm(self.keypoints, 1, self.first_bin, math.pi, True, self.appearance, True, fixed, fixed)

    def regions(self, source: Tensor, landmarks: Tensor) -> Tensor:
        return stage.regions()

    def carry_expression(self, source: Motion, driving: Motion, reference: Tensor, mix: MixKnobs) -> Tensor:
        weight = keypoint_weights(source, mix)
        return stage.mix_expression(
            source.expression, driving.expression, reference, mix.replace, mix.enhance, weight, self.protection(mix)
        )

    def turn_head(self, source: Pose, driver: Pose, first: Pose | None, amount: float) -> Pose:
        return stage.blend_pose(source, driver, first, amount)

    def correct_expression(
        self, source: Motion, driving: Motion | None, expression: Tensor, pose: Pose, mix: MixKnobs
    ) -> Tensor:
        """Retargeting and stitching move keypoints; what they add is taken into the expression, over the scale."""
        x_s, composed = source.source[None], self.compose(source.canonical, expression, pose)[None]
        x_d = composed + self._retarget(source, driving, mix)
        if not mix.literal and mix.protect > 0:
            offsets = self.engine.run("S_stitching", Computing(), [stage.stitching_input(x_s, x_d)])[OUT]
            x_d = stage.stitch(x_d, offsets, mix.protect)
        return expression + (x_d - composed)[0] / pose.scale

    def _retarget(self, source: Motion, driving: Motion | None, mix: MixKnobs) -> Tensor:
        """(1, 21, 3) what eye and lip retargeting add; 0 where nothing is asked or no opening is known."""
        nothing, x_s = torch.zeros(1, self.keypoints, 3), source.source[None]
        if source.openings is None:
            return nothing
        now = source.openings[None]
        after, wanted = self._target_openings(source.openings, driving, mix)
        eyes = lips = nothing
        if wanted[0]:
            eyes = self._offsets("S_eye", stage.eye_input(x_s, now[:, :2], after[None, :1]))
        if wanted[1]:
            lips = self._offsets("S_lip", stage.lip_input(x_s, now[:, 2:], after[None, 1:]))
        return eyes + lips

    def _target_openings(self, now: Tensor, driving: Motion | None, mix: MixKnobs) -> tuple[Tensor, tuple[bool, bool]]:
        """(2,) how far eyes and lips shall be open, and whether that is asked at all."""
        at = torch.stack([now[:2].mean(), now[2]])
        retarget = driving is not None and driving.openings is not None and mix.retarget > 0 and not mix.literal
        if retarget:
            theirs = driving.openings  # type: ignore[union-attr]
            there = torch.stack([theirs[:2].mean(), theirs[2]])  # type: ignore[index]
            at = torch.lerp(at, there, mix.retarget * min(1.0, mix.replace + mix.enhance))
        blink, jaw = (mix.sliders[SLIDERS.index(name)] for name in ("blink", "jaw_open"))
        jaw += mix.shape("jawOpen")
        after = torch.stack([at[0] * (1 - blink), at[1] + WIDE_OPEN * jaw]).clamp_min(0)
        return after, (retarget or blink != 0, retarget or jaw != 0)

    def _offsets(self, part: str, vector: Tensor) -> Tensor:
        return self.engine.run(part, Computing(), [vector])[OUT].unflatten(1, (-1, 3))
