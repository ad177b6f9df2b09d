"""The wires of glasses: lines in the plane before the eyes, and how much a picture looks like one."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ..grid.ridges import average_along, ridges
from ..thresholds import Amount, Amounts, Count, Threshold
from .glasses_plane import Lit
from .texture import CM

STEPS = Count(128, "places on a rim", "one a millimetre")
WIDER = Amount(1.2, "times as wide as high", "are the circles that a rim is measured by: lenses lie on their sides")
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
SURE = torch.tensor(SEEN)[:, None, None]


class Wire(NamedTuple):
    """A line in the plane: round about a middle, or a bar that goes aside from a start."""

    closed: bool
    origin: Tensor  # (2,) the middle, or the start
    extent: float  # of a round one 1 or -1, the side of the temple; of a bar, how far it goes to the right
    across: Tensor  # (N,) centimetres from the middle, or below the start
    half: Tensor  # (N,) half its thickness


def place(wire: Wire, along: Tensor, across: Tensor) -> Tensor:
    """(..., 2) places in the plane, of places along a wire (0 to 1) and across."""
    if wire.closed:
        turn = along * (2 * math.pi)
        offset = torch.stack([wire.extent * WIDER * turn.cos() * across, turn.sin() * across], -1)
    else:
        offset = torch.stack(torch.broadcast_tensors(along * wire.extent, across), -1)
    return wire.origin + offset


def unroll(wire: Wire, places: Tensor) -> tuple[Tensor, Tensor]:
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


def score_lines(shown: Lit, wire: Wire, cells: Tensor) -> Tensor:
    """(len(HALVES), N, M) how much a picture looks like a line of each thickness at `cells` (M,) across, in steps of
    FINE and counted from the wire: 1 and more is one for sure.
    """
    beyond = torch.arange(-SIDES, len(cells) + SIDES) * FINE + cells[0]
    strip = shown.at(place(wire, steps(wire), wire.across[:, None] + beyond))
    found = torch.stack([average_along(ridge, 2, wire.closed) for ridge in ridges(strip, HALVES)])
    return found[..., SIDES:-SIDES] / SURE


def weigh_scores(found: Tensor, wire: Wire) -> Tensor:
    """What answers (len(HALVES), N, M) are worth to a wire's course: the more the better, for its middle answers most,
    but less and less so.
    """
    return 0.5 * found.log1p() * alike_thickness(wire)[..., None]


def alike_thickness(wire: Wire) -> Tensor:
    """(len(HALVES), N) which lines are about as thick as a wire is known to be."""
    times = torch.tensor(HALVES)[:, None] * FINE / wire.half
    return (wire.half == 0) | ((times < ALIKE) & (times > 1 / ALIKE))
