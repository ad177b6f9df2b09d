"""What a frame shows between its lips, in a mouth that opens further: teeth, tongue, and the dark behind them.

Upper teeth are fast to the skull, so they stay where the plate shows them while the lips move away; lower teeth go
with the jaw, and a tongue lies between the two, soft. Which pixels are teeth is read from the plate: they are lighter
than the lips, in green most of all.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import (
    INNER_LIPS,
    INNER_MOUTH_CORNERS,
    LIP_MIDDLE,
    LOWER_LIP_RINGS,
    OUTER_LIPS,
    STILL_LANDMARKS,
    UPPER_LIP_RINGS,
)
from ..grid.filters import blur_wide, dilate, sample_bilinear
from ..grid.shapes import fill_polygon
from ..grid.similarity import apply_similarity, fit_similarity, invert_affine
from ..thresholds import Amount, Ramp
from .donor import Donor, bounds, look_up
from .lip_line import FINEST, MOUTHS, lip_gap, mouth_width
from .mouth import IN_SIGHT, distances_from_lips, lip_colour, measure_stretch

LIGHTER = Ramp(
    0.15,
    0.3,
    "logarithm of green over that of the lips",
    "lips and the dark of a mouth from teeth",
    "of what d12, d14 and the demo show between their lips the lighter half lies above 0.5, but for shades; of their "
    "lips, nineteen parts of twenty lie below 0.23, 0.36 and 0.65, the last with a highlight on it",
)
EDGE = Amount(0.012, MOUTHS, "how soft the teeth's edge is; by eye")
APART = Ramp(0.3, 0.4, "share", "the soft end of the upper teeth from another row", "that is a half at most; by eye")
ROW = Ramp(0.4, 0.3, "share", "a highlight on the lower lip from a row of teeth", "of what is near along it; by eye")
ROW_NEAR = Amount(0.1, MOUTHS, "that far along, standard deviation; by eye")
ALONG = Amount(0.06, MOUTHS, "how far along the lips their movement is averaged; by eye")
SMOOTH = Amount(0.2, MOUTHS, "the same for a tongue, which follows both lips; by eye")
TONGUE = Ramp(0.25, 0.35, MOUTHS, "shade beside teeth from a tongue, which may be drawn out more", "by eye")
SOFTER = Amount(1.0, "more", "that it may be drawn out; by eye")
EARLIER = Amount(-0.13, "times", "the mouth's height by which its lips move before teeth would be stretched; by eye")
BESIDE = Amount(0.03, MOUTHS, "beside teeth, their edge and no tongue, which would be drawn out to a line; by eye")
SHADED = Amount(0.08, MOUTHS, "beside teeth that are lit, their gaps and the next tooth, in the corner's shade; by eye")
DRAWN = Amount(3.0, "times the way", "that a lip rises: over so much the teeth below it are drawn up; by eye")
_EDGES = UPPER_LIP_RINGS[0], LOWER_LIP_RINGS[0]


class _Chart(NamedTuple):
    """A window about the plate's mouth that is level with it: x runs from corner to corner, y down."""

    right: Tensor  # (2,) where x runs in the plate, and
    down: Tensor  # (2,) where y does: both one pixel long
    origin: Tensor  # (2,) of the window, along them
    size: tuple[int, int]  # width and height

    def place(self, points: Tensor) -> Tensor:
        """Points (..., 2) of the plate in this window."""
        return torch.stack([(points * self.right).sum(-1), (points * self.down).sum(-1)], -1) - self.origin

    def look_up(self, pixels: Tensor) -> Tensor:
        """(C, h, w) the plate's `pixels` (C, H, W) in this window."""
        grid = pixel_centres(self.size) + self.origin
        x, y = (grid[..., :1] * self.right + grid[..., 1:] * self.down).unbind(-1)
        return sample_bilinear(pixels, x, y)


class _Lip(NamedTuple):
    """The inner edge of a lip, (N, 2) each: in the frame, and where the edit has it, on the frame's skull."""

    before: Tensor
    after: Tensor
    across: Tensor  # the frame's mouth, pixels


