"""Lips that the plate parts and the edit shuts: they get their body back, and a line between them.

A warp presses whatever the plate shows between its lips, teeth or the dark, into the line where they meet, and takes a
part of the lips along, since landmarks run along their edge and not about it. So lips are drawn on to where they meet
in their own colours, and the line between them is drawn as soft as the picture is.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...face.anatomy import INNER_LIPS, INNER_MOUTH_CORNERS, LOWER_LIP_RINGS, OUTER_LIPS, UPPER_LIP_RINGS
from ..grid.filters import blur_wide, fade
from ..grid.shapes import distance_from, fill_polygon, side_of
from ..thresholds import Amount, Ramp, smooth_step
from .donor import Donor, bounds
from .lip_line import FINEST, MOUTHS, lip_gap, mouth_width
from .mouth_sharpness import measure_softness

LIPS_PART = Ramp(0.03, 0.025, MOUTHS, "lips that meet from lips that part", "by eye")
PRESSED = Ramp(
    0.03,
    0.035,
    MOUTHS,
    "what may be the plate's opening, pressed together, from lip",
    "beyond half the gap left; by eye",
)
NARROW = Ramp(0.05, 0.08, MOUTHS, "an opening so narrow that lips shade all of it from one that light enters", "by eye")
SQUEEZED = Ramp(
    0.5, 0.3, "of the plate's gap", "teeth that are seen less from teeth pressed into a line", "what is lost; by eye"
)
NARROW_SHADE = Amount(0.6, "share of the light", "that such lips take from the plate's teeth between them; by eye")
ENDS = Ramp(-0.04, 0.12, MOUTHS, "the corners, where the line of shut lips runs out, from its middle", "by eye")
DEEPER = Amount(1.5, "exponent", "of the lips' hue in the line: light that gets there came through flesh; by eye")
SPREAD = Amount(0.05, MOUTHS, "over so much a lip's own colours are drawn on to the line; by eye")
LINE = Amount(0.011, MOUTHS, "standard deviation of the line of shut lips in a sharp picture: s18, s20, d14 at rest")
LINE_DEPTH = Amount(0.6, "share of the light", "that it takes; s18, s20, d14 at rest: 0.35 to 0.6")
ROUND = Amount(0.035, MOUTHS, "standard deviation of the shading where a lip turns in; by eye")
ROUND_DEPTH = Amount(0.22, "share of the light", "that this takes; by eye")


def shut_lips(pixels: Tensor, plate: Donor, driven: Tensor) -> Tensor:
    """`pixels` (3, H, W), the warped plate, where lips that `plate` parts and `driven` (K, 2 or 3) shuts have their
    bodies, and a line between them as soft as the plate.
    """
    source = plate.keypoints
    closed, gap = smooth_step((lip_gap(source) - lip_gap(driven)) / LIPS_PART.start - 0.5), lip_gap(driven)
    shut = closed * LIPS_PART.falling()(gap)
    narrow = closed * NARROW.falling()(gap) * SQUEEZED(1 - gap / lip_gap(source).clamp_min(1e-3))
    left, top, right, bottom = bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    if max(float(shut), float(narrow)) == 0 or min(right - left, bottom - top) < 4:
        return pixels
    place, size = driven[:, :2] - driven.new_tensor([left, top]), (right - left, bottom - top)
    across, pixels = float(mouth_width(driven)), pixels.clone()
    inside = blur_wide(fill_polygon(place[list(INNER_LIPS)], size), max(FINEST, LINE * across))
    patch = pixels[:, top:bottom, left:right] * (1 - NARROW_SHADE * narrow * inside)
    if shut > 0:
        patch = torch.lerp(patch, _draw_shut(patch, place, across, measure_softness(plate)), shut)
    pixels[:, top:bottom, left:right] = patch
    return pixels


def _draw_shut(patch: Tensor, place: Tensor, across: float, softness: float) -> Tensor:
    """(3, h, w) shut lips at `place` (K, 2) in `patch`, `across` pixels wide."""
    path, size = _meeting(place), (patch.shape[2], patch.shape[1])
    away = distance_from(path, size) / across
    pressed = 1 - PRESSED(away - lip_gap(place) / 2)
    lips = blur_wide(fill_polygon(place[list(OUTER_LIPS)], size), max(FINEST, LINE * across))
    bodies = _extend_lips(patch, lips * (1 - pressed), side_of(path, size), across)
    ends = torch.stack([distance_from(torch.stack([end, end]), size) for end in path[[0, -1]]]).amin(0) / across
    sharp = math.hypot(LINE, softness / across)
    middle = ENDS(ends)
    dark = (LINE_DEPTH * LINE / sharp * _gauss(away, sharp) + ROUND_DEPTH * _gauss(away, ROUND)) * middle
    hue = bodies.clamp_min(1e-4) / bodies.amax(0, keepdim=True).clamp_min(1e-4)
    return torch.lerp(patch, bodies * (1 - dark) * hue ** (dark * DEEPER), lips * pressed * middle)


def _meeting(points: Tensor) -> Tensor:
    """The line (N, 2) in which shut lips meet, from corner to corner."""
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    first, last = (points[[corner], :2] for corner in INNER_MOUTH_CORNERS)
    return torch.cat([first, (points[upper, :2] + points[lower, :2]) / 2, last])


def _extend_lips(patch: Tensor, lips: Tensor, below: Tensor, across: float) -> Tensor:
    """(3, h, w) the upper lip's colours above the line and the lower one's below it, drawn on from where `lips`
    (1, h, w) shows them.
    """
    sides = []
    for side in (1 - below, below):
        shown = lips * side + 1e-4 * lips  # where one lip shows nothing of itself, the other's colours are nearest
        summed = blur_wide(torch.cat([patch * shown, shown]), SPREAD * across)
        sides.append(summed[:3] / summed[3:].clamp_min(1e-9))
    return torch.lerp(sides[0], sides[1], blur_wide(below, LINE * across))


def _gauss(away: Tensor, sigma: float) -> Tensor:
    return fade(0.5 * (away / sigma).square())
