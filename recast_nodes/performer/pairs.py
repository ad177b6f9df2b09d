"""One frame of the footage moved to another's expression and pose by the mesh model, beside that frame: the truth."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..face.anatomy import OVAL, RIGID
from ..media.pixels import linear_rgb
from ..models.interface import DecodeKnobs, Guard, Scene
from ..models.mesh.decode import decode_field
from ..models.mesh.keypoints import offset_of
from ..models.mesh.lenders import lend_mouth
from ..models.mesh.warp import warp_plate
from ..stages.expression.pose_blend import FREE_GROWTH, FREE_SHIFT, FREE_TURN
from ..stages.features.donor import Donor
from ..stages.features.lip_line import lip_gap
from ..stages.features.mouth import FILLED
from ..stages.grid.resample import fill_not_finite
from ..stages.grid.shapes import face_size, fill_polygon
from ..stages.lenders.choose import Candidates, choose_mouths
from .footage import ActorFootage

BARE = DecodeKnobs(1.0, 0.0, 0.0, 1.0, 0)  # grain comes last, of the plate


class Pair(NamedTuple):
    """One frame moved to another, H, W of the window that the mesh model edits."""

    source: int  # rows of the footage
    target: int
    pixels: Tensor  # (3, H, W) scene-linear: what the mesh model makes of it, with the actor's own mouth
    truth: Tensor  # (3, H, W)
    mask: Tensor  # (1, H, W) the face
    start: Tensor  # (K, 3) keypoints in these pixels: the source's
    driven: Tensor  # (K, 3) and the target's


def draw_pairs(footage: ActorFootage, count: int, seed: int) -> list[tuple[int, int]]:
    """(source, target) of so many pairs: targets go round all stretches, sources are of others, and held alike."""
    chance = random.Random(seed)
    by_stretch: dict[int, list[int]] = {}
    for row, stretch in enumerate(footage.stretch):
        by_stretch.setdefault(stretch, []).append(row)
    stretches = list(by_stretch.values())
    chance.shuffle(stretches)
    targets = [chance.choice(stretches[number % len(stretches)]) for number in range(count)]
    rows = range(len(footage.names))
    return [(draw_source(footage, target, rows, chance), target) for target in targets]


def draw_source(footage: ActorFootage, target: int, among: Sequence[int], chance: random.Random) -> int:
    """A frame that the mesh model can move to the target's pose, of another stretch where there is any."""
    others = [row for row in among if footage.is_apart(row, target)] or list(among)
    others = [row for row in others if footage.names[row].take == footage.names[target].take] or others  # one light
    near = [row for row in others if _way(footage, row, target) < 1]
    return chance.choice(near) if near else min(others, key=lambda row: _way(footage, row, target))


def _way(footage: ActorFootage, source: int, target: int) -> float:
    """How far a head is from another, in times of how far the mesh model follows freely."""
    one, two = footage.motions[source], footage.motions[target]
    cosine = ((one.rotation * two.rotation).sum() - 1) / 2
    turned = float(torch.rad2deg(torch.arccos(cosine.clamp(-1, 1))))
    here, there = (footage.keypoints[row][list(RIGID), :2].mean(0) for row in (source, target))
    shifted = float((here - there).norm()) / face_size(footage.keypoints[source][:, :2])
    grown = abs(float((one.scale / two.scale).log().mean()))
    return max(turned / FREE_TURN, shifted / FREE_SHIFT, grown / FREE_GROWTH)


def make_pair(footage: ActorFootage, source: int, target: int, may_lend: Callable[[int], bool]) -> Pair:
    """The pair of two frames, rows of the footage; the mouth is lent by one of those that may."""
    goal = footage.motions[target]
    motion = footage.motions[source]._replace(expression=goal.expression, edited=True)
    motion = motion._replace(rotation=goal.rotation, scale=goal.scale, translation=goal.translation)
    image = footage.image(source)
    field = warp_plate(Scene(image, footage.tracks[source], motion, guard=Guard()))
    face = decode_field(field, _mouth(footage, source, target, field.driven, may_lend), BARE)
    corner = offset_of((field.window.x, field.window.y))
    driven = field.driven - corner
    truth = fill_not_finite(linear_rgb(footage.image(target), field.window))
    mask = fill_polygon(driven[list(OVAL), :2], (field.window.width, field.window.height))
    return Pair(source, target, face.pixels, truth, mask, field.source - corner, driven)


def _mouth(
    footage: ActorFootage, source: int, target: int, driven: Tensor, may_lend: Callable[[int], bool]
) -> Donor | None:
    rows = [row for row, able in enumerate(footage.lends) if able and may_lend(row)]
    if not rows:
        return None
    ones = torch.ones(len(rows))
    candidates = Candidates(footage.keypoints[rows], footage.rotations[rows], ones, 0 * ones)
    start = footage.keypoints[source]
    opened = FILLED(lip_gap(driven) - lip_gap(start))[None]
    goal = footage.motions[target].rotation
    chosen = choose_mouths(candidates, start[None], driven[None], goal[None], opened)[0]
    if chosen.own is None:
        return None
    row = rows[chosen.own]
    return lend_mouth(footage.image(row), footage.tracks[row], footage.names[row])
