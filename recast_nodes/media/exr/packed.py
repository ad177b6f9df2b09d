"""An EXR file that stays packed in memory: rows of it are unpacked when they are asked for.

An edit changes a face, and needs its rows; the others go out as they came in, still packed. The file is read once, as
it was at one moment, so what is unpacked later, and what `splice` copies, are of the same frame whatever becomes of the
file. Reasons and measurements: docs/decisions/0033-read-once.md.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ...channels import LazyChannels
from ...errors import MediaError
from ...wires import Attribute, Window
from . import chunks as exr_chunks
from . import header as exr_header
from . import library as exr_library
from .header import Layout, PartHeader

BY_DESCRIPTOR = hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd")


class PackedFile(NamedTuple):
    """The bytes of a whole, plain scanline file."""

    path: str
    data: bytes
    layout: Layout

    def table(self, index: int) -> np.ndarray:
        """Where the chunks of part `index` begin, by number, int64."""
        counts = [exr_chunks.chunk_count(header) for header in self.layout.headers]
        before, count = sum(counts[:index]), counts[index]
        return np.frombuffer(self.data, "<u8", count, self.layout.end + 8 * before).astype(np.int64)

    def chunks(self, index: int) -> list[memoryview]:
        """The chunks of part `index`, each with all that leads it."""
        data, multipart = memoryview(self.data), self.layout.multipart
        return [exr_chunks.chunk_at(data, at, multipart) for at in self.table(index).tolist()]

    def unpack(self, index: int, first: int, last: int) -> dict[str, np.ndarray]:
        """All channels of part `index` in the rows of its chunks from number `first` to `last`. Raises MediaError."""
        part = self.layout.headers[index]
        lines = exr_chunks.LINES[part.value("compression")]
        top = part.window.y + first * lines
        rows = Window(part.window.x, top, part.window.width, min(part.window.bottom - top, (last - first + 1) * lines))
        lead = 4 * self.layout.multipart  # a part number, which the small file has not
        chunks = [chunk[lead:] for chunk in self.chunks(index)[first : last + 1]]
        header = _small_header(part.attributes, rows)
        with _open(_small_file(header, chunks)) as file:
            planes = exr_library.read_channels(file, [PartHeader(header)])
        if planes is None:
            raise MediaError(f"{self.path}: cannot be read to the end.")
        return planes[0]


class PackedChannels(LazyChannels):
    """The channels of one part of a packed file, which `nbytes` includes."""

    def __init__(self, file: PackedFile, index: int):
        self.packed, self._index = file, index
        header = file.layout.headers[index]
        self.kinds = {channel.name: np.dtype(channel.dtype) for channel in header.channels}
        self.shape = header.window.height, header.window.width
        self.nbytes = exr_header.pixel_bytes(header) * self.shape[0] * self.shape[1] + len(file.data)
        self._lines = exr_chunks.LINES[header.value("compression")]
        self._block: _Block | None = None

    def cut(self, name: str, rows: slice, columns: slice) -> np.ndarray:
        if rows.stop <= rows.start:
            return np.empty((0, self.shape[1]), self.kinds[name])[:, columns]
        block = self._cover(rows.start // self._lines, (rows.stop - 1) // self._lines)
        top = block.first * self._lines
        return block.planes[name][rows.start - top : rows.stop - top, columns]

    def _cover(self, first: int, last: int) -> _Block:
        """These chunks unpacked, with all that was before. (Two threads may both do the same work; no harm is done.)"""
        block = self._block or self._unpack(first, last)
        if first < block.first:
            block = _join(self._unpack(first, block.first - 1), block)
        if last > block.last:
            block = _join(block, self._unpack(block.last + 1, last))
        self._block = block
        return block

    def _unpack(self, first: int, last: int) -> _Block:
        return _Block(first, last, self.packed.unpack(self._index, first, last))


class _Block(NamedTuple):
    """What is unpacked: the rows of neighbouring chunks, from number `first` to `last`."""

    first: int
    last: int
    planes: Mapping[str, np.ndarray]


def _join(above: _Block, below: _Block) -> _Block:
    planes = {name: np.concatenate([plane, below.planes[name]]) for name, plane in above.planes.items()}
    return _Block(above.first, below.last, planes)


def read_packed(path: str | Path, layout: Layout) -> PackedFile | None:
    """A file as it is now; None where it is not of the kind that can stay packed, or not what `layout` says of it.

    Tiles cannot, nor subsampled channels. Raises MediaError where it cannot be read.
    """
    if not exr_library.plain(layout) or any(exr_chunks.tiles(header, layout) for header in layout.headers):
        return None
    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from problem
    if len(data) != layout.size or not exr_chunks.is_complete_in(io.BytesIO(data), layout):
        return None
    file = PackedFile(str(path), data, layout)
    return file if all(_in_order(file, index) for index in range(len(layout.headers))) else None


def _in_order(file: PackedFile, index: int) -> bool:
    """Whether the chunks are those of the part's rows, from the first to the last."""
    header = file.layout.headers[index]
    lines = exr_chunks.LINES[header.value("compression")]
    lead = 4 * file.layout.multipart
    found = [struct.unpack_from("<i", file.data, at + lead)[0] for at in file.table(index).tolist()]
    return found == list(range(header.window.y, header.window.bottom, lines))


def _small_header(attributes: Mapping[str, Attribute], rows: Window) -> dict[str, Attribute]:
    """As much of a part's header as unpacking some of its rows depends on."""
    header = {name: attributes[name] for name in ("channels", "compression")}
    header |= {"dataWindow": exr_header.box(rows), "displayWindow": exr_header.box(rows)}
    header |= {"lineOrder": Attribute(0, "lineOrder"), "pixelAspectRatio": Attribute(1.0, "float")}
    return header | {"screenWindowCenter": Attribute((0.0, 0.0), "v2f"), "screenWindowWidth": Attribute(1.0, "float")}


def _small_file(header: Mapping[str, Attribute], chunks: Sequence[memoryview]) -> list[bytes | memoryview]:
    """A single-part file of these chunks alone, in pieces: nothing is copied."""
    head = exr_header.header_bytes([header])
    ends = np.cumsum([len(head) + 8 * len(chunks), *map(len, chunks)])
    return [head, ends[:-1].astype("<u8").tobytes(), *chunks]


@contextmanager
def _open(pieces: Sequence[bytes | memoryview]) -> Iterator[str | BinaryIO]:
    """A file in memory as the library reads it: by a name, where the system has one for it.

    From a stream the library asks for some bytes hundreds of times, and has to wait for the interpreter each time.
    """
    if not BY_DESCRIPTOR:
        yield io.BytesIO(b"".join(pieces))
        return
    descriptor = os.memfd_create("recast-rows")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.writelines(pieces)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
