"""`wires.Part`s into an OpenEXR file: the header is written here, the chunks are packed by `pack`.

The libraries lose or rename some attributes on the way through, so every attribute goes out as it came in, by our own
hand. Reasons and measurements: docs/decisions/0002-exr-writing.md and 0033-read-once.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...errors import MediaError
from ...wires import Attribute, Part
from . import chunks as exr_chunks
from . import header as exr_header
from .attributes import CONSENT, PIXEL_TYPES, ChannelEntry
from .header import COMPRESSIONS, LOSSY
from .pack import pack_rows

AS_PLATE = "as plate"


def write_exr(
    path: str | Path, parts: Sequence[Part], compression: str = AS_PLATE, dwa_level: float | None = None
) -> None:
    """Write a scanline file to `path`, exactly there: callers hand in a temporary name (`atomic.whole_file`).

    `compression` is one of `exr_header.COMPRESSIONS`, or "as plate". Raises MediaError or OSError where the file did
    not come out whole.
    """
    headers = [header_of(part, compression, dwa_level, len(parts) > 1) for part in parts]
    packed: list[memoryview] = []
    for number, (part, header) in enumerate(zip(parts, headers)):
        last = -(-part.window.height // exr_chunks.LINES[header["compression"].value]) - 1
        packed += pack_rows(part, header, 0, last, number if len(parts) > 1 else None)
    write_chunks(path, exr_header.header_bytes(headers), packed)


def write_chunks(path: str | Path, head: bytes, chunks: Sequence[memoryview]) -> None:
    """A file of this head and these chunks, in the order of its parts and rows. Raises MediaError or OSError where it
    did not come out whole.
    """
    offsets = np.cumsum([len(head) + 8 * len(chunks), *map(len, chunks)])[:-1]
    with open(path, "wb") as file:
        file.write(head)
        file.write(offsets.astype("<u8").tobytes())
        for chunk in chunks:
            file.write(chunk)
    if not exr_chunks.is_complete(path, exr_header.read_layout(path)):
        raise MediaError("it cannot be written to its end; is the disk full?")


def header_of(part: Part, compression: str, dwa_level: float | None, multipart: bool) -> dict[str, Attribute]:
    """All attributes of a part as they will stand in the file."""
    header = {"channels": Attribute(_channels(part), "chlist"), "compression": Attribute(0, "compression")}
    header |= {"dataWindow": exr_header.box(part.window), "displayWindow": exr_header.box(part.display)}
    header |= {"lineOrder": Attribute(0, "lineOrder"), "pixelAspectRatio": Attribute(1.0, "float")}
    header |= {"screenWindowCenter": Attribute((0.0, 0.0), "v2f"), "screenWindowWidth": Attribute(1.0, "float")}
    own = {name: value for name, value in part.attributes.items() if name not in ("channels", "tiles", "chunkCount")}
    header |= own | {"lineOrder": Attribute(0, "lineOrder"), "type": Attribute("scanlineimage", "string")}
    number = compression_number(part, compression)
    header["compression"] = Attribute(number, "compression")
    if dwa_level is not None:
        header["dwaCompressionLevel"] = Attribute(float(dwa_level), "float")
    if multipart:
        header["name"] = Attribute(part.name, "string")
        chunks = -(-part.window.height // exr_chunks.LINES[number])
        header["chunkCount"] = Attribute(chunks, "int")
    return last_in_header(header)


def last_in_header(header: dict[str, Attribute]) -> dict[str, Attribute]:
    """The same header with what may change while the pixels stay at its end, wherever it came from."""
    if CONSENT in header:
        header[CONSENT] = header.pop(CONSENT)
    return header


def compression_number(part: Part, compression: str) -> int:
    """The file format's number of a compression.

    "as plate" is the part's own where that keeps every bit; else, and for parts that never were in an EXR file, zip.
    """
    if compression != AS_PLATE:
        return COMPRESSIONS.index(compression)
    own = own_compression(part)
    return COMPRESSIONS.index("zip" if lossy(part, own) else own)


def own_compression(part: Part) -> str:
    """The name of the compression that the part was read from, zip where there was none."""
    own = part.attributes.get("compression")
    return COMPRESSIONS[own.value] if own and own.type == "compression" else "zip"


def lossy(part: Part, name: str) -> bool:
    """Whether this compression changes these channels (PXR24 rounds floats only)."""
    if name == "pxr24":
        return any(part.kind(name) == np.float32 for name in part.channels)
    return name in LOSSY


def _channels(part: Part) -> tuple[ChannelEntry, ...]:
    """The channel list, sorted as the format demands, with the plate's own hints."""
    stored = part.attributes.get("channels")
    linear = {channel.name: channel.linear for channel in stored.value} if stored else {}
    kinds = {name: part.kind(name).name for name in part.channels}
    for name, kind in kinds.items():
        if kind not in PIXEL_TYPES:
            raise MediaError(f"Channel {name} has values of type {kind}; EXR files hold {', '.join(PIXEL_TYPES)}.")
    names = sorted(kinds, key=lambda name: name.encode("utf-8", "surrogateescape"))
    return tuple(ChannelEntry(name, kinds[name], linear.get(name, 0)) for name in names)
