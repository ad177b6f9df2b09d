"""Names of files that stand for many frames, and ranges of frames, by Fileseq.

Patterns are those of Fileseq: `####`, `%04d`, `@@`, `$F4`, also with a range in front (`plate.1001-1100####.exr`).
One # is one digit, as in Nuke.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import fileseq

from ..errors import KnobError, MediaError

STYLE = fileseq.PAD_STYLE_HASH1
LONGEST = 250_000  # frames in one range; three hours of film
FRAMES = (-1_000_000, 10_000_000)  # the numbers that frames can have
DIGITS = 64  # of a frame number, zeros before it among them
RANGE = re.compile(r"(-?[0-9]{1,18})-(-?[0-9]{1,18})")
NAME = 4096  # characters of a name with its folders, the most that systems take
fileseq.constants.MAX_FRAME_SIZE = LONGEST  # checked by Fileseq before it makes the frames


@lru_cache(maxsize=256)  # asked for every frame
def parse_pattern(text: str) -> fileseq.FileSequence:
    """A file name or pattern in its parts. MediaError for what is neither."""
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


def stands_for_many(parsed: fileseq.FileSequence) -> bool:
    """Whether this stands for many frames: a place for the number, or a range, but not one frame's own number."""
    return bool(parsed.padding()) and (parsed.frameSet() is None or len(parsed) > 1)


def is_pattern(path: str | Path) -> bool:
    """Whether the name has a place for the frame number ('shot.1001.exr' has none)."""
    parsed = parse_pattern(str(path))
    return bool(parsed.padding()) and parsed.frameSet() is None


def frame_path(pattern: str | Path, frame: int) -> str:
    """The name of one frame: `shot.####.exr` at 1001 is `shot.1001.exr`. Names without a place for it stay as they
    are.
    """
    return str(parse_pattern(str(pattern)).frame(frame)) if is_pattern(pattern) else str(pattern)


def matching(parsed: fileseq.FileSequence, folder: str) -> dict[int, str]:
    """The files of a folder that a pattern stands for, by frame, in order."""
    digits = max(1, parsed.zfill())
    number = r"(-?\d+)" if digits == 1 else rf"(-?(?:\d{{{digits}}}|[1-9]\d{{{digits},}}))"
    shape = re.compile(re.escape(parsed.basename()) + number + re.escape(parsed.extension()) + r"\Z")
    wanted = set(parsed.frameSet() or ())
    found = {int(match[1]): name for name in sorted(os.listdir(folder)) if (match := shape.match(name))}
    return {frame: os.path.join(folder, found[frame]) for frame in sorted(found) if not wanted or frame in wanted}


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


def found_instead(folder: str, name: str) -> str:
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


def near_folder(folder: str) -> str:
    """What a folder that is not there may have been meant for."""
    parent = os.path.dirname(folder)
    names = [entry.name for entry in os.scandir(parent) if entry.is_dir()] if os.path.isdir(parent) else []
    near = difflib.get_close_matches(os.path.basename(folder), names, n=1)
    return f" Did you mean {os.path.join(parent, near[0])}?" if near else ""


def _first_line(problem: Exception) -> str:
    return str(problem).split("\n")[0].split(": did not match")[0]
