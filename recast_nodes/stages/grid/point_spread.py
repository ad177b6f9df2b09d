"""How sharp a part of a picture is, measured at its edges, and one part made as sharp as another.

An edge that two blurs of known width are laid over keeps the more of its slope the sharper it is: the ratio of both
slopes says how wide its own blur was, whatever its contrast (S. Zhuo, T. Sim, "Defocus Map Estimation from a Single
Image", Pattern Recognition 44, 2011). Rows and columns are told apart, since motion blurs one of them more.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from torch import Tensor

from ...natives import opencv
from ..thresholds import Amount, Count, Threshold
from .planes import interleave, separate

cv2 = opencv()

FINE = Amount(0.7, "pixels", "the narrower blur on small faces: below it grain and the pixels' steps are all there is")
FINE_OF_SIZE = Amount(
    0.002, "of the face's size", "the narrower blur on large ones, whose edges are wider: 0.7 pixels of a face of 350"
)
COARSER = Amount(2.3, "times the narrower blur", "the wider one: an octave, and still narrower than an eyelid; by eye")
EDGES = Threshold(
    0.8,
    "quantile of the slopes",
    "shading from edges",
    "with the steepest fifth four clips' eyes read 1.4 to 2.6 pixels, with grain of 0.01 added 0.02 more, with a blur "
    "of 2 pixels what squares add up to within a tenth",
)
FEWEST = Count(24, "pixels", "of edges by which a part's sharpness is measured, the steepest half of a very small one")
FLATTEST = Amount(1.02, "ratio of energies", "of the narrower blur's to the wider's where no edge is left; by eye")
SHARPEN = Amount(
    0.8,
    "share of the detail",
    "added at most to what is too soft: more draws rims about compressed edges; by eye",
)
UNSHARP = 1 - math.sqrt(0.5)  # of its slope that an edge loses to another blur of its own width


class EdgeWidths(NamedTuple):
    """The blur that a picture's edges show: standard deviations in pixels."""

    across: float
    down: float


def measure_spread(pixels: Tensor, mask: Tensor, size: float, grain: float = 0.0) -> EdgeWidths | None:
    """The spread of the edges of (3, h, w) within a mask (1, h, w); None where there are too few.

    `size` is the face's, in pixels, so that faces of all sizes are measured by the same share of themselves; `grain`
    the standard deviation of the picture's grain, whose slopes are taken off.
    """
    fine = max(FINE, FINE_OF_SIZE * size)
    inside, rows = mask[0].numpy() > 0.5, interleave(pixels.clamp_min(0).mean(0, keepdim=True))
    count = int(inside.sum())
    if count < 2 * FEWEST:
        return None
    slopes = [_slopes(rows, sigma) for sigma in (fine, COARSER * fine)]
    steep = slopes[1][0] + slopes[1][1]
    edges = inside & (steep >= np.quantile(steep[inside], min(EDGES, 1 - FEWEST / count)))
    count, noise = int(edges.sum()), [_noise_slope(grain, sigma) for sigma in (fine, COARSER * fine)]
    energies = [[float(each[edges].sum()) - count * less for each in pair] for pair, less in zip(slopes, noise)]
    if min(energies[1]) <= 0:
        return None
    return EdgeWidths(*(_width(sharp / soft, fine) for sharp, soft in zip(*energies)))


def match_spread(pixels: Tensor, found: EdgeWidths, wanted: EdgeWidths) -> Tensor:
    """`pixels` (3, h, w) whose edges have the spread `found`, with about the spread `wanted`."""
    more = [math.sqrt(max(want**2 - have**2, 0.0)) for have, want in zip(found, wanted)]
    rows = _blur(interleave(pixels), EdgeWidths(*more))
    soft, sharp = (math.hypot(*spread) for spread in (found, wanted))
    if soft <= sharp:
        return separate(rows)
    share = min(SHARPEN, (soft / max(sharp, soft / 2) - 1) / UNSHARP)
    return separate(rows + np.float32(share) * (rows - _blur(rows, found)))


def _slopes(rows: np.ndarray, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """The squares of both derivatives of (h, w), blurred."""
    soft = cv2.GaussianBlur(rows, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    across, down = (cv2.Sobel(soft, -1, *way) / 8 for way in ((1, 0), (0, 1)))  # 8: the sum of Sobel's weights
    return across * across, down * down


def _noise_slope(grain: float, sigma: float) -> float:
    """The mean square of a derivative of blurred white noise."""
    return grain**2 / (8 * math.pi * sigma**4)


def _width(ratio: float, fine: float) -> float:
    """The standard deviation of an edge whose energies under both blurs have this ratio."""
    coarse, ratio = COARSER * fine, max(ratio, FLATTEST)
    return math.sqrt(max(coarse**2 - ratio * fine**2, 0.0) / (ratio - 1))


def _blur(rows: np.ndarray, spread: EdgeWidths) -> np.ndarray:
    """(h, w, 3) blurred; a blur that the pixels cannot hold is none."""
    if max(spread) <= 0:
        return rows
    across, down = (max(each, 1e-3) for each in spread)
    return cv2.GaussianBlur(rows, (0, 0), across, sigmaY=down, borderType=cv2.BORDER_REPLICATE)
