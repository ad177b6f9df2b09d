"""The inside of the mouth: where it opens further than the plate shows, and what is put there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ...face.anatomy import (
    AROUND_MOUTH,
    BETWEEN_MOUTH_CORNERS,
    INNER_LIPS,
    INNER_MOUTH_CORNERS,
    LOWER_LIP_RINGS,
    OUTER_LIPS,
    UPPER_LIP_RINGS,
)
from ...natives import opencv
from ..field.triangles import mesh_flow
from ..grid.distance import depth_inside
from ..grid.filters import dilated, eroded, spread
from ..grid.resample import resample
from ..grid.shapes import distance_from, polygon, smooth_step
from ..thresholds import Amount, Ramp
from .lip_line import FINEST, MOUTHS, gap, mouth_width

cv2 = opencv()

FILLED = Ramp(
    0.02,
    0.08,
    MOUTHS,
    "lips that the plate opens itself from lips whose mouth it lacks",
    "the driven gap less the plate's: jitter opens nothing, and a tenth is an open mouth; by eye",
)
FEATHER = Amount(0.03, MOUTHS, "how soft the opening's edge is; by eye")
COVERED = Amount(
    1.7,
    "times the matte",
    "the filling reaches over the lips' contour, where the plate shows the line of shut lips; by eye",
)
LIKE_LIPS = Amount(0.06, "chromaticity", "a donor's pixel so far from its lips' hue is hardly lip any more; by eye")
_LIP_BODIES = (LOWER_LIP_RINGS[1] + LOWER_LIP_RINGS[2], UPPER_LIP_RINGS[1] + UPPER_LIP_RINGS[2])
_MOUTH = INNER_LIPS + OUTER_LIPS + sum(_LIP_BODIES, ()) + BETWEEN_MOUTH_CORNERS
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
HUE = Amount(
    0.3,
    "share",
    "of two skins' difference in hue that is a difference of light: with all of it teeth turn blue; by eye",
)
BRIGHTEST = Amount(50.0, "times", "light differs by less between two pictures that show anything")
WIDE = Ramp(
    0.12, 0.2, MOUTHS, "a narrow opening, whose lips keep the dark line of their edge, from a wide one", "by eye"
)
EVEN = Amount(0.02, MOUTHS, "a donor's lips are found over so much, so that noise does not fray them; by eye")
SPREAD = Amount(0.06, MOUTHS, "the plate's lips are spread so far inwards; by eye")
SHADOW = Amount(0.45, "share of the light", "that reaches the mouth just behind the lips; by eye")
SHADE = Amount(0.05, "times the lips' brightness", "a mouth that nobody shows; by eye")
TONGUE = Amount(0.3, "times the lips' brightness", "and its tongue; by eye")
CHEEK = Ramp(0.15, 0.15, MOUTHS, "the corners of a mouth from its tongue", "a tongue is narrower than lips; by eye")
TONGUE_RISES = Ramp(0.3, 0.4, "share of the way down", "the dark of a mouth from its tongue", "it lies low; by eye")
TONGUE_ENDS = Ramp(0.0, 0.15, "share of the way up", "the lower lip's edge from the tongue", "behind the teeth; by eye")
SHOWN = Ramp(
    0.15, 0.3, "times the driven gap", "a donor whose mouth is shut from one that shows enough to fill it", "by eye"
)
FINER = Amount(1.2, "times", "a donor so much larger than the driven mouth is brought down by area, or teeth alias")
LIPS_PART = Ramp(0.03, 0.025, MOUTHS, "lips that meet from lips that part", "by eye")
LINE = Amount(0.038, MOUTHS, "how thick the line between shut lips may be drawn; by eye")
CORE = Ramp(0.2, 0.5, "thicknesses of that line", "its middle from its edge", "how soft it is; by eye")
WHITE = Ramp(1.1, 0.3, "times the lips' brightness", "what may be lips from what must be teeth", "by eye")
LINE_SHADE = Amount(0.4, "times the lips' brightness", "the line that is drawn over such teeth; by eye")


class Donor(NamedTuple):
    """A picture that shows a mouth: the driver's, or another frame of the plate."""

    pixels: Tensor  # (3, H, W) scene-linear, finite
    keypoints: Tensor  # (K, 2 or 3) landmarks in pixels of `pixels`


