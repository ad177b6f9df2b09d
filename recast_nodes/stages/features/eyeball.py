"""An eyeball without its lids: where the iris is, and its colours all around."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ...face.anatomy import EYE_LOWER, EYE_UPPER
from ..field.irises import below_lashes
from ..grid.filters import sample_bilinear
from ..grid.resample import resample
from ..grid.shapes import blur, fill_polygon
from ..thresholds import Amount, Amounts, Count, Ramp

IRIS_RIM = Ramp(
    0.95,
    0.25,
    "radii of the iris",
    "the iris from the white of the eye",
    "the rim of an iris is soft, and landmarks are a tenth of a radius off it; by eye",
)
BESIDE_IRIS = Ramp(
    1.05,
    0.35,
    "radii of the iris",
    "what is left of an iris and its halo from the white of the eye",
    "a sharpened picture has a dark ring about its irises up to 1.3 (d14); by eye",
)
LASHES = Amount(0.1, "radii of the iris", "what of an opening below the upper lid is left to its lashes; by eye")
LID_EDGE = Amount(0.2, "radii of the iris", "how softly what is redrawn ends at the lids; by eye")
LOWER_LID = Amounts(
    (0.12, 0.4),
    "radii of the iris",
    "landmarks lie above a lower lid by so much at least and at most, and an arc of the iris would stay (d14); by eye",
)
DARKER = Ramp(
    0.25,
    0.4,
    "of the way from the lower lid's colour to the iris's",
    "an iris below the landmarks of a lower lid from the lid",
    "half way is the lid's edge",
)
DEPTHS = Count(8, "places below the landmarks of a lower lid", "a twentieth of a radius apart")
BETWEEN_LIDS = Ramp(
    0.3, 0.5, "of the blurred opening", "what is redrawn from the lids", "0.5 is the edge of the landmarks; by eye"
)
SURE = Ramp(
    0.6,
    0.35,
    "of the blurred opening",
    "a pixel between lids from one that a lid or a lash may cover",
    "0.5 is the edge that the landmarks give; by eye",
)
FARTHER = Amount(
    0.03, "of the spread before", "how much a wider spread counts beside one that sees something nearer; by eye"
)
BRIGHTEST = Amount(
    1.15,
    "times the iris at that distance from its middle",
    "the most that a mirrored half is lit: a catch-light is not shown twice; by eye",
)
OTHER_HALVES = Amount(0.03, "of what is seen there", "how much the other half of an iris counts where both are seen")
RING = Amount(0.1, "of what is hidden", "how much the colour at a distance counts beside a mirrored half; by eye")
LIT_RING = Ramp(
    1.0,
    0.3,
    "times the mean at that distance from its middle",
    "an iris from its catch-light and from white that a misplaced disc has in it",
    "by eye",
)
RINGS = Count(8, "distances a radius", "by which an iris has its colours: pupil, iris and rim are three of them")
RING_SPREADS = Amounts((0.5, 2.0, 8.0), "rings", "as SPREADS")
SKIN_BELOW = Amount(0.6, "radii of the iris", "so far below a lid's edge there is skin, beyond its lashes; by eye")
LEAST_CONTRAST = Amount(0.1, "logarithm of brightness", "skin and iris that differ by less tell no lid; by eye")


class Eye(NamedTuple):
    """One eye's part of a picture."""

    x: Tensor  # (1, h, w) pixels from the iris's middle
    y: Tensor
    opening: Tensor  # (1, h, w) soft, between the lids
    sure: Tensor  # (1, h, w) what no lid covers
    middle: Tensor  # (2,) of the iris, in the picture's pixels
    radius: float  # of the iris

    def away(self, way: Tensor) -> Tensor:
        """(1, h, w) radii from the iris's middle once it has gone `way` (2,) pixels."""
        return torch.hypot(self.x - way[0], self.y - way[1]) / self.radius


def outline_eye(
    opening: Tensor,
    centre: Tensor,
    radius: float,
    size: tuple[int, int],
    lower: float = float(LOWER_LID[0]),
    lashes: float = float(LASHES),
) -> Eye:
    """The eye of an `opening` (16, 2) between lids and an iris about `centre` (2,), in pixels of a window of `size`;
    the lower lid is `lower` radii below its landmarks, and `lashes` reach as far below the upper lid's.
    """
    x = (torch.arange(size[0], dtype=torch.float32) + 0.5 - centre[0])[None].expand(size[1], -1)
    y = (torch.arange(size[1], dtype=torch.float32) + 0.5 - centre[1])[:, None].expand(-1, size[0])
    seen = below_lashes(opening, lashes * radius)
    drawn = seen.clone()
    drawn[EYE_LOWER] += downwards(opening) * lower * radius
    opened, sure = (blur(fill_polygon(edge, size), LID_EDGE * radius) for edge in (drawn, seen))
    return Eye(x[None], y[None], BETWEEN_LIDS(opened), SURE(sure), centre, radius)


