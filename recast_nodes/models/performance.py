"""A driver's whole performance: its expressions over the shot, settled in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import NoFace
from ..stages.track import kalman
from ..wires import Motion


class Performance(NamedTuple):
    """What a driver does over the shot. F frames, K keypoints."""

    frames: tuple[int, ...]
    motions: tuple[Motion, ...]  # without their expressions, which follow
    expressions: Tensor  # (F, K, 3); rows of lost frames mean nothing

    @property
    def canonical(self) -> Tensor:
        """(K, 3) the driver's resting face, in its first frame."""
        return self.motions[0].canonical

    @property
    def first(self) -> Motion | None:
        """The motion of the first frame with a face."""
        return next((self._motion(row) for row in range(len(self.frames)) if self.found[row]), None)

    @property
    def found(self) -> tuple[bool, ...]:
        return tuple(motion.state != "lost" for motion in self.motions)

    def at(self, frame: int) -> Motion | None:
        """The motion at a frame, with its settled expression; None where the face is lost."""
        row = self.frames.index(frame)
        return self._motion(row) if self.motions[row].state != "lost" else None

    def reference(self, which: int | str, rest: Tensor) -> Tensor:
        """The expression (K, 3) that enhancement counts from: 'auto' (`rest`), 'first', or a frame's."""
        first = self.first
        if which == "auto" or first is None:
            return rest
        if which == "first":
            return first.expression
        motion = self.at(which) if which in self.frames else None
        if motion is None:
            raise NoFace(f"ExpressionMix.reference is frame {which}, in which the driver shows no face.")
        return motion.expression

    def _motion(self, row: int) -> Motion:
        return self.motions[row]._replace(expression=self.expressions[row])


def gather(motions: Mapping[int, Motion], observation_variance: float) -> Performance:
    """One performance from the motions of its frames; `observation_variance` 0 leaves them as extracted."""
    frames = tuple(sorted(motions))
    found = tuple(motions[frame].state != "lost" for frame in frames)
    expressions = torch.stack([motions[frame].expression for frame in frames])
    if observation_variance > 0:
        expressions = kalman.smooth(expressions, found, observation_variance)
    bare = tuple(motions[frame]._replace(expression=expressions[0, :0]) for frame in frames)
    return Performance(frames, bare, expressions)
