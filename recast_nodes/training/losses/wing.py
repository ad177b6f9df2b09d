"""The Wing loss: steep near zero, so that small errors of keypoints still count; linear beyond.

Z.-H. Feng et al., "Wing Loss for Robust Facial Landmark Localisation with Convolutional Neural Networks", CVPR 2018.
"""

from __future__ import annotations

import math

from torch import Tensor

PIXELS = 128.0  # of a picture of 256, the size that the two numbers are of, in a unit of -1..1
WIDTH, CURVATURE = 10.0 / PIXELS, 2.0 / PIXELS  # the paper's 10 and 2 pixels


def wing_loss(found: Tensor, truth: Tensor, width: float = WIDTH, curvature: float = CURVATURE) -> Tensor:
    """The mean over all numbers of two tensors of one shape, in units of -1..1 over a picture.

    w ln(1 + |x| / e) up to |x| = w, and |x| - (w - w ln(1 + w / e)) beyond, with `width` w and `curvature` e.
    """
    away = (found - truth).abs()
    beyond = width - width * math.log1p(width / curvature)
    near = width * (away / curvature).log1p()
    return near.where(away < width, away - beyond).mean()