def measure_lower_lid(here: Tensor, opening: Tensor, centre: Tensor, radius: float) -> float:
    """How many radii of the iris a lower lid is below its landmarks, by how far the iris is seen there.

    `here` (3, h, w) shows an eye with this `opening` (16, 2), its iris about `centre` (2,).
    """
    down, lid = downwards(opening), opening[EYE_LOWER]
    colour = here.mean(0, keepdim=True).clamp_min(1e-4).log()
    deep = torch.linspace(0, float(LOWER_LID[1]), DEPTHS)
    places = lid[:, None] + radius * deep[:, None] * down
    below, skin = (
        sample_bilinear(colour, at[..., 0], at[..., 1])[0] for at in (places, places + SKIN_BELOW * radius * down)
    )
    iris, skin = sample_bilinear(colour, centre[None, :1], centre[None, 1:])[0], skin.median()
    dark = DARKER((skin - below) / (skin - iris).clamp_min(LEAST_CONTRAST)).cumprod(1).mean(1)
    under = 1 - IRIS_RIM(((lid - centre) @ torch.stack([down[1], -down[0]])).abs() / (0.5 * radius))
    return float((dark * under).sum() / under.sum().clamp_min(1e-3) * LOWER_LID[1])


def downwards(opening: Tensor) -> Tensor:
    """(2,) across an eye of this opening (16, 2), from its upper lid to the lower one."""
    way = opening[EYE_LOWER].mean(0) - opening[EYE_UPPER].mean(0)
    return way / torch.linalg.vector_norm(way).clamp_min(1e-3)


def cut_iris(here: Tensor, eye: Eye, away: Tensor, whole: float = 1.0) -> Tensor:
    """(3, ...) the iris of `here` (3, h, w) at places `away` (2, ...) from its middle, in pixels of `here`. Less than
    `whole`, 0..1, it is cut and foreshortened in a corner, and what is bright within its disc is the white beside it.

    What a lid hides of it is what lies across from there, or what the rest of it is at that distance from its middle.
    """
    height, width = away.shape[1:]
    x, y = (torch.arange(end, dtype=torch.float32) + 0.5 for end in (width, height))
    shown = torch.cat([here, eye.sure])
    ring = _rings(here, eye, torch.hypot(away[0], away[1]) / eye.radius)
    total, weight = ring * 1e-3, torch.full_like(away[:1], 1e-3)
    hidden = torch.zeros_like(away[:1])
    for share, flips in ((1.0, (1, 1)), (OTHER_HALVES, (1, -1)), (OTHER_HALVES, (-1, -1))):
        place = away * away.new_tensor(flips)[:, None, None] + eye.middle[:, None, None]
        flow = torch.stack([place[0] - x, place[1] - y[:, None]])
        if share == 1:
            colour, seen = resample(shown, flow).split([3, 1])
            colour = torch.lerp(torch.minimum(colour, BRIGHTEST * ring), colour, whole)
            hidden = 1 - seen
            total, weight = total + RING * hidden * ring, weight + RING * hidden
        else:
            colour, seen = sample_bilinear(shown, place[0], place[1]).split([3, 1])
            colour = torch.minimum(colour, BRIGHTEST * ring)
            seen = seen * (share + hidden)
        total, weight = total + seen * colour, weight + seen
    return total / weight


def _rings(here: Tensor, eye: Eye, away: Tensor) -> Tensor:
    """(3, ...) the colours that an iris has at distances (...) of its radii from its middle."""
    count = 2 * RINGS
    ring = (eye.away(eye.x.new_zeros(2)) * RINGS).long().clamp(0, count - 1).flatten().numpy()
    bright = here.mean(0, keepdim=True)
    usual = sum_cells(bright, eye.sure, ring, count)
    usual = (usual[1] / usual[0].clamp_min(1e-6))[ring].reshape(bright.shape)
    dark = eye.sure * (1e-3 + LIT_RING.falling()(bright / usual.clamp_min(1e-6)))
    rings = sum_cells(here, dark, ring, count)[:, None]
    spread = spread_seen(rings, RING_SPREADS)
    place = away * RINGS
    return sample_bilinear(spread[1:] / spread[:1].clamp_min(1e-12), place, torch.full_like(place, 0.5))


def spread_seen(seen: Tensor, sigmas: tuple[float, ...]) -> Tensor:
    """What is seen (4, h, w), and beside it what is seen near by, so little that it counts only where nothing is."""
    blurred = (blur(seen, sigma) * FARTHER**step for step, sigma in enumerate(sigmas))
    return sum(blurred, torch.zeros_like(seen))


def sum_cells(here: Tensor, weight: Tensor, cell: np.ndarray, cells: int) -> Tensor:
    """(4, cells) the sum of weights (1, h, w), and of colours (3, h, w) times them, in each cell (h * w,)."""
    weights = weight[0].flatten().double().numpy()
    sums = [np.bincount(cell, weights * channel.flatten().double().numpy(), cells) for channel in here]
    return torch.from_numpy(np.stack([np.bincount(cell, weights, cells), *sums])).float()
