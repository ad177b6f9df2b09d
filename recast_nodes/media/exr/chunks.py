"""The chunk table of an OpenEXR file: how many chunks there are, and whether the file was written to its end."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ...errors import MediaError
from ...wires import Window
from .header import TILED, Layout, PartHeader

LINES = (1, 1, 1, 16, 32, 16, 32, 32, 32, 256, 256, 32)  # scanlines in a chunk, by compression


def is_complete(path: str | Path, layout: Layout) -> bool:
    """Whether every chunk that the header promises lies wholly inside the file."""
    try:
        with open(path, "rb", buffering=0) as file:
            return is_complete_in(file, layout)
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from problem


def is_complete_in(file: BinaryIO, layout: Layout) -> bool:
    """The same of a file that is open, or in memory."""
    counts = [chunk_count(header) for header in layout.headers]
    table_end = layout.end + 8 * sum(counts)
    if min(counts) < 1 or table_end > layout.size:
        return False
    file.seek(layout.end)
    table = np.frombuffer(file.read(table_end - layout.end), "<u8")
    if len(table) != sum(counts) or table.min() < table_end or table.max() > layout.size:
        return False
    starts = table.astype(np.int64) + np.repeat([_leader(header, layout) for header in layout.headers], counts)
    return int(starts.max()) <= layout.size and _inside(file, starts, layout.size)


def _inside(file: BinaryIO, starts: np.ndarray, size: int) -> bool:
    """Whether the chunks whose data start there end inside the file. (Read, not mapped into memory: a file that
    shrinks under a mapping ends the process.)
    """
    for start in starts.tolist():
        file.seek(start - 4)
        (length,) = struct.unpack("<i", file.read(4).ljust(4, b"\xff"))
        if length < 0 or start + length > size:
            return False
    return True


def _leader(header: PartHeader, layout: Layout) -> int:
    """Bytes before a chunk's data: part number, then y or four tile numbers, then the packed size."""
    return 4 * layout.multipart + (20 if tiles(header, layout) else 8)


def tiles(header: PartHeader, layout: Layout) -> tuple[int, int, int] | None:
    """Tile width, height and level mode of a tiled part. In single-part files the flag decides, `type` may lie."""
    tiled = header.value("type") in ("tiledimage", "deeptile") if layout.multipart else bool(layout.flags & TILED)
    return header.value("tiles") if tiled else None


def chunk_at(data: memoryview, at: int, multipart: bool) -> memoryview:
    """One scanline chunk of a complete file, with all that leads it."""
    lead = 8 + 4 * multipart
    (size,) = struct.unpack_from("<i", data, at + lead - 4)
    return data[at : at + lead + size]


def chunk_count(header: PartHeader) -> int:
    """Entries in the chunk table for this part."""
    count, size = header.value("chunkCount"), header.value("tiles")
    if not isinstance(count, int | None) or not (size is None or (isinstance(size, tuple) and len(size) == 3)):
        return 0  # of another type than they must have
    if count is not None:
        return int(count)
    if size is not None:
        return _tile_count(header.window, *size)
    number = header.value("compression")
    return -(-header.window.height // (LINES[number] if number < len(LINES) else 1))


def _tile_count(window: Window, width: int, height: int, mode: int) -> int:
    if not width or not height:
        return 0
    across, down = _levels(window.width, mode >> 4), _levels(window.height, mode >> 4)
    columns, rows = [-(-size // width) for size in across], [-(-size // height) for size in down]
    if mode & 15 == 0:
        return columns[0] * rows[0]
    if mode & 15 == 2:
        return sum(columns) * sum(rows)
    count = max(len(columns), len(rows))
    columns, rows = columns + [1] * (count - len(columns)), rows + [1] * (count - len(rows))
    return sum(a * b for a, b in zip(columns, rows))


def _levels(size: int, round_up: int) -> list[int]:
    sizes = [max(1, size)]
    while sizes[-1] > 1:
        sizes.append((sizes[-1] + round_up) // 2)
    return sizes
