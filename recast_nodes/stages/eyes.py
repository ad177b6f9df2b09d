"""Eyes that the edit opens further than the plate shows them."""

from __future__ import annotations

import torch
from torch import Tensor

from .anatomy import LEFT_IRIS, LEFT_LOWER_LID, LEFT_UPPER_LID, RIGHT_IRIS, RIGHT_LOWER_LID, RIGHT_UPPER_LID
from .shapes import smooth_step

WIDEST = 1.7  # times the gap that the plate shows: beyond it, an iris is drawn out into a smear
SHUT, SEEN = 0.10, 0.22  # gap over an eye's width: up to where lashes cover the eye, and from where it is seen
ALWAYS = 0.006  # of the face's size: a shut eye may open by a lash's breadth
_EYES = ((LEFT_UPPER_LID, LEFT_LOWER_LID, LEFT_IRIS), (RIGHT_UPPER_LID, RIGHT_LOWER_LID, RIGHT_IRIS))


def limit_opening(source: Tensor, driven: Tensor, size: float) -> Tensor:
    """`driven` (478, 3) with lids held where the plate's pixels in `source` (478, 3) would be stretched to a smear.

    The plate shows no eyeball behind a lid, so where its eye is shut it stays shut, and the gaze is left alone there.
    `size` is the face's, pixels.
    """
    driven = driven.clone()
    for contours in _EYES:
        up, down, iris = (list(contour) for contour in contours)
        shown = torch.linalg.vector_norm(source[down, :2] - source[up, :2], dim=1).max()
        wanted = torch.linalg.vector_norm(driven[down, :2] - driven[up, :2], dim=1).max()
        width = torch.linalg.vector_norm(source[up[0], :2] - source[up[-1], :2]).clamp_min(1e-3)
        seen = smooth_step((shown / width - SHUT) / (SEEN - SHUT))
        lids = (driven[up + down] - source[up + down]).mean(0)
        driven[iris] = torch.lerp(source[iris] + lids, driven[iris], seen)  # behind shut lids there is no gaze to move
        most = (1 + (WIDEST - 1) * seen) * shown + ALWAYS * size
        if wanted > most:
            middle = (driven[up] + driven[down]) / 2
            share = most / wanted
            driven[up] = middle + (driven[up] - middle) * share
            driven[down] = middle + (driven[down] - middle) * share
    return driven
