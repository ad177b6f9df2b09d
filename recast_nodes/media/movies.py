"""Movies in, frame by exact frame, and movies out for review."""

from __future__ import annotations

import threading
import weakref
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from ..errors import MediaError
from ..notices import notice
from ..wires import Attribute, Image, Part, Window
from . import movie_colour
from .alpha import IS_STRAIGHT, STRAIGHT
from .colour import colour
from .files import limits
from .files.atomic import whole_file
from .readers.processes import ReaderProcess

INDEXED = 10  # times as long as reading may opening take: 1 MB a second, as fast as 1080p of 8 Mbit/s plays
CRASHES = 3  # a movie whose decoder ended so often is not tried again


class NotAMovie(MediaError):
    """A file that FFmpeg does not take for moving pictures."""


class MovieReader:
    """Random access to the frames of one movie, by a reader process of its own. Safe for several threads; memory does
    not grow with the movie's length.

    Frames are those that a player shows, in the order in which it shows them. `times` are the seconds after the first
    frame at which each is shown, (count,) float64; empty where neither file nor stream says so.
    """

    def __init__(self, path: str):
        self.path = path
        self._size = limits.check_file(path)
        self._lock = threading.Lock()
        self._reader: ReaderProcess | None = None
        self._crashes = 0
        self._ended: Any = None
        answer, arrays = self._ask("movie.start")
        if "unknown" in answer:
            self.close()
            raise NotAMovie(f"{path}: cannot be read as a movie: {answer['unknown']}.")
        (self.times,) = arrays
        self.count = int(answer["count"])
        self.rate = Fraction(*answer["rate"]) if answer["rate"] else None

    def read(self, index: int, colorspace: str = "auto") -> Image:
        """Frame `index` (from 0) as an Image, turned upright: R, G, B of 8 or 16 bits as the movie encodes them, and A
        where it has alpha. ColourError where its tags are of an unknown colour space, and `colorspace` is
        "auto".
        """
        with self._lock:
            if self._reader is None and self._crashes:
                self._ask("movie.start")
            facts, (pixels,) = self._ask("movie.frame", index=index)
        for remark in facts["remarks"]:
            notice(f"{self.path}: {remark}.")
        stated = "" if colorspace != "auto" else movie_colour.space_of(self.path, movie_colour.Tags(**facts["tags"]))
        attributes = {"pixelAspectRatio": Attribute(float(Fraction(*facts["aspect"])), "float")}
        if self.rate:
            attributes["framesPerSecond"] = Attribute((self.rate.numerator, self.rate.denominator), "rational")
        if facts["straight"] and pixels.shape[2] == 4:
            attributes[STRAIGHT] = IS_STRAIGHT
        window = Window(0, 0, pixels.shape[1], pixels.shape[0])
        part = Part(
            "", {name: pixels[..., at] for at, name in zip(range(pixels.shape[2]), "RGBA")}, window, window, attributes
        )
        space = stated or colour.colorspace_of(part, "R", self.path, colorspace)
        return Image((part,), ("R", "G", "B"), space)

    def close(self) -> None:
        """End the reader process; it also ends by itself once the movie is no longer referenced."""
        if self._ended:
            self._ended()

    def _ask(self, operation: str, **arguments: Any) -> tuple[Any, list[np.ndarray]]:
        if self._crashes >= CRASHES:
            raise MediaError(
                f"{self.path}: the decoder crashed {CRASHES} times, so no more frames are read from this file."
            )
        if self._reader is None:
            self._reader = ReaderProcess()
            self._ended = weakref.finalize(self, self._reader.stop)
        try:
            size = self._size * (INDEXED if operation == "movie.start" else 1)
            return self._reader.ask(operation, self.path, size, **arguments)
        except MediaError:
            if not self._reader.alive:
                self._reader, self._crashes = None, self._crashes + 1
            raise


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
