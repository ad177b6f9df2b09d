"""The dark line between shut lips and the shadow in their corners: where lips open, it has to give way.

Landmarks run along that line, not about it, so that a warp takes a part of it for lip: it would be drawn out over the
opened lips, or stay behind on the cheek beside a corner that draws in. It is found in the plate, where it is thin, and
carried along the field as what the plate lacks there; then it is drawn again where the driven lips still meet.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import (
    INNER_MOUTH_CORNERS,
    LIP_MIDDLE,
    LOWER_LIP_RINGS,
    MOUTH_CORNERS,
    OUTER_LIPS,
    OVAL,
    UPPER_LIP_RINGS,
)
from ..grid.filters import blur_wide, erode, fade, sample_bilinear
from ..grid.shapes import distance_from, fill_polygon, side_of
from ..thresholds import Amount, Count, Ramp, smooth_step

MOUTHS = "widths of the mouth"
ABOUT = Amount(0.35, MOUTHS, "so much of the plate about the line is looked at: lips, and skin beside the corners")
BEYOND = Amount(0.18, MOUTHS, "how far outside its corners the line goes on as a shadow; by eye")
REACH = Ramp(0.3, 0.3, "heights of a lip", "the line from the lip", "how far from the middle it reaches; by eye")
BESIDE = Amount(0.26, MOUTHS, "stands for a lip's height on the skin beside the corners; by eye")
OUTLINE = Amount(
    0.1, MOUTHS, "so far inside the face's outline skin is looked for: hair beyond it is no shadow; by eye"
)
APART = Amount(0.06, MOUTHS, "what is further from the middle is lip at first sight; by eye")
ALONG = Amount(0.04, MOUTHS, "how far along the lips their gap is averaged; by eye")
NEAR = Amount(0.08, MOUTHS, "lips are averaged over so much to say what the line is darker than; by eye")
FILLED = Amount(0.04, MOUTHS, "lips are spread so far into the line; by eye")
EDGE = Amount(0.02, MOUTHS, "how soft the lips' edge is, which an opened mouth draws out; by eye")
DARK_LINE = Ramp(
    0.1,
    0.2,
    "logarithm of brightness",
    "a line, of lips or lashes, from the shading about it",
    "shades are less; by eye",
)
TEXTURE = Amount(0.012, MOUTHS, "what is finer is texture of the skin, and stays; by eye")
SHADOW = Ramp(
    0.0, 0.06, "logarithm of brightness", "the shadow beside the corners from plain skin", "skin is even; by eye"
)
ROUNDS = Count(3, "rounds", "in each, what is dark is found again by what it is darker than; by eye")
PARTED = Ramp(0.06, 0.06, MOUTHS, "lips with a line between them from lips that show a mouth", "their gap; by eye")
THICK = Amount(0.3, "thicknesses of the plate's line", "standard deviation of the line that is drawn again; by eye")
THIN = Amount(0.016, MOUTHS, "the most that standard deviation may be; by eye")
WIDE = Ramp(
    0.2,
    0.2,
    MOUTHS,
    "lips that still meet in their corners from lips that are open",
    "drawn up to a gap of 0.6 the line became whiskers beside the opening (decision 25)",
)
FINEST = Amount(0.6, "pixels", "a line or an edge that is drawn finer shows the steps of the pixels; by eye")
ROUNDED = Ramp(0.015, 0.03, MOUTHS, "a corner with its line from one that is drawn out", "against the plate's; by eye")


class LipLine(NamedTuple):
    """What a plate shows between its lips."""

    difference: Tensor  # (3, h, w) what it lacks of lips and skin, 0 at the rim
    corner: tuple[int, int]  # of that patch in the plate
    shade: Tensor  # (3,) the line's colour over that of the lips
    thickness: float  # pixels


def mouth_width(points: Tensor) -> Tensor:
    """The mouth's width."""
    left, right = MOUTH_CORNERS
    return torch.linalg.vector_norm(points[right, :2] - points[left, :2]).clamp_min(1e-3)


def lip_gap(points: Tensor) -> Tensor:
    """How far the inner lips are apart, in widths of the mouth."""
    upper, lower = list(UPPER_LIP_RINGS[0][LIP_MIDDLE]), list(LOWER_LIP_RINGS[0][LIP_MIDDLE])
    return torch.linalg.vector_norm(points[lower, :2] - points[upper, :2], dim=1).mean() / mouth_width(points)


def lip_contact(source: Tensor) -> float:
    """0..1: how far the lips of keypoints (K, 2 or 3) touch, so that what is dark between them is a line."""
    return float(1 - PARTED(lip_gap(source)))


