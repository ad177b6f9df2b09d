"""Batches of source and driving frames: two frames of one person each, cropped with some jitter.

What a step is given depends on the run's seed, the step, the part of the step and the process only: a run that resumes
sees what it would have seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional as F

from ..losses.flame import KeypointTruth
from ..settings import RunSettings
from .clip import ClipFrames, count_frames, read_frames
from .sources import ClipSource


class TrainingFrames(NamedTuple):
    """One side of a batch. Units are -1..1 over the crop."""

    pictures: Tensor  # (B, 3, S, S) 0..1
    truth: KeypointTruth
    landmarks: Tensor  # (B, 68, 2)

    def to(self, device: torch.device) -> TrainingFrames:
        return TrainingFrames(
            self.pictures.to(device),
            KeypointTruth(*(each.to(device) for each in self.truth)),
            self.landmarks.to(device),
        )

    @property
    def face(self) -> Tensor:
        """(B, 117, 2) what the hull of the face is about: the landmarks, and the keypoints for the forehead's sake."""
        return torch.cat([self.landmarks, self.truth.posed[..., :2]], 1)


class Pairs(NamedTuple):
    """A batch."""

    source: TrainingFrames
    driving: TrainingFrames

    def to(self, device: torch.device) -> Pairs:
        return Pairs(self.source.to(device), self.driving.to(device))


class Sampler(Protocol):
    """What gives a step its batches."""

    def batch(self, step: int, part: int = 0, rank: int = 0) -> Pairs: ...


class PairSampler:
    """Draws batches of a run's clips."""

    def __init__(self, sources: Sequence[ClipSource], settings: RunSettings):
        self.sources, self.settings = sources, settings

    def batch(self, step: int, part: int = 0, rank: int = 0) -> Pairs:
        """The batch of a step; a clip that is not there is made. Raises MediaError."""
        rng = np.random.default_rng([self.settings.train.seed, step, part, rank])
        pairs = [self._pair(rng) for _ in range(self.settings.train.batch)]
        sides = (_join([pair[side] for pair in pairs]) for side in (0, 1))
        return Pairs(*sides)

    def _pair(self, rng: Generator) -> tuple[TrainingFrames, TrainingFrames]:
        path = self.sources[int(rng.integers(len(self.sources)))].made()
        first, second = (int(k) for k in rng.choice(count_frames(path), 2, replace=False))
        frames = read_frames(path, [first, second])
        return self._crop(frames, 0, rng), self._crop(frames, 1, rng)

    def _crop(self, frames: ClipFrames, row: int, rng: Generator) -> TrainingFrames:
        data, size = self.settings.data, self.settings.networks.pixels
        x, y, zoom = (float(v) for v in data.jitter * rng.normal(0, 1, 3).clip(-2, 2))
        half = min(1.0, (1 + zoom) / data.margin)
        x, y = (float(np.clip(v, half - 1, 1 - half)) for v in (x, y))
        turn = torch.tensor([[[half, 0, x], [0, half, y]]])
        grid = F.affine_grid(turn, [1, 1, size, size], align_corners=False)
        whole = frames.pictures[row : row + 1].float() / 255
        picture = F.grid_sample(whole, grid, align_corners=False, padding_mode="border")
        centre = torch.tensor([x, y, 0.0])
        posed = (frames.posed[row] - centre) / half
        truth = KeypointTruth(frames.canonical[row], frames.expression[row], posed)
        return TrainingFrames(picture[0], truth, (frames.landmarks[row] - centre[:2]) / half)


def _join(frames: Sequence[TrainingFrames]) -> TrainingFrames:
    truths = (KeypointTruth(*(torch.stack(each) for each in zip(*(frame.truth for frame in frames)))),)
    return TrainingFrames(
        torch.stack([frame.pictures for frame in frames]), *truths, torch.stack([frame.landmarks for frame in frames])
    )
