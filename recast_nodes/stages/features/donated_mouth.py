"""A donor's mouth laid into the driven lips, in the light and the colour of the plate."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    BETWEEN_MOUTH_CORNERS,
    INNER_LIPS,
    OUTER_LIPS,
)
from ...natives import opencv
from ..field.triangles import mesh_flow
from ..grid.distance import depth_inside
from ..grid.filters import dilate, erode, fade
from ..thresholds import Amount, Ramp
from .donor import PLATE, Donor, bounds, look_up, shrink_donor
from .lip_line import MOUTHS, lip_gap, mouth_width
from .mouth import EVEN, LIP_BODIES, WIDE, draw_mouth_matte, lip_colour, soften, spread_lips
from .mouth_light import FaceLight, draw_shade, limit_light, match_light, measure_across, measure_light
from .mouth_sharpness import match_sharpness

cv2 = opencv()

LIKE_LIPS = Amount(0.06, "chromaticity", "a donor's pixel so far from its lips' hue is hardly lip any more; by eye")
_MOUTH = INNER_LIPS + OUTER_LIPS + sum(LIP_BODIES, ()) + BETWEEN_MOUTH_CORNERS
RIM = Ramp(
    0.048, 0.072, MOUTHS, "a donor's lips that reach into the opening from flesh deep in its mouth", "depth; by eye"
)
LIT = Ramp(
    0.3,
    0.4,
    "times the lips' brightness",
    "a donor's lit lips from the dark of its mouth",
    "a shaded lip is half; by eye",
)
CORNER = Amount(
    0.05, MOUTHS, "half of the widest dark spot between a donor's lips that is a corner of its mouth; by eye"
)
BRIGHTEST = Amount(50.0, "times", "light differs by less between two pictures that show anything")
SHADOW = Amount(0.45, "share of the light", "that reaches the mouth just behind the lips; by eye")


def lay_in_mouth(
    donor: Donor,
    plate: Donor,
    pixels: Tensor,
    driven: Tensor,
    triangles: Tensor,
    exposure_match: float,
    shown: float = 1.0,
) -> Tensor:
    """(3, H, W) the donor's mouth laid into the driven lips, in the plate's light, as sharp as the plate is.

    `plate` is the plate before the warp, `pixels` (3, H, W) after it, `driven` (K, 3) in their pixels, `triangles`
    (T, 3) the mesh; `shown` 0..1 is how far the plate shows a mouth of its own, drawn out in `pixels`. Outside the lips
    it means nothing.
    """
    lips = triangles[torch.isin(triangles, torch.tensor(_MOUTH)).all(1)]
    left, top, right, bottom = bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    result = torch.zeros_like(pixels)
    if right <= left or bottom <= top:
        return result
    place, size = driven[:, :2] - driven.new_tensor([left, top]), (right - left, bottom - top)
    theirs = measure_light(donor)
    donor = shrink_donor(donor, float(mouth_width(donor.keypoints) / mouth_width(driven)))
    patch = look_up(donor.pixels, mesh_flow(donor.keypoints[:, :2], place, lips, size))
    flesh = _match_lips(patch, donor)
    inside = draw_mouth_matte(driven, (pixels.shape[2], pixels.shape[1]))[:, top:bottom, left:right]
    wide = WIDE(lip_gap(driven))
    rim = _find_lip_rim(patch, donor, flesh, inside, float(mouth_width(driven)), wide)
    own = pixels[:, top:bottom, left:right]
    own = torch.lerp(own, spread_lips(own, place, inside), shown * wide)
    lips_gain = lip_colour(pixels, driven) / lip_colour(donor.pixels, donor.keypoints)
    lips_gain = lips_gain.clamp(1 / BRIGHTEST, BRIGHTEST)[:, None, None] ** exposure_match
    mouth = _light_mouth(patch, place, measure_light(plate), theirs, exposure_match, donor.lender == PLATE)
    lit = 1 - (1 - SHADOW) * (1 - inside) * (1 - flesh)
    mouth = torch.lerp(torch.lerp(mouth, patch * lips_gain, flesh) * lit, own, rim)
    result[:, top:bottom, left:right] = match_sharpness(mouth, donor, plate, place)
    return result


def _light_mouth(
    patch: Tensor, place: Tensor, ours: FaceLight, theirs: FaceLight, amount: float, same_shot: bool
) -> Tensor:
    """The donor's pixels (3, h, w) in the plate's light, by `amount`; lips are at `place` (K, 2).

    What another frame of the `same_shot` shows has its black, its white and its lips' shade already.
    """
    size = (patch.shape[2], patch.shape[1])
    gain = match_light(ours, theirs, measure_across(place, size)) ** amount
    if same_shot:
        return patch * gain
    black = theirs.black * gain.mean((1, 2))
    limited = limit_light(patch * gain, ours, black) * draw_shade(place, size)
    return torch.lerp(patch * gain, limited, amount)


def _find_lip_rim(patch: Tensor, donor: Donor, flesh: Tensor, inside: Tensor, across: float, wide: Tensor) -> Tensor:
    """(1, h, w) 0..1: the donor's lips where they reach into the opening: lit flesh near its edge. `inside` is the
    opening's matte, `across` the mouth's width, `wide` 0..1 how far it is open.

    There the plate's own lips go on: in a narrow mouth with the dark line of their edge, in a wide one without.
    """
    lips = lip_colour(donor.pixels, donor.keypoints).mean()
    lit = LIT(patch.mean(0, keepdim=True) / lips)
    shallow = 1 - RIM(depth_inside(inside[0] > 0.5)[None] / across)
    rim = torch.lerp(flesh * lit, soften(flesh * lit, EVEN * across), wide) * shallow
    if float(wide) == 0:
        return rim
    # The donor's own corners are dark spots between its lips, and no part of the opening.
    closed = erode(dilate(rim, CORNER * across), CORNER * across)
    return torch.lerp(rim, torch.maximum(rim, closed), wide)


def _match_lips(patch: Tensor, donor: Donor) -> Tensor:
    """(1, h, w) 0..1: how much the donor's pixels have the hue of its own lips.

    A landmarker's inner contour often holds a part of the lip, and a gum or a tongue is of the same flesh: laid into
    lips of another colour these would look like a second pair.
    """
    lips = lip_colour(donor.pixels, donor.keypoints)
    hue, lips_hue = patch / patch.sum(0, keepdim=True).clamp_min(1e-4), lips / lips.sum()
    away = (hue - lips_hue[:, None, None]).square().sum(0, keepdim=True)
    return fade(away / (2 * LIKE_LIPS**2))
