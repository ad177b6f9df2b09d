"""The light that a face stands in, as the inside of its mouth shows it, and a borrowed mouth brought into it.

Teeth and eye whites have about the same colour in everybody, skin has not. So a mouth's brightness follows from both:
skin tells most exactly, eye whites tell a dark face from a dark picture. What is measured is robust against beards,
make-up and highlights, and a function of the one picture alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import (
    AROUND_MOUTH,
    BESIDE_MOUTH,
    CHEEKS,
    EYE_SPANS,
    INNER_LIPS,
    INNER_MOUTH_CORNERS,
    LEFT_EYE,
    LEFT_IRIS,
    MOUTH_CORNERS,
    NOSE_RIDGE,
    OVAL,
    RIGHT_EYE,
    RIGHT_IRIS,
)
from ..grid.filters import fade
from ..grid.shapes import fill_polygon
from ..thresholds import Amount, Count, Ramp, Threshold
from .donor import Donor, bounds
from .lip_line import MOUTHS, lip_gap, mouth_width
from .mouth import distances_from_lips

SKIN = AROUND_MOUTH + CHEEKS + NOSE_RIDGE
WHITE_OF = Amount(0.8, "quantile of an eye without its iris", "its white, which lids and lashes shade; by eye")
SEEN = Ramp(
    0.15,
    0.15,
    "of the eye's width",
    "an eye that is shut, whose white is lashes, from one that shows it",
    "its height; by eye",
)
IRIS = Amount(1.1, "radii of the iris", "the eye's white begins there; by eye")
FEWEST = Count(12, "pixels", "of eye whites by which light is measured; fewer are lashes and noise")
BY_WHITES = Amount(
    0.4,
    "share",
    "that eye whites have in a mouth's brightness: by skin alone, the teeth of a driver with a beard were 1.4 times as "
    "bright as any skin or eye white of the plate (s20 by d0)",
)
AGREE = Amount(2.0, "times", "skin and eye whites differ by less in what they say of two lights; a stop")
BRIGHTEST = Amount(0.95, "quantile", "of skin about the mouth and of eye whites: what light there is; without specks")
BLACK = Amount(0.002, "quantile of the face", "its black: pupils, nostrils, the line of the lips; by eye")
KNEE = Threshold(
    0.85, "times the brightest light", "teeth as they are from teeth that are compressed below that light", "by eye"
)
HUE = Amount(
    0.3, "share", "of two skins' difference in hue that is a difference of light: with all of it teeth turn blue"
)
HUE_OF_WHITES = Amount(0.6, "share", "the same of two eye whites, which differ less but are small; by eye")
MOST = Amount(50.0, "times", "light differs by less between two pictures that show anything")
FLATTER = Amount(
    0.5, "share", "of what one side of the skin has more light than the other, on the flatter row of teeth; by eye"
)
TILT = Amount(1.0, "logarithm", "by which light differs most from one corner of a mouth to the other; by eye")
CONTACT = Amount(0.25, "share of the light", "that the upper lip takes from the teeth just below it; by eye")
REACH = Amount(0.05, MOUTHS, "how far below it, standard deviation; by eye")
OF_GAP = Amount(0.15, "of the lips' gap", "that this shadow reaches at most: teeth in a narrow opening are lit; by eye")
LOWER = Amount(0.15, "share of the light", "that the lower lip takes; by eye")
CORNERS = Ramp(0.0, 0.22, MOUTHS, "the corners of a mouth, which no light reaches, from its middle", "by eye")
MANY = Count(5000, "pixels", "of a part that its light is read from: quantiles of more cost time and say the same")
AROUND = Count(2, "pixels", "on each side of a point, over which skin is averaged; grain is finer")
SIDES = tuple([SKIN.index(each) for each in side] for side in BESIDE_MOUTH)
CORNER_SHADE = Amount(0.6, "share of the light", "that is left in a corner; by eye")


class FaceLight(NamedTuple):
    """The light on a face: scene-linear, in the picture's own exposure."""

    skin: Tensor  # (N, 3) at the points of `SKIN`
    whites: Tensor  # (3,) of the eyes; 0 where they are too small
    seen: float  # 0..1: how far the eyes are open, so that their whites count
    brightest: float  # what the brightest of skin, eye whites and the face's own teeth show
    black: Tensor  # (3,)