class _Inside(NamedTuple):
    """What is between the lips, (1, h, w) each in the chart, 0..1."""

    flesh: Tensor  # a tongue, and the dark about it
    lower: Tensor  # the lower teeth with all below them
    upper: Tensor  # the upper teeth with all above


def lay_in_own_teeth(mouth: Tensor, frame: Donor, driven: Tensor, light: Tensor | float = 1.0) -> Tensor:
    """`mouth` (3, H, W), as nobody lends it, with what `frame` shows between its lips: that of the plate itself, or
    another one of the same actor, whose pixels are multiplied by `light`, a number or (3, 1, 1). `driven` (K, 3) in
    pixels of `mouth`.

    A frame that shows no mouth leaves it as it is. Outside the lips it means nothing.
    """
    source, shown = frame.keypoints, float(IN_SIGHT(lip_gap(frame.keypoints)))
    left, top, right, bottom = bounds(driven[list(OUTER_LIPS), :2], mouth.shape)
    if shown == 0 or min(right - left, bottom - top) < 4:
        return mouth
    chart = _chart(source)
    opened, softer = measure_stretch(frame, driven, EARLIER), SOFTER * float(TONGUE(lip_gap(source)))
    inside = _find_inside(frame, chart, opened, measure_stretch(frame, driven, softer))
    size = (right - left, bottom - top)
    grid, mouth = pixel_centres(size), mouth.clone()
    here, patch = grid + grid.new_tensor([left, top]), mouth[:, top:bottom, left:right]
    back = _to_frame(source, driven)
    on_skull, on_jaw = (_carry(places, back) for places in (here, here - _drop(source, driven, back)))
    lips = [_lip(ring, source, driven, back) for ring in _EDGES]
    from_upper, from_lower = distances_from_lips(driven[:, :2] - grid.new_tensor([left, top]), size)
    down = (from_upper / (from_upper + from_lower).clamp_min(1e-3))[0, ..., None]
    above, below = (on_skull - _follow(on_skull, lip, chart) for lip in lips)
    places = (torch.lerp(above, below, down), on_jaw, _draw_up(on_skull, lips[0], chart))
    flesh, lower, upper = (sample_bilinear(seen, *chart.place(place).unbind(-1)) for seen, place in zip(inside, places))
    flesh = flesh / (1 - torch.maximum(lower, upper)).maximum(flesh).clamp_min(1e-3)  # whole up to where teeth begin
    for matte, place in zip((flesh, lower, upper), places):
        if bool((matte > 0).any()):
            patch.lerp_(look_up(frame.pixels, (place - grid).permute(2, 0, 1)) * light, shown * matte)
    return mouth


def pixel_centres(size: tuple[int, int]) -> Tensor:
    """(h, w, 2) x and y of the pixels' centres in a window of `size`, width and height."""
    x, y = torch.meshgrid(torch.arange(size[0]) + 0.5, torch.arange(size[1]) + 0.5, indexing="xy")
    return torch.stack([x, y], -1)


def _chart(points: Tensor) -> _Chart:
    first, last = points[list(INNER_MOUTH_CORNERS), :2]
    right = (last - first) / (last - first).norm().clamp_min(1e-3)
    chart = _Chart(right, torch.stack([-right[1], right[0]]), torch.zeros(2), (0, 0))
    lips = chart.place(points[list(OUTER_LIPS), :2])
    low = lips.amin(0)
    width, height = (max(4, int(side) + 1) for side in lips.amax(0) - low)
    return chart._replace(origin=low, size=(width, height))


