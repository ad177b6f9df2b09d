"""The texture of a canonical face: what each point of a face shows in a picture.

Colours are (log of brightness, log of red over green, log of blue over green), shape (3, h, w).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import (
    BELOW_NOSE_TIP,
    LEFT_BROW,
    LEFT_EYE,
    MESH,
    MOUTH_CORNERS,
    NOSE_SIDES,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
)
from ...natives import opencv
from ..field.triangles import draw_flow, rasterise
from ..grid.filters import dilate, erode, sample_bilinear
from ..grid.planes import interleave, separate
from ..grid.shapes import face_size, fill_polygon
from ..thresholds import Amount, Threshold

cv2 = opencv()

CELLS = Amount(7.0, "cells a centimetre", "of the canonical face: 85 KB a frame (decision 8)")
OVERSAMPLING = Amount(1.4, "pixels a cell", "in the picture that is looked up, so that no cell is between pixels")
DARK = Amount(0.03, "times the face's brightness", "added before logarithms: below it colours are noise; by eye")
SIDELONG = Threshold(
    0.08, "times the usual triangle", "skin that is shown from skin that is seen from the side", "its area; by eye"
)
CM = "centimetres"
LIPS_MOVE = Amount(0.9, CM, "what changes by itself about the lips; by eye")
LIDS_MOVE = Amount(0.8, CM, "and about the eyes: lids, lashes, creases; by eye")
BROWS_MOVE = Amount(0.7, CM, "and about the brows; by eye")
NOSTRILS_MOVE = Amount(0.5, CM, "and about the nostrils; by eye")
FEATURES = (
    (OUTER_LIPS, LIPS_MOVE), (LEFT_EYE, LIDS_MOVE), (RIGHT_EYE, LIDS_MOVE),
    (LEFT_BROW, BROWS_MOVE), (RIGHT_BROW, BROWS_MOVE), (NOSE_SIDES, NOSTRILS_MOVE),
)  # fmt: skip
SLIP = Amount(2.2, CM, "lips get so far away from their landmarks as a jaw drops: a lip was held as foreign; by eye")
LOWEST_LINE = BELOW_NOSE_TIP  # below it folds, lips and beards draw lines too
OWN_LINES = Amount(0.4, CM, "so close to an eye, a brow or the face's edge a dark line is the face's own; by eye")
LINED = tuple((contour, OWN_LINES) for contour in (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW))


class Atlas(NamedTuple):
    """Where the canonical face lies in its texture (h, w)."""

    places: Tensor  # (468, 2) of the mesh, cells
    triangles: Tensor  # (T, 3)
    owner: Tensor  # (h, w) 1 + the triangle of each cell, 0 for none
    features: Tensor  # (1, h, w) 1 on lips, eyes, brows and nostrils, and about them
    lines: Tensor  # (1, h, w) 1 where a dark line is none of the face's own
    lips: Tensor  # (1, h, w) 1 on the lips
    chin: Tensor  # (1, h, w) 1 below them, as far as they get with a jaw that drops


def lay_out_atlas(rest: Tensor, triangles: Tensor) -> Atlas:
    """The texture's layout for a canonical face (K, 3), centimetres, seen from the front."""
    places = (rest[:MESH, :2] - rest[:MESH, :2].amin(0)) * CELLS + 1
    width, height = (int(value) + 2 for value in places.amax(0).ceil())
    features, close = (_fill_bodies(places, kind, (width, height)) for kind in (FEATURES, LINED))
    above = torch.arange(height)[:, None] < places[LOWEST_LINE, 1]
    owner = rasterise(places, triangles, (width, height))
    inside = erode((owner > 0).float()[None], OWN_LINES * CELLS)
    lips, chin = (_fill_bodies(places, ((OUTER_LIPS, about),), (width, height)) for about in (0.0, SLIP))
    chin = chin * (torch.arange(height)[:, None] > places[list(MOUTH_CORNERS), 1].mean())
    return Atlas(places, triangles, owner, features, (1 - close) * inside * above, lips, chin)


def _fill_bodies(places: Tensor, kind: tuple[tuple[tuple[int, ...], float], ...], size: tuple[int, int]) -> Tensor:
    """(1, h, w) 1 on the convex bodies of some contours and so many centimetres about each."""
    found = torch.zeros(1, size[1], size[0])
    for contour, about in kind:
        body = torch.from_numpy(cv2.convexHull(places[list(contour)].numpy())[:, 0])
        found = torch.maximum(found, dilate(fill_polygon(body, size), about * CELLS))
    return found


def unwrap_face(pixels: Tensor, landmarks: Tensor, layout: Atlas) -> Tensor:
    """The face in `pixels` (3, H, W), scene-linear and finite, as colours (3, h, w) of its texture; NaN where it is not
    seen. `landmarks` (K, 2 or 3) in pixels of `pixels`.
    """
    across = face_size(layout.places) * OVERSAMPLING
    picture, points = shrink(pixels, landmarks[:MESH, :2], across / face_size(landmarks[:, :2]))
    flow = draw_flow(points, layout.places, layout.triangles, layout.owner)
    height, width = layout.owner.shape
    x = torch.arange(width) + 0.5 + flow[0]
    y = torch.arange(height)[:, None] + 0.5 + flow[1]
    colours = sample_bilinear(log_colours(picture, points), x, y)
    inside = (x > 0) & (y > 0) & (x < picture.shape[2]) & (y < picture.shape[1])
    seen = torch.cat([torch.tensor([False]), _find_visible(points, layout)])[layout.owner] & inside
    return torch.where(seen, colours, torch.nan)


@lru_cache(maxsize=2)  # a layout is the same tensors in every frame
def plain_skin(layout: Atlas) -> Tensor:
    """(1, h, w) 1 on skin that has no features."""
    return (1 - layout.features) * (layout.owner > 0)


def log_colours(picture: Tensor, points: Tensor) -> Tensor:
    """(3, h, w) colours of a scene-linear picture; what is dark beside the face at `points` (K, 2) has none."""
    column = points[:, 0].long().clamp(0, picture.shape[2] - 1)
    row = points[:, 1].long().clamp(0, picture.shape[1] - 1)
    dark = DARK * picture[:, row, column].mean(0).median().clamp_min(1e-6)
    lifted = picture.clamp_min(0) + dark
    red, green, blue = lifted.log()
    return torch.stack([lifted.mean(0).log(), red - green, blue - green])


def _find_visible(points: Tensor, layout: Atlas) -> Tensor:
    """(T,) which triangles the picture shows well enough."""
    ratio = _areas(points, layout.triangles) / _areas(layout.places, layout.triangles)
    usual = ratio[ratio > 0]
    return ratio > SIDELONG * (usual.median() if len(usual) else 1)


def _areas(points: Tensor, triangles: Tensor) -> Tensor:
    corners = points[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]


def shrink(pixels: Tensor, points: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """The picture by area brought down to `scale` of its size, and points in it; never enlarged."""
    if scale >= 1:
        return pixels, points
    width, height = (max(4, round(length * scale)) for length in (pixels.shape[2], pixels.shape[1]))
    small = separate(cv2.resize(interleave(pixels), (width, height), interpolation=cv2.INTER_AREA))
    return small, points * points.new_tensor([width / pixels.shape[2], height / pixels.shape[1]])
