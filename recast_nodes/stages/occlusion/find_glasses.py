"""Glasses, found over a shot: rims, bridge and temples as lines in a plane before the eyes.

They hang on the head and not on the skin, so they are looked for in the head frame, that every frame is seen in by the
pose of its skull: brows that rise bend no line there, and lashes, lids and creases are in another place in every frame.
The plane is parallel to the face; places in it are centimetres, (x, y), to the right and down as in the head frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import LEFT_EYE, MESH, RIGHT_EYE, RIGID
from ..expression.head_pose import robust_similarity
from ..grid.filters import dilated, looked_up, spread
from ..grid.ridges import averaged, best_course, ridges
from ..grid.shapes import face_size, polygon
from ..thresholds import Amount, Amounts, Count, Threshold
from .complexion import FEWEST
from .texture import CM, DARK, shrunk

DEPTH = Amount(-5.0, CM, "where lenses are in the head frame: before the eyes, behind the tip of the nose")
PLANE = Amounts((-9.0, -7.0, 18.0, 9.0), CM, "left, top, width and height of what is looked at: brows, temples, cheeks")
CELLS = Amount(20.0, "cells a centimetre", "a wire is half a millimetre, one cell; 130 KB a frame (decision 24)")
LASHES = Amount(0.15, "widths of the eye", "so far about its opening it is filled in, for lashes are lines; by eye")

STEPS = Count(128, "places on a rim", "one a millimetre")
WIDER = Amount(1.2, "times as wide as high", "are the circles that a rim is measured by: lenses lie on their sides")
NEAR = Amount(1.1, CM, "from the middle of the eye, no rim is nearer: lids and lashes are")
FAR = Amount(3.7, CM, "nor further: brows and cheeks are; TRIED's largest is 3.5")
FINE = Amount(0.0325, CM, "a cell across a wire: some are a millimetre thick")
HALVES = Amounts(
    (1, 2, 4, 6, 8, 10), "cells", "half thicknesses that are tried: from 1 mm of wire to 6 of black plastic"
)
SIDES = Count(22, "cells", "beyond: the sides of the thickest wire end 21 cells from its middle")
SEEN = Amounts(
    (0.1, 0.12, 0.3, 0.6, 0.8, 1.0),
    "logarithm of brightness",
    "how far a wire of each thickness departs from both of its sides to be one for sure: the wider a line, the more "
    "is shading like it; by eye on glasses drawn onto five clips (decision 24)",
)
ALIKE = Threshold(
    2.1, "times as thick or as thin", "the same wire from another line", "the thicknesses of HALVES double"
)
STIFF = Amount(0.02, "of a sure answer", "costs a course a cell aside in a step: rims are smooth; by eye")
ASIDE = Count(4, "cells", "that a course may go aside in a step; more never pay with STIFF")
TRIED = (
    Amounts((-0.4, 0.8, 7), CM, "beside the eye's middle, and how many of them"),
    Amounts((-0.4, 1.0, 8), CM, "below it: lenses hang lower than eyes"),
    Amounts((1.9, 3.5, 9), CM, "half their widths: of children's to oversized"),
    Amounts((1.3, 3.1, 10), CM, "half their heights"),
    Amounts((2.0, 4.0, 3), "power", "from ellipses to rounded squares"),
)
"""Superellipses that rims are first taken for: each measure from, to, and how many between."""
SLACK = Amount(0.6, CM, "across, in which a wire departs from the superellipse that it is taken for; by eye")
ROUND = Threshold(
    0.42,
    "share of the frames' votes",
    "rims from folds, brows and lashes",
    "all around: glasses had 0.52 and more, faces without at most 0.37 (fifteen stretches of five clips, decision 24)",
)
BELOW = Threshold(
    0.35,
    "share of the frames' votes",
    "rims from skin",
    "below both eyes, where skin has no lines; by eye (decision 24)",
)
EACH_BELOW = Threshold(
    0.15,
    "share of the frames' votes",
    "a pair of rims from one line",
    "below the lesser eye: glasses had 0.22 and more, faces without up to 0.16 (decision 24)",
)
UNDER = (8, 56)  # from and to where that is, of the steps round from the temple
BESIDE = Threshold(0.4, "share of the frames' votes", "a bridge or a temple from a brow or a crease", "by eye")
BARS = Amounts((-1.8, 1.2), CM, "below the middle of the eyes, between which bridge and temples are")
OVERLAP = Amount(0.5, CM, "bars are looked for from so far inside the rims, and end where they leave them")
MARGIN = Amount(0.3, CM, "off the edge of the plane, beyond which nothing is known")
SHORT = Amount(0.1, CM, "from one place to the next on a bar: one a millimetre, as on rims")
LEAST = Threshold(4, "places", "a bar from a speck", "4 mm; by eye")
STRETCH = Count(8, "steps", "to each side, over which a wire has one thickness; by eye")
SMOOTH = Count(4, "steps", "to each side, over which that is averaged; by eye")
TRACE = Amount(1e-3, "share", "what an eye's width away counts for where lashes are filled in: there is always some")
_FRONT = torch.tensor([[CELLS, 0.0, -PLANE[0] * CELLS], [0.0, CELLS, -PLANE[1] * CELLS]])
_SEEN = torch.tensor(SEEN)[:, None, None]


class Wire(NamedTuple):
    """A line in the plane: round about a middle, or a bar that goes aside from a start."""

    closed: bool
    origin: Tensor  # (2,) the middle, or the start
    extent: float  # of a round one 1 or -1, the side of the temple; of a bar, how far it goes to the right
    across: Tensor  # (N,) centimetres from the middle, or below the start
    half: Tensor  # (N,) half its thickness


def plane_of(points: Tensor, canonical: Tensor, pixel_aspect: float) -> Tensor:
    """(2, 3) centimetres in the plane (x, y, 1) to pixels, by the skull that landmarks `points` (478, 3) show.

    `canonical` (478, 3) is the average face in the head frame.
    """
    rigid = list(RIGID)
    aspect = points.new_tensor([pixel_aspect, 1.0, pixel_aspect])
    rotation, scale, translation = robust_similarity(canonical[rigid], points[rigid] * aspect)
    origin = scale * DEPTH * rotation[2, :2] + translation[:2]
    return torch.cat([scale * rotation[:2, :2], origin[None]]).T / aspect[:2, None]


def front(pixels: Tensor, points: Tensor, canonical: Tensor, pixel_aspect: float = 1.0) -> Tensor:
    """(h, w) what `pixels` (3, H, W), scene-linear and finite, show in the plane: the logarithm of brightness. `points`
    (478, 3) are landmarks in pixels of `pixels`.
    """
    left, top, width, height = PLANE
    x, y = (torch.arange(round(length * CELLS)) + 0.5 for length in (width, height))
    y, x = torch.meshgrid(top + y / CELLS, left + x / CELLS, indexing="ij")
    return Lit.by(pixels, points, canonical, pixel_aspect).at(torch.stack([x, y], -1))


class Lit(NamedTuple):
    """A picture's brightness, and how the plane lies in it."""

    light: Tensor  # (1, h, w) its logarithm
    plane: Tensor  # (2, 3) centimetres in the plane to pixels of this
    whole: Tensor  # (2, 3) and to those of the picture that it was made from

    @classmethod
    def by(cls, pixels: Tensor, points: Tensor, canonical: Tensor, pixel_aspect: float) -> Lit:
        """A picture brought down to about a pixel for each cell."""
        plane = plane_of(points, canonical, pixel_aspect)
        fine = float(torch.linalg.vector_norm(plane[:, 1])) / CELLS
        picture, (origin,) = shrunk(pixels, plane.new_ones(1, 2), min(1.0, 1 / max(fine, 1e-6)))
        light = (picture.clamp_min(0).mean(0, keepdim=True) + DARK * _usual(pixels, points)).log()
        return cls(_without_eyes(light, points[:, :2] * origin), plane * origin[:, None], plane)

    def at(self, places: Tensor) -> Tensor:
        """(...) the picture at places (..., 2) of the plane."""
        there = onto(self.plane, places)
        return looked_up(self.light, there[..., 0], there[..., 1])[0]


