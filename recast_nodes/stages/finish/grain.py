"""What a warped face still lacks: its grain, its sharpness, and the share of fine detail that is wanted."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import torch
from torch import Tensor

from ...natives import opencv
from ..grid.filters import blur_wide
from ..grid.planes import interleave, pick, separate
from ..grid.shapes import blur
from ..thresholds import Amount, Count, PublishedNumber, Threshold

cv2 = opencv()

DETAIL_SIZE = Amount(
    0.008,
    "of the face's size, standard deviation",
    "of the blur that divides detail from form: pores and fine folds, 3 pixels of a face of 400; a convention of the "
    "knobs detail and sharpen; no measurement is on record",
)
BLOCK = Count(
    16,
    "pixels a side",
    "of the blocks in which grain is looked for: plain skin lies between pores and folds; no measurement is on record",
)
CALM = Threshold(
    0.05,
    "quantile of the blocks",
    "plain skin from pores and folds",
    "the calmer quarter holds pores on real faces and read 1.3 to 5 times the grain; with this, flicker of four still"
    " pairs fell from 1.27 1.21 1.19 1.63 to 1.22 1.23 1.17 1.46 of the plate's noise (5d9467c)",
)
OF_GRAIN = Amount(
    0.86,
    "of the grain's standard deviation",
    "what the calmest blocks show of even grain, measured on white noise",
)
FURTHEST = Threshold(3.0, "standard deviations of grain", "grain from an edge", "0.997 of normal noise lies within")
LIT = Threshold(
    2.0,
    "times the usual block's light, either way",
    "skin in its light from what is crushed, clipped or no skin",
    "a stop: neither black nor white has grain to tell of; no measurement is on record",
)
AFAR = Count(
    16, "pixels", "how far away a pixel's grain is taken from: texture has no form then, and light is still the same"
)
TILE = Count(64, "pixels", "after which the places that grain is taken from repeat; no measurement is on record")
IN_THE_DARK = Amount(0.25, "times the usual grain", "that black has: a sensor's, which no light makes; by eye")
LAPLACIAN = ((1, -2, 1), (-2, 4, -2), (1, -2, 1))  # J. Immerkaer, "Fast Noise Variance Estimation", 1996
LAPLACIAN_GAIN = PublishedNumber(6.0, "Immerkaer 1996: the root of the sum of the kernel's squares")
KEYS = "R. Keys 1981 with a = -0.75, torch's bicubic: 1 less the sum of its squared weights, worked out in t (1 - t)"
LOST_SQUARE, LOST_CUBE = PublishedNumber(3.375, KEYS), PublishedNumber(4.25, KEYS)


def scale_detail(pixels: Tensor, change: Tensor, detail: float, sharpen: float, size: float) -> Tensor:
    """`pixels` (3, H, W) with their fine detail multiplied by detail + sharpen where `change` (1, H, W) says so.

    Detail rides the warp by itself here, since it is the plate's own pixels that are moved: at detail 1 and sharpen 0
    nothing is done. `size` is the face's, in pixels.
    """
    amount = detail + sharpen - 1
    if amount == 0:
        return pixels
    return pixels + change * amount * (pixels - blur(pixels, DETAIL_SIZE * size))


def noise_level(pixels: Tensor) -> Tensor:
    """(3, 1, 1) standard deviation of the grain of (3, H, W): the mean response to a Laplacian difference (Immerkaer)
    in the calmest blocks of the picture that are lit as most of it is. Pores and lashes are no grain, and given back
    as such they would boil.
    """
    return _level(_response(pixels), pixels)


def _response(pixels: Tensor) -> Tensor:
    """(3, H, W) what a Laplacian difference shows of (3, H, W)."""
    response, kernel = torch.empty_like(pixels), np.array(LAPLACIAN, np.float32)
    for plane, filtered in zip(pixels.numpy(), response.numpy()):
        cv2.filter2D(plane, -1, kernel, dst=filtered, borderType=cv2.BORDER_REFLECT)
    return response


def _level(found: Tensor, pixels: Tensor) -> Tensor:
    """See `noise_level`; `found` is the response of `pixels`."""
    block = min(BLOCK, *pixels.shape[1:])
    response = _pool(found.abs(), block)
    light = _pool(pixels, block).mean(0)
    usual = light.median()
    lit = (light * LIT >= usual) & (light <= usual * LIT)
    calm = response[:, lit] if bool(lit.any()) else response
    return (math.sqrt(math.pi / 2) * calm.quantile(CALM, dim=1) / (LAPLACIAN_GAIN * OF_GRAIN))[:, None, None]


def _pool(planes: Tensor, block: int) -> Tensor:
    """(C, N) the means of (C, H, W) in whole blocks of so many pixels a side."""
    rows, columns = planes.shape[1] // block, planes.shape[2] // block
    whole = planes[:, : rows * block, : columns * block].numpy()
    means = [cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA) for plane in whole]
    return torch.from_numpy(np.stack(means)).flatten(1)


def lost_grain(flow: Tensor, occlusion: Tensor) -> Tensor:
    """(1, H, W) share of the grain's variance that is lost: by interpolating between pixels, and wholly where a mouth
    was filled.
    """
    across, down = _lost_variance(flow[:1]), _lost_variance(flow[1:])
    either = (across + down).sub_(across.mul_(down))
    return either.mul_(occlusion).add_(1 - occlusion)


def _lost_variance(offset: Tensor) -> Tensor:
    """Share of independent noise's variance that resampling at this offset takes: 1 less the sum of the cubic's squared
    weights (Keys, a = -0.75), which is a polynomial of t (1 - t) at a fraction t of a pixel.

    Of t itself and not of steps of it: grain that sets in at once would be a jump where an edit is keyed from nothing.
    """
    part = offset - offset.floor()
    both = (1 - part).mul_(part)
    return (LOST_CUBE * both).add_(LOST_SQUARE).mul_(both).mul_(both)


def restore_grain(
    pixels: Tensor, plate: Tensor, flow: Tensor, occlusion: Tensor, amount: float, corner: tuple[int, int]
) -> Tensor:
    """`pixels` (3, H, W) with as much grain as the warp took, times `amount`. Their window begins at `corner`.

    It is the plate's own grain: it changes from frame to frame as the plate's does, and stands still on a still.
    """
    if amount == 0:
        return pixels
    share = amount * lost_grain(flow, occlusion).clamp_min_(0).sqrt_()
    if bool((occlusion < 1).any()):
        share.mul_(torch.lerp(_grain_by_light(pixels, plate), torch.ones_like(occlusion), occlusion))
    return scatter_grain(extract_grain(plate), corner).mul_(share).add_(pixels)


def _grain_by_light(pixels: Tensor, plate: Tensor) -> Tensor:
    """(1, H, W) 0..1: how strong grain is in what `pixels` show, against that of the plate's usual light: by the root
    of light, as photons come. In the dark of a mouth the grain of skin would be coloured specks.
    """
    usual = _pool(plate, min(BLOCK, *plate.shape[1:])).mean(0).median().clamp_min(1e-6)
    return (pixels.mean(0, keepdim=True) / usual).clamp(IN_THE_DARK**2, 1).sqrt()


def extract_grain(plate: Tensor) -> Tensor:
    """(3, H, W) what a Laplacian difference shows of the grain of a plate, nowhere stronger than `noise_level`."""
    response = _response(plate)
    level, found = _level(response, plate), response.div_(LAPLACIAN_GAIN)
    found = found.clamp_(-FURTHEST * level, FURTHEST * level)
    about = blur_wide(found.square(), BLOCK / 2).sqrt_()
    return found.mul_(level).div_(torch.maximum(about, level).clamp_min_(1e-12))


def scatter_grain(grain: Tensor, corner: tuple[int, int]) -> Tensor:
    """`grain` (3, H, W) with every pixel's taken from a few pixels away, each from another place: it then has no form,
    and nothing to do with what the warp left there. The places hang on the pixel's own in the plate alone.
    """
    height, width = grain.shape[1:]
    tiles = (-(-length // TILE) + 1 for length in (height, width))
    left, top = (at % TILE for at in corner)
    places = np.tile(_places(), (*tiles, 1))[top : top + height, left : left + width]
    places[..., 0] += np.arange(width, dtype=np.int16)
    places[..., 1] += np.arange(height, dtype=np.int16)[:, None]
    wider = cv2.copyMakeBorder(interleave(grain), AFAR, AFAR, AFAR, AFAR, cv2.BORDER_REFLECT_101)
    return separate(pick(wider, places))


@cache
def _places() -> np.ndarray:
    """(TILE, TILE, 2) where, in pixels from `AFAR` before its own place, each pixel's grain is taken from."""
    away = torch.randint(-AFAR, AFAR + 1, (2, TILE, TILE), generator=torch.Generator().manual_seed(1)) + AFAR
    return np.ascontiguousarray(away.permute(1, 2, 0).numpy().astype(np.int16))
