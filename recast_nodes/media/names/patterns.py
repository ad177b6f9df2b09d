"""Names of files that stand for many frames, and ranges of frames.

The place of the frame number is written `####`, `%04d`, `@@` or `$F4`, also with a range in front
(`plate.1001-1100####.exr`). One # is one digit, as in Nuke. Only the last component of a path is looked at: a folder's
name means nothing but itself. Ranges are read by Fileseq; names are not, because it drops or moves characters of some
(`take5,####`, `v2-####`, `a@2x.####`).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from ...errors import KnobError, MediaError

LONGEST = 250_000  # frames in one range; three hours of film
FRAMES = (-1_000_000, 10_000_000)  # the numbers that frames can have
DIGITS = 64  # of a frame number, zeros before it among them
RANGE = re.compile(r"(-?[0-9]{1,18})-(-?[0-9]{1,18})")
STRETCH = re.compile(r"(-?[0-9]{1,18})(?:-(-?[0-9]{1,18}))?")
NAME = 4096  # characters of a name with its folders, the most that systems take
PLACE = re.compile(r"(?P<signs>[#@]+)|%(?P<printf>[0-9]*)d|\$F(?P<houdini>[0-9]*)")
_STRETCH = r"-?[0-9]{1,18}(?:--?[0-9]{1,18}(?:[xy:][0-9]{1,18})?)?"
RANGE_BEFORE = re.compile(rf"{_STRETCH}(?:,{_STRETCH})*\Z")


class Pattern(NamedTuple):
    """A path in its parts: the folder as it was written, and the name around the place of the frame number."""

    folder: str  # with the separator that ends it, or empty
    base: str  # the name before the number; the whole name where it has no place for one
    place: str  # '####', '%04d', ...; empty where there is none
    digits: int
    ending: str  # the name after the number
    frames: frozenset[int] = frozenset()  # those that a range in the name chooses; empty: all

    def path(self, frame: int) -> str:
        """The file of one frame: the number has `digits` characters, its sign among them, as printf has it."""
        number = f"{frame:0{self.digits}d}" if self.place else ""
        return f"{self.folder}{self.base}{number}{self.ending}"


@lru_cache(maxsize=256)  # asked for every frame
def parse_pattern(text: str) -> Pattern:
    """A file name or pattern in its parts. MediaError for what is neither.

    Of several places that could hold the number the widest does, the last of two alike: the @ of `a@2x.####.exr` is a
    letter.
    """
    folder, name = _split(text)
    found = next(_places(name), None)
    if not found:
        return Pattern(folder, name, "", 0, "")
    base, frames = name[: found.start()], frozenset[int]()
    before = RANGE_BEFORE.search(base)
    if before and re.search(r"[0-9][-,]", before[0]):  # one number alone is letters: sh010_v2####.exr
        base, frames = base[: before.start()], frozenset(_range(text, before[0]))
    return Pattern(folder, base, found[0], _width(found), name[found.end() :], frames)


def readings(text: str) -> Iterator[Pattern]:
    """Every way to read a name as a pattern, the likeliest first: with its range as a range or as letters, and with
    any of its places for the number.
    """
    first = parse_pattern(text)
    folder, name = _split(text)
    if first.place:
        yield first
    for found in _places(name):
        plain = Pattern(folder, name[: found.start()], found[0], _width(found), name[found.end() :])
        if plain != first:
            yield plain


def _split(text: str) -> tuple[str, str]:
    if len(text) > NAME or any(ord(character) < 32 for character in text):
        raise MediaError(f"{text[:80]!r}: is not a valid file name: it is too long or contains control characters.")
    name = os.path.basename(text)
    return text[: len(text) - len(name)], name


def _places(name: str) -> Iterator[re.Match[str]]:
    """Where a name may have its number, the likeliest first."""
    found = [place for place in PLACE.finditer(name) if _width(place) <= DIGITS]
    return iter(sorted(found, key=lambda place: (_width(place), place.start()), reverse=True))


def _width(place: re.Match[str]) -> int:
    """How many characters the number has at least."""
    if place["signs"]:
        return len(place["signs"])
    written = (place["printf"] or place["houdini"] or "1")[:9]
    return max(1, int(written))


def _range(text: str, words: str) -> tuple[int, ...]:
    try:
        return parse_frames(words)
    except KnobError as problem:
        raise MediaError(f"{text}: is not a file name or frame pattern. {problem}") from problem


def is_pattern(path: str | Path) -> bool:
    """Whether the name has a place for the frame number ('shot.1001.exr' has none)."""
    parsed = parse_pattern(str(path))
    return bool(parsed.place) and not parsed.frames


def frame_path(pattern: str | Path, frame: int) -> str:
    """The name of one frame: `shot.####.exr` at 1001 is `shot.1001.exr`, at -3 `shot.-003.exr`. Names without a place
    for it stay as they are.
    """
    return parse_pattern(str(pattern)).path(frame) if is_pattern(pattern) else str(pattern)


def match_names(pattern: Pattern, names: Iterable[str]) -> dict[int, str]:
    """Which of a folder's `names` a pattern stands for, by frame, in order.

    Frames below 0 are read with the sign among the digits (`-003`, as Nuke and we write them) and beside them
    (`-0003`). Letters with accents match however the file system composes them.
    """
    shape = re.compile(f"{_letters(pattern.base)}({number_regex(pattern.digits)}){_letters(pattern.ending)}\\Z")
    found: dict[int, str] = {}
    for name in sorted(names):
        match = shape.match(unicodedata.normalize("NFC", name))
        if match:
            frame = int(match[1])
            if frame not in found or match[1] == f"{frame:0{pattern.digits}d}":
                found[frame] = name
    return {frame: found[frame] for frame in sorted(found) if not pattern.frames or frame in pattern.frames}


def number_regex(digits: int) -> str:
    """A regular expression of the frame numbers that `digits` stands for: overflowing it, never falling short."""
    more = rf"[1-9][0-9]{{{digits},{DIGITS}}}"
    narrow = rf"[0-9]{{{digits - 1}}}|" if digits > 1 else ""
    return rf"[0-9]{{{digits}}}|{more}|-(?!0+(?![0-9]))(?:{narrow}[0-9]{{{digits}}}|{more})"


def _letters(text: str) -> str:
    return re.escape(unicodedata.normalize("NFC", text))


def parse_frames(text: str) -> tuple[int, ...]:
    """'1001-1100x2,1150' as frames, in the order given, each once. KnobError where it is none."""
    shown = repr(text if len(text) <= 80 else text[:80] + "...")
    if sum(abs(int(last) - int(first)) for first, last in RANGE.findall(text)) > 2 * LONGEST:
        raise KnobError(f"Frames {shown} are not a range such as 1001-1100x2,1150: over {LONGEST:,} frames.")
    numbers = _stretch(text.strip()) or _any_frames(text.strip(), shown)
    if min(numbers) < FRAMES[0] or max(numbers) > FRAMES[1]:
        raise KnobError(f"Frames {shown} are outside {FRAMES[0]:,} to {FRAMES[1]:,}.")
    return numbers


def _stretch(text: str) -> tuple[int, ...]:
    """One frame, or those from one to a later one, as most ranges are; nothing where it is more than that."""
    found = STRETCH.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
    return tuple(range(first, last + 1)) if 0 <= last - first < LONGEST else ()


def _any_frames(text: str, shown: str) -> tuple[int, ...]:
    """Frames by all of Fileseq's words. Raises KnobError."""
    fileseq = load_fileseq()
    try:
        frames = fileseq.FrameSet(text)
        numbers = tuple(int(frame) for frame in frames)
    except (fileseq.exceptions.FileSeqException, ValueError, ArithmeticError) as problem:
        raise KnobError(f"Frames {shown} are not a range such as 1001-1100x2,1150: {_first_line(problem)}") from problem
    if not numbers or any(number != frame for number, frame in zip(numbers, frames, strict=True)):
        raise KnobError(f"Frames {shown} are not whole numbers such as 1001-1100x2,1150.")
    return numbers


def format_frames(frames: Iterable[int]) -> str:
    """Frames in the shortest words that `parse_frames` understands."""
    numbers = sorted(set(frames))
    if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
        return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
    return str(load_fileseq().framesToFrameRange(numbers))


def load_fileseq() -> ModuleType:
    """Fileseq, with our limit. It takes longer to load than a shot to be read, and most ranges do without it."""
    import fileseq

    fileseq.constants.MAX_FRAME_SIZE = LONGEST  # checked by Fileseq before it makes the frames
    return fileseq


def _first_line(problem: Exception) -> str:
    return str(problem).split("\n")[0].split(": did not match")[0]
