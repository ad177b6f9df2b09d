"""Where frames come from: numbered files (`patterns`), a still, a movie, all asked the same way."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar, Protocol

from ..errors import MediaError, MissingFrame
from ..notices import notice
from ..wires import Image
from .names.containers import MOVIES, is_picture
from .names.patterns import format_frames, parse_pattern
from .names.siblings import as_on_disk, change_time, frames_of, not_found, pattern_around, suggest_sequences
from .rates import header_rate


class Source(Protocol):
    """Frames of one shot. `frames` are those that are there, `missing` the holes between the first and the last."""

    @property
    def kind(self) -> str: ...  # "sequence", "still", "movie", "host", "template" or "recording"

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

    def read(
        self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all", view: str = ""
    ) -> Image: ...


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
        return header_rate(self.files[self.first])

    def holds(self, frame: int) -> bool:
        return frame in self.files

    def path(self, frame: int) -> str:
        if frame in self.files:
            return self.files[frame]
        raise MissingFrame(f"{self.pattern}: frame {frame} is missing; the sequence has {format_frames(self.files)}.")

    def fingerprint(self, frame: int) -> str:
        return state_of(self.path(frame))

    def read(
        self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all", view: str = ""
    ) -> Image:
        from .images import read_image

        return read_image(self.path(frame), layer, colorspace, view, channels, self.pattern)


@dataclass(frozen=True)
class StillSource:
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

    def read(
        self, frame: int, layer: str = "", colorspace: str = "auto", channels: str = "all", view: str = ""
    ) -> Image:
        from .images import read_image

        return read_image(self.file, layer, colorspace, view, channels)


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
        raise MissingFrame(f"{self.file}: no frame {frame}; the file has 1-{self.last}.")

    def fingerprint(self, frame: int) -> str:
        return f"{state_of(self.path(frame))} frame {frame}"


def open_source(path: str | Path) -> Source:
    """The source that a file name or pattern stands for. MediaError naming what is there instead, where it finds
    nothing.

    What was found is remembered until the file or its folder changes.
    """
    if not str(path):
        raise MediaError("No file is set.")
    text = os.path.abspath(os.path.expanduser(str(path)))
    parse_pattern(text)  # characters that no name has are refused before the disk is asked
    text = as_on_disk(text)
    folder = os.path.dirname(text)
    when = change_time(folder)
    if os.path.isfile(text):  # also where its name looks like a pattern: A001_####.mov, take %d.mov
        _not_its_frames(text, when)
        return _one_file(text)
    if not (when and parse_pattern(text).place):
        raise not_found(path, text)
    return _sequence(text, when)


def _one_file(path: str) -> Source:
    """A still or a movie, by its content; FFmpeg says what is a movie. MediaError for a movie that cannot be read."""
    from .movie_source import open_movie

    state = state_of(path)
    found = None if _is_picture(path, state) else open_movie(path, state)
    return found or StillSource(path)


@lru_cache(maxsize=256)  # asked for every frame of a movie
def _is_picture(path: str, state: str) -> bool:
    return is_picture(path)


@lru_cache(maxsize=32)
def _sequence(pattern: str, when: int) -> Sequence:
    files = frames_of(pattern)
    if not files:
        folder, name = os.path.split(pattern)
        raise MediaError(f"{pattern}: no frames found.{suggest_sequences(folder, name)}")
    return Sequence(pattern, files)


@lru_cache(maxsize=32)
def _not_its_frames(file: str, when: int) -> None:
    """Say that a file with the name of a pattern is read where the pattern has frames too."""
    with suppress(MediaError):  # a name that is no pattern
        if parse_pattern(file).place and frames_of(file):
            notice(f"{file}: a file with exactly this name exists and is read instead of the frame sequence.")


def sequence_around(path: str | Path) -> str:
    """The pattern of the sequence that a file is a frame of; the file itself where it is a movie or stands alone."""
    return str(path) if str(path).lower().endswith(MOVIES) else pattern_around(os.path.abspath(str(path)))


def state_of(path: str) -> str:
    """Path, size and time of a file: what it is known by until it changes. Raises MissingFrame."""
    try:
        state = os.stat(path)
    except OSError as problem:
        raise MissingFrame(f"{path}: cannot be read: {problem.strerror}.") from problem
    return f"{path} {state.st_size} {state.st_mtime_ns}"
