"""What explains how far own frames are from the truth, and the mesh model's picture: by least squares."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from ..models.canonical import canonical_face
from ..models.performer.file import Performer
from ..models.performer.finish import LENT, SURELY, expect_errors, turn_of
from ..stages.features.donor import PLATE, Donor
from ..stages.finish.colour import to_display
from ..stages.grid.shapes import blur, face_size
from ..stages.performer.fit import measure_fit
from ..stages.performer.lay import draw_room, lay_frame, match_light
from ..stages.thresholds import Amount, Amounts, Count
from .fit import fit_nonnegative
from .lent import NOBODY, Lent, gather_pair
from .pairs import Pair
from .places import ErrorTable

TRIED = Count(
    3, "frames", "that are warped by chance beside those that fit best, or nothing tells what a bad fit costs"
)
EDGES = Amount(2.0, "times the light's", "what a gradient's error counts: it is what an eye sees of teeth and lids")
EVEN = Amount(0.015, "of the face's size, standard deviation", "over which errors are looked at; by eye")
START = Amounts((1.0, 0.5, 0.5, 1.0, 0.2), "a feature", "what fits before anything is learned; by eye")
STILL_OFF = Amount(1.0, "times a good fit's first feature", "a fit without a miss is off by noise and light; by eye")
GOOD = 0.01  # what features are when a fit is good: in such units the least squares are even


class Sight(NamedTuple):
    """One picture beside the truth."""

    pair: Pair
    own: bool
    number: int  # of the own frame
    features: Tensor  # (2, FEATURES)
    error: Tensor  # (1, H, W)
    mean: Tensor  # (2,) of the halves


def weigh_frames(performer: Performer, pairs: list[Pair], lent: Lent, seed: int) -> Performer:
    """The performer with what explains the errors of its frames, and of the mesh model's picture."""
    seen = list(_look(performer, pairs, lent, random.Random(seed)))
    own, base = ([each for each in seen if each.own == which] for which in (True, False))
    halves = [_fit_half(own, half) for half in (0, 1)]
    others = [_fit_half(base, half) for half in (0, 1)]
    taught = performer._replace(
        weights=torch.stack([weights[:-1] for weights in halves]),
        bias=torch.stack([weights[-1] for weights in halves]),
        base=torch.stack(others),
    )
    places = [ErrorTable(performer.canonical), ErrorTable(performer.canonical)]
    for each in seen:
        expected = expect_errors(taught, each.pair.start, each.pair.driven)
        places[each.own].add(each.error, each.pair, expected[1] if not each.own else expected[0][:, each.number])
    return taught._replace(place_base=places[0].table(), place_own=places[1].table())


def measure_error(picture: Tensor, truth: Tensor, size: float) -> Tensor:
    """(1, H, W) how far a picture is from the truth, both (3, H, W) scene-linear: light and gradients."""
    apart = to_display(picture) - to_display(truth)
    edges = torch.zeros_like(apart[:1])
    edges[:, :, 1:] += (apart[:, :, 1:] - apart[:, :, :-1]).abs().mean(0)
    edges[:, 1:] += (apart[:, 1:] - apart[:, :-1]).abs().mean(0)
    return blur(apart.abs().mean(0, keepdim=True) + EDGES * edges, EVEN * size)


def _look(performer: Performer, pairs: list[Pair], lent: Lent, chance: random.Random) -> Iterator[Sight]:
    triangles = canonical_face().triangles
    for pair in pairs:
        size = face_size(pair.driven[:, :2])
        room = draw_room(pair.driven, (pair.pixels.shape[2], pair.pixels.shape[1]))
        layers = gather_pair(pair, performer, lent)
        shares = torch.stack([room * (1 - layers.upper), room * layers.upper])
        own, _ = expect_errors(performer, pair.start, pair.driven)
        own = lent.forbid(pair.target)(own)
        able = [number for number in range(own.shape[1]) if float(own[0, number]) < NOBODY]
        best = [int(number) for half in own for number in half.argsort(dim=0, stable=True)[:LENT]]
        tried = dict.fromkeys(
            number for number in (*best, *chance.sample(able, min(TRIED, len(able)))) if number in able
        )
        pose = turn_of(performer, torch.stack([pair.driven, pair.start]))
        for number in tried:
            donor = Donor(performer.picture(number), performer.inside[number], PLATE)
            laid = lay_frame(donor, pair.driven, triangles, (pair.pixels.shape[2], pair.pixels.shape[1]))
            laid = match_light(laid, pair.pixels, room[0] > SURELY)
            given, turned = performer.keypoints[[number]], pose[0][[number]]
            features = measure_fit(given, turned, pair.driven, performer.canonical)[:, 0]
            yield _sight(pair, True, number, features, measure_error(laid, pair.truth, size), shares)
        features = measure_fit(pair.start[None], pose[1], pair.driven, performer.canonical)[:, 0]
        yield _sight(pair, False, -1, features, measure_error(pair.pixels, pair.truth, size), shares)


def _sight(pair: Pair, own: bool, number: int, features: Tensor, error: Tensor, shares: Tensor) -> Sight:
    mean = (shares * error).sum((1, 2, 3)) / shares.sum((1, 2, 3)).clamp_min(1)
    return Sight(pair, own, number, features, error, mean)


def _fit_half(seen: list[Sight], half: int) -> Tensor:
    """(FEATURES + 1,) what each feature adds to the error of half a face, and what it is off by in any case."""
    rows = torch.stack([torch.cat([each.features[half] / GOOD, torch.ones(1)]) for each in seen])
    goals = torch.stack([each.mean[half] for each in seen])
    weights = fit_nonnegative(rows, goals, torch.tensor([*START, STILL_OFF]))
    return torch.cat([weights[:-1] / GOOD, weights[-1:]])
