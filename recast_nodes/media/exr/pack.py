"""Rows of a part as the chunks of an OpenEXR file: zip by ISA-L, all else by the OpenEXR library.

Packing was the largest cost of writing an edited frame. The library packs zip at level 4 and lets nobody ask for less;
ISA-L takes a fifth of its time. Measurements: docs/decisions/0033-read-once.md.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping

import numpy as np
import OpenEXR
from isal import isal_zlib

from ...wires import Attribute, Part, Window
from . import chunks as exr_chunks
from . import header as exr_header
from .header import COMPRESSIONS
from .write import library_part

ZIP = tuple(COMPRESSIONS.index(name) for name in ("zips", "zip"))
FASTEST = 1  # ISA-L's level: the next ones take as long or twice as long, and save a hundredth
MIDDLE = 128  # the format's predictor gives no difference between neighbouring bytes this value


def pack_rows(part: Part, header: Mapping[str, Attribute], first: int, last: int) -> list[bytes]:
    """The chunks from number `first` to `last` of a single-part scanline file with this header: y, size and data."""
    lines = exr_chunks.LINES[header["compression"].value]
    top, bottom = first * lines, min((last + 1) * lines, part.window.height)
    rows = Window(part.window.x, part.window.y + top, part.window.width, bottom - top)
    planes = {name: part.cut(name, rows) for name in part.channels}
    if header["compression"].value not in ZIP:
        return _by_library(Part("", planes, rows, part.display, part.attributes), header)
    names = [channel.name for channel in header["channels"].value]
    pairs = np.concatenate([np.ascontiguousarray(planes[name]).view("<u2") for name in names], axis=1)
    return [
        struct.pack("<ii", rows.y + at, len(data)) + data
        for at in range(0, rows.height, lines)
        for data in [_zip(pairs[at : at + lines])]
    ]


def _zip(pairs: np.ndarray) -> bytes:
    """The data of a zip chunk, from its rows as pairs of bytes; as they are where packing would not make them fewer.

    As the format wants it, the lower bytes come first and then the upper ones, each as its difference from the one
    before. The halves are packed as blocks of their own: with grain, the lower bytes are noise and the upper are not.
    """
    halves = np.empty((2, pairs.size), np.uint8)
    np.copyto(halves[0].reshape(pairs.shape), pairs, casting="unsafe")
    np.right_shift(pairs, 8, out=halves[1].reshape(pairs.shape), casting="unsafe")
    flat = halves.reshape(-1)
    steps = np.empty_like(flat)
    steps[0] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=steps[1:])
    steps[1:] ^= MIDDLE  # adds it, modulo 256
    packed = b"".join(_deflate(steps[: pairs.size], steps[pairs.size :]))
    return packed if len(packed) < flat.size else pairs.tobytes()


def _deflate(lower: np.ndarray, upper: np.ndarray) -> Iterator[bytes]:
    packer = isal_zlib.compressobj(FASTEST)
    yield packer.compress(lower.data)
    yield packer.flush(isal_zlib.Z_SYNC_FLUSH)
    yield packer.compress(upper.data)
    yield packer.flush()


def _by_library(part: Part, header: Mapping[str, Attribute]) -> list[bytes]:
    """The chunks of a whole part, packed by the library as a small file in memory."""
    packed = io.BytesIO()
    OpenEXR.File([library_part(part, header, 0)]).write(packed)
    data = packed.getbuffer()
    layout = exr_header.layout_of(data)
    count = exr_chunks.chunk_count(layout.headers[0])
    table = struct.unpack_from(f"<{count}Q", data, layout.end)
    return [bytes(exr_chunks.chunk_at(data, at, multipart=False)) for at in table]
