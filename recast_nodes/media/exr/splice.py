"""An edited EXR from its plate: only the chunks that hold edited rows are packed anew, the others are copied.

A face covers a part of a plate's rows. Packing is most of the cost of a frame, and a chunk's bytes depend on nothing
but its own rows, so those that the edit did not reach need not be packed again. Reasons and measurements:
docs/decisions/0004-splicing.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import MediaError
from ...wires import Part, Window
from . import chunks as exr_chunks
from . import header as exr_header
from .header import Layout, PartHeader
from .pack import pack_rows
from .packed import PackedFile, read_packed
from .write import header_of, write_chunks


def splice(path: str | Path, origin: str, parts: Sequence[Part], index: int, touched: Window) -> bool:
    """Write `parts` to `path`, taking all but the rows of `touched` in `parts[index]` from the file `origin`.

    False, with nothing written, where the file does not allow it: other channels, windows or compression, tiles, rows
    in another order, or a file that is not whole. Raises MediaError or OSError where writing fails.
    """
    plate = _plate(origin, parts)
    if plate is None or not _fits(plate.layout, parts):
        return False
    part = parts[index]
    header = _header(part, multipart=False)
    lines = exr_chunks.LINES[header["compression"].value]
    first, last = ((row - part.window.y) // lines for row in (touched.y, touched.bottom - 1))
    chunks = [plate.chunks(at) for at in range(len(parts))]
    number = index if plate.layout.multipart else None
    chunks[index][first : last + 1] = pack_rows(part, header, first, last, number)
    head = exr_header.header_bytes([_header(part, len(parts) > 1) for part in parts])
    write_chunks(path, head, [chunk for group in chunks for chunk in group])
    return True


def _plate(origin: str, parts: Sequence[Part]) -> PackedFile | None:
    """The plate's file: as the parts were read from it, or read now."""
    packed = getattr(parts[0].channels, "packed", None)
    if packed is not None and packed.path == origin:
        return packed
    try:
        return read_packed(origin, exr_header.read_layout(origin))
    except MediaError:
        return None


def _header(part: Part, multipart: bool) -> dict:
    return header_of(part, "as plate", None, multipart)


def _fits(layout: Layout, parts: Sequence[Part]) -> bool:
    """Whether the file's chunks are those that these parts would be packed into."""
    return len(layout.headers) == len(parts) and all(
        _same(header, part, layout.multipart) for header, part in zip(layout.headers, parts, strict=True)
    )


def _same(header: PartHeader, part: Part, multipart: bool) -> bool:
    stored = [(channel.name, channel.dtype) for channel in header.channels]
    wanted = {(name, part.kind(name).name) for name in part.channels}
    number = _header(part, multipart)["compression"].value
    return (
        len(stored) == len(wanted)
        and set(stored) == wanted
        and header.window == part.window
        and header.value("compression") == number
        and header.value("lineOrder", 0) == 0
    )
