"""Irises in a field: moved as discs inside the eye openings, while the lids stay with the mesh.

Lids that close pass over the eyeball: between them it stays as it is, and is not pressed flat. Their lashes hang into
the opening, and go up and down with them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import EYE_LOWER, EYE_UPPER, LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from ..grid.shapes import blur, fill_polygon
from ..grid.similarity import face_axes
from ..thresholds import Amount, Ramp

ROUND = Amount(
    0.5,
    "of an iris's own size",
    "how far it keeps its size as the lids about it part: wholly round irises would uncover the plate's lid again "
    "(decision 3); looked at there",
)
CLOSING = Ramp(
    0.0,
    0.3,
    "of the plate's gap between the lids",
    "lids that part from lids that pass over the eyeball",
    "by eye, on the frames of decision 25: closing lids had pressed the iris flat",
)
LASHES = Amount(
    0.25,
    "of an iris's radius",
    "how far lashes hang into the opening below the upper lid's landmarks; by eye, on the frames of decision 25",
)
BEYOND_IRIS = Ramp(
    0.9,
    1.6,
    "iris radii from its centre",
    "the iris from the white of the eye, over which its movement fades out",
    "the iris itself goes as one piece, and an eye is 2.2 of its radii to either side; no measurement is on record",
)
OPENING_BLUR = Amount(
    0.25,
    "of an iris's radius, standard deviation",
    "how softly an iris ends at a lid: as far as lashes hang; no measurement is on record",
)
INSIDE_OPENING = Ramp(
    0.25,
    0.75,
    "of the blurred opening",
    "lids and their lashes from the eyeball between them",
    "0.5 is the lid's edge: of the lids themselves little moves, in the middle of the opening all; no measurement is "
    "on record",
)


def move_irises(flow: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """The field with both irises carried to their driven places inside the eye openings; lids stay."""
    axes = face_axes(before)
    flow = flow.clone()
    for iris, contour in ((LEFT_IRIS, LEFT_EYE), (RIGHT_IRIS, RIGHT_EYE)):
        disc, edge = list(iris), list(contour)
        _move_iris(flow, before[disc, :2], after[disc, :2], before[edge, :2], after[edge, :2], axes)
    return flow


def _move_iris(
    field: Tensor, before: Tensor, after: Tensor, opening: Tensor, contour: Tensor, axes: Tensor | None
) -> None:
    """One iris, in place: moved as a disc that keeps about its size, fading out over the white of the eye. `opening`
    and `contour` (16, 2) are the plate's and the driven opening between the lids, `axes` (2, 2) the face's own
    directions.
    """
    radius = float(torch.linalg.vector_norm(before[1:] - before[0], dim=1).mean())
    centre, target = after[0], _along(axes, (before[0] - after[0]).to(field)[:, None, None])
    column, row = (int(min(max(float(value), 0), end - 1)) for value, end in zip(centre, field.shape[:0:-1]))
    here = field[:, row : row + 1, column : column + 1]
    pull = (target - _along(axes, here)).clamp(-radius, radius)
    # As far as the iris pulls, and the blur of the opening reaches beyond that.
    reach = (BEYOND_IRIS.start + BEYOND_IRIS.over + 4 * OPENING_BLUR) * radius + 3
    left, top = (max(0, int(float(value) - reach)) for value in centre)
    right, bottom = (min(end, int(float(value) + reach) + 2) for value, end in zip(centre, field.shape[:0:-1]))
    if left >= right or top >= bottom:
        return
    flow = _along(axes, field[:, top:bottom, left:right])
    contour, width, height = contour - contour.new_tensor([left, top]), right - left, bottom - top
    x = torch.arange(left, right)[None, :] + 0.5 - float(centre[0])
    y = torch.arange(top, bottom)[:, None] + 0.5 - float(centre[1])
    away = (x.square() + y.square()).sqrt() / max(radius, 1e-3)
    # Of the field across the face and down it: aside, lashes before an iris go with it, or they would shear it.
    edges = contour, below_lashes(contour, LASHES * radius)
    masks = torch.cat([fill_polygon(edge, (width, height)) for edge in edges])
    share = (1 - BEYOND_IRIS(away)) * INSIDE_OPENING(blur(masks, OPENING_BLUR * radius))
    closed = CLOSING(1 - _gap(contour) / _gap(opening).clamp_min(1e-3))
    moved = torch.lerp(flow + pull * share, target.expand_as(flow), (ROUND + (1 - ROUND) * closed) * share)
    field[:, top:bottom, left:right] = _along(None if axes is None else axes.T, moved)


def _along(axes: Tensor | None, flow: Tensor) -> Tensor:
    """A field (2, h, w) in other directions, the rows of `axes` (2, 2); as it is without."""
    return flow if axes is None else torch.einsum("ij,jhw->ihw", axes.to(flow), flow)


def _downwards(contour: Tensor) -> Tensor:
    """(7, 2) ways from an upper lid to the lower one, in the order of the upper lid's points in the contour."""
    return contour[EYE_LOWER].flip(0) - contour[EYE_UPPER]


def _gap(contour: Tensor) -> Tensor:
    return torch.linalg.vector_norm(_downwards(contour), dim=1).max()


def below_lashes(contour: Tensor, length: float) -> Tensor:
    """A contour (16, 2) whose upper lid lies lower by `length`, or half way where that is less."""
    ways = _downwards(contour)
    far = torch.linalg.vector_norm(ways, dim=1, keepdim=True).clamp_min(1e-3)
    return torch.cat([contour[: EYE_UPPER.start], contour[EYE_UPPER] + ways * (length / far).clamp(max=0.5)])