def _without_eyes(light: Tensor, points: Tensor) -> Tensor:
    """A brightness (1, h, w) with what is around filled in for both eyes: lashes are lines, too."""
    shown = torch.ones_like(light)
    for eye in (LEFT_EYE, RIGHT_EYE):
        contour = points[list(eye)]
        width = face_size(contour)
        shown = shown * (1 - dilated(polygon(contour, (light.shape[2], light.shape[1])), LASHES * width))
    around = torch.cat([light * shown, shown])
    filled = spread(around, LASHES * width) + TRACE * spread(around, width)
    return torch.where(shown > 0, light, filled[:1] / filled[1:].clamp_min(1e-9))


def _usual(pixels: Tensor, points: Tensor) -> Tensor:
    """The face's brightness."""
    column, row = (points[:MESH, axis].long().clamp(0, pixels.shape[2 - axis] - 1) for axis in (0, 1))
    return pixels[:, row, column].mean(0).median().clamp_min(1e-6)


def onto(plane: Tensor, places: Tensor) -> Tensor:
    """Places (..., 2) by an affine map (2, 3); written out, so that their last bits hang on nothing else."""
    x, y = places[..., :1], places[..., 1:]
    return x * plane[:, 0] + y * plane[:, 1] + plane[:, 2]


def placed(wire: Wire, along: Tensor, across: Tensor) -> Tensor:
    """(..., 2) places in the plane, of places along a wire (0 to 1) and across."""
    if wire.closed:
        turn = along * (2 * math.pi)
        offset = torch.stack([wire.extent * WIDER * turn.cos() * across, turn.sin() * across], -1)
    else:
        offset = torch.stack(torch.broadcast_tensors(along * wire.extent, across), -1)
    return wire.origin + offset


