"""The PerformRecast model: 49 keypoints, the expression added before the head turns (eq. 3)."""

from __future__ import annotations

import torch
from torch import Tensor

from ...stages.expression import performrecast
from ...stages.expression.head_pose import Pose, compose
from ...stages.expression.pose_blend import blend_pose
from ...stages.expression.published_pose import PERFORMRECAST_FIRST_BIN, PERFORMRECAST_PI, performrecast_rotation
from ...stages.membership import weights_near
from ...wires import Motion
from ..interface import MixKnobs
from ..mesh.retarget import landmark_regions
from ..neural.model import Neural, keypoint_weights
from ..neural.patches import Crop
from ..neural.whole_edit import EditForm
from . import PERFORMRECAST


class PerformRecast(Neural):
    """See `models.neural.model.Neural`."""

    traits = PERFORMRECAST
    appearance = 512
    first_bin = PERFORMRECAST_FIRST_BIN
    driver_crop = Crop(1.5, -0.125)

    def rotation(self, pitch: Tensor, yaw: Tensor, roll: Tensor) -> Tensor:
        return performrecast_rotation(pitch, yaw, roll).mT  # published for columns; a Motion's rotation turns rows

    def compose(self, canonical: Tensor, expression: Tensor, pose: Pose) -> Tensor:
        return compose(canonical, expression, *pose)

    def edit_form(self) -> EditForm:
        fixed, free = performrecast.source_share(), torch.zeros(self.keypoints, 3)
        sizes = self.keypoints, 3, self.first_bin
        return EditForm(*sizes, PERFORMRECAST_PI, False, self.appearance, False, fixed, free)

    def regions(self, source: Tensor, landmarks: Tensor) -> Tensor:
        """Of the landmarks next to it: keypoints are vertices of a face, but which one is which is not published."""
        return weights_near(source[:, :2], landmarks, landmark_regions()[:, : len(landmarks)])

    def carry_expression(self, source: Motion, driving: Motion, reference: Tensor, mix: MixKnobs) -> Tensor:
        weight = keypoint_weights(source, mix)
        return performrecast.mix_expression(
            source.expression, driving.expression, reference, mix.replace, mix.enhance, weight, self.protection(mix)
        )

    def turn_head(self, source: Pose, driver: Pose, first: Pose | None, amount: float) -> Pose:
        return blend_pose(source, driver, first, amount)