def contact_map(points: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) 0..1: how far the lips of keypoints (K, 2 or 3) touch at the place along them that is nearest to each
    pixel of a window of `size`: parted lips still meet in their corners.
    """
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    apart = torch.linalg.vector_norm(points[lower, :2] - points[upper, :2], dim=1) / mouth_width(points)
    apart = torch.cat([apart.new_zeros(2), apart, apart.new_zeros(2)])
    x, y = torch.arange(size[0]) + 0.5, torch.arange(size[1])[:, None] + 0.5
    away = torch.stack([(x - place[0]).square() + (y - place[1]).square() for place in trace_lip_line(points)[1:-1]])
    share = torch.softmax(-0.5 * away / (ALONG * mouth_width(points)).square(), 0)
    return 1 - PARTED((share * apart[:, None, None]).sum(0, keepdim=True))


def remove_lip_line(
    warped: Tensor, plate: Tensor, flow: Tensor, source: Tensor, driven: Tensor, amount: float
) -> Tensor:
    """`warped` (3, H, W), the plate (3, H, W) along `flow` (2, H, W), without the line of its lips, by `amount`; in its
    stead there is one where the driven lips meet.

    `source` and `driven` (K, 2 or 3) are keypoints in pixels of the plate's window.
    """
    found = None if amount == 0 else find_lip_line(plate, source, _widening(source, driven))
    if found is None:
        return warped
    left, top = found.corner
    x = torch.arange(flow.shape[2]) + 0.5 + flow[0] - left
    y = torch.arange(flow.shape[1])[:, None] + 0.5 + flow[1] - top
    height, width = found.difference.shape[1:]
    reached = (x > 0) & (x < width) & (y > 0) & (y < height)
    rows, columns = (torch.nonzero(reached.any(side))[:, 0] for side in (1, 0))
    if len(rows) == 0:
        return warped
    here = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    warped = warped.clone()
    patch = warped[:, here[0], here[1]]
    patch += amount * sample_bilinear(found.difference, x[here], y[here])
    meets = amount * lip_contact(source) * _contact_left(source, driven)
    if meets > 0:
        drawn = _draw_line(found, driven, (here[1].start, here[0].start), (patch.shape[2], patch.shape[1]))
        patch *= 1 - meets * drawn * (1 - found.shade[:, None, None])
    return warped


def find_lip_line(plate: Tensor, source: Tensor, corners: float = 0.0) -> LipLine | None:
    """The lip line of the plate (3, H, W); None where there is no mouth to speak of. With `corners` 0..1 that in the
    corners of parted lips too: an opening that becomes wide would have it as a ring.
    """
    path, size = trace_lip_line(source), float(mouth_width(source))
    left, top = (max(0, int(value - ABOUT * size)) for value in path.amin(0))
    right, bottom = (min(end, int(value + ABOUT * size) + 2) for value, end in zip(path.amax(0), plate.shape[:0:-1]))
    if min(right - left, bottom - top) < 8:
        return None
    window, patch = (right - left, bottom - top), plate[:, top:bottom, left:right]
    place = source - source.new_tensor([left, top, 0.0])[: source.shape[1]]
    share, fill, lips = _separate(patch, place, corners)
    of_lips = share * lips
    shade = (patch.clamp_min(0) * of_lips).sum((1, 2)) / (fill * of_lips).sum((1, 2)).clamp_min(1e-4)
    length = torch.linalg.vector_norm(path[1:] - path[:-1], dim=1).sum()
    inner = torch.zeros(1, *window[::-1])
    inner[:, 1:-1, 1:-1] = 1
    # Skin keeps what is finer than a shadow.
    shown = torch.lerp(blur_wide(patch, TEXTURE * size), patch, lips)
    return LipLine(inner * share * (fill - shown), (left, top), shade.clamp(0, 1), float(share.sum() / length))


def _separate(patch: Tensor, source: Tensor, corners: float) -> tuple[Tensor, Tensor, Tensor]:
    """How far each pixel of a patch (3, h, w) is the line of its lips (1, h, w), what lips and skin would be there
    (3, h, w), and how far it is lip and not skin (1, h, w).
    """
    window, path, size = (patch.shape[2], patch.shape[1]), trace_lip_line(source), float(mouth_width(source))
    away, below = distance_from(path, window) / size, side_of(path, window)
    lips = blur_wide(fill_polygon(source[list(OUTER_LIPS), :2], window), EDGE * size)
    height = torch.lerp(_height(source, UPPER_LIP_RINGS), _height(source, LOWER_LIP_RINGS), below)
    near = [1 - REACH(far) for far in (away / height, away / BESIDE)]
    face = erode(fill_polygon(source[list(OVAL), :2], window), OUTLINE * size)
    near = [kind * blur_wide(face, 0.5 * OUTLINE * size) for kind in near]  # hair beyond the outline is no shadow
    # Between parted lips there is a mouth, and no line.
    near[0] = near[0] * (lip_contact(source) + (1 - lip_contact(source)) * corners * contact_map(source, window))
    kinds = torch.cat([lips, 1 - lips])
    dark, weight = _find_dark(patch, kinds * smooth_step(away / APART), kinds, below, size)
    summed = [blur_wide(torch.cat([patch * each, each]), FILLED * size) for each in weight[:, None]]
    of_lips, of_skin = (each[:3] / each[3:].clamp_min(1e-4) for each in summed)
    fill = torch.lerp(of_skin, of_lips, lips)
    share = (kinds * dark * torch.cat(near)).sum(0, keepdim=True)
    return blur_wide(share, 0.5 * EDGE * size), fill, lips


def trace_lip_line(points: Tensor) -> Tensor:
    """The line of the lips (N, 2), from beyond their left corner to beyond their right one."""
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    ends = points[list(MOUTH_CORNERS), :2]
    along = BEYOND * (ends[1] - ends[0])
    middle = (points[upper, :2] + points[lower, :2]) / 2
    inner = points[list(INNER_MOUTH_CORNERS), :2]
    first, last = torch.stack([ends[0] - along, ends[0], inner[0]]), torch.stack([inner[1], ends[1], ends[1] + along])
    return torch.cat([first, middle, last])


def _height(points: Tensor, rings: tuple[tuple[int, ...], ...]) -> Tensor:
    """How high a lip is in its middle, in widths of the mouth."""
    inner, outer = (points[list(ring[LIP_MIDDLE]), :2] for ring in (rings[0], rings[-1]))
    return torch.linalg.vector_norm(outer - inner, dim=1).mean() / mouth_width(points)


def _widening(source: Tensor, driven: Tensor) -> float:
    """0..1: how far lips that are hardly parted become a wide opening."""
    before, after = (WIDE(lip_gap(points)) for points in (source, driven))
    return float((1 - before) * after)


def _contact_left(source: Tensor, driven: Tensor) -> float:
    """0..1: how far the driven lips still meet in their corners."""
    rounded = torch.stack([_rounding(source, driven, *ends) for ends in zip(MOUTH_CORNERS, INNER_MOUTH_CORNERS)]).max()
    return float((1 - rounded) * (1 - WIDE(lip_gap(driven))))


def _draw_line(found: LipLine, driven: Tensor, corner: tuple[int, int], size: tuple[int, int]) -> Tensor:
    """(1, h, w) 0..1: the line between the driven lips, in a window of `size` at `corner`."""
    sigma = max(FINEST, min(THICK * found.thickness, THIN * float(mouth_width(driven))))
    path = trace_lip_line(driven)[1:-1] - driven.new_tensor(corner)
    return fade(0.5 * (distance_from(path, size) / sigma).square())


def _rounding(source: Tensor, driven: Tensor, outer: int, inner: int) -> Tensor:
    """0..1: how far a corner of the lips has been drawn out, against the plate's."""
    before, after = (
        torch.linalg.vector_norm(points[outer, :2] - points[inner, :2]) / mouth_width(points)
        for points in (source, driven)
    )
    return ROUNDED(after - before)


def _find_dark(patch: Tensor, weight: Tensor, kinds: Tensor, below: Tensor, size: float) -> tuple[Tensor, Tensor]:
    """(2, h, w) each, for lips and for skin: how far a pixel is darker than what is of that kind on both sides of the
    line, and how far it is of that kind itself.

    `weight` (2, h, w) is what is taken for lip and for skin at first, `kinds` (2, h, w) where there can be any;
    `below` tells one side from the other.
    """
    light = patch.clamp_min(0).mean(0, keepdim=True).clamp_min(1e-4).log()
    scale = patch.new_tensor([DARK_LINE.over, SHADOW.over])[:, None, None]
    sides = torch.cat([below, below, 1 - below, 1 - below])
    for _ in range(ROUNDS):
        counted = sides * weight.repeat(2, 1, 1)
        around = blur_wide(light * counted, NEAR * size) / blur_wide(counted, NEAR * size).clamp_min(1e-4)
        dark = torch.minimum(around[:2], around[2:]) - light
        weight = kinds * fade((dark.clamp_min(0) / scale).square() / 2)
    return torch.cat([DARK_LINE(dark[:1]), SHADOW(dark[1:])]), weight
