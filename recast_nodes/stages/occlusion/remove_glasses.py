"""A frame's glasses taken off the plate, and put on again over a face that has moved behind them.

The plate is what is behind, and what the glasses add to that. What is behind a wire is filled from both of its sides;
what is added keeps its place whatever the face does, so a wire that was found ill is still there as the plate has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import LEFT_EYE, RIGHT_EYE
from ...natives import opencv
from ..grid import similarity
from ..grid.filters import sample_bilinear
from ..grid.ridges import average_along, find_course
from ..grid.shapes import fill_polygon
from ..thresholds import Amount, Amounts, Count, Threshold, smooth_step
from .glasses_plane import Lit, apply_affine
from .glasses_wires import FINE, STIFF, Wire, place, score_lines, steps, unroll, weigh_scores
from .texture import CM

cv2 = opencv()

SLACK = Amount(0.3, CM, "across, in which a frame's wire is from where the shot has it: a pose errs by less; by eye")
ASIDE = Count(2, "cells", "that a frame's wire may go aside in a step: the shot has its shape already")
BORDER = Amount(0.07, CM, "beside a wire that still show some of it: its shadow; by eye")
BLUR = Amount(1.0, "pixels", "beside a wire that still show some of it: the lens's blur")
FLAT = Threshold(1.0, "square pixels a square centimetre", "a plane that is seen from one that is edge-on", "by eye")
SOFT = Amount(1.2, "times", "as far from its middle as where it seems to end a wire reaches; by eye")
TOUCH = Amounts((-1.5, 0.0, 1.5), "pixels along a wire", "between places that fill what is behind: no single hair does")


class GlassesLayer(NamedTuple):
    """A frame's glasses, H, W of its picture."""

    added: Tensor  # (3, H, W) the plate less what is behind them
    cover: Tensor  # (1, H, W) 0..1 how far they hide that


def remove_glasses(
    pixels: Tensor, points: Tensor, wires: Sequence[Wire], canonical: Tensor, pixel_aspect: float = 1.0
) -> GlassesLayer:
    """The glasses of a shot, `wires`, in one of its frames: `pixels` (3, H, W), scene-linear and finite, with landmarks
    `points` (478, 3) in pixels of them. `canonical` (478, 3) is the average face in the head frame. No wire is before
    an open eye: what was taken for one there is a lash.
    """
    shown, behind = Lit.by(pixels, points, canonical, pixel_aspect), pixels.clone()
    cover = torch.zeros_like(pixels[:1])
    if float(torch.linalg.det(shown.whole[:, :2]).abs()) < FLAT:
        return GlassesLayer(torch.zeros_like(pixels), cover)
    for wire in reversed(wires):  # rims come last, and fill what bridge and temples left of themselves behind them
        _remove_wire(_locate(shown, wire), shown.whole, behind, cover)
    eyes = torch.zeros_like(cover)
    for eye in (LEFT_EYE, RIGHT_EYE):
        eyes = torch.maximum(eyes, fill_polygon(points[list(eye), :2], (pixels.shape[2], pixels.shape[1])))
    return GlassesLayer((pixels - behind) * (1 - eyes), cover * (1 - eyes))


def put_glasses_on(pixels: Tensor, behind: Tensor, glasses: GlassesLayer) -> Tensor:
    """The new face `pixels` (3, H, W) with the plate's glasses on; `behind` is the plate without them.

    Nothing gets darker or brighter than both: what darkens skin would make black of hair that came to lie there.
    """
    plate = behind + glasses.added
    shown = torch.lerp(pixels, behind, glasses.cover) + glasses.added
    return torch.minimum(torch.maximum(shown, torch.minimum(pixels, plate)), torch.maximum(pixels, plate))


def _locate(shown: Lit, wire: Wire) -> Wire:
    """The wire where this frame shows it."""
    cells = torch.arange(-round(SLACK / FINE), round(SLACK / FINE) + 1) * FINE
    gain = weigh_scores(score_lines(shown, wire, cells), wire).amax(0)
    course = find_course(gain, wire.closed, STIFF, ASIDE)
    return wire._replace(across=wire.across + average_along(cells[course][:, None], 1, wire.closed)[:, 0])


def _remove_wire(wire: Wire, plane: Tensor, behind: Tensor, cover: Tensor) -> None:
    """One wire, in place of `behind` (3, H, W) and `cover` (1, H, W); `plane` (2, 3) brings the plane to pixels."""
    pixel = 1 / float(torch.linalg.vector_norm(plane[:, 1]))  # centimetres
    line = place(wire, steps(wire)[:, 0], wire.across)
    border = BORDER + BLUR * pixel
    widest = (SOFT * float(wire.half.max()) + border) / pixel
    rows, columns = _pixels_about(apply_affine(plane, line), widest, wire.closed, behind.shape[1:])
    if not len(rows):
        return
    places = apply_affine(similarity.invert_affine(plane), torch.stack([columns + 0.5, rows + 0.5], -1))
    near, normal, half = _find_nearest(wire, line, places)
    off = ((places - near) * normal).sum(-1)
    reach = SOFT * half + border
    middle = places - normal * off[:, None]
    along = torch.stack([normal[:, 1], -normal[:, 0]], -1) * pixel
    one, other = (_look_beside(behind, plane, middle + side * normal * reach[:, None], along) for side in (-1, 1))
    filled = torch.lerp(one, other, ((off + reach) / (2 * reach)).clamp(0, 1))
    behind[:, rows, columns] = torch.where(off.abs() < reach, filled, behind[:, rows, columns])
    hidden = smooth_step((reach - off.abs()) / border)
    cover[:, rows, columns] = torch.maximum(cover[:, rows, columns], hidden)


def _look_beside(behind: Tensor, plane: Tensor, places: Tensor, along: Tensor) -> Tensor:
    """(3, P) the mean of what is at places (P, 2) beside a wire; a pixel is `along` (P, 2)."""
    there = apply_affine(plane, torch.stack([places + step * along for step in TOUCH]))
    return sample_bilinear(behind, there[..., 0], there[..., 1]).mean(1)


def _pixels_about(line: Tensor, radius: float, closed: bool, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Rows and columns of the pixels about a line (N, 2)."""
    mask = np.zeros(tuple(shape), np.uint8)
    fixed = np.round((line.double().clamp(-1e4, 1e4).numpy() - 0.5) * 16).astype(np.int32)
    cv2.polylines(mask, [fixed], closed, 1, thickness=2 * round(radius) + 3, shift=4)
    rows, columns = np.nonzero(mask)
    return torch.from_numpy(rows), torch.from_numpy(columns)


def _find_nearest(wire: Wire, line: Tensor, places: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of places (P, 2) about a wire: places on it, its normals there (P, 2), and half its thickness (P,)."""
    along, _ = unroll(wire, places)
    tangent = (line.roll(-1, 0) - line.roll(1, 0)) if wire.closed else torch.gradient(line, dim=0)[0]
    normal = functional.normalize(torch.stack([-tangent[:, 1], tangent[:, 0]], 1), dim=1)
    known = torch.cat([line, normal, wire.half[:, None]], 1)
    count = len(line)
    at = along * count if wire.closed else (along * (count - 1)).clamp(0, count - 1)
    low = at.floor().long()
    part = (at - low)[:, None]
    low, high = (low % count, (low + 1) % count) if wire.closed else (low, (low + 1).clamp_max(count - 1))
    found = torch.lerp(known[low], known[high], part)
    return found[:, :2], functional.normalize(found[:, 2:4], dim=1), found[:, 4]
