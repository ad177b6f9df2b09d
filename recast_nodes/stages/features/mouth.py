"""The opening between the lips: how far the plate lacks the inside of a mouth, and where that is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...face.anatomy import (
    INNER_LIPS,
    INNER_MOUTH_CORNERS,
    LOWER_LIP_RINGS,
    OUTER_LIPS,
    UPPER_LIP_RINGS,
)
from ...natives import opencv
from ..grid.planes import interleave, separate
from ..grid.shapes import distance_from, fill_polygon
from ..thresholds import Amount, Ramp, smooth_step
from .donor import Donor, mean_colour
from .lip_line import FINEST, MOUTHS, lip_gap, mouth_width

cv2 = opencv()

FILLED = Ramp(
    0.02,
    0.08,
    MOUTHS,
    "lips that the plate opens itself from lips whose mouth it lacks",
    "the driven gap less the plate's: jitter opens nothing, and a tenth is an open mouth; by eye",
)
IN_SIGHT = Ramp(
    0.03, 0.05, MOUTHS, "lips with a line between them from lips that show teeth", "the plate's gap; by eye"
)
REDRAWN = Ramp(
    0.0,
    0.015,
    MOUTHS,
    "a mouth as the plate shows it from one that is drawn again",
    "the driven gap less the plate's: what is drawn is the plate's own at first, so it may set in at once",
)
MORE = Ramp(
    0.3,
    0.4,
    "of what the frame's own mouth lacks",
    "a lender that shows hardly more than the frame itself from one that fills the opening",
    "a still would lend to itself, its teeth drawn to twice their height; by eye",
)
STRETCHED = Ramp(
    1.15, 0.3, "times the lender's gap", "a lender's mouth drawn out a little from teeth that must not be", "by eye"
)
FEATHER = Amount(0.03, MOUTHS, "how soft the opening's edge is; by eye")
COVERED = Amount(
    1.7,
    "times the matte",
    "the filling reaches over the lips' contour, where the plate shows the line of shut lips; by eye",
)
WIDE = Ramp(
    0.12, 0.2, MOUTHS, "a narrow opening, whose lips keep the dark line of their edge, from a wide one", "by eye"
)
EVEN = Amount(0.02, MOUTHS, "a donor's lips are found over so much, so that noise does not fray them; by eye")
SHOWN = Ramp(
    0.15, 0.3, "times the driven gap", "a donor whose mouth is shut from one that shows enough to fill it", "by eye"
)
SPREAD = Amount(0.06, MOUTHS, "the plate's lips are spread so far inwards; by eye")
LIP_BODIES = (LOWER_LIP_RINGS[1] + LOWER_LIP_RINGS[2], UPPER_LIP_RINGS[1] + UPPER_LIP_RINGS[2])


def measure_opening(source: Tensor, driven: Tensor) -> float:
    """0..1: how far the plate lacks the inside of the mouth that the driven keypoints (K, 3) show."""
    lacking = lip_gap(driven) - lip_gap(source)
    return float(FILLED(lacking))


def measure_redrawn(source: Tensor, driven: Tensor) -> float:
    """0..1: how far the inside of the mouth is drawn again: all that the plate lacks, and from the first step on what
    it shows, since teeth are not drawn out as lips are.
    """
    shown, opened = IN_SIGHT(lip_gap(source)), REDRAWN(lip_gap(driven) - lip_gap(source))
    return max(measure_opening(source, driven), float(shown * opened))


def measure_lender(lender: Donor, source: Tensor, driven: Tensor) -> float:
    """0..1: how far another frame of the actor shows more of the driven mouth than the frame itself does."""
    own = lip_gap(source)
    return float(MORE((lip_gap(lender.keypoints) - own) / (lip_gap(driven) - own).clamp_min(1e-3)))


def measure_donor(donor: Donor, driven: Tensor) -> float:
    """0..1: how far the donor's mouth shows enough to fill the driven one."""
    return float(SHOWN(lip_gap(donor.keypoints) / lip_gap(driven).clamp_min(1e-3)))


def measure_stretch(lender: Donor, driven: Tensor, softer: float = 0.0) -> float:
    """0..1: how far a lender's mouth would be drawn out to fill the driven one, and its teeth with it; what is `softer`
    may be drawn out by so much more.
    """
    return float(STRETCHED(lip_gap(driven) / ((1 + softer) * lip_gap(lender.keypoints)).clamp_min(1e-3)))


def draw_mouth_matte(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, H, W) the inside of the driven lips, soft at their contour. `driven` in pixels of the window, `size`
    (width, height).
    """
    inside = np.zeros((size[1], size[0]), np.uint8)
    contour = np.round((driven[list(INNER_LIPS), :2].double().clamp(-1e4, 1e4).numpy() - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(inside, [contour], 255, cv2.LINE_AA, 8)  # a small face shows every step of the edge
    sigma = max(FINEST, FEATHER * float(mouth_width(driven)))
    return torch.from_numpy(cv2.GaussianBlur(inside.astype(np.float32) / 255, (0, 0), sigma))[None]


def distances_from_lips(driven: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """(1, h, w) each: how far pixels are from the inner edges of the upper and of the lower lip (K, 2 or 3)."""
    corners = driven[list(INNER_MOUTH_CORNERS), :2]
    upper, lower = (
        distance_from(torch.cat([corners[:1], driven[list(ring[0]), :2], corners[1:]]), size)
        for ring in (UPPER_LIP_RINGS, LOWER_LIP_RINGS)
    )
    return upper, lower


def cover_lips(matte: Tensor) -> Tensor:
    """A mouth's matte grown over the edge of the lips, still soft."""
    return smooth_step(matte * COVERED)


def lip_colour(pixels: Tensor, keypoints: Tensor) -> Tensor:
    """(3,) the colour of the lips, between their edges."""
    return mean_colour(pixels, keypoints[list(sum(LIP_BODIES, ()))])


def spread_lips(pixels: Tensor, driven: Tensor, inside: Tensor) -> Tensor:
    """(3, h, w) the lips of `pixels` spread into their opening, whose matte `inside` (1, h, w) is: what the warp has
    there is the line of shut lips, drawn out to streaks.
    """
    lips = fill_polygon(driven[list(OUTER_LIPS)], (pixels.shape[2], pixels.shape[1])) * (1 - cover_lips(inside))
    sigma = SPREAD * float(mouth_width(driven))
    return soften(pixels * lips, sigma) / soften(lips, sigma).clamp_min(1e-4)


def soften(values: Tensor, sigma: float) -> Tensor:
    return separate(cv2.GaussianBlur(interleave(values), (0, 0), max(0.5, sigma), borderType=cv2.BORDER_REPLICATE))
