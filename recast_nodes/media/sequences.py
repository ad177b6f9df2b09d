"""Where frames come from: numbered files, a still, a movie, all asked the same way.

Patterns are those of Fileseq: `####`, `%04d`, `@@`, `$F4`, also with a range in front (`plate.1001-1100####.exr`).
One # is one digit, as in Nuke.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

import fileseq

from ..errors import KnobError, MediaError, MissingFrame
from ..wires import Attribute, Image

if TYPE_CHECKING:
    from .movies import MovieReader

STYLE = fileseq.PAD_STYLE_HASH1
LONGEST = 250_000  # frames in one range; three hours of film
FRAMES = (-1_000_000, 10_000_000)  # the numbers that frames can have
RATES = (Fraction(1, 100), Fraction(10_000))  # frames a second that can be meant
DIGITS = 64  # of a frame number, zeros before it among them
RANGE = re.compile(r"(-?[0-9]{1,18})-(-?[0-9]{1,18})")
NAME = 4096  # characters of a name with its folders, the most that systems take
fileseq.constants.MAX_FRAME_SIZE = LONGEST  # checked by Fileseq before it makes the frames
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
    numbered = _numbered(_parsed(text))
    if not numbered and os.path.isfile(text):
        return _movie(text, state_of(text)) if text.lower().endswith(MOVIES) else Still(text)
    folder = os.path.dirname(text)
    try:
        state = os.stat(folder)
    except OSError:
        state = None
    if not state or not stat.S_ISDIR(state.st_mode):
        raise MediaError(f"{path}: there is no folder {folder}.{_near_folder(folder)}")
    if not numbered:
        raise MediaError(f"{path}: there is no such file.{_there(folder, os.path.basename(text))}")
    return _sequence(text, state.st_mtime_ns)


@lru_cache(maxsize=8)
def _movie(path: str, stamp: str) -> Movie:
    from .movies import MovieReader

    return Movie(path, MovieReader(path))


@lru_cache(maxsize=32)
def _sequence(pattern: str, changed: int) -> Sequence:
    parsed = _parsed(pattern)
    folder = os.path.dirname(pattern)
    files = _matching(parsed, folder)
    if not files:
        raise MediaError(f"{pattern}: there are no such frames.{_there(folder, os.path.basename(pattern))}")
    return Sequence(pattern, files)


def _matching(parsed: fileseq.FileSequence, folder: str) -> dict[int, str]:
    digits = max(1, parsed.zfill())
    number = r"(-?\d+)" if digits == 1 else rf"(-?(?:\d{{{digits}}}|[1-9]\d{{{digits},}}))"
    shape = re.compile(re.escape(parsed.basename()) + number + re.escape(parsed.extension()) + r"\Z")
    wanted = set(parsed.frameSet() or ())
    found = {int(match[1]): name for name in sorted(os.listdir(folder)) if (match := shape.match(name))}
    return {frame: os.path.join(folder, found[frame]) for frame in sorted(found) if not wanted or frame in wanted}


@lru_cache(maxsize=256)  # asked for every frame
def _parsed(text: str) -> fileseq.FileSequence:
    if len(text) > NAME or any(ord(character) < 32 for character in text):
        raise MediaError(f"{text[:80]!r}: is not a file name: it is too long, or holds characters that no name has.")
    if set("<>") & set(text):  # Fileseq takes what stands between them for a tile number, or drops it
        raise MediaError(f"{text}: such a name cannot be used for frames; name it without < and >.")
    try:
        parsed = fileseq.FileSequence(text, pad_style=STYLE, allow_subframes=False)
        if parsed.zfill() > DIGITS:
            raise ValueError(f"a frame number has at most {DIGITS} digits")
        return parsed
    except (fileseq.exceptions.FileSeqException, ValueError, ArithmeticError) as problem:
        raise MediaError(f"{text}: is not a file name or frame pattern: {_first_line(problem)}") from problem


def _numbered(parsed: fileseq.FileSequence) -> bool:
    """Whether this stands for many frames: a place for the number, or a range, but not one frame's own number."""
    return bool(parsed.padding()) and (parsed.frameSet() is None or len(parsed) > 1)


