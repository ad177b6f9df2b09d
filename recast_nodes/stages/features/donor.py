"""A picture that something of a face is taken from: the driver's, or another frame of the plate."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...natives import opencv
from ..grid.planes import interleave, separate
from ..grid.resample import resample
from ..thresholds import Amount

cv2 = opencv()

FINER = Amount(1.2, "times", "a donor so much larger than the driven mouth is brought down by area, or teeth alias")
DRIVER, PLATE, TAKE = "driver", "plate", "take"
"""Whose picture it is: the driver's, the same shot's, or further footage of the shot's own actor."""


class Lender(NamedTuple):
    """A frame that lends something of its face to others: of the plate, or of a take, by the take's own number."""

    frame: int
    take: str = ""


class Donor(NamedTuple):
    """A picture that shows a mouth or an eye: the driver's, or the plate's actor's in another frame."""

    pixels: Tensor  # (3, H, W) scene-linear, finite
    keypoints: Tensor  # (K, 2 or 3) landmarks in pixels of `pixels`
    lender: str = DRIVER  # or PLATE or TAKE
    with_lips: bool = False  # whether its lips come along, where they fit better than the plate's own
    fading: tuple[Donor, float] | None = None  # another one, and how much of that one is shown, about a change of them

    @property
    def is_own(self) -> bool:
        """Whether it shows the plate's own actor."""
        return self.lender != DRIVER


def shrink_donor(donor: Donor, times: float) -> Donor:
    """The donor, by area brought down to the driven mouth's size where it is `times` as large: teeth do not alias."""
    if times < FINER:
        return donor
    rows = interleave(donor.pixels)
    height, width = (max(4, round(length / times)) for length in rows.shape[:2])
    smaller = cv2.resize(rows, (width, height), interpolation=cv2.INTER_AREA)
    scale = donor.keypoints.new_tensor([width / rows.shape[1], height / rows.shape[0]])
    return donor._replace(pixels=separate(smaller), keypoints=donor.keypoints[:, :2] * scale)


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


def bounds(points: Tensor, shape: torch.Size) -> tuple[int, int, int, int]:
    low, high = points.amin(0).floor().int(), points.amax(0).ceil().int()
    left, top = (max(0, int(value) - 1) for value in low)
    right, bottom = (min(limit, int(value) + 1) for value, limit in zip(high, (shape[2], shape[1])))
    return left, top, right, bottom


def mean_colour(pixels: Tensor, points: Tensor) -> Tensor:
    """(3,) mean of the pixels about the points, never quite 0; points outside the picture count at its edge."""
    column = points[:, 0].long().clamp(0, pixels.shape[2] - 1)
    row = points[:, 1].long().clamp(0, pixels.shape[1] - 1)
    return pixels[:, row, column].mean(1).clamp_min(1e-4)
