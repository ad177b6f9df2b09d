"""A driver's face at rest, as a network sees it: nobody measured one, so a frame of the performance stands for it."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.blendshapes import GAZE
from ...notices import notice
from ..canonical import resting_coefficients
from ..performance import Performance


def expression_at_rest(performance: Performance, keypoints: int) -> Tensor:
    """The expression (K, 3) of the frame whose blendshape coefficients are nearest to those of a face at rest."""
    coefficients = torch.stack([motion.coefficients for motion in performance.motions])
    away = (coefficients - resting_coefficients()).abs()
    away[:, list(GAZE)] = 0  # no face at rest decides where the eyes look
    distance = torch.where(torch.tensor(performance.found), away.sum(1), torch.inf).nan_to_num(nan=torch.inf)
    if bool(torch.isfinite(distance).any()):
        return performance.expressions[int(distance.argmin())]
    if performance.first is None:
        return torch.zeros(keypoints, 3)
    notice(
        "The driver's landmarks come without blendshape coefficients, so its first frame is taken for its face "
        "at rest; give ExpressionMix.reference a frame in which it rests."
    )
    return performance.first.expression
