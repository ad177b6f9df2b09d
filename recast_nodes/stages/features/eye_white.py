"""The white of an eye behind its iris, continued along the lids with the shade that they throw on it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...face.anatomy import EYE_INNER, EYE_LOWER, EYE_OUTER, EYE_UPPER
from ..grid.filters import sample_bilinear
from ..thresholds import Amount, Amounts, Count, Ramp
from .eye_opening import width_of
from .eyeball import BESIDE_IRIS, Eye, spread_seen, sum_cells

WHITE = Ramp(
    0.6,
    0.3,
    "of the brightness that the seen eye has beside its iris, as far from its lids",
    "the white of the eye from lashes and from what is left of an iris",
    "by eye, on s18, s20 and d14",
)
SHADY = Ramp(
    0.5,
    0.25,
    "of the brightness that the seen eye has beside its iris",
    "lids and lashes from white in their shade",
    "make-up of a half shut eye, drawn open, was dark bands across it (s20 by d10, 1018)",
)
COLUMNS, ROWS = (
    Count(16, "cells along an eye", "finer than its light, which is all that is taken; no measurement is on record"),
    Count(12, "cells from lid to lid", "finer than the shade below the upper lid; looked at on d14"),
)
SPREADS = Amounts((0.7, 1.5, 3.0, 8.0), "cells", "the white is continued from as near as it is seen")
BEYOND_LIDS = Amount(
    0.25, "heights of the opening", "so far past its lids an eye is continued, as landmarks are off their edges; by eye"
)
OTHER_LINES = Amount(1e-6, "of the spread along the lids", "counts only for a line of which nothing is seen")
FROM_CORNER = Ramp(0.0, 1.0, "radii of the iris", "the corner of an eye from its middle", "by eye, on d14 and s18")
SHADED = Amount(0.3, "of its light", "what the white loses in a corner; without it a white corner is a patch (d14)")
MIRRORED = Amount(0.1, "of a pixel that is seen", "what the other half of an eye says of this one; by eye")


def continue_white(here: Tensor, eye: Eye, opening: Tensor) -> Tensor:
    """(3, h, w) the white of the eye everywhere, from where `here` (3, h, w) shows it in the `opening` (16, 2).

    It is continued along the lids, with the shade below the upper one, the rim of the lower one, and a little of both.
    """
    along, down = _cells(opening - eye.middle, eye.x[0], eye.y[0])
    inside = (along > 0) & (along < COLUMNS) & (down > 0) & (down < ROWS)
    seen = inside * BESIDE_IRIS(eye.away(eye.x.new_zeros(2))).square()
    column, row = (at.long().clamp(0, end - 1).flatten().numpy() for at, end in ((along, COLUMNS), (down, ROWS)))
    bright = here.mean(0, keepdim=True)
    usual = sum_cells(bright, seen, row, ROWS)
    usual = (usual[1] / usual[0].clamp_min(1e-6))[row].reshape(bright.shape)
    white = eye.sure * seen
    white = (bright * white).sum() / white.sum().clamp_min(1e-6)
    seen = seen * WHITE(bright / usual.clamp_min(1e-6)) * SHADY(bright / white.clamp_min(1e-6))
    grid = sum_cells(here, seen, row * COLUMNS + column, ROWS * COLUMNS).reshape(4, ROWS, COLUMNS)
    grid = grid + MIRRORED * grid.flip(2)
    lines = spread_seen(grid.reshape(4 * ROWS, 1, COLUMNS), SPREADS).reshape(grid.shape)
    spread = lines + OTHER_LINES * spread_seen(lines, SPREADS)
    shaded = sample_bilinear(spread[1:] / spread[:1].clamp_min(1e-12), along, down)
    from_corner = torch.minimum(along, COLUMNS - along) / COLUMNS * width_of(opening) / eye.radius
    return shaded * (1 - SHADED * (1 - FROM_CORNER(from_corner)))


def _cells(opening: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Where pixels (h, w) lie in an opening (16, 2): cells along the eye from its outer corner, cells down from its
    upper lid.
    """
    start, across = opening[EYE_OUTER], opening[EYE_INNER] - opening[EYE_OUTER]
    length = torch.linalg.vector_norm(across).clamp_min(1e-3)
    across = across / length
    below = torch.stack([-across[1], across[0]])
    below = below * torch.sign((opening[EYE_LOWER].mean(0) - opening[EYE_UPPER].mean(0)) @ below)
    at, height = ((x - start[0]) * way[0] + (y - start[1]) * way[1] for way in (across, below))
    ends = opening[[EYE_OUTER]], opening[[EYE_INNER]]
    lids = []
    for lid in (opening[EYE_UPPER].flip(0), opening[EYE_LOWER]):
        path = torch.cat([ends[0], lid, ends[1]]) - start
        along, order = (path @ across).numpy(), np.argsort((path @ across).numpy(), kind="stable")
        lids.append(torch.from_numpy(np.interp(at.numpy(), along[order], (path @ below).numpy()[order])).float())
    high = (lids[1] - lids[0]).clamp_min(0.5)
    down = (height - lids[0]) / high + BEYOND_LIDS
    return at / length * COLUMNS, down / (1 + 2 * BEYOND_LIDS) * ROWS
