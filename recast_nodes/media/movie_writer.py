"""Movies out, for review."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from ..errors import MediaError
from .files.atomic import whole_file


class MovieWriter:
    """An H.264 movie (yuv420p, Rec.709) for review. Frames must come in order, all of one size; odd sizes are cropped
    to even. Players widen pixels by `pixel_aspect`.
    """

    def __init__(self, path: str | Path, rate: Fraction, quality: int = 92, pixel_aspect: float = 1.0):
        self.path = Path(path)
        self._stack = ExitStack()
        temporary = self._stack.enter_context(whole_file(path))
        self._container = av.open(str(temporary), "w", format="mov" if self.path.suffix.lower() == ".mov" else "mp4")
        self._stream = self._container.add_stream("libx264", rate=rate)
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": str(round((100 - quality) / 100 * 51)), "preset": "medium"}
        if pixel_aspect != 1:
            self._stream.sample_aspect_ratio = Fraction(pixel_aspect).limit_denominator(255)
        self._size: tuple[int, int] | None = None

    def put(self, pixels: np.ndarray) -> None:
        """Add one (H, W, 3) uint8 sRGB frame."""
        height, width = (size // 2 * 2 for size in pixels.shape[:2])
        if not width or not height:
            raise MediaError(f"{self.path}: a movie must be at least 2 x 2 pixels.")
        if self._size is None:
            self._size = width, height
            self._stream.width, self._stream.height = width, height
            context = self._stream.codec_context
            context.colorspace, context.color_range = int(Colorspace.ITU709), int(ColorRange.MPEG)
            context.color_primaries, context.color_trc = 1, 13  # Rec.709 primaries, sRGB curve
        if self._size != (width, height):
            raise MediaError(
                f"{self.path}: all frames of a movie must be the same size: {width} x {height} came after {self._size}."
            )
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:height, :width]), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
        try:
            self._container.mux(self._stream.encode(frame))
        except (av.FFmpegError, OSError) as problem:
            raise MediaError(f"{self.path}: cannot be written: {problem.strerror}.") from problem

    def close(self) -> None:
        """Finish the movie and give it its name. A movie without a frame is not written."""
        if self._size is None:
            return self.abort()
        with self._stack:
            try:
                self._container.mux(self._stream.encode(None))
                self._container.close()
            except (av.FFmpegError, OSError) as problem:
                raise MediaError(f"cannot be written: {problem.strerror}.") from problem

    def abort(self) -> None:
        """Leave nothing behind."""
        with suppress(av.FFmpegError, OSError):
            self._container.close()
        with suppress(_Abandoned), self._stack:
            raise _Abandoned


class _Abandoned(Exception):
    """Makes `whole_file` remove what it was given."""
