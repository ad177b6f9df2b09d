"""Irises as a camera sees them: round where an eye looks into it, and ever narrower the further the eye looks aside."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import CHIN_TIP, EYE_INNER, EYE_OUTER, FOREHEAD, OUTER_EYE_CORNERS
from ..expression.eyeballs import ABOVE, IN_FRONT, RADIUS
from ..thresholds import Amount

NARROWEST = Amount(
    0.6, "of its height", "an iris that looks 53 degrees aside, further than eyes turn: there landmarks err"
)


def narrow_iris(points: Tensor, contour: tuple[int, ...], iris: Tensor) -> Tensor:
    """(2, 2) what makes of a round iris at `iris` (2,) the ellipse that is seen: narrower along the way from the middle
    of its eyeball, by the cosine of how far the eye looks past the camera. `points` (K, 3) are keypoints, pixels.
    """
    outer, inner = points[contour[EYE_OUTER]], points[contour[EYE_INNER]]
    width = torch.linalg.vector_norm(outer - inner).clamp_min(1e-3)
    up, inwards = _head_axes(points)
    middle = (outer + inner) / 2 + width * ((RADIUS - IN_FRONT) * inwards + ABOVE * up)
    way = (iris - middle[:2]) / (RADIUS * width)
    aside = way.square().sum()
    least = 1 - NARROWEST**2
    narrow = (1 - aside.clamp(max=least)).sqrt()
    way = way / aside.sqrt().clamp_min(1e-6)
    return torch.eye(2) + (narrow - 1) * way[:, None] * way


def _head_axes(points: Tensor) -> Tensor:
    """(2, 3) of length one: up the face, and from it into the head."""
    left, right, top, bottom = points[[*OUTER_EYE_CORNERS, FOREHEAD, CHIN_TIP]]
    axes = torch.stack([top - bottom, torch.linalg.cross(right - left, bottom - top)])
    return axes / torch.linalg.vector_norm(axes, dim=1, keepdim=True).clamp_min(1e-6)
