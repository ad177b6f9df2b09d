"""A clip as it is stored: pictures cut about the face, keypoints and landmarks, in one safetensors file.

The stored square is larger than a network's crop by `DataSettings.margin`, so that crops can be jittered. Places are in
units of the stored square, -1..1 over its outer edges, x right, y down, depth away from the camera.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from ...errors import MediaError
from ...media.files.atomic import whole_file
from ..losses.flame import KeypointTruth

Task = tuple[Callable[..., int], tuple[object, ...]]  # what makes a clip's file: a function and what it is given


class ClipFrames(NamedTuple):
    """Frames of one person. T frames, squares of S pixels."""

    pictures: Tensor  # (T, 3, S, S) uint8, display-referred
    canonical: Tensor  # (T, 49, 3) in units of `digital_humans.keypoints.UNIT`
    expression: Tensor  # (T, 49, 3) alike
    posed: Tensor  # (T, 49, 3) units of the square
    landmarks: Tensor  # (T, 68, 2) units of the square

    @property
    def truth(self) -> KeypointTruth:
        return KeypointTruth(self.canonical, self.expression, self.posed)


def write_clip(path: Path, clip: ClipFrames) -> None:
    """Write a clip, whole or not at all."""
    from safetensors.torch import save_file

    with whole_file(path, renaming=True) as part:
        save_file({name: value.contiguous() for name, value in clip._asdict().items()}, part)


def count_frames(path: Path) -> int:
    """How many frames a clip has. Raises MediaError."""
    import safetensors

    try:
        with safetensors.safe_open(path, "pt") as opened:
            return int(opened.get_slice("pictures").get_shape()[0])
    except (safetensors.SafetensorError, OSError) as error:
        raise MediaError(f"{path} is not a clip for training: {error}.") from error


def read_frames(path: Path, frames: list[int]) -> ClipFrames:
    """Some frames of a clip; nothing else of the file is read. Raises MediaError."""
    import safetensors

    try:
        with safetensors.safe_open(path, "pt") as opened:
            slices = {name: opened.get_slice(name) for name in ClipFrames._fields}
            return ClipFrames(**{name: torch.stack([each[k] for k in frames]) for name, each in slices.items()})
    except (safetensors.SafetensorError, OSError, IndexError) as error:
        raise MediaError(f"{path} is not a clip for training: {error}.") from error
