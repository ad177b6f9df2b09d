"""A movie as a source of frames."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

from ..errors import MediaError
from ..wires import Image
from .movies import MovieReader, NotAMovie
from .names.containers import MOVIES
from .sequences import ManyFrames

_opening = threading.Lock()


@dataclass(frozen=True)
class MovieSource(ManyFrames):
    """A movie file."""

    reader: MovieReader = field(repr=False)
    kind: ClassVar[str] = "movie"

    @property
    def last(self) -> int:
        return self.reader.count

    @property
    def rate(self) -> Fraction | None:
        """Frames a second, on average; None where neither the file nor its stream says."""
        return self.reader.rate

    @property
    def times(self) -> tuple[float, ...]:
        """The seconds after the first frame at which each is shown; none where the file does not say."""
        return tuple(float(time) for time in self.reader.times)

    def read(
        self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all", view: str = ""
    ) -> Image:
        self.path(frame)
        if layer or view:
            raise MediaError(f"{self.file}: movies have no layers or views ({layer or view!r} was requested).")
        return self.reader.read(frame - 1, colorspace)


def open_movie(path: str, stamp: str) -> MovieSource | None:
    """The movie at `path`, kept while its `stamp` (`sequences.state_of`) is the same. None for one frame of a format
    that animates pictures, and for what FFmpeg does not know, unless the file has a movie's name: it is damaged then.
    """
    with _opening:  # several threads that ask at once would start a reader process each
        return _open(path, stamp)


@lru_cache(maxsize=8)
def _open(path: str, stamp: str) -> MovieSource | None:
    named = path.lower().endswith(MOVIES)
    try:
        reader = MovieReader(path)
    except NotAMovie:
        if named:
            raise
        return None
    if reader.count == 1 and not named:
        reader.close()
        return None
    return MovieSource(path, reader)
