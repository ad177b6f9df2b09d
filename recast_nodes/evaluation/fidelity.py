"""How near a picture comes to a known truth, one function each: arrays in, plain numbers out.

Pictures are (H, W, 3), display-referred, 0..1; masks (H, W) of truth values. A number over an empty mask is None.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..natives import opencv

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
WINDOW = 1.5  # pixels: standard deviation of SSIM's Gaussian window of 11 pixels
FOLDS = (1.2, 5.0)  # pixels at 512: between these scales lie folds and their shading
GREY = np.array([0.2126, 0.7152, 0.0722], np.float32)


def l1(one: Array, other: Array, mask: Mask | None = None) -> float | None:
    """Mean absolute difference."""
    return mean_of(np.abs(one - other).mean(-1), mask)


def psnr(one: Array, other: Array, mask: Mask | None = None) -> float | None:
    """Peak signal to noise in dB, of the mean squared error over all channels; 100 where they are the same."""
    error = mean_of(np.square(one - other).mean(-1), mask)
    return None if error is None else float(min(100.0, -10 * np.log10(max(error, 1e-12))))


def ssim(one: Array, other: Array, mask: Mask | None = None) -> float | None:
    """Structural similarity, mean over pixels and channels.

    Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE Transactions on
    Image Processing 13, 2004: Gaussian window of 11 pixels, K1 0.01, K2 0.03.
    """
    return mean_of(ssim_map(one, other).mean(-1), mask)


def ssim_map(one: Array, other: Array) -> NDArray[np.float64]:
    """Structural similarity of every pixel and channel; pictures go on beyond their edges as in a mirror."""
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)

    def blur(values: Array) -> Array:
        return opencv().GaussianBlur(values, (11, 11), WINDOW, borderType=opencv().BORDER_REFLECT_101)

    mean_a, mean_b = blur(a), blur(b)
    variance_a, variance_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    shared = blur(a * b) - mean_a * mean_b
    first, second = 0.01**2, 0.03**2
    alike = (2 * mean_a * mean_b + first) * (2 * shared + second)
    return alike / ((mean_a**2 + mean_b**2 + first) * (variance_a + variance_b + second))


def fold_correlation(result: Array, truth: Array, source: Array, mask: Mask) -> float | None:
    """How well what an edit adds to the fine shading goes with what it should add: correlation of the band in which
    folds lie, 1 at best. 0 for a result that adds nothing; None where nothing should be added.
    """
    added, wanted = (fold_band(each) - fold_band(source) for each in (result, truth))
    if mask.sum() < 2 or wanted[mask].std() < 1e-4:
        return None
    if added[mask].std() < 1e-6:
        return 0.0
    return float(np.corrcoef(added[mask], wanted[mask])[0, 1])


def fold_band(picture: Array) -> NDArray[np.float32]:
    """(H, W) logarithm of the lightness, at the scales of folds."""
    grey = np.log(np.asarray(picture, np.float32) @ GREY + 0.05)
    fine, coarse = (opencv().GaussianBlur(grey, (0, 0), sigma * len(grey) / 512) for sigma in FOLDS)
    return fine - coarse


def second_difference(before: Array, now: Array, after: Array, mask: Mask) -> float | None:
    """Flicker: how far a frame lies from the mean of its neighbours, mean absolute over the mask.

    Given errors (result less truth), motion that the truth has too does not count.
    """
    return mean_of(np.abs(now - (before + after) / 2).mean(-1), mask)


def ring(mask: Mask, width: int) -> Mask:
    """The pixels within `width` of a mask's outline, on either side."""
    return grow(mask, width) & ~shrink(mask, width)


def grow(mask: Mask, width: int) -> Mask:
    """The mask and what lies within `width` pixels of it."""
    return opencv().dilate(mask.astype(np.uint8), _disc(width)) > 0


def shrink(mask: Mask, width: int) -> Mask:
    """The mask without what lies within `width` pixels of its outline."""
    return opencv().erode(mask.astype(np.uint8), _disc(width)) > 0


def angle_between(one: Array, other: Array) -> float:
    """Degrees between two directions (3,)."""
    cosine = one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-12)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def frechet_distance(one: Array, other: Array) -> float:
    """Distance of two sets of features (N, D) and (M, D), each taken for a normal distribution; 0 where they agree.

    D. C. Dowson and B. V. Landau, Journal of Multivariate Analysis 12, 1982. The root's trace is had from singular
    values of the centred sets, so that fewer samples than dimensions do no harm.
    """
    one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    a = (one - one.mean(0)) / np.sqrt(max(len(one) - 1, 1))
    b = (other - other.mean(0)) / np.sqrt(max(len(other) - 1, 1))
    between = np.square(one.mean(0) - other.mean(0)).sum()
    shared = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return float(between + np.square(a).sum() + np.square(b).sum() - 2 * shared)


def _disc(width: int) -> NDArray[np.uint8]:
    return opencv().getStructuringElement(opencv().MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))


def mean_of(values: Array, mask: Mask | None = None) -> float | None:
    """The mean of values (H, W), over a mask where one is given."""
    chosen = values if mask is None else values[mask]
    return float(chosen.mean()) if chosen.size else None
