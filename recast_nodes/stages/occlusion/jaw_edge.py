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

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import JAW_LINE, MESH, OVAL
from ..field.backward import HULL_STILL
from ..field.triangles import sample_at
from ..grid.distance import depth_inside
from ..grid.filters import blur_wide
from ..grid.shapes import blur, face_size, fill_polygon
from ..thresholds import Amount, Count, smooth_step

FACES = "face sizes"
EVEN = Amount(0.03, FACES, "over which the outline's movement is one: landmarks slide along it at will; by eye")
AROUND = Amount(0.15, FACES, "further from the outline its movement is a mean over so much; by eye")
FAINT = Amount(0.01, "share", "that this counts for: nothing where the outline is near; by eye")
INWARDS = Amount(0.04, FACES, "inside the outline, where the even movement gives way to the mesh's; by eye")
MARGIN = Amount(0.02, FACES, "beyond the outline that moves as it does: landmarks are so far from the edge; by eye")
BAND = Amount(0.05, FACES, "over which the movement ends at least, however little moves; by eye")
WIDER = Amount(2.5, "times the outline's movement", "more over which it ends: what is bared stretches so far; by eye")
FADE = Count(3, "landmarks of the outline", "at the jaw's ends, over which the colours decide again; by eye")
STEPS = Count(8, "places", "along the outline from one landmark to the next: no cell is between them")
JAGS = Amount(1.0, "cells", "a distance is smoothed by so much: it is counted from whole cells; by eye")
CLOSER = Count(3, "times", "that the driven outline is brought to where the field has it; by what it still missed")


class Jaw(NamedTuple):
    """What the jaw's edge goes by, on the field's grid."""

    source: Tensor  # (K, 2) landmarks before
    driven: Tensor  # (K, 2) and after
    hull: Tensor  # (N, 2) the polygon outside which nothing moves


def hold_jaw(flow: Tensor, guarded: Tensor, jaw: Jaw, amount: float) -> Tensor:
    """`guarded` (2, h, w), in cells, with the jaw's edge and what is beside it drawn anew by `amount` from `flow`, the
    field as the mesh has it.
    """
    cells, size = (flow.shape[2], flow.shape[1]), face_size(jaw.source[:MESH])
    outline = _find_driven_outline(flow, jaw.source, jaw.driven)
    move, reach, share = _spread(flow, outline, size)
    inside = fill_polygon(outline, cells)[0]
    out = blur((depth_inside(inside <= 0) - depth_inside(inside))[None], JAGS)
    room = depth_inside(functional.pad(fill_polygon(jaw.hull, cells)[0], (1, 1, 1, 1)))[1:-1, 1:-1][None] - HULL_STILL
    off = (out - MARGIN * size).clamp_min(0)
    left = (1 - smooth_step(torch.maximum(off / reach, off / (off + room).clamp_min(1e-6)))) * (room > 0)
    even = torch.lerp(flow, move * left, smooth_step(1 + out / (INWARDS * size)))
    return torch.lerp(guarded, torch.lerp(flow, even, amount), share)


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


def _spread(flow: Tensor, outline: Tensor, size: float) -> tuple[Tensor, Tensor, Tensor]:
    """What is known along the outline (N, 2), all over the grid: its movement (2, h, w), over how much that ends
    (1, h, w), and how far the outline decides here (1, h, w).
    """
    move = sample_at(flow, outline)
    reach = BAND * size + WIDER * torch.linalg.vector_norm(move, dim=1, keepdim=True)
    known = torch.cat([move, reach, torch.ones_like(reach), _jaw_share(len(outline))[:, None]], 1)
    drawn = _draw_places(outline, known, (flow.shape[2], flow.shape[1]))
    every = torch.cat([_spread_wide(part, size) for part in (drawn[:4], drawn[4:])])
    found = every / every[3:4].clamp_min(1e-12)
    return found[:2], found[2:3], found[4:]


def _draw_places(places: Tensor, values: Tensor, cells: tuple[int, int]) -> Tensor:
    """(C, h, w) values (N, C) added up in the cells that places (N, 2) are in."""
    planes = np.zeros((values.shape[1], cells[1], cells[0]), np.float32)
    columns, rows = places.long().T.numpy()
    seen = (columns >= 0) & (rows >= 0) & (columns < cells[0]) & (rows < cells[1])
    for plane, each in zip(planes, values.T.numpy(), strict=True):
        np.add.at(plane, (rows[seen], columns[seen]), each[seen])
    return torch.from_numpy(planes)


def _spread_wide(drawn: Tensor, size: float) -> Tensor:
    return blur_wide(drawn, EVEN * size) + FAINT * blur_wide(drawn, AROUND * size)


def _jaw_share(count: int) -> Tensor:
    """(count,) 1 along the jaw, 0 along the forehead, of places that go round the outline."""
    at = torch.arange(count) * (len(OVAL) / count)
    first = OVAL.index(JAW_LINE[0])
    last = OVAL.index(JAW_LINE[-1])
    return smooth_step((torch.minimum(at - first, last - at) + 1) / FADE)
