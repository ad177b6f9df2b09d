"""The jaw's edge: the outline of cheeks and chin, moved as one line, whatever lies beside it.

Beyond the landmarks nothing says where a pixel belongs. What the colours of hair, collar and skin say is true of most
pixels only, and a field that goes by it has a ragged edge. So the outline alone decides: along it the movement is made
even, it reaches a little beyond it, so that the plate's own soft edge comes along as it is, and further out it ends
over a band as wide as it needs: skin, hair and cloth beside the face are stretched or pressed together, and no edge is
drawn that the plate does not have.

Positions are cells of the field's grid (x, y).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import JAW_LINE, MESH, OVAL
from ..field.backward import HULL_STILL
from ..field.triangles import sample_at
from ..grid.distance import depth_inside
from ..grid.filters import fade
from ..grid.shapes import blur, face_size, fill_polygon
from ..thresholds import Amount, Amounts, Count, smooth_step

FACES = "face sizes"
EVEN = Amount(0.03, FACES, "over which the outline's movement is one: landmarks slide along it at will; by eye")
INWARDS = Amount(0.04, FACES, "inside the outline, where the even movement gives way to the mesh's; by eye")
MARGIN = Amount(0.02, FACES, "beyond the outline that moves as it does: landmarks are so far from the edge; by eye")
BAND = Amount(0.05, FACES, "over which the movement ends at least, however little moves; by eye")
BESIDE = Amounts((0.04, 0.07, 0.1), FACES, "beyond the outline, where the plate has a neck or what is behind; by eye")
WIDER = Amount(
    2.5, "times what it is taken along by", "more over which it ends: what is bared stretches so far; by eye"
)
SLIP = Amount(
    0.03,
    FACES,
    "beyond that margin, within which hair, cloth and background let slip what moves along them, so that a straight "
    "line that ends at a cheek stays one; by eye",
)
FADE = Count(3, "landmarks of the outline", "at the jaw's ends, over which the colours decide again; by eye")
STEPS = Count(3, "places", "along the outline from one landmark to the next: a fraction of EVEN")
COARSE = Count(5, "cells", "from one that is asked for what is near it to the next: a fraction of EVEN")
JAGS = Amount(1.0, "cells", "a depth is smoothed by so much: it is counted from whole cells; by eye")
CLOSER = Count(3, "times", "that the driven outline is brought to where the field has it; by what it still missed")


class Outline(NamedTuple):
    """What is known of an outline all over the grid, from what is nearest of it."""

    move: Tensor  # (2, h, w) its movement
    reach: Tensor  # (1, h, w) over how much that ends, cells
    out: Tensor  # (1, h, w) how far outside of it a cell is
    slip: Tensor  # (2, h, w) what of its movement goes along it, beside what is no skin
    share: Tensor  # (1, h, w) how far it decides, and not the colours


class Jaw(NamedTuple):
    """What the jaw's edge goes by, on the field's grid."""

    source: Tensor  # (K, 2) landmarks before
    driven: Tensor  # (K, 2) and after
    hull: Tensor  # (N, 2) the polygon outside which nothing moves


def hold_jaw(flow: Tensor, guarded: Tensor, skin: Tensor, jaw: Jaw, amount: float) -> Tensor:
    """`guarded` (2, h, w), in cells, with the jaw's edge and what is beside it drawn anew by `amount` from `flow`, the
    field as the mesh has it. `skin` (1, h, w) is 1 where the plate has skin, beside the face too.
    """
    cells, size = (flow.shape[2], flow.shape[1]), face_size(jaw.source[:MESH])
    outline = _find_driven_outline(flow, jaw.source, jaw.driven)
    line = _spread(outline, -sample_at(flow, outline), skin, size)
    room = depth_inside(functional.pad(fill_polygon(jaw.hull, cells)[0], (1, 1, 1, 1)))[1:-1, 1:-1][None] - HULL_STILL
    off = (line.out - MARGIN * size).clamp_min(0)
    ended = torch.maximum(off / line.reach, off / (off + blur(room, JAGS)).clamp_min(1e-6))
    left = (1 - smooth_step(ended)) * (room > 0)
    move = line.move - smooth_step(off / (SLIP * size)) * line.slip
    even = torch.lerp(flow, -move * left, smooth_step(1 + line.out / (INWARDS * size)))
    return torch.lerp(guarded, torch.lerp(flow, even, amount), line.share)


def _find_driven_outline(flow: Tensor, source: Tensor, driven: Tensor) -> Tensor:
    """(N, 2) the outline where `flow` has it in the result, even and dense."""
    before = source[list(OVAL)]
    moved = _smooth_round(driven[list(OVAL)] - before)
    for _ in range(CLOSER):
        moved = 0.5 * (moved + _smooth_round(-sample_at(flow, before + moved)))
    dense = functional.pad((before + moved).T[None], (0, 1), mode="circular")
    return functional.interpolate(dense, size=len(OVAL) * STEPS + 1, mode="linear", align_corners=True)[0].T[:-1]


def _smooth_round(values: Tensor) -> Tensor:
    """Values (N, C) of a closed line, each with its neighbours'."""
    return 0.5 * (values + 0.5 * (values.roll(1, 0) + values.roll(-1, 0)))