def _find_inside(frame: Donor, chart: _Chart, opened: float, stretched: float) -> _Inside:
    """While the mouth is hardly `opened` (0..1) all that is no tooth is as the frame has it, lips too; what is
    `stretched` too far is none of it.
    """
    across = float(mouth_width(frame.keypoints))
    light = (chart.look_up(frame.pixels[1:2]).clamp_min(1e-4) / lip_colour(frame.pixels, frame.keypoints)[1]).log()
    opening = fill_polygon(chart.place(frame.keypoints[list(INNER_LIPS), :2]), chart.size)
    light, inside = blur_wide(torch.cat([light, opening]), max(FINEST, EDGE * across)).split(1)
    inside = (2 * inside - 1).clamp_min(0)  # a corner is too thin for teeth: its skin is light too
    teeth = LIGHTER(light) * inside
    upper = _widen(_hang(teeth), SHADED * across) * inside.flip(1).cummax(1).values.flip(1)
    lower = _hang(APART(teeth - upper).flip(1)).flip(1)
    lower = lower * ROW(blur_wide(lower.amax(1, keepdim=True).expand_as(lower), ROW_NEAR * across))
    teeth, covered = torch.maximum(upper, lower), (2 * blur_wide(opening, EDGE * across)).clamp(max=1)
    beside = covered * (1 - dilate(teeth, BESIDE * across))
    return _Inside(torch.lerp(1 - teeth, beside, opened) * (1 - stretched), lower, upper)


def _hang(teeth: Tensor) -> Tensor:
    """(1, h, w) 0..1: each column's uppermost `teeth`, down to where they end, and all that is above them."""
    seen = teeth.cummax(1).values
    return teeth.amax(1, keepdim=True) - (seen - teeth).cummax(1).values


def _widen(row: Tensor, reach: float) -> Tensor:
    """A row of teeth (1, h, w) with what is beside them within `reach`: gaps, and teeth in the shade."""
    cells = max(1, round(reach))
    return functional.max_pool2d(row, (1, 2 * cells + 1), 1, (0, cells))


def _drop(source: Tensor, driven: Tensor, back: Tensor) -> Tensor:
    """(2,) how far the lower lip's middle moves against the skull, and with it the lower teeth, in driven pixels."""
    ring = list(LOWER_LIP_RINGS[0][LIP_MIDDLE])
    still = apply_similarity(source[ring, :2].double(), invert_affine(back)).float()
    return (driven[ring, :2] - still).mean(0)


def _to_frame(source: Tensor, driven: Tensor) -> Tensor:
    """(2, 3) the similarity from the edit's skull to the frame's, by what no edit moves."""
    still = list(STILL_LANDMARKS)
    return fit_similarity(*(points[still, :2].double() for points in (driven, source)))


def _carry(places: Tensor, back: Tensor) -> Tensor:
    """Where in the frame the skull is that the edit shows at `places` (..., 2)."""
    return apply_similarity(places.reshape(-1, 2).double(), back).reshape(places.shape).float()


def _lip(ring: tuple[int, ...], source: Tensor, driven: Tensor, back: Tensor) -> _Lip:
    return _Lip(source[list(ring), :2], _carry(driven[list(ring), :2], back), mouth_width(source))


def _draw_up(places: Tensor, lip: _Lip, chart: _Chart) -> Tensor:
    """`places` (h, w, 2) on the skull, drawn down below an upper lip that rises: what it uncovers is more of the teeth,
    and no second lip.
    """
    after, share = _near(places, lip, chart, ALONG)
    rises = (chart.place(lip.before)[:, 1] - after[:, 1]).clamp_min(0)
    rise, below = (share * rises).sum(-1), chart.place(places)[..., 1] - (share * after[:, 1]).sum(-1)
    drawn = rise * (1 - below / (DRAWN * rise).clamp_min(1e-3)).clamp(0, 1)
    return places + drawn[..., None] * chart.down


def _follow(places: Tensor, lip: _Lip, chart: _Chart) -> Tensor:
    """(h, w, 2) how far the edge of a lip moves against the skull beside `places` (h, w, 2) on it."""
    _, share = _near(places, lip, chart, SMOOTH)
    return torch.stack([(share * way).sum(-1) for way in (lip.after - lip.before).T], -1)


def _near(places: Tensor, lip: _Lip, chart: _Chart, along: float) -> tuple[Tensor, Tensor]:
    """Where the driven edge of a lip is on the skull (N, 2), in the chart, and how near (h, w, N) each of its points is
    to `places`, `along` the lips; together 1.
    """
    after = chart.place(lip.after)
    away = (chart.place(places)[..., :1] - after[:, 0]) / (along * lip.across)
    return after, torch.softmax(-0.5 * away.square(), -1)
