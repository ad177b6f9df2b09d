"""Clips of real footage, each a folder of pictures (or one movie) with `keypoints.npz` beside them.

`keypoints.npz`, as a tracker by a head model writes it, holds `frames` (T,), the numbers of the pictures; `canonical`
and `expression` (T, 49, 3), vertices in a head's centimetres; `posed` (T, 49, 3), pixels of the picture and depth in
the same; and `landmarks` (T, 68, 2), pixels. The 49 are those of `digital_humans.keypoints`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ...digital_humans.interface import floats
from ...digital_humans.keypoints import NAMES, KeypointSets, to_units
from ...errors import MediaError
from ...media.pixels import display_rgb
from ...media.sequences import Source, open_source, sequence_around
from .clip import Task, write_clip
from .cut import cut_frame, join_frames

KEYPOINTS = "keypoints.npz"
PICTURES = (".exr", ".png", ".jpg", ".jpeg", ".tif", ".tiff")
MOVIES = (".mp4", ".mov", ".mkv", ".webm")
LANDMARKS = 68


class TrackedKeypoints(NamedTuple):
    """The arrays of `keypoints.npz`."""

    frames: NDArray[np.int64]
    canonical: NDArray[np.float32]
    expression: NDArray[np.float32]
    posed: NDArray[np.float32]
    landmarks: NDArray[np.float32]


def find_clips(folder: Path, place: Path, pixels: int, margin: float) -> list[tuple[Path, Task]]:
    """Where each tracked clip is stored, and what makes it."""
    clips = sorted(path.parent for path in folder.glob(f"*/{KEYPOINTS}"))
    paths = [place / f"{clip.name}_{pixels}.safetensors" for clip in clips]
    return [(path, (store_clip, (clip, path, pixels, margin))) for clip, path in zip(clips, paths, strict=True)]


def store_clip(clip: Path, path: Path, pixels: int, margin: float) -> int:
    """Cut a tracked clip about its face; the number of frames. Raises MediaError."""
    tracked, source = read_keypoints(clip / KEYPOINTS), _source_of(clip)
    frames = []
    for row, number in enumerate(tracked.frames.tolist()):
        image = source.read(number)
        window = image.main.display
        shown = torch.from_numpy(display_rgb(image, window)).permute(2, 0, 1).float() / 255
        corner = floats([window.x, window.y])
        posed = tracked.posed[row] - floats([window.x, window.y, 0])
        sets = KeypointSets(to_units(tracked.canonical[row]), to_units(tracked.expression[row]), posed)
        frames.append(cut_frame(shown, sets, tracked.landmarks[row] - corner, pixels, margin))
    write_clip(path, join_frames(frames))
    return len(frames)


def read_keypoints(path: Path) -> TrackedKeypoints:
    """The keypoints of a tracked clip. Raises MediaError where the file holds something else."""
    try:
        with np.load(path, allow_pickle=False) as data:
            found = TrackedKeypoints(
                np.asarray(data["frames"], np.int64),
                *(np.asarray(data[name], np.float32) for name in TrackedKeypoints._fields[1:]),
            )
    except (OSError, ValueError, KeyError) as error:
        raise MediaError(f"{path} does not hold a clip's keypoints: {error}.") from error
    count = len(found.frames)
    wanted = [(count,), *[(count, len(NAMES), 3)] * 3, (count, LANDMARKS, 2)]
    arrays: tuple[NDArray, ...] = tuple(found)
    for name, array, shape in zip(TrackedKeypoints._fields, arrays, wanted, strict=True):
        if array.shape != shape or not np.isfinite(array).all():
            raise MediaError(f"{path}: {name} has the shape {array.shape} or gaps, where {shape} is wanted.")
    if count < 2:
        raise MediaError(f"{path} holds {count} frames; a clip to be trained on has at least two.")
    return found


def _source_of(clip: Path) -> Source:
    inside = sorted(each for each in clip.iterdir() if not each.name.startswith("."))
    movies = [each for each in inside if each.suffix.lower() in MOVIES]
    pictures = [each for each in inside if each.suffix.lower() in PICTURES]
    if not movies and not pictures:
        raise MediaError(f"{clip} holds {KEYPOINTS}, but no pictures and no movie.")
    return open_source(movies[0] if movies else sequence_around(pictures[0]))
