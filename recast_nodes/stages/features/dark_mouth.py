"""A mouth that nobody shows: lips that turn in and fall off into the dark, with a tongue in it."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import INNER_MOUTH_CORNERS, OUTER_LIPS
from ..grid.filters import blur_wide, fade
from ..thresholds import Amount, Ramp
from .donor import bounds, mean_colour
from .lip_line import FINEST, MOUTHS, lip_gap, mouth_width
from .mouth import WIDE, distances_from_lips, draw_mouth_matte, lip_colour, spread_lips

SHADE = Amount(0.015, "times the lips' brightness", "the depth of a mouth; digital humans' is 0.005 to 0.02")
TONGUE = Amount(
    0.45,
    "times the lips' brightness",
    "a tongue at its tip; digital humans' is 0.2, lit from above, to 0.6, from ahead",
)
REDDER = Amount(0.35, "exponent", "of the lips' hue in a tongue: digital humans' is so much deeper in green and blue")
CHEEK = Ramp(0.05, 0.3, MOUTHS, "the corners of a mouth from its tongue", "a tongue is narrower than lips; by eye")
TONGUE_RISES = Ramp(
    0.3, 0.75, "share of the way down", "the dark of a mouth from its tongue", "of digital humans' it is 0.3 to 0.6"
)
TONGUE_ENDS = Ramp(-0.12, 0.3, "share of the way up", "the lower lip's shade from the tongue", "it meets it; by eye")
UPPER_FALLS, LOWER_FALLS = (
    Amount(0.015, MOUTHS, "in so much the light on the upper lip, which shades itself, falls to a third; by eye"),
    Amount(0.035, MOUTHS, "and on the lower one, which light from above reaches; by eye"),
)
ROUNDED = Amount(0.02, MOUTHS, "so far the inside of a mouth is smoothed: landmarks are corners, and lips have none")
OF_GAP = Amount(0.12, "of the way from lip to lip", "at most: a narrow mouth and its corners are dark; by eye")
TURNED = Amount(0.85, "times the lips' light", "the most that a lip shows where it turns in; by eye")
DEEPER = Amount(0.8, "exponent", "of the lips' hue in their shade: light gets there through flesh; by eye")


def paint_dark_mouth(pixels: Tensor, driven: Tensor) -> Tensor:
    """(3, H, W) a plain mouth where nothing is known of it: lips that turn inwards and fall off into the dark, and a
    tongue that rises out of it as the mouth opens wide. Teeth are nobody's, so there are none.
    """
    lips = mean_colour(pixels, driven[list(OUTER_LIPS), :2])
    result = (SHADE * lips)[:, None, None].expand(pixels.shape).clone()
    left, top, right, bottom = bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    if min(right - left, bottom - top) < 4:
        return result
    place, window = driven[:, :2] - driven.new_tensor([left, top]), (right - left, bottom - top)
    tongue, rim = _light(place, window)
    mouth = result[:, top:bottom, left:right]
    flesh = 0.5 * (lips + lip_colour(pixels, driven))
    mouth += (flesh * (flesh / flesh.max()) ** REDDER)[:, None, None] * tongue
    turned_in = spread_lips(pixels[:, top:bottom, left:right], place, draw_mouth_matte(place, window))
    turned_in = torch.minimum(turned_in, TURNED * lip_colour(pixels, driven)[:, None, None]).clamp_min(1e-4)
    hue = turned_in / turned_in.amax(0, keepdim=True)
    mouth.lerp_(turned_in * hue ** (DEEPER * (1 - rim)), rim)
    return result


def _light(driven: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """(1, h, w) each between the driven lips (K, 2): how lit the tongue is, and how far a lip is seen that turns in."""
    corners, across = driven[list(INNER_MOUTH_CORNERS)], float(mouth_width(driven))
    upper, lower = distances_from_lips(driven, size)
    down, aside = upper / (upper + lower).clamp_min(1e-3), _aside(corners, size) / across
    tongue = TONGUE * WIDE(lip_gap(driven)) * TONGUE_RISES(down) * TONGUE_ENDS(1 - down) * CHEEK(aside)
    most = OF_GAP * (upper + lower)
    rims = (
        fade(away / most.clamp(max=falls * across).clamp_min(FINEST))
        for away, falls in ((upper, UPPER_FALLS), (lower, LOWER_FALLS))
    )
    rim = torch.maximum(*rims)
    tongue, rim = blur_wide(torch.cat([tongue, rim]), max(FINEST, ROUNDED * across)).split(1)
    return tongue, rim


def _aside(corners: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) how far each pixel of a window of `size` is from the nearer corner."""
    x, y = torch.arange(size[0]) + 0.5, torch.arange(size[1])[:, None] + 0.5
    return torch.stack([torch.hypot(x - end[0], y - end[1]) for end in corners]).amin(0)[None]
