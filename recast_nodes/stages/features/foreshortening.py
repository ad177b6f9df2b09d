"""Irises as a camera sees them: round where an eye looks into it, and ever narrower the further the eye looks aside.

Up and down they stay as they are: how high in its lids an eyeball sits differs from person to person by a fifth of what
it turns, and lids cover what would be seen of it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import CHIN_TIP, EYE_INNER, EYE_OUTER, FOREHEAD, OUTER_EYE_CORNERS
from ..expression.eyeballs import IN_FRONT, RADIUS
from ..thresholds import Amount

NARROWEST = Amount(
    0.6, "of its height", "an iris that looks 53 degrees aside, further than eyes turn: there landmarks err"
)


def narrow_iris(points: Tensor, contour: tuple[int, ...], iris: Tensor) -> Tensor:
    """(2, 2) what makes of a round iris at `iris` (2,) the ellipse that is seen: narrower along the eye by the cosine
    of how far it looks aside past the camera. `points` (K, 3) are keypoints, pixels.
    """
    outer, inner = points[contour[EYE_OUTER]], points[contour[EYE_INNER]]
    width = torch.linalg.vector_norm(outer - inner).clamp_min(1e-3)
    middle = (outer + inner) / 2 + (RADIUS - IN_FRONT) * width * _into_head(points)
    along = torch.nn.functional.normalize((inner - outer)[:2], dim=0)
    aside = (iris - middle[:2]) @ along / (RADIUS * width)
    narrow = (1 - aside.square()).clamp_min(NARROWEST**2).sqrt()
    return torch.eye(2) + (narrow - 1) * along[:, None] * along


def _into_head(points: Tensor) -> Tensor:
    """(3,) of length one, from the face into the head."""
    left, right, top, bottom = points[[*OUTER_EYE_CORNERS, FOREHEAD, CHIN_TIP]]
    return torch.nn.functional.normalize(torch.linalg.cross(right - left, bottom - top), dim=0)
