"""The square about a face, cut out of a picture as FaceTrack and the neural models do it."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...digital_humans.keypoints import KeypointSets
from ...stages.finish.patch import cut_patch
from ...stages.track.crop import CROP_SIZE, crop_matrix, face_square, move
from .clip import ClipFrames

SCALE, SHIFT = 1.5, -0.125  # the published crop of PerformRecast, which FaceTrack has too
JAW_AND_BROWS = slice(0, 27)  # of 68 landmarks: what the square is about
EYES, LIPS = slice(36, 48), slice(48, 60)


def cut_frame(
    shown: Tensor, sets: KeypointSets, landmarks: NDArray[np.floating], pixels: int, margin: float
) -> ClipFrames:
    """One frame of a clip, of a display-referred picture (3, H, W), its keypoints and 68 landmarks in its pixels."""
    marks = torch.from_numpy(np.asarray(landmarks, np.float64))[:, :2]
    square = face_square(marks[JAW_AND_BROWS], marks[EYES].mean(0), marks[LIPS].mean(0), SCALE, 0.0, SHIFT, True)
    square = square * square.new_tensor([1.0, 1.0, margin, 1.0])
    matrix = crop_matrix(square)
    picture = (cut_patch(shown, (0, 0), matrix, pixels).clamp(0, 1) * 255).round().to(torch.uint8)
    posed = torch.from_numpy(np.asarray(sets.posed, np.float64))
    depth = posed[:, 2:] * (2 / square[2])
    return ClipFrames(
        picture,
        torch.from_numpy(sets.canonical),
        torch.from_numpy(sets.expression),
        torch.cat([_units(posed[:, :2], matrix), depth], 1).float(),
        _units(marks, matrix).float(),
    )


def join_frames(frames: list[ClipFrames]) -> ClipFrames:
    """Single frames as one clip."""
    return ClipFrames(*(torch.stack(each) for each in zip(*frames, strict=True)))


def _units(points: Tensor, matrix: Tensor) -> Tensor:
    return move(points, matrix) * (2 / CROP_SIZE) - 1
