"""The inside of the mouth: where it opens further than the plate shows, and what is put there."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ..natives import opencv
from .anatomy import INNER_LIPS, LOWER_LIP, MOUTH_CORNERS, OUTER_LIPS, UPPER_LIP
from .field import mesh_flow, polygon, smooth_step
from .resample import resample

cv2 = opencv()

_UPPER, _LOWER = (81, 82, 13, 312, 311), (178, 87, 14, 317, 402)  # inner lips about their middle, above each other
_AROUND = (164, 18, 200, 206, 426, 57, 287, 43, 273, 92, 322, 186, 410)  # skin around the mouth, to match colours by
BEGINS, WHOLE = 0.02, 0.10  # opening beyond the plate's, of the mouth's width, at which filling begins and is whole
FEATHER = 0.025  # of the mouth's width
SHADE = 0.05  # how bright a mouth is that nobody shows, of the lips' brightness


class Donor(NamedTuple):
    """A picture that shows a mouth: the driver's, or another frame of the plate."""

    pixels: Tensor  # (3, H, W) scene-linear, finite
    keypoints: Tensor  # (K, 2 or 3) landmarks in pixels of `pixels`


def gap(points: Tensor) -> Tensor:
    """How far the inner lips are apart, in widths of the mouth."""
    apart = torch.linalg.vector_norm(points[list(_LOWER), :2] - points[list(_UPPER), :2], dim=1).mean()
    return apart / _width(points)


def _width(points: Tensor) -> Tensor:
    left, right = MOUTH_CORNERS
    return torch.linalg.vector_norm(points[right, :2] - points[left, :2]).clamp_min(1e-3)


def opened(source: Tensor, driven: Tensor) -> float:
    """0..1: how far the plate lacks the inside of the mouth that the driven keypoints (K, 3) show."""
    lacking = gap(driven) - gap(source)
    return float(smooth_step((lacking - BEGINS) / (WHOLE - BEGINS)))


def mouth_matte(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, H, W) the inside of the driven lips, soft at their contour. `driven` in pixels of the window, `size`
    (width, height).
    """
    inside = polygon(driven[list(INNER_LIPS), :2], size)[0].numpy()
    sigma = max(0.6, FEATHER * float(_width(driven)))
    return torch.from_numpy(cv2.GaussianBlur(inside, (0, 0), sigma))[None]


def dark_mouth(pixels: Tensor, driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(3, H, W) a plain mouth where nothing is known of it: the lips' own hue, nearly black, darkest in its middle."""
    lips = _mean_colour(pixels, driven[list(OUTER_LIPS), :2])
    depth = mouth_matte(driven, size)
    return lips[:, None, None] * SHADE * (2 - depth)


def donated_mouth(donor: Donor, pixels: Tensor, driven: Tensor, triangles: Tensor, exposure_match: float) -> Tensor:
    """(3, H, W) the donor's mouth laid into the driven lips, with the exposure and colour of the plate around it.

    `pixels` (3, H, W) is the warped plate, `driven` (K, 3) in its pixels, `triangles` (T, 3) the mesh. Outside the lips
    it means nothing.
    """
    lips = triangles[torch.isin(triangles, torch.tensor(INNER_LIPS + OUTER_LIPS + UPPER_LIP + LOWER_LIP)).all(1)]
    left, top, right, bottom = _bounds(driven[list(OUTER_LIPS), :2], pixels.shape)
    result = torch.zeros_like(pixels)
    if right <= left or bottom <= top:
        return result
    corner = driven.new_tensor([left, top])
    flow = mesh_flow(donor.keypoints[:, :2], driven[:, :2] - corner, lips, (right - left, bottom - top))
    patch = _look_up(donor.pixels, flow)
    gain = _mean_colour(pixels, driven[list(_AROUND), :2]) / _mean_colour(
        donor.pixels, donor.keypoints[list(_AROUND), :2]
    )
    gain = gain.clamp(0.02, 50) ** exposure_match
    result[:, top:bottom, left:right] = patch * gain[:, None, None]
    return result


def _bounds(points: Tensor, shape: torch.Size) -> tuple[int, int, int, int]:
    low, high = points.amin(0).floor().int(), points.amax(0).ceil().int()
    left, top = (max(0, int(value) - 1) for value in low)
    right, bottom = (min(limit, int(value) + 1) for value, limit in zip(high, (shape[2], shape[1])))
    return left, top, right, bottom


def _look_up(pixels: Tensor, flow: Tensor) -> Tensor:
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
    share = gap(donor.keypoints) / gap(driven).clamp_min(1e-3)
    return float(smooth_step((share - 0.15) / 0.3))