def measure_light(face: Donor) -> FaceLight:
    """The light on a face in a picture."""
    pixels, points = face.pixels.clamp_min(0), face.keypoints[:, :2]
    skin, oval = _sample(pixels, points[list(SKIN)]), _inside(pixels, points[list(OVAL)])
    whites, teeth = _brightest(_eye_whites(pixels, points)), _brightest(_inside(pixels, points[list(INNER_LIPS)]))
    seen = _openness(points)
    brightest = max(seen * float(whites.mean()), float(teeth.mean()), float(skin.mean(1).quantile(BRIGHTEST)), 1e-4)
    darkest = max(1, round(BLACK * oval.shape[1]))
    black = oval.kthvalue(darkest, dim=1).values if oval.shape[1] >= FEWEST else pixels.new_zeros(3)
    return FaceLight(skin, whites, seen, brightest, black)


def match_light(ours: FaceLight, theirs: FaceLight, across: Tensor) -> Tensor:
    """(3, h, w) what a borrowed mouth's pixels are multiplied by, to stand in `ours` instead of in `theirs`.

    `across` (1, h, w) runs from -1 in the picture's left corner of the mouth to 1 in its right one: light that comes
    from one side does so on teeth. Two skins differ in hue more than two lights do, so only a share of hue counts.
    """
    ratio = (ours.skin.clamp_min(1e-4) / theirs.skin.clamp_min(1e-4)).log()
    level, hue = ratio.mean(1), ratio.median(0).values
    gain = level.median() + HUE * (hue - hue.mean())
    if bool((ours.whites > 0).all()) and bool((theirs.whites > 0).all()):
        whites = (ours.whites / theirs.whites).log()
        whites = whites.mean() + HUE_OF_WHITES * (whites - whites.mean())
        share = BY_WHITES * min(ours.seen, theirs.seen)
        gain = gain + share * (whites - gain).clamp(-math.log(AGREE), math.log(AGREE))
    sides = [level[torch.tensor(side)].median() for side in SIDES]
    tilt = (sides[1] - sides[0]).clamp(-TILT, TILT) / 2 * FLATTER
    return (gain[:, None, None] + tilt * across).clamp(-MOST, MOST).exp()


def match_skin(ours: Donor, theirs: Donor) -> Tensor:
    """(3, 1, 1) what another frame of the same actor is multiplied by, to stand in the light of this one."""
    here, there = (measure_light(face).skin.clamp_min(1e-4).log() for face in (ours, theirs))
    return (here - there).median(0).values.clamp(-MOST, MOST).exp()[:, None, None]


def limit_light(mouth: Tensor, ours: FaceLight, black: Tensor) -> Tensor:
    """A borrowed mouth (3, h, w) in the plate's light, between its black and the brightest that this light makes.

    `black` (3,) is the lender's in the same light. What is bright is compressed, so that teeth keep their shapes.
    """
    lifted = ours.black - black
    mouth = mouth + lifted[:, None, None] * (1 - mouth / ours.brightest).clamp(0, 1)
    light, knee = mouth.mean(0, keepdim=True).clamp_min(1e-6), KNEE * ours.brightest
    over, room = (light - knee).clamp_min(0), ours.brightest - knee
    return mouth * ((light - over + room * over / (room + over)) / light)


