"""The plane before the eyes in which glasses lie, as a frame shows it.

Glasses sit on the head and not on the skin, so they are looked for in the head frame, in which every frame is seen by
the pose of its skull: brows that rise bend no line there, and lashes, lids and creases move from frame to frame.
The plane is parallel to the face; places in it are centimetres, (x, y), to the right and down as in the head frame.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import LEFT_EYE, MESH, RIGHT_EYE, RIGID
from ..expression.head_pose import robust_similarity
from ..grid.filters import blur_wide, dilate, sample_bilinear
from ..grid.shapes import face_size, fill_polygon
from ..thresholds import Amount, Amounts
from .texture import CM, DARK, shrink

DEPTH = Amount(-5.0, CM, "where lenses are in the head frame: before the eyes, behind the tip of the nose")
PLANE = Amounts((-9.0, -7.0, 18.0, 9.0), CM, "left, top, width and height of what is looked at: brows, temples, cheeks")
CELLS = Amount(20.0, "cells a centimetre", "a wire is half a millimetre, one cell; 130 KB a frame (decision 24)")
LASHES = Amount(0.15, "widths of the eye", "so far about its opening it is filled in, for lashes are lines; by eye")


def fit_plane(points: Tensor, canonical: Tensor, pixel_aspect: float) -> Tensor:
    """(2, 3) centimetres in the plane (x, y, 1) to pixels, by the skull that landmarks `points` (478, 3) show.

    `canonical` (478, 3) is the average face in the head frame.
    """
    rigid = list(RIGID)
    aspect = points.new_tensor([pixel_aspect, 1.0, pixel_aspect])
    rotation, scale, translation = robust_similarity(canonical[rigid], points[rigid] * aspect)
    origin = scale * DEPTH * rotation[2, :2] + translation[:2]
    return torch.cat([scale * rotation[:2, :2], origin[None]]).T / aspect[:2, None]


def view_front(pixels: Tensor, points: Tensor, canonical: Tensor, pixel_aspect: float = 1.0) -> Tensor:
    """(h, w) what `pixels` (3, H, W), scene-linear and finite, show in the plane: the logarithm of brightness. `points`
    (478, 3) are landmarks in pixels of `pixels`.
    """
    left, top, width, height = PLANE
    x, y = (torch.arange(round(length * CELLS)) + 0.5 for length in (width, height))
    y, x = torch.meshgrid(top + y / CELLS, left + x / CELLS, indexing="ij")
    return Lit.by(pixels, points, canonical, pixel_aspect).at(torch.stack([x, y], -1))


class Lit(NamedTuple):
    """A picture's brightness, and how the plane lies in it."""

    light: Tensor  # (1, h, w) its logarithm
    plane: Tensor  # (2, 3) centimetres in the plane to pixels of this
    whole: Tensor  # (2, 3) and to those of the picture that it was made from

    @classmethod
    def by(cls, pixels: Tensor, points: Tensor, canonical: Tensor, pixel_aspect: float) -> Lit:
        """A picture brought down to about a pixel for each cell."""
        plane = fit_plane(points, canonical, pixel_aspect)
        fine = float(torch.linalg.vector_norm(plane[:, 1])) / CELLS
        picture, (origin,) = shrink(pixels, plane.new_ones(1, 2), min(1.0, 1 / max(fine, 1e-6)))
        light = (picture.clamp_min(0).mean(0, keepdim=True) + DARK * _face_brightness(pixels, points)).log()
        return cls(_fill_eyes(light, points[:, :2] * origin), plane * origin[:, None], plane)

    def at(self, places: Tensor) -> Tensor:
        """(...) the picture at places (..., 2) of the plane."""
        there = apply_affine(self.plane, places)
        return sample_bilinear(self.light, there[..., 0], there[..., 1])[0]


def _fill_eyes(light: Tensor, points: Tensor) -> Tensor:
    """A brightness (1, h, w) with what is around filled in for both eyes: lashes are lines, too."""
    shown = torch.ones_like(light)
    for eye in (LEFT_EYE, RIGHT_EYE):
        contour = points[list(eye)]
        width = face_size(contour)
        shown = shown * (1 - dilate(fill_polygon(contour, (light.shape[2], light.shape[1])), LASHES * width))
    around = torch.cat([light * shown, shown])
    filled = blur_wide(around, LASHES * width) + 1e-3 * blur_wide(around, width)
    return torch.where(shown > 0, light, filled[:1] / filled[1:].clamp_min(1e-9))


def _face_brightness(pixels: Tensor, points: Tensor) -> Tensor:
    """The face's brightness."""
    column, row = (points[:MESH, axis].long().clamp(0, pixels.shape[2 - axis] - 1) for axis in (0, 1))
    return pixels[:, row, column].mean(0).median().clamp_min(1e-6)


def apply_affine(plane: Tensor, places: Tensor) -> Tensor:
    """Places (..., 2) by an affine map (2, 3); written out, so that their last bits depend on nothing else."""
    x, y = places[..., :1], places[..., 1:]
    return x * plane[:, 0] + y * plane[:, 1] + plane[:, 2]
