"""Blinks of a shot taken out, kept, or put in: the plate's and the driver's."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...stages.expression.find_blinks import FILM, bridge, measure_shut
from ...stages.expression.lids import half_of_face
from ...stages.features.eyelids import lid_gaps
from ...stages.membership import share_of
from ...wires import Motion
from ..performance import Performance
from .retarget import landmark_regions

OPEN = (0.0, 0.0)


class OpenEyes(NamedTuple):
    """A performance's blinks, and what its face does without them. F frames in which the face is seen."""

    frames: tuple[int, ...]
    shut: Tensor  # (F, 2) 0..1, the picture's left and right eye
    expressions: Tensor  # (F, K, 3)

    def shut_at(self, frame: int) -> tuple[float, float]:
        """How far each eye is shut by a blink."""
        left, right = self.shut[self.frames.index(frame)].tolist() if frame in self.frames else OPEN
        return left, right

    def opened(self, motion: Motion, frame: int) -> Motion:
        """The motion of a frame without its blink: itself where there is none."""
        if not any(self.shut_at(frame)):
            return motion
        return motion._replace(expression=self.expressions[self.frames.index(frame)])


def find_open_eyes(performance: Performance, rate: float | None) -> OpenEyes:
    """The blinks of a performance of the mesh model's keypoints, which has so many frames a second."""
    rows = [row for row, found in enumerate(performance.found) if found]
    expressions, rest = performance.expressions[rows], performance.canonical
    if not rows:
        return OpenEyes((), torch.zeros(0, 2), expressions)
    shut = measure_shut(torch.stack([lid_gaps(rest + expression) for expression in expressions]), rate or FILM)
    opened, (lids, irises) = expressions, (share_of(landmark_regions(), name)[:, None] for name in ("eyes", "gaze"))
    for eye, side in enumerate((-1, 1)):
        opened = torch.lerp(opened, bridge(expressions, shut[:, eye]), lids * half_of_face(rest, side))
    opened = torch.lerp(opened, bridge(expressions, shut.amax(1)), irises)  # both look in one direction
    return OpenEyes(tuple(performance.frames[row] for row in rows), shut, opened)
