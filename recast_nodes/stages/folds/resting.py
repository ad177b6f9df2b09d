"""The face at rest, from the calmest frames of a shot."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...face.blendshapes import COEFFICIENTS, GAZE, blendshapes
from ..grid.medians import median_over
from ..thresholds import Amount, Amounts
from .register import move, register

SHARE = Amount(0.2, "of the frames", "a face rests for so long at least; of a shot that never does, its calmest frames")
FRAMES = Amounts((3, 9), "frames", "a median of fewer is one frame's noise; more of a long shot only cost")
FOLDLESS = GAZE + blendshapes("eyeBlink")  # what leaves no folds where folds are looked for


def choose_calm(coefficients: Tensor, resting: Tensor) -> list[int]:
    """The rows of `coefficients` (F, 52) in which a face is calmest, the calmest first. `resting` (52,) is what resting
    faces read. Where nothing is known of any row they are spread evenly.
    """
    count = min(len(coefficients), max(FRAMES[0], min(FRAMES[1], int(SHARE * len(coefficients)))))
    used = torch.ones(COEFFICIENTS)
    used[list(FOLDLESS)] = 0
    moved = ((coefficients - resting).clamp_min(0) * used).sum(1)
    if not bool(torch.isfinite(moved).any()):
        return [row * len(moved) // count for row in range(count)]
    return torch.argsort(moved.nan_to_num(nan=torch.inf), stable=True)[:count].tolist()


def resting_skin(textures: Sequence[Tensor]) -> Tensor:
    """(3, h, w) the median of textures, each brought to the first; NaN where none shows anything. Colours as in
    `stages.occlusion.texture`, of which brightness counts from its median: exposure is no matter.
    """
    first, brought = with_even_light(textures[0]), []
    for texture in map(with_even_light, textures):
        both = (torch.isfinite(texture[:1]) & torch.isfinite(first[:1])).float()
        flow = register(first[:1].nan_to_num(), texture[:1].nan_to_num(), both)
        shown = move(torch.isfinite(texture[:1]).float(), flow) >= 1
        brought.append(torch.where(shown, move(texture.nan_to_num(), flow), torch.nan))
    return median_over(torch.stack(brought))


def with_even_light(texture: Tensor) -> Tensor:
    """A texture (3, h, w) whose brightness counts from its median."""
    return torch.cat([texture[:1] - texture[:1].nanmedian().nan_to_num(), texture[1:]])
