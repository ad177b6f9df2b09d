"""A performer learned from its footage: what own frames are worth, where on the face, and how they are blended.

Frames are warped to the truth of other stretches, and what is left between the two is explained by how badly they fit
(least squares). So a frame's own stretch never tells how well it is done, and a handful of numbers is learned from
hundreds of pictures: a network that chooses and blends was tried for a minute a clip, and lost (decision 52).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..models.mesh.keypoints import donor_of
from ..models.performer.file import Performer, encode_frames
from ..natives import one_thread_each
from ..stages.features.donor import Donor, shrink_donor
from ..stages.grid.shapes import face_size
from ..stages.performer.fit import FEATURES
from ..stages.thresholds import Amount, Count
from .choose import choose_frames
from .footage import ActorFootage
from .judge import Fidelity, judge, mean_fidelity
from .lent import Lent, finish_pair
from .pairs import Pair, draw_pairs, make_pair
from .places import ErrorTable
from .search import search_blend
from .weigh import START, weigh_frames

WORK = Amount(224.0, "pixels", "of the face's size in which is learned: errors are the same at 288, and cost half")
EVERY = Count(4, "pairs", "of which one is left out of what is learned, for the figures on the card")
START_BLEND = (0.003, 0.0008)


class LearnSettings(NamedTuple):
    """How a performer is learned."""

    pairs: int = 96
    seed: int = 0


AS_A_RULE = LearnSettings()


class Lesson(NamedTuple):
    """What was learned, and how it does on pairs that it was not learned from."""

    performer: Performer
    mesh: Fidelity
    finished: Fidelity
    rows: tuple[tuple[Tensor, ...], ...]  # of a preview: mesh, finished and true pictures (3, H, W)


Report = Callable[[str, int, int], None]


def learn(
    footage: ActorFootage,
    settings: LearnSettings = AS_A_RULE,
    card: Mapping[str, Any] | None = None,
    report: Report = lambda what, done, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Lesson:
    """The performer that the footage shows. Once `stop` says so, with what is known by then."""
    one_thread_each()
    chosen = choose_frames(footage.analysis.canonical + _expressions(footage), footage.rotations, footage.lends)
    full, small = _begin(footage, chosen, lambda done: report("Own frames", done, len(chosen)))
    pairs = _make_pairs(footage, settings, report, stop)
    lent = Lent(footage, chosen)
    known = [pair for at, pair in enumerate(pairs) if at % EVERY]
    if len(known) >= 2 * FEATURES:
        small = weigh_frames(small, known, lent, settings.seed)
        small = search_blend(small, known, lent, report, stop)
    reserved = [pair for at, pair in enumerate(pairs) if at % EVERY == 0]
    shown = [(pair, finish_pair(pair, small, lent)) for pair in reserved]
    verdicts = [
        mean_fidelity([judge(picture, pair.truth, pair.mask) for pair, picture in each])
        for each in ([(pair, pair.pixels) for pair in reserved], shown)
    ]
    figures = {"mesh model": verdicts[0]._asdict(), "performer": verdicts[1]._asdict(), "pairs": len(reserved)}
    learned = small._replace(frames=full.frames, brightest=full.brightest, inside=full.inside)
    learned = learned._replace(card={**(card or {}), "settings": settings._asdict(), "held out": figures})
    rows = tuple((pair.pixels, picture, pair.truth) for pair, picture in shown)
    return Lesson(learned, verdicts[0], verdicts[1], rows)


def _expressions(footage: ActorFootage) -> Tensor:
    return torch.stack([motion.expression for motion in footage.motions])


def _begin(footage: ActorFootage, chosen: list[int], report: Callable[[int], None]) -> tuple[Performer, Performer]:
    """A performer that has learned nothing yet, with its frames in full and small."""
    large, little = [], []
    for number, row in enumerate(chosen):
        report(number)
        large.append(donor_of(footage.image(row), footage.tracks[row]))
        little.append(shrink_donor(large[-1], face_size(large[-1].keypoints[:, :2]) / WORK))
    report(len(chosen))
    made = []
    for donors in (large, little):
        frames, brightest = encode_frames([each.pixels for each in donors])
        inside = torch.stack([torch.cat([each.keypoints[:, :2], each.keypoints[:, :1] * 0], 1) for each in donors])
        made.append(_untaught(footage, chosen, frames, brightest, inside))
    return made[0], made[1]


def _untaught(
    footage: ActorFootage, chosen: list[int], frames: tuple[bytes, ...], brightest: float, inside: Tensor
) -> Performer:
    weights = torch.tensor([START, START])
    base = torch.cat([weights, torch.zeros(2, 1)], 1)
    even = torch.ones(1, *ErrorTable.SIZE)
    known = footage.keypoints[chosen], inside, footage.rotations[chosen], footage.analysis.canonical
    return Performer(
        frames, brightest, *known, weights, torch.zeros(2), base, even, even, torch.tensor(START_BLEND), {}
    )


def _make_pairs(footage: ActorFootage, settings: LearnSettings, report: Report, stop: Callable[[], bool]) -> list[Pair]:
    """The pairs, at the size in which is learned."""
    drawn, made = draw_pairs(footage, settings.pairs, settings.seed), []
    for number, (source, target) in enumerate(drawn):
        if stop():
            break
        report("Pairs of frames", number, len(drawn))
        made.append(_shrink(make_pair(footage, source, target, partial(footage.is_apart, target))))
    report("Pairs of frames", len(made), len(made))
    return made


def _shrink(pair: Pair) -> Pair:
    """The pair at the size in which is learned, if it is larger."""
    times = face_size(pair.driven[:, :2]) / WORK
    pixels, truth, mask = (
        shrink_donor(Donor(each, pair.driven), times).pixels for each in (pair.pixels, pair.truth, pair.mask)
    )
    across, down = pixels.shape[2] / pair.pixels.shape[2], pixels.shape[1] / pair.pixels.shape[1]
    scale = torch.tensor([across, down, (across + down) / 2])
    return pair._replace(pixels=pixels, truth=truth, mask=mask, start=pair.start * scale, driven=pair.driven * scale)
