"""The plate's own teeth in a mouth that opens further, where nobody lends one.

Upper teeth are fast to the skull, so they stay where the plate shows them while the lips move away; lower teeth go
with the jaw. Which pixels are teeth is read from the plate: they are lighter than the lips, in green most of all.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
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
from ..grid.filters import blur_wide, sample_bilinear
from ..grid.shapes import fill_polygon
from ..grid.similarity import apply_similarity, fit_similarity
from ..thresholds import Amount, Ramp
from .donor import Donor, bounds, look_up
from .lip_line import FINEST, MOUTHS, lip_gap, mouth_width
from .mouth import lip_colour

PARTED = Ramp(0.03, 0.05, MOUTHS, "lips with a line between them from lips that show teeth", "the plate's gap; by eye")
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
DRAWN = Amount(3.0, "times the way", "that a lip rises: over so much the teeth below it are drawn up; by eye")


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


def lay_in_own_teeth(mouth: Tensor, plate: Donor, driven: Tensor) -> Tensor:
    """`mouth` (3, H, W), which nobody lends, with the teeth that `plate` shows itself; `driven` (K, 3) in its pixels.

    Without teeth in sight it is `mouth`. Outside the lips it means nothing.
    """
    source, shown = plate.keypoints, float(PARTED(lip_gap(plate.keypoints)))
    left, top, right, bottom = bounds(driven[list(OUTER_LIPS), :2], mouth.shape)
    if shown == 0 or min(right - left, bottom - top) < 4:
        return mouth
    chart = _chart(source)
    upper, lower = _find_teeth(plate, chart)
    grid, mouth = pixel_centres((right - left, bottom - top)), mouth.clone()
    here, patch = grid + grid.new_tensor([left, top]), mouth[:, top:bottom, left:right]
    on_skull = _draw_up(_to_skull(here, source, driven), source, driven, chart)
    for teeth, place in ((lower, here - _drop(source, driven)), (upper, on_skull)):
        if bool((teeth > 0).any()):
            matte = shown * sample_bilinear(teeth, *chart.place(place).unbind(-1))
            patch.lerp_(look_up(plate.pixels, (place - grid).permute(2, 0, 1)), matte)
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


def _find_teeth(plate: Donor, chart: _Chart) -> tuple[Tensor, Tensor]:
    """(1, h, w) each in the chart, 0..1: the upper teeth with all above them, and the lower ones with all below."""
    across = float(mouth_width(plate.keypoints))
    light = (chart.look_up(plate.pixels[1:2]).clamp_min(1e-4) / lip_colour(plate.pixels, plate.keypoints)[1]).log()
    inside = fill_polygon(chart.place(plate.keypoints[list(INNER_LIPS), :2]), chart.size)
    light, inside = blur_wide(torch.cat([light, inside]), max(FINEST, EDGE * across)).split(1)
    teeth = LIGHTER(light) * (2 * inside - 1).clamp_min(0)  # a corner is too thin for teeth: its skin is light too
    upper = _hang(teeth)
    lower = _hang(APART(teeth - upper).flip(1)).flip(1)
    return upper, lower * ROW(blur_wide(lower.amax(1, keepdim=True).expand_as(lower), ROW_NEAR * across))


def _hang(teeth: Tensor) -> Tensor:
    """(1, h, w) 0..1: each column's uppermost `teeth`, down to where they end, and all that is above them."""
    seen = teeth.cummax(1).values
    return teeth.amax(1, keepdim=True) - (seen - teeth).cummax(1).values


def _drop(source: Tensor, driven: Tensor) -> Tensor:
    """(2,) how far the lower lip's middle moves, and with it the lower teeth."""
    ring = list(LOWER_LIP_RINGS[0][LIP_MIDDLE])
    return (driven[ring, :2] - source[ring, :2]).mean(0)


def _to_skull(places: Tensor, source: Tensor, driven: Tensor) -> Tensor:
    """Where in the plate the skull is that the edit shows at `places` (..., 2): a similarity, by what no edit moves."""
    still = list(STILL_LANDMARKS)
    back = fit_similarity(*(points[still, :2].double() for points in (driven, source)))
    return apply_similarity(places.reshape(-1, 2).double(), back).reshape(places.shape).float()


def _draw_up(places: Tensor, source: Tensor, driven: Tensor, chart: _Chart) -> Tensor:
    """`places` (h, w, 2) on the skull, drawn down below an upper lip that rises: what it uncovers is more of the teeth,
    and no second lip.
    """
    ring = list(UPPER_LIP_RINGS[0])
    before, after = chart.place(source[ring, :2]), chart.place(_to_skull(driven[ring, :2], source, driven))
    rises = (before[:, 1] - after[:, 1]).clamp_min(0)
    x, y = chart.place(places).unbind(-1)
    near = (x[..., None] - after[:, 0]) / (ALONG * mouth_width(source))
    share = torch.softmax(-0.5 * near.square(), -1)
    rise, below = (share * rises).sum(-1), y - (share * after[:, 1]).sum(-1)
    drawn = rise * (1 - below / (DRAWN * rise).clamp_min(1e-3)).clamp(0, 1)
    return places + drawn[..., None] * chart.down
