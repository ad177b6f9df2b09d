"""How errors lie over the face: a table over the canonical face, times what is expected of its halves."""

from __future__ import annotations

import torch
from torch import Tensor

from ..models.canonical import canonical_face
from ..stages.grid.shapes import blur
from ..stages.performer.fit import SEAM, divide
from ..stages.performer.lay import draw_places, draw_room
from ..stages.thresholds import Amount
from .pairs import Pair

SPREAD = Amount(1.5, "cells, standard deviation", "of the blur over places: a cell is half a centimetre")
FEW = Amount(0.02, "of all that was seen", "so much of an even table is mixed in where a place was seldom seen")


class ErrorTable:
    """Gathers errors by place."""

    SIZE = (36, 30)  # rows and columns over the canonical face

    def __init__(self, canonical: Tensor):
        self.canonical = canonical
        self.found, self.expected = (torch.zeros(self.SIZE[0] * self.SIZE[1]) for _ in range(2))

    def add(self, error: Tensor, pair: Pair, halves: Tensor) -> None:
        """One picture's error (1, H, W), beside what was expected of its halves (2,)."""
        size = error.shape[2], error.shape[1]
        places = draw_places(pair.driven, self.canonical, canonical_face().triangles, size)
        room = draw_room(pair.driven, size)[0]
        upper = 1 - SEAM(places[1] - divide(self.canonical))
        expected = halves[0] + (halves[1] - halves[0]) * upper
        low, high = self.canonical[:, :2].amin(0), self.canonical[:, :2].amax(0)
        cells = torch.tensor(self.SIZE[::-1])
        at = ((places - low[:, None, None]) / (high - low)[:, None, None]).clamp(0, 0.9999) * cells[:, None, None]
        index = (at[1].long() * self.SIZE[1] + at[0].long()).flatten()
        self.found.index_add_(0, index, (room * error[0]).flatten())
        self.expected.index_add_(0, index, (room * expected).flatten())

    def table(self) -> Tensor:
        """(1, *SIZE) errors in times of what was expected there; 1 where nothing is known."""
        found, expected = (blur(each.reshape(1, *self.SIZE), SPREAD) for each in (self.found, self.expected))
        even = FEW * expected.mean().clamp_min(1e-9)
        return (found + even) / (expected + even)
