"""Rows of a part as the chunks of an OpenEXR file: zip by ISA-L, all else by the OpenEXR library.

Packing was the largest cost of writing an edited frame. The library packs zip at level 4 and lets nobody ask for less;
ISA-L takes a fifth of its time. Measurements: docs/decisions/0033-read-once.md.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import OpenEXR
from isal import isal_zlib

from ...errors import MediaError
from ...wires import Attribute, Part, Window
from . import attributes as exr_attributes
from . import chunks as exr_chunks
from . import header as exr_header
from .header import COMPRESSIONS

ZIP = tuple(COMPRESSIONS.index(name) for name in ("zips", "zip"))
FASTEST = 1  # ISA-L's level: the next ones take as long or twice as long, and save a hundredth
MIDDLE = 128  # the format's predictor gives no difference between neighbouring bytes this value


def pack_rows(
    part: Part, header: Mapping[str, Attribute], first: int, last: int, number: int | None = None
) -> list[memoryview]:
    """The chunks from number `first` to `last` of a scanline part with this header, each with all that leads it.

    `number` is that of the part in a file of several. Raises MediaError for pixels that the library does not take.
    """
    lines = exr_chunks.LINES[header["compression"].value]
    top, bottom = first * lines, min((last + 1) * lines, part.window.height)
    rows = Window(part.window.x, part.window.y + top, part.window.width, bottom - top)
    planes = {name: part.cut(name, rows) for name in part.channels}
    packed: Iterable[bytes]
    if header["compression"].value in ZIP:
        packed = _by_isal([planes[channel.name] for channel in header["channels"].value], lines)
    else:
        packed = _by_library(planes, rows, header)
    lead = b"" if number is None else struct.pack("<i", number)
    places = range(rows.y, rows.bottom, lines)
    return [memoryview(lead + struct.pack("<ii", y, len(data)) + data) for y, data in zip(places, packed, strict=True)]


def _by_isal(planes: Sequence[np.ndarray], lines: int) -> Iterator[bytes]:
    """The data of zip chunks of so many lines. Channels in the file's order, as pairs of bytes row by row."""
    pairs = [np.ascontiguousarray(plane, plane.dtype.newbyteorder("<")).view("<u2") for plane in planes]
    for top in range(0, len(pairs[0]), lines):
        yield _zip(np.concatenate([plane[top : top + lines] for plane in pairs], axis=1))


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


def _by_library(planes: Mapping[str, np.ndarray], rows: Window, header: Mapping[str, Attribute]) -> list[bytes]:
    """The data of the chunks of these rows, packed by the library as a small file in memory."""
    bare = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.Compression(header["compression"].value)}
    bare |= {"dataWindow": _box(rows), "displayWindow": _box(rows)}
    if "dwaCompressionLevel" in header:
        bare["dwaCompressionLevel"] = header["dwaCompressionLevel"].value
    entries = header["channels"].value
    channels = {
        name: OpenEXR.Channel(np.ascontiguousarray(planes[entry.name]), 1, 1, bool(entry.linear))
        for name, entry in zip(_library_names([entry.name for entry in entries]), entries, strict=True)
    }
    packed = io.BytesIO()
    try:
        OpenEXR.File([OpenEXR.Part(bare, channels, "")]).write(packed)
    except (RuntimeError, ValueError, TypeError) as problem:  # its errors name the file, which has no name here
        raise MediaError(f"it cannot be written: {_last_words(problem)}") from problem
    data = packed.getbuffer()
    layout = exr_header.layout_of(data)
    table = struct.unpack_from(f"<{exr_chunks.chunk_count(layout.headers[0])}Q", data, layout.end)
    return [bytes(exr_chunks.chunk_at(data, at, multipart=False)[8:]) for at in table]


def _library_names(names: Sequence[str]) -> Sequence[str]:
    """Channel names as the library can take them: where the bytes of one are no UTF-8, others in the same order, since
    the library packs by that order.
    """
    text = not any("\ud800" <= letter <= "\udfff" for name in names for letter in name)
    return names if text else [exr_attributes.raw(name).decode("latin-1") for name in names]


def _box(window: Window) -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([[window.x, window.y], [window.right - 1, window.bottom - 1]], np.int32)
    return corners[0], corners[1]


def _last_words(problem: Exception) -> str:
    return str(problem).rpartition('". ')[2].rstrip(".") + "."
