"""`wires.Part`s into an OpenEXR file: the library encodes the pixels, the header is written here.

The library is given a bare header with a filler attribute as long as all that it would lose; then our own header, of
the same length, takes its place. So every attribute goes out as it came in, and the pixels are never moved. Reasons
and measurements: docs/decisions/0002-exr-writing.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import OpenEXR

from ...errors import MediaError
from ...wires import Attribute, Part, Window
from . import attributes as exr_attributes
from . import chunks as exr_chunks
from . import header as exr_header
from .attributes import PIXEL_TYPES, ChannelEntry
from .header import COMPRESSIONS, LOSSY

AS_PLATE = "as plate"
SKELETON = (  # what the library writes of its own accord
    "channels",
    "chunkCount",
    "compression",
    "dataWindow",
    "displayWindow",
    "dwaCompressionLevel",
    "lineOrder",
    "name",
    "pixelAspectRatio",
    "screenWindowCenter",
    "screenWindowWidth",
    "type",
)
FILLER = "recastFiller"
FILLER_COST = len(FILLER) + len("string") + 6  # name, type, two zeros and the size of an empty filler


def write_exr(
    path: str | Path, parts: Sequence[Part], compression: str = AS_PLATE, dwa_level: float | None = None
) -> None:
    """Write a scanline file to `path`, exactly there: callers hand in a temporary name (`atomic.whole_file`).

    `compression` is one of `exr_header.COMPRESSIONS`, or "as plate". Raises MediaError or OSError where the file did
    not come out whole.
    """
    headers = [header_of(part, compression, dwa_level, len(parts) > 1) for part in parts]
    spare = [_spare(header, len(parts) > 1) for header in headers]
    try:  # its errors name the file too, so only their last words are passed on
        OpenEXR.File([library_part(*each) for each in zip(parts, headers, spare)]).write(str(path))
    except (RuntimeError, ValueError, TypeError) as problem:
        raise MediaError(f"it cannot be written: {_last_words(problem)}") from problem
    _put_header(path, exr_header.header_bytes(headers))


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


def _spare(header: dict[str, Attribute], multipart: bool) -> int:
    """Bytes by which our header is longer than the library's; grows the header where a filler could not be as short."""
    given = _stand_ins(header)
    own = SKELETON if multipart else [name for name in SKELETON if name not in ("name", "chunkCount")]

    def measure() -> int:
        skeleton = {name: given.get(name, header[name]) for name in own if name in header}
        return len(exr_header.part_bytes(header)) - len(exr_header.part_bytes(skeleton))

    if measure() < FILLER_COST and measure() != 0:
        header["recast:filler"] = Attribute("-" * (FILLER_COST - min(0, measure())), "string")
    return measure()


def _stand_ins(header: Mapping[str, Attribute]) -> dict[str, Attribute]:
    """The attributes whose names the library cannot take as they are, as it is given them."""
    made = {}
    channels = header["channels"].value
    if not all(_is_text(channel.name) for channel in channels):
        made["channels"] = Attribute(tuple(each._replace(name=_latin(each.name)) for each in channels), "chlist")
    if "name" in header and not _is_text(header["name"].value):
        made["name"] = Attribute(_latin(header["name"].value), "string")
    return made


def _is_text(name: str) -> bool:
    """Whether a name of a file is UTF-8, as the library wants it."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def _latin(name: str) -> str:
    """Another name for bytes that are no UTF-8, in the same order among others; the library packs by that order."""
    return exr_attributes.raw(name).decode("latin-1")


def library_part(part: Part, header: Mapping[str, Attribute], spare: int) -> OpenEXR.Part:
    """A part as the library takes it: the bare header, `spare` more bytes of it, and the channels."""
    bare = {
        "type": OpenEXR.scanlineimage,
        "compression": OpenEXR.Compression(header["compression"].value),
        "dataWindow": _box(part.window),
        "displayWindow": _box(part.display),
        "pixelAspectRatio": header["pixelAspectRatio"].value,
    }
    if "dwaCompressionLevel" in header:
        bare["dwaCompressionLevel"] = header["dwaCompressionLevel"].value
    if spare:
        bare[FILLER] = "-" * (spare - FILLER_COST)
    names = _stand_ins(header)
    given = names.get("channels", header["channels"]).value
    channels = {
        stand_in.name: OpenEXR.Channel(np.ascontiguousarray(part.channels[channel.name]), 1, 1, bool(channel.linear))
        for stand_in, channel in zip(given, header["channels"].value, strict=True)
    }
    named = names.get("name", Attribute(part.name, "string")).value
    return OpenEXR.Part(bare, channels, named if "chunkCount" in header else "")


def _box(window: Window) -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([[window.x, window.y], [window.right - 1, window.bottom - 1]], np.int32)
    return corners[0], corners[1]


def _last_words(problem: Exception) -> str:
    return str(problem).rpartition('". ')[2].rstrip(".") + "."


def _put_header(path: str | Path, head: bytes) -> None:
    """Our header in the place of the library's, and then a look at whether the file is whole."""
    if exr_header.read_layout(path).end != len(head):
        raise MediaError("its header has not the length that was planned; please report this plate.")
    with open(path, "r+b") as file:
        file.write(head)
    if not exr_chunks.is_complete(path, exr_header.read_layout(path)):
        raise MediaError("it cannot be written to its end; is the disk full?")