def is_pattern(path: str | Path) -> bool:
    """Whether the name has a place for the frame number ('shot.1001.exr' has none)."""
    parsed = _parsed(str(path))
    return bool(parsed.padding()) and parsed.frameSet() is None


def frame_path(pattern: str | Path, frame: int) -> str:
    """The name of one frame: `shot.####.exr` at 1001 is `shot.1001.exr`. Names without a place for it stay as they
    are.
    """
    return str(_parsed(str(pattern)).frame(frame)) if is_pattern(pattern) else str(pattern)


def sequence_around(path: str | Path) -> str:
    """The pattern of the sequence that a file is a frame of; the file itself where it is a movie or stands alone."""
    parsed = _parsed(os.path.abspath(str(path)))
    numbered = parsed.frameSet() and len(parsed) == 1 and os.path.isdir(parsed.dirname())
    if str(path).lower().endswith(MOVIES) or not numbered:
        return str(path)
    pattern = f"{parsed.dirname()}{parsed.basename()}{'#' * max(1, parsed.zfill())}{parsed.extension()}"
    return pattern if len(_matching(_parsed(pattern), parsed.dirname())) > 1 else str(path)


def parse_frames(text: str) -> tuple[int, ...]:
    """'1001-1100x2,1150' as frames, in the order given, each once. KnobError where it is none."""
    told = repr(text if len(text) <= 80 else text[:80] + "...")
    if sum(abs(int(last) - int(first)) for first, last in RANGE.findall(text)) > 2 * LONGEST:
        raise KnobError(f"Frames {told} are not a range such as 1001-1100x2,1150: more than {LONGEST:,} frames.")
    try:
        frames = fileseq.FrameSet(text.strip())
        numbers = tuple(int(frame) for frame in frames)
    except (fileseq.exceptions.FileSeqException, ValueError, ArithmeticError) as problem:
        raise KnobError(f"Frames {told} are not a range such as 1001-1100x2,1150: {_first_line(problem)}") from problem
    if not numbers or any(number != frame for number, frame in zip(numbers, frames, strict=True)):
        raise KnobError(f"Frames {told} are not whole numbers such as 1001-1100x2,1150.")
    if min(numbers) < FRAMES[0] or max(numbers) > FRAMES[1]:
        raise KnobError(f"Frames {told} are beyond {FRAMES[0]:,} to {FRAMES[1]:,}.")
    return numbers


def format_frames(frames: Iterable[int]) -> str:
    """Frames in the shortest words that `parse_frames` understands."""
    return fileseq.framesToFrameRange(sorted(set(frames)))


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


def _there(folder: str, name: str) -> str:
    """What the folder has instead: sequences and files, the likeliest first."""
    names = [entry for entry in os.listdir(folder) if not entry.startswith(".")]
    if not names:
        return f" The folder {folder} is empty."
    found = fileseq.FileSequence.yield_sequences_in_list(names, pad_style=STYLE)
    known = {_shown(sequence): sequence for sequence in found}
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.3) or sorted(known)[:3]
    return " The folder has " + ", ".join(_counted(text, known[text]) for text in near) + "."


def _shown(sequence: fileseq.FileSequence) -> str:
    return f"{sequence.basename()}{sequence.padding()}{sequence.extension()}" if len(sequence) > 1 else str(sequence)


def _counted(text: str, sequence: fileseq.FileSequence) -> str:
    return f"{text} ({sequence.frameRange()})" if len(sequence) > 1 else text


def _near_folder(folder: str) -> str:
    parent = os.path.dirname(folder)
    names = [entry.name for entry in os.scandir(parent) if entry.is_dir()] if os.path.isdir(parent) else []
    near = difflib.get_close_matches(os.path.basename(folder), names, n=1)
    return f" Did you mean {os.path.join(parent, near[0])}?" if near else ""


def _first_line(problem: Exception) -> str:
    return str(problem).split("\n")[0].split(": did not match")[0]
