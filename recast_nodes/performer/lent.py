"""Pairs finished by own frames of other stretches than the truth's."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ..models.performer.file import Performer
from ..models.performer.finish import Layers, gather_layers
from ..stages.grid.shapes import face_size
from ..stages.performer.blend import blend_layers
from .footage import ActorFootage
from .pairs import Pair

NOBODY = 1e3  # an error that nobody has: of frames that may not lend


class Lent(NamedTuple):
    """Which own frames may lend while another one is the truth."""

    footage: ActorFootage
    chosen: list[int]

    def forbid(self, target: int) -> Callable[[Tensor], Tensor]:
        """Raises the errors (2, N) of own frames of the target's stretch, and of its neighbours."""
        apart = torch.tensor([self.footage.is_apart(row, target) for row in self.chosen])
        return lambda errors: torch.where(apart, errors, NOBODY)


def gather_pair(pair: Pair, performer: Performer, lent: Lent) -> Layers:
    """What a pair's target is blended from."""
    return gather_layers(pair.pixels, pair.start, pair.driven, performer, lent.forbid(pair.target))


def finish_pair(pair: Pair, performer: Performer, lent: Lent) -> Tensor:
    """(3, H, W) a pair's target as the performer finishes it."""
    layers = gather_pair(pair, performer, lent)
    size = face_size(pair.driven[:, :2])
    form, detail = performer.blend.tolist()
    return torch.lerp(pair.pixels, blend_layers(layers.pixels, layers.errors, form, detail, size), layers.room)
