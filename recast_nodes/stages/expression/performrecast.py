"""PerformRecast's edits of the expression: the paper's equations 6, 9 and 11 and what the published code holds back.

Expressions are (..., 49, 3) in the units of the network's crop. Composed with the source's own pose by
`stages.expression.published_pose.performrecast_keypoints`, `replace_expression` gives eq. 6 and
`enhance_expression` eq. 9; composed with the driver's pose, `replace_expression` gives eq. 11. `mix_expression` is the
keyframed blend of both.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.published import PERFORMRECAST, PERFORMRECAST_CONTOUR, PERFORMRECAST_SIDES
from ..thresholds import PublishedNumber

KEPT_OF_SIDES = PublishedNumber(0.3, "PerformRecast's published code")
KEPT_OF_CONTOUR = PublishedNumber(0.2, "PerformRecast's published code")
SHARES = {
    PERFORMRECAST_SIDES: (KEPT_OF_SIDES, KEPT_OF_SIDES, 1.0),
    PERFORMRECAST_CONTOUR: (1.0, KEPT_OF_CONTOUR, 1.0),
}
"""The source's share in x, y and z of keypoints that the published code holds back."""


def source_share() -> Tensor:
    """(49, 3) the source's share in each number of a replaced expression, by the published code: 1 is held entirely.

    Keypoints 31-33 and 36-38 keep their depth and 0.3 of x and y, 44-46 keep x and depth and 0.2 of y, so that the
    outline of the head stays with the plate.
    """
    share = torch.zeros(PERFORMRECAST, 3)
    for keypoints, shares in SHARES.items():
        share[list(keypoints)] = torch.tensor(shares)
    return share


def replace_expression(source: Tensor, driving: Tensor, protect: float = 1.0) -> Tensor:
    """The driver's expression in place of the source's. `protect` 0 is eq. 6 to the letter, 1 the published code."""
    return torch.lerp(driving, source, protect * source_share().to(source))


def enhance_expression(source: Tensor, driving: Tensor, reference: Tensor) -> Tensor:
    """Eq. 9: what the driver does beyond its reference, added to the source's expression."""
    return source + driving - reference


def mix_expression(
    source: Tensor,
    driving: Tensor,
    reference: Tensor,
    replace: float,
    enhance: float,
    weight: Tensor,
    protect: float,
) -> Tensor:
    """delta_s + w [ r (delta_d - delta_s) + e (delta_d - delta_ref) ], `weight` w (49, 1), with what `protect` holds.

    r = 1 and e = 0 is `replace_expression`, r = 0 and e = 1 `enhance_expression`; both 0 is the source.
    """
    taken = 1 - protect * source_share().to(source)
    return source + weight * (replace * taken * (driving - source) + enhance * (driving - reference))
