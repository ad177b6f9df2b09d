"""A borrowed mouth made as sharp as the picture that it comes to: as its lens, its focus, its motion and its size."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import CHEEKS, INNER_LIPS, LEFT_BROW, LEFT_EYE, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE
from ...natives import opencv
from ..finish.grain import noise_level
from ..grid.filters import dilate
from ..grid.point_spread import EdgeWidths, match_spread, measure_spread
from ..grid.shapes import face_size, fill_polygon
from ..thresholds import Amount
from .donor import PLATE, Donor, bounds
from .lip_line import MOUTHS, mouth_width

cv2 = opencv()

EYES = (LEFT_EYE + LEFT_BROW, RIGHT_EYE + RIGHT_BROW)
EDGE = Amount(0.04, MOUTHS, "about each part, so that its edges count with what is inside; by eye")
TEETH = Amount(
    0.9,
    "times the spread of eyes and lips",
    "that of teeth, which are thinner: three clips show 0.9 to 1.0 (d0, d12, d14)",
)
LENS = Amount(0.7, "times the spread of eyes and lips", "that of a line in the same focus: lids are round; by eye")
SOFTER = Amount(
    1.5,
    "times",
    "a mouth is softer than the eyes of its own picture: a tongue in the dark reads 1.2 to 1.5 times (d18)",
)


def match_sharpness(mouth: Tensor, donor: Donor, plate: Donor, driven: Tensor) -> Tensor:
    """`mouth` (3, h, w), of the donor's, with edges as wide as those of the plate's eyes and lips.

    `driven` (K, 2) are the lips that it lies in. What the donor itself shows softer than its eyes, such as a tongue,
    stays so.
    """
    size = face_size(plate.keypoints[:, :2])
    found = _measure(Donor(mouth, driven), (INNER_LIPS,), size)
    wanted = None if found is None else _sharpest(plate, size, _grain(plate))
    if wanted is None or found is None:
        return mouth
    if donor.lender == PLATE:
        return match_spread(mouth, found, _follow_focus(found, wanted, _sharpest(donor, size)))
    eyes, lips = (_measure(donor, parts, size) for parts in (EYES, (INNER_LIPS,)))
    softer = [1.0, 1.0]
    if eyes is not None and lips is not None:
        softer = [max(1.0, min(SOFTER, one / max(other, 1e-3))) for one, other in zip(lips, eyes)]
    wanted = EdgeWidths(*(max(TEETH * want, min(have, want * more)) for want, have, more in zip(wanted, found, softer)))
    return match_spread(mouth, found, wanted)


def _follow_focus(found: EdgeWidths, ours: EdgeWidths, theirs: EdgeWidths | None) -> EdgeWidths:
    """The widths of a mouth's edges from another frame of the shot, where this one moves more or is less in focus."""
    if theirs is None:
        return found
    return EdgeWidths(*(have * max(1.0, our / max(their, 1e-3)) for have, our, their in zip(found, ours, theirs)))


def measure_softness(plate: Donor) -> float:
    """The spread of the edges of a face's eyes and lips, pixels; 0 where there are too few to tell."""
    found = _sharpest(plate, face_size(plate.keypoints[:, :2]))
    return 0.0 if found is None else LENS * min(found)


def _sharpest(face: Donor, size: float, grain: float = 0.0) -> EdgeWidths | None:
    """The widths of the edges of a face's eyes or lips, the sharper of both along each axis: an eye that blinks is soft
    without any change of focus.
    """
    parts = [_measure(face, part, size, grain) for part in (EYES, (OUTER_LIPS,))]
    known = [each for each in parts if each is not None]
    return EdgeWidths(*(min(pair) for pair in zip(*known))) if known else None


def _measure(face: Donor, parts: tuple[tuple[int, ...], ...], size: float, grain: float = 0.0) -> EdgeWidths | None:
    """The spread of the edges in and about parts of a face, each given by points about it."""
    points = face.keypoints[:, :2]
    reach = EDGE * float(mouth_width(points))
    left, top, right, bottom = bounds(points[list(sum(parts, ()))], face.pixels.shape)
    if min(right - left, bottom - top) < 4:
        return None
    corner, window = points.new_tensor([left, top]), (right - left, bottom - top)
    filled = torch.stack([fill_polygon(_hull(points[list(part)]) - corner, window) for part in parts]).amax(0)
    return measure_spread(face.pixels[:, top:bottom, left:right], dilate(filled, reach), size, grain)


def _grain(face: Donor) -> float:
    """Standard deviation of the grain of a picture's brightness, on cheeks and nose."""
    left, top, right, bottom = bounds(face.keypoints[list(CHEEKS), :2], face.pixels.shape)
    if min(right - left, bottom - top) < 4:
        return 0.0
    return float(noise_level(face.pixels[:, top:bottom, left:right].mean(0, keepdim=True)))


def _hull(points: Tensor) -> Tensor:
    """The convex outline of points (N, 2)."""
    return torch.from_numpy(cv2.convexHull(points.float().numpy())[:, 0])