def _spread(outline: Tensor, move: Tensor, skin: Tensor, size: float) -> Outline:
    """An outline (N, 2), clockwise on screen, that moves by `move` (N, 2), on the grid of `skin` (1, h, w).

    Each cell takes the mean of the places near it, weighted by how much further away than the nearest they are.
    """
    along = outline.roll(-1, 0) - outline.roll(1, 0)
    normal = functional.normalize(torch.stack([along[:, 1], -along[:, 0]], 1), dim=1)
    beside = _measure_skin(outline - move, normal, skin, size)
    across = (move * normal).sum(1, keepdim=True)
    reach = BAND * size + WIDER * torch.lerp((-across).clamp_min(0), move.norm(dim=1, keepdim=True), beside)
    slip = (1 - beside) * (move - across * normal)
    known = [move, reach, slip, _jaw_share(len(outline))[:, None], normal, (outline * normal).sum(1, keepdim=True)]
    x, y = (torch.arange(0.5 * COARSE, count + COARSE, COARSE, dtype=torch.float32) for count in skin.shape[:0:-1])
    away = (x - outline[:, :1]).square()[:, None, :] + (y - outline[:, 1:]).square()[:, :, None]
    weight = fade((away - away.amin(0)) / (2 * (EVEN * size) ** 2))
    weight = weight / weight.sum(0)
    found = torch.stack([(weight * values[:, None, None]).sum(0) for values in torch.cat(known, 1).T])
    carried, (across, down, at) = found[:-3], found[-3:]
    out = across * x + down * y[:, None] - at  # along the normals, so with a sign
    planes = torch.cat([carried, out[None]])
    whole = [len(each) * COARSE for each in (y, x)]
    fine = functional.interpolate(planes[None], size=whole, mode="bilinear", align_corners=False)[0]
    fine = fine[:, : skin.shape[1], : skin.shape[2]]
    moves, reaches, slips, share, beyond = fine.split([2, 1, 2, 1, 1])
    return Outline(moves, reaches, beyond, slips, share.clamp(0, 1))


def _measure_skin(before: Tensor, normal: Tensor, skin: Tensor, size: float) -> Tensor:
    """(N, 1) how far there is skin beside an outline at `before` (N, 2). Skin is taken along by all of a movement, what
    else is there only by what would bare something: a face that covers what is behind it leaves it be.
    """
    beside = [sample_at(skin, before + distance * size * normal) for distance in BESIDE]
    return torch.stack(beside).mean(0)


def _jaw_share(count: int) -> Tensor:
    """(count,) 1 along the jaw, 0 along the forehead, of places that go round the outline."""
    at = torch.arange(count) * (len(OVAL) / count)
    first = OVAL.index(JAW_LINE[0])
    last = OVAL.index(JAW_LINE[-1])
    return smooth_step((torch.minimum(at - first, last - at) + 1) / FADE)
