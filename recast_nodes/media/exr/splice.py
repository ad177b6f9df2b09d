"""An edited EXR from its plate: only the chunks that hold edited rows are packed anew, the others are copied.

A face covers a part of a plate's rows. Packing is most of the cost of a frame, and a chunk's bytes depend on nothing
but its own rows, so those that the edit did not reach need not be packed again. Reasons and measurements:
docs/decisions/0004-splicing.md.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import OpenEXR

from ...errors import MediaError
from ...wires import Part, Window
from . import chunks as exr_chunks
from . import header as exr_header
from .header import Layout, PartHeader
from .write import header_of, library_part

LEAD = 8  # bytes before a scanline chunk's data: y and the packed size; a part number goes before in multi-part files


def splice(path: str | Path, origin: str, parts: Sequence[Part], index: int, touched: Window) -> bool:
    """Write `parts` to `path`, taking all but the rows of `touched` in `parts[index]` from the file `origin`.

    False, with nothing written, where the file does not allow it: other channels, windows or compression, tiles, rows
    in another order, or a file that is not whole. Raises MediaError or OSError where writing fails.
    """
    try:
        layout = exr_header.read_layout(origin)
    except MediaError:
        return False
    if not _fits(origin, layout, parts):
        return False
    counts = [exr_chunks.chunk_count(header) for header in layout.headers]
    first, fresh = _pack(parts[index], touched)
    source = np.fromfile(origin, np.uint8)  # read, not mapped: a plate that shrinks under a mapping ends the process
    table = source[layout.end : layout.end + 8 * sum(counts)].view("<u8").astype(np.int64)
    start = sum(counts[:index]) + first
    chunks = [_chunk(source, int(at), layout.multipart) for at in table]
    lead = struct.pack("<i", index) if layout.multipart else b""
    chunks[start : start + len(fresh)] = [memoryview(lead + chunk) for chunk in fresh]
    _write(path, exr_header.header_bytes([_header(part, len(parts) > 1) for part in parts]), chunks)
    return True


def _header(part: Part, multipart: bool) -> dict:
    return header_of(part, "as plate", None, multipart)


def _fits(origin: str, layout: Layout, parts: Sequence[Part]) -> bool:
    """Whether the file's chunks are those that these parts would be packed into."""
    return (
        len(layout.headers) == len(parts)
        and exr_chunks.is_complete(origin, layout)
        and all(_same(header, part, layout) for header, part in zip(layout.headers, parts, strict=True))
    )


def _same(header: PartHeader, part: Part, layout: Layout) -> bool:
    stored = [(channel.name, channel.dtype, channel.x_step, channel.y_step) for channel in header.channels]
    wanted = {(name, plane.dtype.name, 1, 1) for name, plane in part.channels.items()}
    number = _header(part, layout.multipart)["compression"].value
    return (
        len(stored) == len(wanted)
        and set(stored) == wanted
        and header.window == part.window
        and header.value("compression") == number
        and header.value("lineOrder", 0) == 0
        and exr_chunks.tiles(header, layout) is None
    )


def _pack(part: Part, touched: Window) -> tuple[int, list[bytes]]:
    """The number of the first chunk that `touched` reaches, and the new chunks from there on."""
    header = _header(part, multipart=False)
    lines = exr_chunks.LINES[header["compression"].value]
    first, last = ((row - part.window.y) // lines for row in (touched.y, touched.bottom - 1))
    top, bottom = first * lines, min((last + 1) * lines, part.window.height)
    rows = Window(part.window.x, part.window.y + top, part.window.width, bottom - top)
    channels = {name: plane[top:bottom] for name, plane in part.channels.items()}
    packed = io.BytesIO()
    OpenEXR.File([library_part(Part("", channels, rows, part.display, part.attributes), header, 0)]).write(packed)
    data = packed.getbuffer()
    layout = exr_header.layout_of(data)
    table = struct.unpack_from(f"<{last - first + 1}Q", data, layout.end)
    return first, [bytes(_chunk(np.frombuffer(data, np.uint8), at, False)) for at in table]


def _chunk(data: np.ndarray, at: int, multipart: bool) -> memoryview:
    """One chunk with all that leads it."""
    lead = LEAD + 4 * multipart
    size = int.from_bytes(data[at + lead - 4 : at + lead].tobytes(), "little", signed=True)
    if size < 0 or at + lead + size > len(data):
        raise MediaError("the plate's file changed while it was read.")
    return data[at : at + lead + size].data


def _write(path: str | Path, head: bytes, chunks: Sequence[memoryview]) -> None:
    offsets = np.cumsum([len(head) + 8 * len(chunks), *map(len, chunks)])[:-1]
    with open(path, "wb") as file:
        file.write(head)
        file.write(offsets.astype("<u8").tobytes())
        for chunk in chunks:
            file.write(chunk)
    if not exr_chunks.is_complete(path, exr_header.read_layout(path)):
        raise MediaError("it cannot be written to its end; is the disk full?")