def draw_shade(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) 0..1: the light that the lips (K, 2 or 3) leave on what is between them, in a window of `size`.

    It falls off behind the upper lip, less behind the lower one, and into the corners.
    """
    width, corners = mouth_width(driven), driven[list(INNER_MOUTH_CORNERS), :2]
    upper, lower = (away / width for away in distances_from_lips(driven, size))
    x, y = torch.arange(size[0]) + 0.5, torch.arange(size[1])[:, None] + 0.5
    aside = torch.stack([torch.hypot(x - end[0], y - end[1]) for end in corners]).amin(0)[None] / width
    lit = torch.lerp(torch.tensor(float(CORNER_SHADE)), torch.ones(()), CORNERS(aside))
    reach = (OF_GAP * lip_gap(driven)).clamp(1e-3, REACH)
    for away, share in ((upper, CONTACT), (lower, LOWER)):
        lit = lit * (1 - share * fade(0.5 * (away / reach).square()))
    return lit


def measure_across(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, h, w) how far along the mouth each pixel of a window of `size` lies: -1 and 1 in its corners and beyond."""
    left, right = driven[list(MOUTH_CORNERS), :2]
    way = (right - left) / (right - left).square().sum().clamp_min(1e-6)
    x, y = torch.arange(size[0]) + 0.5 - left[0], torch.arange(size[1])[:, None] + 0.5 - left[1]
    return ((x * way[0] + y * way[1]) * 2 - 1).clamp(-1, 1)[None]


def _openness(points: Tensor) -> float:
    """0..1: how far the wider of both eyes is open."""
    upper, lower, outer, inner = points[torch.tensor(EYE_SPANS)].unbind(1)
    return float(SEEN((upper - lower).norm(dim=1) / (outer - inner).norm(dim=1).clamp_min(1e-3)).max())


def _brightest(values: Tensor) -> Tensor:
    """(3,) the mean of the brighter of (3, N) colours; 0 where there are too few."""
    light = values.mean(0)
    if len(light) < FEWEST:
        return values.new_zeros(len(values))
    return values[:, light.topk(math.ceil((1 - WHITE_OF) * len(light))).indices].mean(1)


def _eye_whites(pixels: Tensor, points: Tensor) -> Tensor:
    """(3, N) what both eyes show beside their irises."""
    found = []
    for eye, iris in ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)):
        left, top, right, bottom = bounds(points[list(eye)], pixels.shape)
        if min(right - left, bottom - top) < 2:
            continue
        place = points - points.new_tensor([left, top])
        middle, radius = place[iris[0]], IRIS * (place[list(iris[1:])] - place[iris[0]]).norm(dim=1).mean()
        x, y = torch.arange(right - left) + 0.5, torch.arange(bottom - top)[:, None] + 0.5
        white = torch.hypot(x - middle[0], y - middle[1]) > radius
        white &= fill_polygon(place[list(eye)], (right - left, bottom - top))[0] > 0
        found.append(pixels[:, top:bottom, left:right][:, white])
    return torch.cat(found, 1) if found else pixels.new_zeros(3, 0)


def _inside(pixels: Tensor, outline: Tensor) -> Tensor:
    """(3, N) the pixels inside an outline; of large ones no more than some thousands, evenly spread."""
    left, top, right, bottom = bounds(outline, pixels.shape)
    if min(right - left, bottom - top) < 2:
        return pixels.new_zeros(len(pixels), 0)
    inside = fill_polygon(outline - outline.new_tensor([left, top]), (right - left, bottom - top))[0] > 0
    step = max(1, round(math.sqrt(inside.numel() / MANY)))
    return pixels[:, top:bottom:step, left:right:step][:, inside[::step, ::step]]


def _sample(pixels: Tensor, points: Tensor) -> Tensor:
    """(N, 3) the means of the pixels about points, so that grain does not count; the picture's edge beyond it."""
    near = torch.arange(-AROUND, AROUND + 1)
    column = (points[:, :1].long() + near).clamp(0, pixels.shape[2] - 1)[:, None]
    row = (points[:, 1:].long() + near).clamp(0, pixels.shape[1] - 1)[:, :, None]
    return pixels[:, row, column].mean((2, 3)).T
