"""A tracked point, as trackers export it: a table of frame, x and y, one line a frame.

Pixels as in `landmarks`: x to the right, y down, the first pixel's centre at (0.5, 0.5). Columns are separated by
semicolons, tabs, commas or spaces; beside semicolons and tabs a comma is a decimal one. A header says the order of
the columns; without one they are frame, x, y. A column y_up in place of y counts from the lower edge of the picture,
as Nuke does.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from textwrap import shorten
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import MediaError
from ..files import limits
from ..files.read_errors import naming
from ..files.text_encoding import encoding_of
from ..names.siblings import refuse_missing

UPWARDS = "y_up"  # the name of a column that counts so
LONGEST = 60  # characters of a line that is quoted
_SEPARATORS = ";\t,"  # in the order in which they are looked for; spaces where a line has none of them


class PointTrack(NamedTuple):
    """Where a point is, frame by frame, in order."""

    frames: NDArray[np.float64]  # (F,)
    places: NDArray[np.float64]  # (F, 2) pixels
    upwards: bool = False  # whether y counts from the lower edge of the picture

    def at(self, frame: int) -> tuple[float, float]:
        """The point at a frame: between frames of the table on the line from one to the next, beyond them as at its
        ends.
        """
        x, y = (float(np.interp(frame, self.frames, column)) for column in self.places.T)
        return x, y


def read_point_track(path: str | Path) -> PointTrack:
    """The point of a table, read again when the file changes. Raises MediaError naming file and line."""
    path = Path(path)
    refuse_missing(path)
    limits.check(path, limits.TABLE, limits.check_file(path) / (1 << 20))
    state = path.stat()
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _read(path: Path, when: int, size: int) -> PointTrack:
    with naming(path):
        lines = path.read_text(encoding=encoding_of(path)).splitlines()
    order, upwards, points = (0, 1, 2), False, dict[float, tuple[float, float]]()
    for number, line in enumerate(lines, 1):
        words = _split(line)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not points and not _is_number(words[0]):
            header = [word.strip('"').lower() for word in words]
            order, upwards = _order_of(path, number, header), UPWARDS in header
            continue
        try:
            frame, x, y = (float(words[column]) for column in order)
        except (ValueError, IndexError):
            raise MediaError(f"{path}, line {number}: {shorten(line, LONGEST)!r} is not frame, x, y.") from None
        if not np.isfinite([frame, x, y]).all():
            raise MediaError(f"{path}, line {number}: {shorten(line, LONGEST)!r} is not finite.")
        points[frame] = (x, y)
    if not points:
        raise MediaError(f"{path}: holds no tracked point.")
    frames = sorted(points)
    return PointTrack(np.array(frames), np.array([points[frame] for frame in frames]), upwards)


def _split(line: str) -> list[str]:
    """The cells of a line, numbers with a decimal point."""
    separator = next((each for each in _SEPARATORS if line.count(each) >= 2), None)
    words = [word.strip() for word in line.split(separator)]
    return words if separator == "," else [word.replace(",", ".") for word in words]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _order_of(path: Path, number: int, header: list[str]) -> tuple[int, int, int]:
    """Where frame, x and y stand in a header."""
    names = ("frame", "x", UPWARDS if UPWARDS in header else "y")
    missing = [name for name in names if name not in header]
    if missing:
        raise MediaError(f"{path}, line {number}: the header has no column {missing[0]}; it takes frame, x, y.")
    frame, x, y = (header.index(name) for name in names)
    return frame, x, y
