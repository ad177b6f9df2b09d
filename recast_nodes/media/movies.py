"""Movies in, frame by exact frame."""

from __future__ import annotations

import threading
import weakref
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import MediaError
from ..notices import notice
from ..wires import Attribute, Image, Part, Window
from . import movie_colour
from .alpha import IS_STRAIGHT, STRAIGHT
from .colour import colour
from .files import limits
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
