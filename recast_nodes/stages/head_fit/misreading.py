"""How a landmarker errs: ways in which it misreads a person in all frames, and ways in which it misreads a frame.

Errors of landmarks hang together: a jaw is read too wide as a whole. So they are shapes of their own, with coefficients
that a fit finds beside those of the head and then throws away; without them it would take them for expressions.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..thresholds import Amount
from .articulated import LandmarkHead

FURTHEST = Amount(5.0, "standard deviations", "a bound that no frame of the measured people comes near to")


def with_misreadings(head: LandmarkHead) -> LandmarkHead:
    """The head whose identities and parameters end with the misreadings'."""
    by_person, by_frame = head.misread_person, head.misread_frame
    one = head.spread.new_ones(len(by_frame))
    joints = len(head.parents)
    return head._replace(
        names=(*head.names, *(f"misreading {number}" for number in range(len(by_frame)))),
        identity=torch.cat([head.identity, by_person]),
        moved_centres=torch.cat([head.moved_centres, head.rest.new_zeros(len(by_person), joints, 3)]),
        movements=torch.cat([head.movements, by_frame]),
        turns=torch.cat([head.turns, head.rest.new_zeros(joints, 3, len(by_frame))], -1),
        low=torch.cat([head.low, -FURTHEST * one]),
        high=torch.cat([head.high, FURTHEST * one]),
        spread=torch.cat([head.spread, one]),
        hints=torch.cat([head.hints, head.hints.new_zeros(len(by_frame), head.hints.shape[1])]),
        doubt=torch.cat([head.doubt, one]),
    )


def without_misreadings(head: LandmarkHead, unknowns: Tensor) -> Tensor:
    """A frame's unknowns (T, N) of `head` itself, from those of the head with misreadings."""
    count = len(head.names)
    return torch.cat([unknowns[:, :count], unknowns[:, count + len(head.misread_frame) :]], 1)