def opened(source: Tensor, driven: Tensor) -> float:
    """0..1: how far the plate lacks the inside of the mouth that the driven keypoints (K, 3) show."""
    lacking = gap(driven) - gap(source)
    return float(FILLED(lacking))


def mouth_matte(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, H, W) the inside of the driven lips, soft at their contour. `driven` in pixels of the window, `size`
    (width, height).
    """
    inside = np.zeros((size[1], size[0]), np.uint8)
    contour = np.round((driven[list(INNER_LIPS), :2].double().clamp(-1e4, 1e4).numpy() - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(inside, [contour], 255, cv2.LINE_AA, 8)  # a small face shows every step of the edge
    sigma = max(FINEST, FEATHER * float(mouth_width(driven)))
    return torch.from_numpy(cv2.GaussianBlur(inside.astype(np.float32) / 255, (0, 0), sigma))[None]


def covering(matte: Tensor) -> Tensor:
    """A mouth's matte grown over the edge of the lips, still soft."""
    return smooth_step(matte * COVERED)


def dark_mouth(pixels: Tensor, driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(3, H, W) a plain mouth where nothing is known of it: nearly black in the hue of the lips' flesh, with a tongue
    that rises out of the dark as the mouth opens wide. Teeth are nobody's, so there are none.
    """
    lips = _mean_colour(pixels, driven[list(OUTER_LIPS), :2])
    flesh = (lips * lips / lips.max())[:, None, None]  # deeper in hue: light comes through it
    lit = SHADE * (2 - mouth_matte(driven, size))
    left, top, right, bottom = _bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    if right > left and bottom > top:
        place, window = driven[:, :2] - driven.new_tensor([left, top]), (right - left, bottom - top)
        wide = WIDE(gap(driven))
        lit[:, top:bottom, left:right] += (TONGUE - SHADE) * wide * _tongue(place, window)
    return lips[:, None, None] * lit.clamp(max=SHADE) + flesh * (lit - SHADE).clamp_min(0)


def _tongue(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) 0..1: a tongue at rest between the driven lips (K, 2): low in the mouth and narrower than it."""
    corners = driven[list(INNER_MOUTH_CORNERS)]
    upper, lower = (
        distance_from(torch.cat([corners[:1], driven[list(ring[0])], corners[1:]]), size)
        for ring in (UPPER_LIP_RINGS, LOWER_LIP_RINGS)
    )
    down = upper / (upper + lower).clamp_min(1e-3)
    inside = spread(polygon(driven[list(INNER_LIPS)], size), EVEN * float(mouth_width(driven)))
    aside = torch.stack([torch.hypot(*(grid - end for grid, end in zip(_grid(size), corner))) for corner in corners])
    clear = CHEEK(aside.amin(0)[None] / mouth_width(driven))
    return inside * clear * TONGUE_RISES(down) * TONGUE_ENDS(1 - down)


def _grid(size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    return torch.arange(size[0]) + 0.5, torch.arange(size[1])[:, None] + 0.5


def donated_mouth(
    donor: Donor, pixels: Tensor, driven: Tensor, triangles: Tensor, exposure_match: float, shown: float = 1.0
) -> Tensor:
    """(3, H, W) the donor's mouth laid into the driven lips, with the exposure and colour of the plate around it.

    `pixels` (3, H, W) is the warped plate, `driven` (K, 3) in its pixels, `triangles` (T, 3) the mesh; `shown` 0..1 is
    how far the plate shows a mouth of its own, drawn out in `pixels`. Outside the lips it means nothing.
    """
    lips = triangles[torch.isin(triangles, torch.tensor(_MOUTH)).all(1)]
    left, top, right, bottom = _bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    result = torch.zeros_like(pixels)
    if right <= left or bottom <= top:
        return result
    corner = driven.new_tensor([left, top])
    donor = _no_larger(donor, float(mouth_width(donor.keypoints) / mouth_width(driven)))
    flow = mesh_flow(donor.keypoints[:, :2], driven[:, :2] - corner, lips, (right - left, bottom - top))
    patch = look_up(donor.pixels, flow)
    gain = _light_gain(donor, pixels, driven)[:, None, None]
    lips_gain = _mean_lips(pixels, driven) / _mean_lips(donor.pixels, donor.keypoints)
    flesh = _like_lips(patch, donor)
    lips_gain = lips_gain.clamp(1 / BRIGHTEST, BRIGHTEST)[:, None, None]
    gain = torch.lerp(gain, lips_gain, flesh) ** exposure_match
    inside = mouth_matte(driven, (pixels.shape[2], pixels.shape[1]))[:, top:bottom, left:right]
    lit = 1 - (1 - SHADOW) * (1 - inside) * (1 - flesh)
    wide = WIDE(gap(driven))
    rim = _lip_rim(patch, donor, flesh, inside, float(mouth_width(driven)), wide)
    own = pixels[:, top:bottom, left:right]
    own = torch.lerp(own, _lips_inwards(own, driven[:, :2] - corner, inside), shown * wide)
    result[:, top:bottom, left:right] = torch.lerp(patch * gain * lit, own, rim)
    return result


def _lips_inwards(pixels: Tensor, driven: Tensor, inside: Tensor) -> Tensor:
    """(3, h, w) the lips of `pixels` spread into their opening, whose matte `inside` (1, h, w) is: what the warp has
    there is the line of shut lips, drawn out to streaks.
    """
    lips = polygon(driven[list(OUTER_LIPS)], (pixels.shape[2], pixels.shape[1])) * (1 - covering(inside))
    sigma = SPREAD * float(mouth_width(driven))
    return _soft(pixels * lips, sigma) / _soft(lips, sigma).clamp_min(1e-4)


def _lip_rim(patch: Tensor, donor: Donor, flesh: Tensor, inside: Tensor, across: float, wide: Tensor) -> Tensor:
    """(1, h, w) 0..1: the donor's lips where they reach into the opening: lit flesh near its edge. `inside` is the
    opening's matte, `across` the mouth's width, `wide` 0..1 how far it is open.

    There the plate's own lips go on: in a narrow mouth with the dark line of their edge, in a wide one without.
    """
    lips = _mean_lips(donor.pixels, donor.keypoints).mean()
    lit = LIT(patch.mean(0, keepdim=True) / lips)
    shallow = 1 - RIM(depth_inside(inside[0] > 0.5)[None] / across)
    rim = torch.lerp(flesh * lit, _soft(flesh * lit, EVEN * across), wide) * shallow
    if float(wide) == 0:
        return rim
    # The donor's own corners are dark spots between its lips, and no part of the opening.
    closed = eroded(dilated(rim, CORNER * across), CORNER * across)
    return torch.lerp(rim, torch.maximum(rim, closed), wide)


def _mean_lips(pixels: Tensor, keypoints: Tensor) -> Tensor:
    """(3,) the colour of the lips, between their edges."""
    return _mean_colour(pixels, keypoints[list(sum(_LIP_BODIES, ()))])


def _like_lips(patch: Tensor, donor: Donor) -> Tensor:
    """(1, h, w) 0..1: how much the donor's pixels have the hue of its own lips.

    A landmarker's inner contour often holds a part of the lip, and a gum or a tongue is of the same flesh: laid into
    lips of another colour these would look like a second pair.
    """
    lips = _mean_lips(donor.pixels, donor.keypoints)
    hue, lips_hue = patch / patch.sum(0, keepdim=True).clamp_min(1e-4), lips / lips.sum()
    away = (hue - lips_hue[:, None, None]).square().sum(0, keepdim=True)
    return torch.exp(-away / (2 * LIKE_LIPS**2))


def _light_gain(donor: Donor, pixels: Tensor, driven: Tensor) -> Tensor:
    """(3,) the light around the plate's mouth over that around the donor's, by the skin there.

    Two skins differ in hue more than two lights do, so only a share of the hue counts; else teeth turn blue.
    """
    around = list(AROUND_MOUTH)
    ours, theirs = _mean_colour(pixels, driven[around]), _mean_colour(donor.pixels, donor.keypoints[around])
    brightness = ours.mean() / theirs.mean()
    return (brightness * (ours / theirs / brightness) ** HUE).clamp(1 / BRIGHTEST, BRIGHTEST)


def _no_larger(donor: Donor, times: float) -> Donor:
    """The donor, by area brought down to the driven mouth's size where it is `times` as large: teeth do not alias."""
    if times < FINER:
        return donor
    rows = np.ascontiguousarray(donor.pixels.permute(1, 2, 0).numpy())
    height, width = (max(4, round(length / times)) for length in rows.shape[:2])
    smaller = cv2.resize(rows, (width, height), interpolation=cv2.INTER_AREA)
    scale = donor.keypoints.new_tensor([width / rows.shape[1], height / rows.shape[0]])
    return Donor(torch.from_numpy(smaller).permute(2, 0, 1), donor.keypoints[:, :2] * scale)


def _bounds(points: Tensor, shape: torch.Size) -> tuple[int, int, int, int]:
    low, high = points.amin(0).floor().int(), points.amax(0).ceil().int()
    left, top = (max(0, int(value) - 1) for value in low)
    right, bottom = (min(limit, int(value) + 1) for value, limit in zip(high, (shape[2], shape[1])))
    return left, top, right, bottom


def look_up(pixels: Tensor, flow: Tensor) -> Tensor:
    """`pixels` (3, H, W) of any size looked up by `flow` (2, h, w); the picture is first cut to what is looked at."""
    height, width = flow.shape[1:]
    x = flow[0] + torch.arange(width)
    y = flow[1] + torch.arange(height)[:, None]
    left, top = (
        int(max(0, min(float(at.min()) - 2, limit - 2))) for at, limit in ((x, pixels.shape[2]), (y, pixels.shape[1]))
    )
    cut = pixels[:, top : top + int(y.max()) - top + 4, left : left + int(x.max()) - left + 4]
    return resample(cut.contiguous(), flow - flow.new_tensor([left, top])[:, None, None])


def _mean_colour(pixels: Tensor, points: Tensor) -> Tensor:
    """(3,) mean of the pixels about the points, never quite 0; points outside the picture count at its edge."""
    column = points[:, 0].long().clamp(0, pixels.shape[2] - 1)
    row = points[:, 1].long().clamp(0, pixels.shape[1] - 1)
    return pixels[:, row, column].mean(1).clamp_min(1e-4)


def donor_opens(donor: Donor, driven: Tensor) -> float:
    """0..1: how far the donor's mouth shows enough to fill the driven one."""
    return float(SHOWN(gap(donor.keypoints) / gap(driven).clamp_min(1e-3)))


def without_teeth(pixels: Tensor, source: Tensor, driven: Tensor) -> Tensor:
    """`pixels` (3, H, W) with nothing bright between lips that `source` (K, 3) parts and `driven` (K, 3) shuts: pressed
    together, the plate's teeth are still a white line. Only what is brighter than the line of shut lips changes.
    """
    shut = LIPS_PART.falling()(gap(driven)) * smooth_step((gap(source) - gap(driven)) / LIPS_PART.start - 0.5)
    if float(shut) == 0:
        return pixels
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    first, last = (driven[[corner], :2] for corner in INNER_MOUTH_CORNERS)
    middle = torch.cat([first, (driven[upper, :2] + driven[lower, :2]) / 2, last])
    left, top, right, bottom = _bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    if min(right - left, bottom - top) < 4:
        return pixels
    across = float(mouth_width(driven))
    away = distance_from(middle - middle.new_tensor([left, top]), (right - left, bottom - top))
    thick = (LINE + float(gap(driven))) * across
    lips, pixels = _mean_lips(pixels, driven), pixels.clone()
    patch = pixels[:, top:bottom, left:right]
    core = 1 - CORE(away / thick)
    white = dilated(core * patch.mean(0, keepdim=True) / lips.mean(), 2 * LINE * across)
    share = core * spread(WHITE(white), LINE * across) * shut
    line = (LINE_SHADE * lips * lips / lips.max())[:, None, None]  # deeper in hue too: light comes through flesh
    pixels[:, top:bottom, left:right] = torch.lerp(patch, torch.minimum(patch, line), share)
    return pixels


def _soft(values: Tensor, sigma: float) -> Tensor:
    rows = np.ascontiguousarray(values.permute(1, 2, 0).numpy())
    smooth = cv2.GaussianBlur(rows, (0, 0), max(0.5, sigma), borderType=cv2.BORDER_REPLICATE)
    return torch.from_numpy(smooth.reshape(rows.shape)).permute(2, 0, 1)
