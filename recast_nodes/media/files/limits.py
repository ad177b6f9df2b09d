"""How much of a stranger's file is read at most: every limit, its name, and the variable that raises it.

The figures are far beyond what plates need, and small enough that a file made to harm costs a clear message and not
the machine. They are looked up when they are needed, so that a host can raise one for its own process. Reasons:
docs/decisions/0013-hostile-files.md.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple, NoReturn

from ...errors import MediaError


class SizeLimit(NamedTuple):
    """At most `default` of `what`; the environment variable `variable` says otherwise."""

    variable: str
    default: int
    what: str


SIDE = SizeLimit("RECAST_IMAGE_SIDE", 65536, "pixels on a side")
CHANNELS = SizeLimit("RECAST_IMAGE_CHANNELS", 1024, "channels")
PARTS = SizeLimit("RECAST_IMAGE_PARTS", 256, "parts")
ATTRIBUTES = SizeLimit("RECAST_IMAGE_ATTRIBUTES", 4096, "header attributes")
HEADER = SizeLimit("RECAST_HEADER_MEGABYTES", 64, "MB of header")
IMAGE = SizeLimit("RECAST_IMAGE_MEGABYTES", 2048, "MB of decoded pixels")
SECONDS = SizeLimit("RECAST_READ_SECONDS", 10, "seconds to read")
MOVIE = SizeLimit("RECAST_MOVIE_FRAMES", 2_000_000, "movie frames")
OPENING = SizeLimit("RECAST_MOVIE_MEGABYTES", 1024, "MB to open a movie")
TABLE = SizeLimit("RECAST_TABLE_MEGABYTES", 1024, "MB of landmarks")
DOCUMENT = SizeLimit("RECAST_DOCUMENT_MEGABYTES", 4, "MB of shot document")

SLOWEST_DISK = 10 << 20  # bytes a second: large files on slow servers are given more time


def most(limit: SizeLimit) -> int:
    """The figure in force. MediaError where its variable does not hold a whole number above 0."""
    text = os.environ.get(limit.variable, "")
    if not text:
        return limit.default
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 16 and int(text)):
        raise MediaError(f"{limit.variable} is {text!r}; it must be a whole number ({limit.what}).")
    return int(text)


def check(path: str | Path, limit: SizeLimit, figure: float) -> None:
    """MediaError naming the file, the figure and the limit where there is more than is read."""
    if figure > most(limit):
        refuse(path, limit, figure)


def refuse(path: str | Path, limit: SizeLimit, figure: float) -> NoReturn:
    """Say that `figure` is more than the limit."""
    raise MediaError(
        f"{path}: {figure:,.0f} {limit.what} exceed the limit of {most(limit):,}; {limit.variable} raises it."
    )


def check_size(path: str | Path, width: int, height: int, channels: int, total: int) -> None:
    """MediaError where a header asks for more than is given to one picture. `total` is of all its pixels, in bytes."""
    if width < 1 or height < 1:
        raise MediaError(f"{path}: an image of {width} x {height} pixels is empty.")
    check(path, SIDE, max(width, height))
    check(path, CHANNELS, channels)
    check(path, IMAGE, -(-total >> 20))


def check_file(path: str | Path) -> int:
    """The size of a regular file. MediaError for what could keep a reader waiting for ever (pipes, devices, sockets),
    and for names that the libraries cannot be given.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise MediaError(f"{path}: cannot be read: the path is not valid UTF-8; rename it.") from None
    try:
        state = os.stat(path)
    except (OSError, ValueError) as problem:
        raise MediaError(f"{path}: cannot be read: {reason(problem)}.") from problem
    if not stat.S_ISREG(state.st_mode):
        raise MediaError(f"{path}: cannot be read: it is not a file.")
    return state.st_size


def address_space(hard: bool = False) -> int | None:
    """Bytes of address space that this process may have (`ulimit -v`), or may ask for; None: as much as it likes."""
    try:
        import resource
    except ImportError:
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[int(hard)]
    return None if limit == resource.RLIM_INFINITY else limit


def reason(problem: Exception) -> str:
    """What the system says went wrong, without the path."""
    return getattr(problem, "strerror", None) or str(problem)


def seconds(size: int) -> float:
    """How long the reading of a file of `size` bytes may take."""
    return most(SECONDS) + size / SLOWEST_DISK
