"""How far inside a region a pixel lies: the same number at every call."""

from __future__ import annotations

import torch
from torch import Tensor

from ...natives import opencv

cv2 = opencv()


def depth_inside(inside: Tensor) -> Tensor:
    """(H, W) float32 distance in pixels from each pixel of a region (H, W), nonzero inside, to the nearest one outside.

    OpenCV's distances are not the same in their last bits in every thread and on every machine. Their squares are whole
    numbers, so they can be put right; beyond a thousand pixels the last bits are its own again.
    """
    mask = (inside != 0).to(torch.uint8).contiguous().numpy()
    distance = torch.from_numpy(cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))
    return distance.double().square().round().sqrt().float()
