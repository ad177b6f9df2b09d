"""Laying the new face into the plate: mattes, colour at the boundary, and the picture itself. Scene-linear light."""

from __future__ import annotations

import torch
from torch import Tensor

from ...natives import opencv
from ..grid.distance import depth_inside
from ..grid.shapes import FAR, fill_polygon
from ..thresholds import Amount, Count, PublishedNumber, Ramp, smooth_step
from ..track.crop import CROP_SIZE

cv2 = opencv()

APART = Ramp(
    0.0,
    1.0,
    "pixels",
    "what lies where the plate shows it from what would be seen beside it, if the two were blended by halves",
    "less than a pixel apart they only look a little softer; by the pixels, not by a picture",
)
SPARSE = Count(
    2,
    "rows and columns",
    "from one pixel that is asked for the colours along the boundary to the next: a mean over hundreds of pixels is as "
    "good from a quarter of them (7aecfa3)",
)
MOST_GAIN = Amount(
    4.0,
    "times, two stops either way",
    "a face that is further off was not made for this plate, and is not to be blown up; no measurement is on record",
)
TEMPLATE_MARGIN = PublishedNumber(
    16.0, "LivePortrait's paste-back template: white on pixels 16 to 496 of 512, then soft"
)


def composite(face: Tensor, plate: Tensor, matte: Tensor) -> Tensor:
    """Lay the face over the plate. (..., C, H, W), linear; the matte has one channel. Where it is 0 the plate stays
    to the bit.
    """
    return torch.where(matte > 0, torch.lerp(plate, face, matte), plate)


def soft_edge(inside: Tensor, expand: float, feather: float) -> Tensor:
    """A matte (1, H, W) from a region (H, W): its edge moved out by `expand` pixels, fading to 0 over `feather` pixels
    inwards of it. Edges of the picture are no edges.
    """
    distance = depth_inside(inside > 0.5)
    if expand > 0:
        distance = distance - depth_inside(inside <= 0.5)
    return smooth_step((distance + expand) / max(feather, 1.0))[None]


def changed_matte(change: Tensor, flow: Tensor, feather: float) -> Tensor:
    """(1, H, W) the matte of what an edit changed: 0 where `change` (1, H, W) is, and soft from there inwards.

    It is whole at a depth of `feather` pixels, and sooner where `flow` (2, H, W), in pixels, brings something from
    afar (see APART). What something in front of the face holds back thus ends without a step.
    """
    far = APART(torch.hypot(flow[:1], flow[1:]))
    return torch.maximum(soft_edge(change[0] > 0, 0.0, feather), far) * (change > 0)


def hull_region(hull: Tensor, corner: tuple[int, int], size: tuple[int, int]) -> Tensor:
    """(H, W) 1 inside the polygon `hull` (N, 2), pixels; the picture is `size` (width, height) at `corner`."""
    return fill_polygon(hull - hull.new_tensor(corner), size)[0]


def template_region(crop: Tensor, corner: tuple[int, int], size: tuple[int, int]) -> Tensor:
    """(1, H, W) the published paste-back matte of the crop: 1 on its square, fading to 0 over its outermost 32nd part.

    `crop` (3, 3) takes plate pixels to the unit of a crop of 512 pixels. The published square is [16, 496] of pixel
    indices, whose pixels' centres lie half a pixel further.
    """
    x = torch.arange(size[0], dtype=torch.float64)[None, :] + corner[0] + 0.5
    y = torch.arange(size[1], dtype=torch.float64)[:, None] + corner[1] + 0.5
    matrix = crop.double()
    u, v = (matrix[row, 0] * x + matrix[row, 1] * y + matrix[row, 2] for row in (0, 1))
    low, high = TEMPLATE_MARGIN + 0.5, CROP_SIZE - TEMPLATE_MARGIN + 0.5
    beyond = [torch.maximum(torch.maximum(low - at, at - high), torch.zeros(())) for at in (u, v)]
    return ((TEMPLATE_MARGIN - torch.hypot(*beyond)) / TEMPLATE_MARGIN).clamp(0, 1).float()[None]


def colour_gain(face: Tensor, plate: Tensor, matte: Tensor) -> Tensor:
    """(3, 1, 1) what the face (3, H, W) must be multiplied by to meet the plate where the matte (1, H, W) fades.

    It is exactly 1 where both are the same there, which the mesh model's face and plate are.
    """
    every = (..., slice(None, None, SPARSE), slice(None, None, SPARSE))
    face, plate, matte = face[every], plate[every], matte[every]
    row, column = ((matte > 0) & (matte < 1))[0].nonzero(as_tuple=True)
    matte, plate, face = (picture[:, row, column] for picture in (matte, plate, face))
    finite = torch.isfinite(plate).all(0)
    if not bool(finite.all()):
        matte, plate, face = (values[:, finite] for values in (matte, plate, face))
    weights = (matte * (1 - matte))[0].double()
    # Written out: a matrix product's last bits depend on where in memory its factors lie.
    wanted, have = ((values.double() * weights).sum(1) for values in (plate, face))
    usable = (wanted > 1e-6) & (have > 1e-6)
    gain = torch.where(usable, wanted / have.clamp_min(1e-12), torch.ones_like(have))
    return gain.clamp(1 / MOST_GAIN, MOST_GAIN).float()[:, None, None]


def st_map(flow: Tensor, corner: tuple[int, int], display: tuple[int, int, int, int]) -> Tensor:
    """(2, H, W) the flow as an ST map: pixel centres, 0..1 over the display window (x, y, width, height), origin
    bottom left.
    """
    x = torch.arange(flow.shape[2]) + 0.5 + corner[0] + flow[0]
    y = torch.arange(flow.shape[1])[:, None] + 0.5 + corner[1] + flow[1]
    left, top, width, height = display
    return torch.stack([(x - left) / width, 1 - (y - top) / height])


def draw_dots(points: Tensor, size: tuple[int, int], radius: int) -> Tensor:
    """(1, H, W) a disc at each of the points (K, 2), in pixels of the picture; `size` is (width, height)."""
    picture = torch.zeros(size[1], size[0]).numpy()
    for x, y in points[:, :2].double().clamp(-FAR, 10 * FAR).tolist():
        cv2.circle(picture, (round((x - 0.5) * 16), round((y - 0.5) * 16)), radius * 16, 1.0, -1, cv2.LINE_AA, 4)
    return torch.from_numpy(picture)[None]
