"""OpenEXR files into `wires.Part`s: every channel in its own type and the file's order, every attribute.

Two readers: the OpenEXR library for whole, plain files (in this process, half the time, channels apart from each
other), and a reader process (`media.readers.processes`) for all that is odd: damaged, subsampled, or when only few
parts are wanted. With RECAST_READERS=all everything is read by reader processes.

A file that was unpacked whole once, without a fault, stays packed when it is read again (`packed`), and gives the rows
that it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ...errors import MediaError
from ...wires import Part
from ..readers import processes
from . import header as exr_header
from . import library as exr_library
from .header import Layout, PartHeader
from .packed import PackedChannels, read_packed

STRUCTURAL = ("dataWindow", "displayWindow")  # fields of Part; everything else of a header is in Part.attributes
MOST_SOUND = 50_000  # files that are remembered as sound, in about 10 MB; then all are found out again
_sound: set[tuple[str, int, int, int]] = set()  # states of files that were unpacked whole
Wanted = Callable[[Sequence[PartHeader]], Sequence[Sequence[str]]]  # headers of all parts -> names to read of each


def read_exr(path: str | Path, wanted: Wanted | None = None) -> tuple[Part, ...]:
    """All parts of an EXR file, level 0 where it has several.

    `wanted` leaves channels out: parts of which nothing is wanted come without channels. Raises MediaError for files
    that are no EXR, deep, too large, cut off or damaged.
    """
    layout = exr_header.read_layout(path)
    if layout.deep:
        raise MediaError(f"{path}: it is a deep image; flatten it first (DeepToImage in Nuke).")
    exr_header.check_size(path, layout)
    names = [[channel.name for channel in header.channels] for header in layout.headers]
    chosen = names if wanted is None else [list(group) for group in wanted(layout.headers)]
    apart = os.environ.get("RECAST_READERS") == "all"
    planes: Sequence[Mapping[str, np.ndarray]] | None = None
    if not apart and wanted is None:
        planes = _packed(path, layout)
    if planes is None and not apart and not _few(layout, chosen):
        planes = _whole(path, layout, chosen)
    if planes is None:
        planes = _by_reader(path, layout, chosen, apart)
    return tuple(_part(header, group) for header, group in zip(layout.headers, planes))


def _packed(path: str | Path, layout: Layout) -> list[PackedChannels] | None:
    """The parts of a file that is known to be sound, to be unpacked as they are asked for."""
    if _state(path) not in _sound:
        return None
    file = read_packed(path, layout)
    if file is None or _state(path) not in _sound:
        return None
    return [PackedChannels(file, index) for index in range(len(layout.headers))]


def _whole(path: str | Path, layout: Layout, chosen: Sequence[Sequence[str]]) -> list[dict[str, np.ndarray]] | None:
    """The `chosen` channels of a file that is unpacked whole here and now; it is then known to be sound."""
    before = _state(path)
    planes = exr_library.read(path, layout)
    if planes is None:
        return None
    if before == _state(path):
        if len(_sound) >= MOST_SOUND:
            _sound.clear()
        _sound.add(before)
    return [{name: group[name] for name in keep} for group, keep in zip(planes, chosen)]


def _state(path: str | Path) -> tuple[str, int, int, int]:
    """What a file is known by until it changes. MediaError where it is gone."""
    try:
        state = os.stat(path)
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from problem
    return str(path), state.st_ino, state.st_size, state.st_mtime_ns


def _few(layout: Layout, chosen: Sequence[Sequence[str]]) -> bool:
    """Whether so few parts are wanted that not unpacking the others outweighs the faster reader. (A part is packed as
    a whole, so leaving out some of its channels saves nothing.)
    """
    sizes = [exr_header.pixel_bytes(header) * header.window.height for header in layout.headers]
    return 6 * sum(size for size, names in zip(sizes, chosen) if names) < sum(sizes)


def _part(header: PartHeader, planes: Mapping[str, np.ndarray]) -> Part:
    attributes = {name: value for name, value in header.attributes.items() if name not in STRUCTURAL}
    return Part(str(header.value("name", "")), planes, header.window, header.display, attributes)


def _by_reader(path: str | Path, layout: Layout, chosen: Sequence[Sequence[str]], library: bool) -> list[dict]:
    found, arrays = processes.read("exr.read", path, layout.size, chosen=chosen, library=library)
    planes, at = [], 0
    for header, names in zip(layout.headers, found, strict=True):
        shape = (header.window.height, header.window.width)
        group = dict(zip(names, arrays[at : at + len(names)], strict=True))
        if any(plane.shape != shape for plane in group.values()):
            raise MediaError(f"{path}: its pixels are not of the size that its header says.")
        planes.append(group)
        at += len(names)
    return planes
