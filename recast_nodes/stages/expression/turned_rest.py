"""What a resting face is read as while the head turns.

A landmarker guesses depth from what it sees. Guessed wrongly, a nose or a jaw that is in its place in a face seen from
the front is beside it in one that has turned, and a face that does nothing seems to act: a replaced expression would
then move skin that rests. What goes with the turn through the whole shot, and not with what the face does, is such a
misreading, and belongs to the rest.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import MESH
from ..thresholds import Amount
from .neutral import take_acting_off

FARTHEST_MISREAD = Amount(
    0.5,
    "centimetres for a head that has turned by 90 degrees, one standard deviation",
    "how much is read into a resting face as it turns: 0.2 to 0.6 cm at 35 to 65 degrees on six rendered people; half "
    "and twice as much serve them alike (decision 54)",
)


class TurnedRest(NamedTuple):
    """How the face at rest is read by the head's turn, beside how it is read at `usual`."""

    slopes: Tensor  # (5, K, 3) centimetres, head frame
    usual: Tensor  # (5,) features of the turn at which the shot's resting face was estimated

    def at(self, rotation: Tensor) -> Tensor:
        """(K, 3) what to add to the face at rest where the head has turned by `rotation` (3, 3)."""
        away = _features(rotation) - self.usual
        return (away[:, None, None] * self.slopes).sum(0).float()

    def counted_from(self, rotation: Tensor) -> TurnedRest:
        """The same where the resting face is that of a head turned by `rotation` (3, 3)."""
        return self._replace(usual=_features(rotation))


def unturned(keypoints: int) -> TurnedRest:
    """Of a face that is read alike however it turns."""
    usual = _features(torch.eye(3))
    return TurnedRest(usual.new_zeros(len(usual), keypoints, 3), usual)


def learn_turned_rest(
    shapes: Tensor, coefficients: Tensor, rotations: Tensor, movements: Tensor, resting: Tensor
) -> TurnedRest:
    """From a shot's head-frame shapes (F, K, 3), coefficients (F, 52) and rotations (F, 3, 3), by ridge regression.

    `movements` and `resting` as in `estimate_neutral`. The calmer a frame, the more it counts. In a shot whose head
    hardly turns, or whose coefficients are not known, nothing is concluded. Irises are left out: eyes keep looking at
    something while a head turns, and that is no misreading.
    """
    known = torch.isfinite(coefficients).all(-1)
    if not bool(known.any()):
        return unturned(shapes.shape[1])
    taken = take_acting_off(shapes[known], coefficients[known], movements, resting)
    left, weights = (each.double() for each in taken)
    turns = _features(rotations[known])
    share = (weights / weights.sum())[:, None]
    usual, mean = (share * turns).sum(0), (share[..., None] * left).sum(0)
    weighted, left = weights[:, None] * (turns - usual), left - mean
    # Written out: a matrix product's last bits depend on where in memory its factors lie.
    gram = (weighted[:, :, None] * (turns - usual)[:, None]).sum(0)
    gram = gram + torch.eye(len(gram)).double() / FARTHEST_MISREAD**2
    together = torch.stack([(row[:, None, None] * left).sum(0) for row in weighted.T])
    slopes = (torch.linalg.inv(gram)[:, :, None, None] * together).sum(1)
    slopes[:, MESH:] = 0
    return TurnedRest(slopes, usual)


def _features(rotation: Tensor) -> Tensor:
    """(..., 5) of rotations (..., 3, 3): where the camera is seen from the head, to the side and up, and the products
    of both.
    """
    side, up = rotation[..., 0, 2].double(), rotation[..., 1, 2].double()
    return torch.stack([side, up, side * side, side * up, up * up], -1)
