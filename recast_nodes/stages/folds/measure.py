"""One frame's folds: its light over the same face's at rest, as far as that can be believed."""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as functional
from torch import Tensor

from ..grid.filters import blur_wide, departure, dilate, erode
from ..grid.medians import median_of
from ..grid.shapes import blur
from ..occlusion.complexion import FOREIGN, LIGHT
from ..occlusion.texture import CELLS, CM
from ..thresholds import Amount, Amounts, Ramp
from .register import band, edges, move, register
from .resting import with_even_light

LOG = "logarithm of brightness"
WIDEST = Amount(1.1, CM, "standard deviation: what is wider is light on a head that turns, and exposure")
NARROWEST = Amount(1.0, "cells", "standard deviation: what is narrower is grain, and pores that are not the plate's")
SLIP = Amount(0.5, "cells", "registering errs by so much, and what that makes of an edge at rest is no fold")
ABOUT = Amount(
    2.5, "cells", "standard deviation over which a fold has to show: as wide as its light and its dark side; by eye"
)
NOISE = Amount(0.012, LOG, "a still face differs so much from itself by grain and compression, on nine clips")
GRAIN = Amount(
    1.0,
    "times the usual fine change",
    "white noise leaves 0.4 of it at the size of folds: of noise alone a seventh is kept",
)
BROAD = Amount(5.0, CM, "standard deviation: what is wider is exposure")
RELIT = Amount(
    1.5,
    "times the broad change of light",
    "a head that turns is lit otherwise, and what is fine of that is no fold: grins and sneers of d19 and d0 change "
    "folds 1.2 to 1.7 times as much as broad light, turned heads of d10, d12 and d14 0.5 to 1.1 times",
)
STRUCTURE = Ramp(
    0.13, 0.13, "logarithm of brightness a cell", "skin from hair, rims and nostrils, whose edges are steeper", "by eye"
)
HAIR = Ramp(
    -0.8, -0.4, LOG, "skin from hair, against the face's median", "d10's has -1.7, d12's -1.4; skin in its light -0.6"
)
BROW = Amount(0.6, CM, "half the width of the widest brows; by eye")
BELIEVED = Ramp(
    0.5, 0.25, LOG, "a fold from a brow, a strand or teeth that came from elsewhere", "d19's deepest fold has 0.46"
)
COVERED = Amounts(
    (1.3, 0.36, 0.36),
    "log of brightness, of red and of blue over green",
    "what differs so from rest is no skin; a fold is redder, and of d19's folds a tenth were foreign with the half",
)
NEAR = Amount(0.3, CM, "so near what is no skin nothing is believed; by eye on nine clips")
HIDDEN = Amount(0.5, CM, "so near what lies before a face nothing is believed: its shadow and its edge; by eye")


def measure_folds(texture: Tensor, rest: Tensor, room: Tensor) -> Tensor:
    """(1, h, w) the logarithm of what a frame's expression multiplies the light on skin by; 0 where it shows none.

    `texture` and `rest` (3, h, w) are of one face, NaN where it is not seen; `room` (1, h, w) 0..1 is where folds may
    be. Folds are where the frame has them: it is the face at rest that is moved.
    """
    known = torch.isfinite(texture[:1] + rest[:1]) * _uncovered(texture, rest)
    light, at_rest = with_even_light(texture)[:1].nan_to_num(), _light_at_rest(rest)
    brought = move(at_rest, register(light, at_rest, known))
    unmoved, folds = (band(light - each, known, WIDEST * CELLS, NARROWEST) for each in (at_rest, brought))
    change = torch.maximum(folds.abs(), unmoved.abs())
    foreign = torch.maximum(torch.maximum(_structure(brought), _structure(light)), _hair(brought))
    own = (1 - foreign) * (1 - BELIEVED(_spread(change, NEAR)))
    relit = RELIT * _broad_change(light - brought, known * room)
    grain = GRAIN * _grain(light - brought, known * room)
    slipped = SLIP * dilate(edges(brought) * known, 1.0)
    share = _share(folds, slipped.square() + NOISE**2 + grain**2 + relit**2)
    return folds * own * share * known * room


def skin_room(rest: Tensor, room: Tensor) -> Tensor:
    """`room` (1, h, w) without what is no bare skin on a face at `rest` (3, h, w): hair, rims, a beard's edge."""
    known = torch.isfinite(rest[:1]).float()
    light = _light_at_rest(rest)
    return room * (1 - torch.maximum(_structure(light), _hair(light))) * known


@lru_cache(maxsize=8)  # a face at rest is the same tensor in every frame of its shot
def _light_at_rest(rest: Tensor) -> Tensor:
    """(1, h, w) the brightness of a face at rest (3, h, w), from its median; 0 where it is not seen."""
    return with_even_light(rest)[:1].nan_to_num()


def _share(folds: Tensor, chance: Tensor) -> Tensor:
    """(1, h, w) 0..1 how much of `folds` is more than what comes of itself, of variance `chance` (1, h, w): as Wiener's
    filter takes it.
    """
    shown, chance = blur(torch.cat([folds.square(), chance]), ABOUT)
    return (shown / (shown + chance))[None]


def _grain(change: Tensor, known: Tensor) -> float:
    """The usual size of what of a change of light (1, h, w) is too fine for folds."""
    fine = (change - blur(change, NARROWEST)).abs()[known > 0.5]
    return float(fine.median()) if fine.numel() else 0.0


def _broad_change(change: Tensor, known: Tensor) -> float:
    """Root mean square of what of a change of light (1, h, w) is too wide for folds: the face is lit otherwise."""
    broad = band(change, known, BROAD * CELLS, WIDEST * CELLS)
    return float((broad.square() * known).sum() / known.sum().clamp_min(1)) ** 0.5


def _structure(light: Tensor) -> Tensor:
    """(1, h, w) 0..1 where a face at rest shows edges that skin has none of, and about them."""
    return STRUCTURE(_spread(edges(light), NEAR))


def _hair(light: Tensor) -> Tensor:
    """(1, h, w) 0..1 hair, and as far about it as it falls: what is dark, and wider than a brow. Deep shadow too: what
    is seen there is mostly noise.
    """
    dark = HAIR(light)
    wide = dilate(erode(dark, BROW * CELLS), BROW * CELLS)
    return _spread(wide, HIDDEN)


def _uncovered(texture: Tensor, rest: Tensor) -> Tensor:
    """(1, h, w) 0..1 where nothing lies before the face that is not there at rest: by colour, beside the light that has
    changed about it, on every other row and column.
    """
    change, cells = (texture - rest)[:, ::2, ::2], CELLS / 2
    known = torch.isfinite(change).all(0, keepdim=True)
    middle = median_of(change, known[0])[:, None, None]
    change, tolerance = change.nan_to_num() - middle, change.new_tensor(COVERED)[:, None, None]
    weight = known / (1 + departure(change, 0.5 * tolerance).square().square())
    summed = blur_wide(torch.cat([change * weight, weight]), LIGHT * cells)
    away = departure(change - summed[:3] / summed[3:].clamp_min(1e-3), tolerance)
    found = blur(dilate(FOREIGN(away) * known, HIDDEN * cells), 0.5 * HIDDEN * cells)
    height, width = texture.shape[1:]
    return 1 - functional.interpolate(found[None], size=(height, width), mode="bilinear", align_corners=False)[0]


def _spread(values: Tensor, reach: float) -> Tensor:
    """The largest of (1, h, w) nearby, with soft ends; `reach` in centimetres."""
    return blur(dilate(values, reach * CELLS), 0.5 * reach * CELLS)
