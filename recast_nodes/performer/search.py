"""How expected errors become shares of a blend, found by trying: as near to the truth as can be, and as sharp."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from ..models.performer.file import Performer
from ..models.performer.finish import Layers
from ..stages.grid.shapes import face_size
from ..stages.performer.blend import blend_layers
from ..stages.thresholds import Amounts, Count
from .judge import Fidelity, judge, mean_fidelity
from .lent import Lent, gather_pair
from .pairs import Pair

LOOKED_AT = Count(14, "pairs", "that are blended in each way: more tell the same order; by trying")
FORMS = Amounts(
    (0.06, 0.03, 0.12), "of the usual error", "from one frame's form to the mean of three: brows are ghosts at 0.3"
)
DETAILS = Amounts((0.01, 0.03, 0.1), "of the usual error", "the same of what is fine, which a mean softens")
PREFERENCES = Amounts((1.0, 1.25, 0.8), "times", "how the mesh model's errors count beside those of own frames")


def search_blend(
    performer: Performer,
    pairs: list[Pair],
    lent: Lent,
    report: Callable[[str, int, int], None],
    stop: Callable[[], bool],
) -> Performer:
    """The performer with the best of some ways of blending: one number after another."""
    pairs = pairs[:: max(1, len(pairs) // LOOKED_AT)][:LOOKED_AT]
    gathered = [(pair, gather_pair(pair, performer, lent)) for pair in pairs]
    usual = float(torch.stack([layers.errors[1:].mean() for _, layers in gathered]).mean())
    mesh = mean_fidelity([judge(pair.pixels, pair.truth, pair.mask) for pair in pairs])
    chosen: list[float] = [FORMS[0], DETAILS[1], PREFERENCES[0]]
    ways: dict[tuple[float, ...], float] = {}
    steps = [(at, value) for at, values in enumerate((DETAILS, PREFERENCES, FORMS)) for value in values]
    order = (1, 2, 0)

    for number, (at, value) in enumerate(steps):
        if stop():
            break
        report("Ways of blending", number, len(steps))
        trial = list(chosen)
        trial[order[at]] = value
        way = (trial[0], trial[1], trial[2])
        if way not in ways:
            ways[way] = _cost(mean_fidelity([_try(*each, trial, usual) for each in gathered]), mesh)
        best = min(ways.items(), key=lambda item: item[1])
        chosen = list(best[0])
    report("Ways of blending", len(steps), len(steps))
    return performer._replace(
        blend=torch.tensor([chosen[0] * usual, chosen[1] * usual]),
        base=performer.base * chosen[2],
    )


def _try(pair: Pair, layers: Layers, way: list[float], usual: float) -> Fidelity:
    errors = layers.errors.clone()
    errors[0] *= way[2]
    size = face_size(pair.driven[:, :2])
    picture = blend_layers(layers.pixels, errors, way[0] * usual, way[1] * usual, size)
    return judge(torch.lerp(pair.pixels, picture, layers.room), pair.truth, pair.mask)


def _cost(found: Fidelity, mesh: Fidelity) -> float:
    """0 for the truth, about 2 for the mesh model's picture: the eye's distance, the numbers', and sharpness."""
    numbers = 10 ** ((mesh.psnr - found.psnr) / 20)
    seen = numbers if math.isnan(found.lpips) else found.lpips / max(mesh.lpips, 1e-6)
    return seen + numbers + abs(math.log(max(found.sharpness, 1e-3)))