def measured(wire: Wire, places: Tensor) -> tuple[Tensor, Tensor]:
    """The inverse of `placed`: along and across, of places (..., 2) in the plane."""
    x, y = (places - wire.origin).unbind(-1)
    if not wire.closed:
        return x / wire.extent, y
    x = x * (wire.extent / WIDER)
    return torch.atan2(y, x) / (2 * math.pi) % 1, torch.hypot(x, y)


def steps(wire: Wire) -> Tensor:
    """(N, 1) the places along a wire at which it is known."""
    count = len(wire.across)
    return (torch.arange(count) / (count if wire.closed else count - 1))[:, None]


def glasses(fronts: Sequence[Tensor], canonical: Tensor) -> tuple[Wire, ...]:
    """The wires of the glasses that a shot's `fronts` (h, w) show; none where they show no pair of rims."""
    if len(fronts) < FEWEST:
        return ()
    rims = [_about(canonical[list(eye), :2].mean(0)) for eye in (LEFT_EYE, RIGHT_EYE)]
    shares = torch.stack([votes(_answers(fronts, rim, torch.arange(NEAR, FAR, FINE))) for rim in rims])
    shape, seen = _shape(shares, rims[1])
    below = seen[:, slice(*UNDER)].mean(1)
    if float(seen.mean()) < ROUND or float(below.mean()) < BELOW or float(below.min()) < EACH_BELOW:
        return ()
    slack = torch.arange(-SLACK, SLACK, FINE)
    left, right = (_followed(fronts, rim._replace(across=shape.across, half=shape.half), slack)[0] for rim in rims)
    return (left, right, *_beside(fronts, left, right))


def _about(middle: Tensor) -> Wire:
    """A rim about an eye of which nothing is known."""
    nothing = torch.zeros(STEPS)
    return Wire(True, middle, math.copysign(1.0, float(middle[0])), nothing, nothing)


def _answers(fronts: Sequence[Tensor], wire: Wire, cells: Tensor) -> Tensor:
    """(F, len(HALVES), N, M) what each frame answers, by itself: poses err by as much as a thin rim is wide."""
    return torch.stack([answers(Lit(front[None].float(), _FRONT, _FRONT), wire, cells) for front in fronts])


def answers(shown: Lit, wire: Wire, cells: Tensor) -> Tensor:
    """(len(HALVES), N, M) how much a picture looks like a line of each thickness at `cells` (M,) across, in steps of
    FINE and counted from the wire: 1 and more is one for sure.
    """
    beyond = torch.arange(-SIDES, len(cells) + SIDES) * FINE + cells[0]
    strip = shown.at(placed(wire, steps(wire), wire.across[:, None] + beyond))
    found = torch.stack([averaged(ridge, 2, wire.closed) for ridge in ridges(strip, HALVES)])
    return found[..., SIDES:-SIDES] / _SEEN


def votes(found: Tensor) -> Tensor:
    """(..., M) the share of the frames that answer yes, of `found` (F, ..., M); a cell aside counts too."""
    share = found.clamp(max=1).mean(0)
    return functional.max_pool1d(share.flatten(0, -2)[:, None], 3, 1, 1).reshape(share.shape)


def _shape(shares: Tensor, rim: Wire) -> tuple[Wire, Tensor]:
    """The superellipse that most votes (2, len(HALVES), N, M) of both eyes for a line of some thickness are for, in
    place of `rim`, and those votes (2, N).
    """
    along, across = _superellipses(rim)
    near = functional.max_pool2d(torch.cat([shares, shares[:, :, :1]], 2), (1, 7), 1, (0, 3))
    for_it = looked_up(near.mean(0), (across - NEAR) / FINE + 0.5, along * STEPS + 0.5).mean(2)
    half, best = divmod(int(for_it.argmax()), len(along))
    order = along[best].argsort()
    known = np.interp(steps(rim)[:, 0], along[best][order], across[best][order], period=1.0)
    shape = torch.from_numpy(known).float()
    seen = looked_up(near[:, half], (shape[None] - NEAR) / FINE + 0.5, torch.arange(STEPS)[None] + 0.5)[:, 0]
    return rim._replace(across=shape, half=torch.full((STEPS,), HALVES[half] * FINE)), seen


