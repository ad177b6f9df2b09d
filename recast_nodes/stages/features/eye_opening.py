"""The opening between the lids of one eye, as its contour (16, 2): its corners, its size, and where an iris can be."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import EYE_INNER, EYE_LOWER, EYE_OUTER, EYE_UPPER
from ..thresholds import Amount

CORNER = Amount(0.45, "radii of the iris", "the nearest that its middle comes to a corner of the eye; by eye")
MARGIN = Amount(1.5, "radii of the iris", "so far about an eye its picture reaches: a rim ends at 1.4")


def corners_of(contour: tuple[int, ...]) -> list[int]:
    """The landmarks of an eye's outer and inner corner, of its contour's."""
    return [contour[EYE_OUTER], contour[EYE_INNER]]


def width_of(opening: Tensor) -> Tensor:
    """Pixels between the corners of an opening (16, 2)."""
    return torch.linalg.vector_norm(opening[EYE_INNER] - opening[EYE_OUTER]).clamp_min(1e-3)


def gap_of(opening: Tensor) -> Tensor:
    """Pixels between the lids of an opening (16, 2)."""
    return (opening[EYE_LOWER].flip(0) - opening[EYE_UPPER]).norm(dim=1).max().clamp_min(1e-3)


def to_corner(point: Tensor, opening: Tensor) -> Tensor:
    """Pixels from a point (2,) to the nearer corner of an opening (16, 2)."""
    return torch.linalg.vector_norm(opening[[EYE_OUTER, EYE_INNER]] - point, dim=1).amin()


def keep_within_corners(goal: Tensor, opening: Tensor, radius: float) -> Tensor:
    """A place (2,) for an iris's middle that is no nearer to a corner of its eye than it can be."""
    start, across = opening[EYE_OUTER], opening[EYE_INNER] - opening[EYE_OUTER]
    length = torch.linalg.vector_norm(across).clamp_min(1e-3)
    along = (goal - start) @ across / length
    margin = min(CORNER * radius, 0.5 * float(length))
    return goal + (along.clamp(margin, float(length) - margin) - along) * across / length


def part_about(points: Tensor, radius: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """What is about points (N, 2) of a picture of `size`: to the left, top, right, bottom."""
    reach = MARGIN * radius + 2
    left, top = (max(0, int(value - reach)) for value in points.amin(0))
    right, bottom = (min(end, int(value + reach) + 2) for value, end in zip(points.amax(0), size))
    return left, top, right, bottom
