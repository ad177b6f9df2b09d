"""The boundary hull: a convex polygon about a face, outside which no pixel may change."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...face.anatomy import CHIN_LINE, CHIN_TIP, FOREHEAD
from ..thresholds import Amount, Amounts, Count

JAW_ROOM = Amount(0.1, "of the face's height", "below the chin: what a jaw needs to drop; no measurement is on record")
SKULL = Amounts(
    (0.3, 0.25), "of the face's height", "above the forehead's landmark, and to either side there: the hair"
)
NECK = Amounts((0.6, 0.5), "of the face's height", "below the chin, and to either side there: neck, hair, shoulders")
OUTLINE_ROOM = Amount(
    0.08,
    "of a face's own size",
    "about its landmarks: ears, its soft edge, and what moves beside it",
)
BOUNDARY_ROOM = Amount(
    0.25, "of a face's own size", "the default of FaceTrack.hull_expand, since nobody knows what another's is set to"
)
CORNERS = Count(64, "of the polygon", "always, so that hulls of successive frames can be compared and written alike")
NORMALS = Count(256, "directions", "in which the points' extent is measured: four for each corner")


def boundary_hull(landmarks: Tensor, expand: float) -> Tensor:
    """Convex polygon (..., 64, 2) about landmarks (..., K, 2 or 3), larger by `expand` of its own size. Pixels.

    Corners lie at even angles about the middle of the points, clockwise on screen from the right, where rays from that
    middle leave the convex hull (a spike thinner than the rays' spacing is cut). They move as smoothly as the points.
    """
    points = landmarks[..., :2]
    middle = points.mean(-2, keepdim=True)  # always inside, so that every ray leaves once
    rays, normals = _directions(CORNERS, points), _directions(NORMALS, points)
    extent = ((points - middle) @ normals.T).amax(-2)  # (..., NORMALS): how far the points reach along each normal
    facing = rays @ normals.T  # (CORNERS, NORMALS)
    reach = torch.where(facing > 1e-3, extent[..., None, :] / facing.clamp_min(1e-3), torch.inf).amin(-1)
    return middle + rays * reach[..., None] * (1.0 + expand)


def person_outline(landmarks: Tensor) -> Tensor:
    """Convex polygon (..., 64, 2) of a face, whether its jaw drops or not, with the skull above and the neck below it:
    of what is before another face when this one is.
    """
    points = with_jaw_room(landmarks)[..., :2]
    top, chin = landmarks[..., FOREHEAD, :2], landmarks[..., CHIN_TIP, :2]
    down = chin - top
    aside = torch.stack([-down[..., 1], down[..., 0]], -1)
    ends = [
        start + along * down + side * aside
        for start, along, side in ((top, -SKULL[0], SKULL[1]), (chin, NECK[0], NECK[1]))
        for side in (-side, side)
    ]
    return boundary_hull(torch.cat([points, torch.stack(ends, -2)], -2), OUTLINE_ROOM)


def face_boundary(landmarks: Tensor) -> Tensor:
    """Convex polygon (..., 64, 2) beyond which an edit of another face changes nothing, as FaceTrack bounds it."""
    return boundary_hull(with_jaw_room(landmarks), BOUNDARY_ROOM)


def with_jaw_room(landmarks: Tensor) -> Tensor:
    """Landmarks (..., K, D) of MediaPipe's mesh, and the jaw once more where it is when the mouth opens wide.

    A jaw that drops moves the skin below it too; a boundary close under the chin would hold the chin back.
    """
    drop = JAW_ROOM * (landmarks[..., CHIN_TIP, :] - landmarks[..., FOREHEAD, :])
    return torch.cat([landmarks, landmarks[..., CHIN_LINE, :] + drop[..., None, :]], -2)


def _directions(count: int, like: Tensor) -> Tensor:
    """(count, 2) unit vectors at even angles."""
    angle = torch.arange(count, dtype=like.dtype, device=like.device) * (2 * math.pi / count)
    return torch.stack([angle.cos(), angle.sin()], -1)
