"""Clips as the scores look at them: display-referred pictures at the benchmark's size, and what a reader sees in them.

Whatever a system wrote: EXR, PNG, a movie; another size is resampled to the benchmark's, with a notice.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import MediaError
from ...media.pixels import display_rgb
from ...media.sequences import Source, open_source, sequence_around
from ...notices import notice
from . import frames as files
from .readings import FaceReader, FaceReading

MOVIES = (".mp4", ".mov", ".mkv", ".webm", ".avi")


class ShownClip:
    """Pictures of one clip by number, from 0; the last that were asked for are kept."""

    def __init__(self, source: Source, pixels: int, name: str):
        self._source, self._pixels, self._name = source, pixels, name
        self._frames = source.frames
        self._recent: dict[int, NDArray[np.uint8]] = {}
        self._readings: dict[tuple[FaceReader, int], FaceReading | None] = {}

    def __len__(self) -> int:
        return len(self._frames)

    def fingerprint(self, count: int) -> str:
        """What its first frames are known by, without reading them."""
        known = [self._source.fingerprint(frame) for frame in self._frames[:count]]
        return hashlib.sha256("\n".join([str(self._pixels), *known]).encode()).hexdigest()

    def display(self, number: int) -> NDArray[np.uint8]:
        """(S, S, 3) sRGB."""
        if number not in self._recent:
            if number >= len(self._frames):
                raise MediaError(f"{self._name} ends after {len(self._frames)} frames: frame {number + 1} is missing.")
            image = self._source.read(self._frames[number])
            window, size = image.main.window, (self._pixels, self._pixels)
            if (window.width, window.height) != size:
                notice(f"{self._name}: frames of {window.width}x{window.height} are scored at {size[0]}x{size[1]}.")
            self._recent = {k: v for k, v in self._recent.items() if k > number - 4}
            self._recent[number] = display_rgb(image, window, size)
        return self._recent[number]

    def picture(self, number: int) -> NDArray[np.float32]:
        """(S, S, 3) display-referred, 0..1, in steps of eight bits."""
        return self.display(number).astype(np.float32) / np.float32(255)

    def reading(self, number: int, reader: FaceReader) -> FaceReading | None:
        """What a face reader sees in it."""
        asked = reader, number
        if asked not in self._readings:
            self._readings[asked] = reader.read(self.display(number))
        return self._readings[asked]


@lru_cache(maxsize=128)
def of_benchmark(folder: Path, clip: str, pixels: int) -> ShownClip:
    """A clip of the benchmark itself; one for all systems, so that its faces are read once."""
    return ShownClip(open_source(folder / clip / files.PICTURE), pixels, clip)


def of_system(folder: Path, triplet: str, pixels: int) -> ShownClip:
    """What a system wrote for a triplet: `folder/TRIPLET/` with a sequence of pictures or one movie, or
    `folder/TRIPLET.mp4` (any movie). Raises MediaError where there is neither.
    """
    movies = [folder / f"{triplet}{ending}" for ending in MOVIES]
    place = folder / triplet
    inside = sorted(each for each in place.iterdir() if not each.name.startswith(".")) if place.is_dir() else []
    for movie in (*movies, *(each for each in inside if each.suffix.lower() in MOVIES)):
        if movie.is_file():
            return ShownClip(open_source(movie), pixels, f"{triplet} of {folder.name}")
    pictures = [each for each in inside if each.suffix.lower() in (".exr", ".png", ".jpg", ".jpeg", ".tif", ".tiff")]
    if not pictures:
        raise MediaError(f"{folder} holds no result of {triplet}: a folder of pictures or a movie of that name.")
    return ShownClip(open_source(sequence_around(pictures[0])), pixels, f"{triplet} of {folder.name}")
