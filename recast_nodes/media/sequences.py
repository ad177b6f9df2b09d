"""Where frames come from: numbered files (`patterns`), a still, a movie, all asked the same way."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from ..errors import MediaError, MissingFrame
from ..wires import Attribute, Image
from .patterns import format_frames, found_instead, matching, near_folder, parse_pattern, stands_for_many

if TYPE_CHECKING:
    from .movies import MovieReader

RATES = (Fraction(1, 100), Fraction(10_000))  # frames a second that can be meant
MOVIES = (".mov", ".mp4", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mpg", ".mpeg")


class Source(Protocol):
    """Frames of one shot. `frames` are those that are there, `missing` the holes between the first and the last."""

    @property
    def kind(self) -> str: ...  # "sequence", "still" or "movie"

    @property
    def frames(self) -> tuple[int, ...]: ...

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...

    @property
    def missing(self) -> tuple[int, ...]: ...

    @property
    def rate(self) -> Fraction | None: ...

    def holds(self, frame: int) -> bool:
        """Whether there is a file for this frame."""

    def path(self, frame: int) -> str:
        """The file that holds this frame. MissingFrame where there is none."""

    def fingerprint(self, frame: int) -> str:
        """Changes when the file behind this frame does: path, size, time of change."""

    def read(self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all") -> Image: ...


@dataclass(frozen=True)
class Sequence:
    """Numbered files."""

    pattern: str
    files: Mapping[int, str] = field(repr=False)
    kind: ClassVar[str] = "sequence"

    @cached_property
    def frames(self) -> tuple[int, ...]:
        return tuple(self.files)

    @cached_property
    def first(self) -> int:
        return min(self.files)

    @cached_property
    def last(self) -> int:
        return max(self.files)

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(frame for frame in range(self.first, self.last + 1) if frame not in self.files)

    @property
    def rate(self) -> Fraction | None:
        """Frames a second, where the first frame's header says so."""
        return _header_rate(self.files[self.first])

    def holds(self, frame: int) -> bool:
        return frame in self.files

    def path(self, frame: int) -> str:
        if frame in self.files:
            return self.files[frame]
        raise MissingFrame(f"{self.pattern}: there is no frame {frame}; it has {format_frames(self.files)}.")

    def fingerprint(self, frame: int) -> str:
        return state_of(self.path(frame))

    def read(self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all") -> Image:
        from .images import read_image

        return read_image(self.path(frame), layer, colorspace, channels=channels)


@dataclass(frozen=True)
class Still:
    """One picture, the same at any frame."""

    file: str
    kind: ClassVar[str] = "still"
    frames: ClassVar[tuple[int, ...]] = (1,)
    first: ClassVar[int] = 1
    last: ClassVar[int] = 1
    missing: ClassVar[tuple[int, ...]] = ()
    rate: ClassVar[Fraction | None] = None

    def holds(self, frame: int) -> bool:
        return True

    def path(self, frame: int) -> str:
        return self.file

    def fingerprint(self, frame: int) -> str:
        return state_of(self.file)

    def read(self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all") -> Image:
        from .images import read_image

        return read_image(self.file, layer, colorspace, channels=channels)


@dataclass(frozen=True)
class ManyFrames:
    """One file that holds the frames 1, 2, 3 and so on: a movie, a motion template."""

    file: str
    first: ClassVar[int] = 1
    missing: ClassVar[tuple[int, ...]] = ()

    @property
    def frames(self) -> tuple[int, ...]:
        return tuple(range(1, self.last + 1))

    @property
    def last(self) -> int:
        raise NotImplementedError

    def holds(self, frame: int) -> bool:
        return 1 <= frame <= self.last

    def path(self, frame: int) -> str:
        if self.holds(frame):
            return self.file
        raise MissingFrame(f"{self.file}: there is no frame {frame}; it has 1-{self.last}.")

    def fingerprint(self, frame: int) -> str:
        return f"{state_of(self.path(frame))} frame {frame}"


@dataclass(frozen=True)
class Movie(ManyFrames):
    """A movie file."""

    reader: MovieReader = field(repr=False)
    kind: ClassVar[str] = "movie"

    @property
    def last(self) -> int:
        return self.reader.count

    @property
    def rate(self) -> Fraction | None:
        return self.reader.rate

    def read(self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all") -> Image:
        self.path(frame)
        if layer:
            raise MediaError(f"{self.file}: a movie has no layer {layer!r}.")
        return self.reader.read(frame - 1, colorspace)


def open_source(path: str | Path) -> Source:
    """The source that a file name or pattern stands for. MediaError naming what is there instead, where it finds
    nothing.

    What was found is remembered until the file or its folder changes.
    """
    text = os.path.abspath(os.path.expanduser(str(path))) if str(path) else ""
    if not text:
        raise MediaError("No file is named.")
    numbered = stands_for_many(parse_pattern(text))
    if not numbered and os.path.isfile(text):
        return _movie(text, state_of(text)) if text.lower().endswith(MOVIES) else Still(text)
    folder = os.path.dirname(text)
    try:
        state = os.stat(folder)
    except OSError:
        state = None
    if not state or not stat.S_ISDIR(state.st_mode):
        raise MediaError(f"{path}: there is no folder {folder}.{near_folder(folder)}")
    if not numbered:
        raise MediaError(f"{path}: there is no such file.{found_instead(folder, os.path.basename(text))}")
    return _sequence(text, state.st_mtime_ns)


@lru_cache(maxsize=8)
def _movie(path: str, stamp: str) -> Movie:
    from .movies import MovieReader

    return Movie(path, MovieReader(path))


@lru_cache(maxsize=32)
def _sequence(pattern: str, changed: int) -> Sequence:
    parsed = parse_pattern(pattern)
    folder = os.path.dirname(pattern)
    files = matching(parsed, folder)
    if not files:
        raise MediaError(f"{pattern}: there are no such frames.{found_instead(folder, os.path.basename(pattern))}")
    return Sequence(pattern, files)


def sequence_around(path: str | Path) -> str:
    """The pattern of the sequence that a file is a frame of; the file itself where it is a movie or stands alone."""
    parsed = parse_pattern(os.path.abspath(str(path)))
    numbered = parsed.frameSet() and len(parsed) == 1 and os.path.isdir(parsed.dirname())
    if str(path).lower().endswith(MOVIES) or not numbered:
        return str(path)
    pattern = f"{parsed.dirname()}{parsed.basename()}{'#' * max(1, parsed.zfill())}{parsed.extension()}"
    return pattern if len(matching(parse_pattern(pattern), parsed.dirname())) > 1 else str(path)


def state_of(path: str) -> str:
    """Path, size and time of a file: what it is known by until it changes. Raises MissingFrame."""
    try:
        state = os.stat(path)
    except OSError as problem:
        raise MissingFrame(f"{path}: cannot be read: {problem.strerror}.") from problem
    return f"{path} {state.st_size} {state.st_mtime_ns}"


@lru_cache(maxsize=64)
def _header_rate(path: str) -> Fraction | None:
    from .exr_header import is_exr, read_layout

    if not is_exr(path):
        return None
    return frame_rate(read_layout(path).headers[0].attributes.get("framesPerSecond"))


def frame_rate(told: Attribute | None) -> Fraction | None:
    """Frames a second as a header says them; None where it says nothing that can be meant."""
    rate = told.value if told else None
    if isinstance(rate, tuple) and len(rate) == 2 and told and told.type == "rational" and rate[1]:
        rate = Fraction(*rate)
    elif isinstance(rate, float) and 0 < rate <= RATES[1]:
        rate = Fraction(rate).limit_denominator(1001)
    return rate if isinstance(rate, Fraction) and RATES[0] <= rate <= RATES[1] else None
