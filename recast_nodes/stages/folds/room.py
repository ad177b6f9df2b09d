"""Where on a face folds may be, and which region each point belongs to."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import LEFT_BROW, LEFT_EYE, NOSE_BASE, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from ...natives import opencv
from ..grid.filters import dilate, erode
from ..grid.shapes import blur, fill_polygon
from ..membership import weights_near
from ..occlusion.texture import CELLS, CM, Atlas
from ..thresholds import Amount

cv2 = opencv()

ABOUT_LIPS = Amount(0.3, CM, "lips' own edge is light and dark of its own, and slips; by eye on nine clips")
ABOUT_EYES = Amount(0.35, CM, "lids and lashes; folds beside and below them are kept; by eye on nine clips")
ABOUT_BROWS = Amount(0.2, CM, "hairs of a brow; the folds between the brows are half a centimetre away; by eye")
ABOUT_NOSTRILS = Amount(0.25, CM, "a nostril is a hole, and its edge turns with the head; by eye on nine clips")
BARE = (
    (OUTER_LIPS, ABOUT_LIPS), (LEFT_EYE, ABOUT_EYES), (RIGHT_EYE, ABOUT_EYES),
    (LEFT_BROW, ABOUT_BROWS), (RIGHT_BROW, ABOUT_BROWS), (NOSE_BASE, ABOUT_NOSTRILS),
)  # fmt: skip
OUTLINE = Amount(0.6, CM, "so near the outline hair, ears and background come in as landmarks slide; by eye")
SOFT = Amount(0.2, CM, "standard deviation by which room for folds ends; by eye")


def find_room(layout: Atlas) -> Tensor:
    """(1, h, w) 0..1 skin that may fold: not lips, lids, brows, nostrils, nor the outline."""
    size = (layout.owner.shape[1], layout.owner.shape[0])
    room = erode(fill_polygon(layout.places[list(OVAL)], size), OUTLINE * CELLS)
    for contour, about in BARE:
        body = torch.from_numpy(cv2.convexHull(layout.places[list(contour)].numpy())[:, 0])
        room = room * (1 - dilate(fill_polygon(body, size), about * CELLS))
    return blur(room, SOFT * CELLS) * (layout.owner > 0)


def region_maps(layout: Atlas, membership: Tensor) -> Tensor:
    """(R, h, w) how much each point belongs to each region, of `membership` (R, K) of the landmarks."""
    height, width = layout.owner.shape
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    cells = torch.stack([x, y], -1).reshape(-1, 2)
    weights = weights_near(cells, layout.places, membership[:, : len(layout.places)])
    return weights.T.reshape(-1, height, width).contiguous()
