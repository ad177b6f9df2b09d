"""How far inside a region a pixel lies: the same number at every call."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...natives import opencv

cv2 = opencv()


def depth_inside(inside: Tensor) -> Tensor:
    """(H, W) float32 distance in pixels from each pixel of a region (H, W), nonzero inside, to the nearest one outside.

    OpenCV's distances are not the same in their last bits in every thread and on every machine. Their squares are whole
    numbers, so they can be put right; beyond a thousand pixels the last bits are its own again.
    """
    mask = np.ascontiguousarray(inside.numpy() != 0).view(np.uint8)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    np.multiply(distance, distance, out=distance)
    np.rint(distance, out=distance)
    return torch.from_numpy(np.sqrt(distance, out=distance))
