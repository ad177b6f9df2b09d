"""Lips, and what is between them, of another frame of the same actor laid into the driven ones, in the light there."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import OUTER_LIPS
from ...natives import opencv
from ..features.borrowed_eyes import MOST_LIGHT, match_light
from ..features.donor import Donor, look_up, shrink_donor
from ..features.lip_line import MOUTHS, mouth_width
from ..field.triangles import mesh_flow
from ..grid.planes import interleave, separate
from ..grid.shapes import blur, fill_polygon
from ..thresholds import Amount, smooth_step
from .fit import measure_gain

cv2 = opencv()

AROUND = Amount(1.12, "times the lips", "a lender's lips end in skin, not in their own edge; by eye")
FEATHER = Amount(0.05, MOUTHS, "how softly they end in the skin; by eye")
COARSE = Amount(12.0, "pixels", "the ring's width in the picture that light is compared in; at 6 gains differ by 0.01")
RING = Amount(0.2, MOUTHS, "how far around the lips the light is compared; by eye")


class LentLips(NamedTuple):
    """Lips of another frame, where they go."""

    pixels: Tensor  # (3, h, w) scene-linear, lit as the plate is there
    matte: Tensor  # (1, h, w) 0..1 how far they are shown
    corner: tuple[int, int]  # of that patch in the plate's window, x and y


def lend_lips(donor: Donor, pixels: Tensor, source: Tensor, driven: Tensor, triangles: Tensor) -> LentLips | None:
    """The donor's lips at the driven keypoints; None where they fit no better than the plate's own.

    `pixels` (3, H, W) is the warped plate, `source` and `driven` (K, 3) the plate's and the edit's keypoints in its
    pixels, `triangles` (T, 3) the mesh. A donor that another one fades into is shown with that one (`Donor.fading`).
    """
    gain = measure_gain(donor.keypoints, source, driven)
    contour = driven[list(OUTER_LIPS), :2]
    across = float(mouth_width(driven))
    reach = RING * across + 2 * FEATHER * across
    left, top = (max(0, int(value - reach)) for value in contour.amin(0))
    right, bottom = (
        min(limit, int(value + reach) + 1) for value, limit in zip(contour.amax(0), (pixels.shape[2], pixels.shape[1]))
    )
    if gain == 0 or right - left < 4 or bottom - top < 4:
        return None
    size, corner = (right - left, bottom - top), driven.new_tensor([left, top, 0.0])
    here, place = pixels[:, top:bottom, left:right], driven - corner
    matte, beside = _draw_mattes(place[list(OUTER_LIPS), :2], across, size)
    lit = _light(donor, here, place, triangles, beside, RING * across)
    if donor.fading is not None:
        other, share = donor.fading
        lit = torch.lerp(lit, _light(other, here, place, triangles, beside, RING * across), share)
        gain = (1 - share) * gain + share * measure_gain(other.keypoints, source, driven)
    return LentLips(lit, gain * matte, (left, top))


def lay_in_lips(pixels: Tensor, lent: LentLips, free: Tensor | None) -> tuple[Tensor, Tensor]:
    """`pixels` (3, H, W) with lent lips, and (1, H, W) how far they are shown; less where a thing is before the face,
    as far as `free` (1, H, W) says so.
    """
    left, top = lent.corner
    rows, columns = slice(top, top + lent.matte.shape[1]), slice(left, left + lent.matte.shape[2])
    matte = lent.matte if free is None else lent.matte * free[:, rows, columns]
    shown, result = torch.zeros_like(pixels[:1]), pixels.clone()
    shown[:, rows, columns] = matte
    result[:, rows, columns] = torch.lerp(pixels[:, rows, columns], lent.pixels, matte)
    return result, shown


def _draw_mattes(contour: Tensor, across: float, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """(1, h, w) the lips of a contour (N, 2) with a little of the skin, and what lies beside that."""
    middle = contour.mean(0)
    soft = blur(fill_polygon(middle + AROUND * (contour - middle), size), FEATHER * across)
    return smooth_step(soft), 1 - smooth_step(2 * soft)


def _light(donor: Donor, here: Tensor, driven: Tensor, triangles: Tensor, beside: Tensor, reach: float) -> Tensor:
    """(3, h, w) the donor's pixels at the driven keypoints, in the light of `here` (3, h, w)."""
    donor = shrink_donor(donor, float(mouth_width(donor.keypoints) / mouth_width(driven)))
    flow = mesh_flow(donor.keypoints[:, :2], driven[:, :2], triangles, (here.shape[2], here.shape[1]))
    patch = look_up(donor.pixels, flow)
    return patch * _match_skin(here, patch, beside, reach)


def _match_skin(here: Tensor, patch: Tensor, beside: Tensor, reach: float) -> Tensor:
    """(3, h, w) the light of `here` over that of `patch`, by the skin `beside` (1, h, w) the lips. It is smooth, so it
    is found in a smaller picture.
    """
    size = here.shape[2], here.shape[1]
    less = min(1.0, COARSE / reach)
    small = [
        _resize(each, (max(4, round(size[0] * less)), max(4, round(size[1] * less)))) for each in (here, patch, beside)
    ]
    overall = _overall_light(*small)  # what is near the skin tells little of the mouth's middle
    gain = overall * match_light(small[0], small[1] * overall, small[2], reach * less)
    return _resize(gain, size)


def _resize(planes: Tensor, size: tuple[int, int]) -> Tensor:
    """Planes (C, h, w) at another size (width, height): by area if it is smaller."""
    smaller = size[0] < planes.shape[2]
    rows = cv2.resize(interleave(planes), size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return separate(rows)


def _overall_light(here: Tensor, patch: Tensor, beside: Tensor) -> Tensor:
    """(3, 1, 1) the light of `here` over that of `patch`: the median over the skin `beside` (1, h, w) the lips."""
    skin = beside[0] > 0.5
    if not bool(skin.any()):
        return here.new_ones(3, 1, 1)
    apart = [picture[:, skin].clamp_min(1e-4).log() for picture in (here, patch)]
    gain = (apart[0] - apart[1]).median(1).values.exp()
    return gain.clamp(1 / MOST_LIGHT, MOST_LIGHT)[:, None, None]