def _superellipses(rim: Wire) -> tuple[Tensor, Tensor]:
    """Along and across (T, N / 2) of all that are tried."""
    turn = torch.arange(STEPS // 2) * (4 * math.pi / STEPS)
    aside, below, wide, high, power = torch.cartesian_prod(*(torch.linspace(*each) for each in TRIED)).T[:, :, None]
    x = aside + wide * turn.cos().sign() * turn.cos().abs() ** (2 / power)
    y = below + high * turn.sin().sign() * turn.sin().abs() ** (2 / power)
    return measured(rim, rim.origin + torch.stack([x, y], -1))


def _beside(fronts: Sequence[Tensor], left: Wire, right: Wire) -> list[Wire]:
    """Bridge and temples, as far as they are seen, between and beside two rims."""
    inner = [float(placed(rim, torch.tensor(0.5), rim.across[STEPS // 2])[0]) for rim in (left, right)]
    outer = [float(placed(rim, torch.tensor(0.0), rim.across[0])[0]) for rim in (left, right)]
    edges = PLANE[0] + MARGIN, PLANE[0] + PLANE[2] - MARGIN
    spans = (
        (inner[0] - OVERLAP, inner[1] + OVERLAP), (outer[0] + OVERLAP, edges[0]), (outer[1] - OVERLAP, edges[1])
    )  # fmt: skip
    found = []
    for start, end in spans:
        nothing = torch.zeros(round(abs(end - start) / SHORT))
        bar = Wire(False, torch.tensor([start, float(left.origin[1])]), end - start, nothing, nothing)
        found += _part(*_followed(fronts, bar, torch.arange(*BARS, FINE)), (left, right))
    return found


def _part(bar: Wire, seen: Tensor, rims: Sequence[Wire]) -> list[Wire]:
    """The part of a bar that is outside the rims, from where it leaves one to where it reaches the other or is lost; or
    none.
    """
    places = placed(bar, steps(bar)[:, 0], bar.across)
    outside = torch.stack([_outside(rim, places) for rim in rims]).all(0)
    first = int(outside.int().argmax())
    after = torch.arange(len(seen)) >= first
    running = (seen * after).cumsum(0) / after.cumsum(0).clamp_min(1)
    kept = (after & outside & (running >= BESIDE)).nonzero()[:, 0]
    last = int(kept[-1]) + 1 if len(kept) else first
    if last - first < LEAST:
        return []
    step = bar.extent / (len(seen) - 1)
    origin = bar.origin + torch.tensor([first * step, 0.0])
    part = slice(first, last)
    return [Wire(False, origin, step * (last - first - 1), bar.across[part], bar.half[part])]


def _outside(rim: Wire, places: Tensor) -> Tensor:
    """(P,) whether places (P, 2) are outside a rim, or on it."""
    along, across = measured(rim, places)
    around = torch.cat([rim.across, rim.across[:1]])
    low = (along * STEPS).floor().long().clamp(0, STEPS - 1)
    return across > torch.lerp(around[low], around[low + 1], along * STEPS - low)


def _followed(fronts: Sequence[Tensor], wire: Wire, cells: Tensor) -> tuple[Wire, Tensor]:
    """`wire` where most frames see it among `cells` (M,) across, and the share (N,) of them that do."""
    found = _answers(fronts, wire, cells)
    gain = gains(found.mean(0), wire)
    course = best_course(gain.amax(0), wire.closed, STIFF, ASIDE)
    row = torch.arange(len(course))
    across = wire.across + averaged(cells[course][:, None], 1, wire.closed)[:, 0]
    half = _halves((found.mean(0) * _SEEN * _alike(wire)[..., None])[:, row, course], wire.closed)
    return wire._replace(across=across, half=half), votes(found).amax(0)[row, course]


def gains(found: Tensor, wire: Wire) -> Tensor:
    """What answers (len(HALVES), N, M) are worth to a wire's course: the more the better, for its middle answers most,
    but less and less so.
    """
    return 0.5 * found.log1p() * _alike(wire)[..., None]


def _alike(wire: Wire) -> Tensor:
    """(len(HALVES), N) which lines are about as thick as a wire is known to be."""
    times = torch.tensor(HALVES)[:, None] * FINE / wire.half
    return (wire.half == 0) | ((times < ALIKE) & (times > 1 / ALIKE))


def _halves(departs: Tensor, closed: bool) -> Tensor:
    """(N,) half the thickness of a wire: what departs most (len(HALVES), N) on the stretch around."""
    about = averaged(departs.T, STRETCH, closed).argmax(1)
    return averaged(torch.tensor(HALVES)[about].float()[:, None] * FINE, SMOOTH, closed)[:, 0]
