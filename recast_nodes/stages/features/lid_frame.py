"""An eye in its own measure: places along it and down it, in widths of the eye, and its lids as curves over these.

Along runs from the outer corner, 0, to the inner one, 1; down from the line between them to the cheek. So what lies at
a lid is found alike however the eye is turned, opened or drawn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ...face.anatomy import (
    EYE_INNER,
    EYE_LOWER,
    EYE_OUTER,
    EYE_UPPER,
    LEFT_BROW_BOTTOM,
    LEFT_EYE,
    LEFT_SOCKET,
    RIGHT_BROW_BOTTOM,
    RIGHT_EYE,
    RIGHT_SOCKET,
    SOCKET_ABOVE,
)
from ...natives import opencv
from ..grid.filters import sample_bilinear
from ..thresholds import Amount, Count

cv2 = opencv()

COLUMNS = Count(96, "places along an eye", "one or two pixels of a head that fills a high-definition picture")
BESIDE = Amount(0.4, "widths of the eye", "so far beyond its corners an eye's lids and their lashes are looked at")
EVEN = Amount(
    0.03, "widths of the eye, standard deviation", "a lid is round, and its landmarks are 0.1 apart: so much is no kink"
)
TO_BROW = Amount(
    0.35, "of the way from the socket's landmarks to the brow", "a crease lies below it, and no brow reaches down to it"
)
_PARTS = ((LEFT_EYE, LEFT_SOCKET, LEFT_BROW_BOTTOM), (RIGHT_EYE, RIGHT_SOCKET, RIGHT_BROW_BOTTOM))


class LidFrame(NamedTuple):
    """The axes of one eye, pixels, and its lids: how far down each is, in widths of the eye, at places along it."""

    corner: Tensor  # (2,) the outer one
    along: Tensor  # (2,) of unit length
    down: Tensor  # (2,)
    width: float  # pixels from corner to corner
    upper: Tensor  # (COLUMNS,) the edge of the upper lid by its landmarks
    lower: Tensor  # (COLUMNS,) and of the lower one
    socket: Tensor  # (COLUMNS,) between crease and brow
    top: Tensor  # (COLUMNS,) above the crease

    def place(self, along: Tensor, down: Tensor) -> tuple[Tensor, Tensor]:
        """x and y, pixels, of places along and down the eye."""
        x, y = (self.corner[axis] + self.width * (along * self.along[axis] + down * self.down[axis]) for axis in (0, 1))
        return x, y

    def measure(self, left: int, top: int, right: int, bottom: int) -> tuple[Tensor, Tensor]:
        """How far along and down the eye each pixel (h, w) of a part of the picture lies."""
        x = torch.arange(left, right) + 0.5 - self.corner[0]
        y = (torch.arange(top, bottom) + 0.5 - self.corner[1])[:, None]
        along, down = ((x * way[0] + y * way[1]) / self.width for way in (self.along, self.down))
        return along, down

    def part(self, above: float, below: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """What of a picture of `size` lies about the eye: to the left, top, right, bottom. Empty where nothing does."""
        ends = torch.tensor([-float(BESIDE), 1 + BESIDE])
        x, y = self.place(ends[:, None], torch.tensor([-above, below])[None])
        left, top = (max(0, int(values.min())) for values in (x, y))
        right, bottom = (max(0, min(end, int(values.max()) + 1)) for values, end in zip((x, y), size))
        return left, top, right, bottom


def frame_lids(points: Tensor, right: bool) -> LidFrame:
    """The lids of one of the picture's two eyes, of keypoints (K, 2 or 3) in pixels."""
    eye, socket, brow = (points[list(part), :2] for part in _PARTS[right])
    way = eye[EYE_INNER] - eye[EYE_OUTER]
    width = torch.linalg.vector_norm(way).clamp_min(1e-3)
    along = way / width
    down = torch.stack([-along[1], along[0]]) * (-1 if right else 1)
    bare = LidFrame(eye[EYE_OUTER], along, down, float(width), *4 * (places_along(),))
    upper, lower = (_curve(bare, eye[part], True) for part in (EYE_UPPER, EYE_LOWER))
    above, brows = (_curve(bare, part, False) for part in (socket[SOCKET_ABOVE], brow))
    return bare._replace(
        upper=upper, lower=lower, socket=above, top=above + TO_BROW * (torch.minimum(brows, above) - above)
    )


def places_along() -> Tensor:
    """(COLUMNS,) the places along an eye at which its curves are given."""
    return torch.linspace(-float(BESIDE), 1 + BESIDE, COLUMNS)


def look_along(curves: Tensor, along: Tensor) -> Tensor:
    """(N, h, w) curves (N, COLUMNS) at places (h, w) along an eye."""
    return look_up_strip(curves[:, None], along, torch.zeros_like(along))


def look_up_strip(strip: Tensor, along: Tensor, row: Tensor) -> Tensor:
    """(N, h, w) a strip (N, rows, COLUMNS) at places (h, w) along an eye, and at rows, of which the first is 0."""
    column = (along + BESIDE) / (1 + 2 * BESIDE) * (COLUMNS - 1)
    return sample_bilinear(strip, column + 0.5, row + 0.5)


def smooth_along(rows: Tensor, sigma: float) -> Tensor:
    """`rows` (..., COLUMNS) smoothed along the eye, by a Gaussian of so many of its widths."""
    cells = sigma * (COLUMNS - 1) / (1 + 2 * BESIDE)
    flat = np.ascontiguousarray(rows.reshape(-1, COLUMNS).numpy())
    size = (2 * int(4 * cells) + 1, 1)
    return torch.from_numpy(cv2.GaussianBlur(flat, size, cells, borderType=cv2.BORDER_REPLICATE)).reshape(rows.shape)


def _curve(frame: LidFrame, points: Tensor, meets: bool) -> Tensor:
    """(COLUMNS,) how far down points (N, 2) lie, which meet in the corners of the eye or not."""
    away = (points - frame.corner) / frame.width
    along, down = (((away * way).sum(1)).numpy() for way in (frame.along, frame.down))
    if meets:
        along, down = np.r_[0, along, 1], np.r_[0, down, 0]
    order = np.argsort(along, kind="stable")
    curve = np.interp(places_along().numpy(), along[order], down[order])
    return smooth_along(torch.from_numpy(curve).float(), EVEN)
