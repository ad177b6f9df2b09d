"""What a frame's mouth is worth to others: how sharp it is, and whether something is before it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...face.anatomy import INNER_LIPS, MOUTH_CORNERS, OUTER_LIPS
from ..features.lip_line import MOUTHS
from ..grid.filters import dilate
from ..grid.shapes import blur, fill_polygon
from ..occlusion.complexion import Complexion, find_foreign, learn_complexion
from ..occlusion.texture import CELLS, Atlas, plain_skin
from ..thresholds import Amount, Count, Ramp, Threshold

PATCH = Count(128, "pixels", "sides of the patch that a mouth is looked at in: the mouth is 64 of them wide")
MARGIN = Amount(2.0, MOUTHS, "the patch covers so much, so that the skin about the lips belongs to it")
AROUND = Amount(1.4, "times the lips", "skin that is as sharp as they are, and inside the patch at any opening; by eye")
FINE = Amount(0.012, MOUTHS, "detail that is finer is grain, or smaller than a pixel of the patch")
COARSE = Amount(0.035, MOUTHS, "what is coarser outlasts any blur that is worth a notice")
BLURRED = Threshold(
    0.6,
    "times the usual sharpness of its footage",
    "a mouth that can be lent from one that is blurred by movement or out of focus",
    "a blur of 0.03 mouths, two pixels at 64, leaves 0.5 (decision 39)",
)
BESIDE_LIPS = Amount(2.0, "centimetres", "skin about the lips that must be free: what covers it covers them; by eye")
COVERED = Threshold(
    0.1,
    "of the skin about the lips",
    "a mouth that something is before from one that is free",
    "folds and stubble of four clips reach 0.04; a finger across it is a fifth",
)
SOFT = Ramp(0.0, 0.5, "below the usual sharpness", "a mouth as sharp as usual from a soft one", "by eye")


def measure_sharpness(patch: Tensor, points: Tensor) -> float:
    """The detail of the skin and lips about a mouth: the root mean square of what is between FINE and COARSE.

    `patch` (3, PATCH, PATCH) is the mouth's display picture, 0..1, `points` (K, 2 or 3) the keypoints in its pixels.
    What lies between the lips differs from mouth to mouth and does not count.
    """
    size = (patch.shape[2], patch.shape[1])
    outer = points[list(OUTER_LIPS), :2]
    across = float(torch.linalg.vector_norm(points[MOUTH_CORNERS[1], :2] - points[MOUTH_CORNERS[0], :2]).clamp_min(1))
    middle = outer.mean(0)
    about = fill_polygon(middle + AROUND * (outer - middle), size) - fill_polygon(points[list(INNER_LIPS), :2], size)
    light = patch.mean(0, keepdim=True)
    band = blur(light, FINE * across) - blur(light, COARSE * across)
    about = about.clamp(0, 1)
    return float(((band.square() * about).sum() / about.sum().clamp_min(1)).sqrt())


def find_covered(textures: Sequence[Tensor | None], layout: Atlas) -> list[bool]:
    """Whether something is before the mouth, for each texture of one footage; one without a face counts as covered.

    Colours as in `stages.occlusion.texture`. Footage too short to tell what the face looks like is taken as it is.
    """
    known = [texture for texture in textures if texture is not None]
    complexion = learn_complexion(known, layout)
    skin = plain_skin(layout) * dilate(layout.lips, BESIDE_LIPS * CELLS)
    return [texture is None or _is_covered(texture, complexion, layout, skin) for texture in textures]


def _is_covered(texture: Tensor, complexion: Complexion | None, layout: Atlas, skin: Tensor) -> bool:
    if complexion is None:
        return False
    found, _ = find_foreign(texture.float(), complexion, layout)
    return float((found * skin).sum() / skin.sum().clamp_min(1)) > COVERED
