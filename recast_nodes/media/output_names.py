"""Names that can be written: one place for the frame number, and no longer than file systems take."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import MediaError
from .journal.journal import folder_of
from .names.patterns import frame_path

PLACE = re.compile(r"#+|@+|%\d*d|\$F\d*")
RANGE = re.compile(r"[0-9][-,][0-9xy:,-]*(?:#|@|%|\$F)")  # 1001-1100####
LONGEST_NAME = 255  # bytes, on the file systems that matter; characters on Windows
LONGEST_PATH = 4095  # bytes, on Linux; shorter elsewhere, which the system then says


def check_output_name(pattern: str, frames: Sequence[int], one_file: bool) -> None:
    """MediaError for a name that frames cannot be written to. `one_file`: a movie, which takes all of them."""
    name = os.path.basename(pattern)
    places = PLACE.findall(name)
    numbers = [place for place in places if len(place) > 1] or places  # the @ of a@2x.####.exr is a letter
    if one_file and numbers:
        raise MediaError(f"{pattern}: a movie is a single file; remove {numbers[0]} from its name.")
    if len(numbers) > 1:
        raise MediaError(
            f"{pattern}: {' and '.join(numbers)} are {len(numbers)} frame numbers in one name; keep only one."
        )
    if RANGE.search(name):
        raise MediaError(f"{pattern}: an output name cannot contain a frame range; use --frames instead.")
    for path in _longest_paths(pattern, frames, one_file):
        check_length(path)


def _longest_paths(pattern: str, frames: Sequence[int], one_file: bool) -> Iterator[Path]:
    """The longest paths that come of a pattern: its first and last frame, and the journal beside them."""
    if one_file:
        yield Path(pattern).absolute()
        return
    for frame in {min(frames, default=0), max(frames, default=0)}:
        yield Path(frame_path(pattern, frame)).absolute()
    yield folder_of(pattern)


def check_length(path: Path) -> None:
    """MediaError for a path that no file system takes, or none that matters."""
    for name in path.parts:
        beyond = _length(name) - LONGEST_NAME
        if beyond > 0:
            raise MediaError(f"{name[:60]}...: the name is too long: {_length(name)} bytes, {beyond} over the limit.")
    if _length(str(path)) > LONGEST_PATH:
        raise MediaError(
            f"{str(path)[:60]}...: the path is too long: {_length(str(path))} bytes, the limit is {LONGEST_PATH}."
        )


def _length(name: str) -> int:
    return len(name) if os.name == "nt" else len(os.fsencode(name))
