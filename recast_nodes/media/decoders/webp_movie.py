"""Animated WebP by OpenImageIO: FFmpeg has no decoder for it."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import MediaError
from ..files import limits
from .movie_index import Index, Packet
from .openimageio import open_input, problem


class WebpMovie:
    """Random access to the frames of an animation, each of them whole."""

    def __init__(self, path: str):
        self.path = path
        durations = _durations(path)
        ends = np.cumsum([0, *durations[:-1]]) / 1000
        rate = Fraction(1000 * len(durations), sum(durations)).limit_denominator(1001) if sum(durations) else None
        packets = [Packet(at, at, True, True) for at in range(len(durations))]
        times = [float(end) for end in ends] if rate else []
        self.index = Index(packets, list(range(len(durations))), times, rate, "pts")

    @property
    def count(self) -> int:
        return len(self.index.order)

    def pixels(self, index: int) -> np.ndarray:
        """Frame `index` (from 0) as (H, W, 3 or 4) of 8 bits."""
        with open_input(self.path) as source:
            if not source.seek_subimage(index, 0):
                raise MediaError(f"{self.path}: frame {index + 1} cannot be decoded.")
            spec = source.spec()
            total = spec.width * spec.height * spec.pixel_bytes()
            limits.check_size(self.path, spec.width, spec.height, spec.nchannels, total)
            pixels = source.read_image(index, 0, 0, spec.nchannels, "uint8")
            if pixels is None:
                raise MediaError(f"{self.path}: frame {index + 1} cannot be decoded: {problem(source, self.path)}")
        return np.asarray(pixels).reshape(spec.height, spec.width, spec.nchannels)

    def facts(self, index: int) -> dict[str, Any]:
        """What is known of a frame: WebP has square pixels and is sRGB."""
        tags = {"primaries": 2, "transfer": 2, "matrix": 2}
        return {"aspect": [1, 1], "tags": tags, "remarks": [], "straight": True}


def _durations(path: str) -> list[int]:
    """Milliseconds for which each frame is shown, from the chunks of the file (RIFF, of even length each)."""
    durations = []
    with open(path, "rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", head)
            after = file.tell() + length + length % 2
            if name == b"ANMF":
                durations.append(int.from_bytes(file.read(16)[12:15], "little"))
                limits.check(path, limits.MOVIE, len(durations))
            file.seek(after)
    if not durations:
        raise MediaError(f"{path}: cannot be read as a movie: it contains no frames.")
    return durations
