"""Movies made on the spot, whose frames say which they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from recast_nodes.wires import Image

SIZE = (32, 64)  # rows, columns
BASE = Fraction(1, 600)  # seconds: 24, 25 and 30 frames a second fall on whole ticks


def numbered(frame: int) -> np.ndarray:
    """A picture that holds its number as eight black and white columns."""
    bits = np.array([255 * (frame >> bit & 1) for bit in range(8)], np.uint8)
    return np.broadcast_to(np.repeat(bits, 8)[None, :, None], (*SIZE, 3))


def number_in(green: np.ndarray) -> int:
    """The number that `numbered` painted, from one channel of any depth."""
    white = np.iinfo(green.dtype).max if green.dtype.kind == "u" else 1.0
    levels = green[8:-8].astype(float).reshape(16, 8, 8).mean((0, 2))
    return sum(1 << bit for bit, level in enumerate(levels) if level > white / 2)


def number(frame: Image) -> int:
    return number_in(frame.main.channels["G"])


def write_movie(
    path: Path,
    codec: str,
    frames: Sequence[Any],
    container: str | None = None,
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    rate: Fraction | int = 24,
    times: Sequence[float] | None = None,
    **stream: Any,
) -> Path:
    """A movie of `frames`: numbers (`numbered`), (H, W, 3) uint8 arrays, or PyAV's frames.

    `times` are the seconds at which they are shown; `stream` are further attributes of the stream (`set_...` methods
    are called) and of its codec.
    """
    with av.open(str(path), "w", format=container) as out:
        track = out.add_stream(codec, rate=rate)
        track.options = options or {}
        for name, value in stream.items():
            if name.startswith("set_"):
                getattr(track, name)(value)
            else:
                setattr(track.codec_context, name, value)
        for at, frame in enumerate(frames):
            made = _frame(frame, pix_fmt)
            if not at:
                track.width, track.height, track.pix_fmt = made.width, made.height, pix_fmt
                track.codec_context.time_base = BASE if times else 1 / Fraction(rate)
            made.time_base = track.codec_context.time_base
            made.pts = round(times[at] / BASE) if times else at
            out.mux(track.encode(made))
        out.mux(track.encode(None))
    return path


def _frame(frame: Any, pix_fmt: str) -> av.VideoFrame:
    if isinstance(frame, av.VideoFrame):
        return frame
    pixels = numbered(frame) if isinstance(frame, int) else frame
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24").reformat(format=pix_fmt)


def plain_frame(pix_fmt: str, values: Sequence[Any], size: tuple[int, int] = SIZE, **tags: int) -> av.VideoFrame:
    """A frame of `pix_fmt` whose planes each hold one code, or a row of codes; `tags` are color_range and the like."""
    frame = av.VideoFrame(size[1], size[0], pix_fmt)
    kind = np.dtype("<u2" if frame.format.components[0].bits > 8 else "u1")
    for plane, value in zip(frame.planes, values, strict=True):
        row = np.zeros(plane.line_size // kind.itemsize, kind)
        row[: plane.width] = value
        plane.update(np.tile(row, (plane.height, 1)).tobytes())
    for name, tag in tags.items():
        setattr(frame, name, tag)
    return frame
