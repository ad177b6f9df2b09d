"""A driver's whole performance: its expressions over the shot, settled in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import NoFace
from ..stages import kalman
from ..wires import Motion


class Performance(NamedTuple):
    """What a driver does over the shot. F frames, K keypoints."""

    frames: tuple[int, ...]
    found: tuple[bool, ...]
    expressions: Tensor  # (F, K, 3); rows of lost frames mean nothing
    canonical: Tensor  # (K, 3) the driver's resting face
    first: Motion | None  # the first frame with a face

    def at(self, frame: int) -> Tensor | None:
        """The expression (K, 3) at a frame, None where the face is lost."""
        row = self.frames.index(frame)
        return self.expressions[row] if self.found[row] else None

    def reference(self, which: int | str) -> Tensor:
        """The expression (K, 3) that enhancement counts from: 'auto' (rest), 'first', or a frame's."""
        if which == "auto" or self.first is None:
            return torch.zeros_like(self.canonical)
        if which == "first":
            return self.first.expression
        expression = self.at(which) if which in self.frames else None
        if expression is None:
            raise NoFace(f"ExpressionMix.reference is frame {which}, in which the driver shows no face.")
        return expression


def gather(motions: Mapping[int, Motion], observation_variance: float) -> Performance:
    """One performance from the motions of its frames; `observation_variance` 0 leaves them as extracted."""
    frames = tuple(sorted(motions))
    found = tuple(motions[frame].state != "lost" for frame in frames)
    expressions = torch.stack([motions[frame].expression for frame in frames])
    if observation_variance > 0:
        expressions = kalman.smooth(expressions, found, observation_variance)
    first = next((motions[frame] for frame, seen in zip(frames, found, strict=True) if seen), None)
    return Performance(frames, found, expressions, motions[frames[0]].canonical, first)
