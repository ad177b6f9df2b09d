"""Values of OpenEXR header attributes: from their bytes and back, without loss.

Every attribute is kept as `wires.Attribute(value, type)` with the type name that the file itself uses. Types that are
not in the tables below (and those whose size is not what their type says) keep their bytes as the value, so that
whatever was in a plate's header goes out again as it came in. Layout: openexr.com, "OpenEXR File Layout".
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from ...wires import Attribute
from ..files import limits

NUMBERS = {
    "int": "<i",
    "float": "<f",
    "double": "<d",
    "box2i": "<4i",
    "box2f": "<4f",
    "v2i": "<2i",
    "v2f": "<2f",
    "v2d": "<2d",
    "v3i": "<3i",
    "v3f": "<3f",
    "v3d": "<3d",
    "m33f": "<9f",
    "m33d": "<9d",
    "m44f": "<16f",
    "m44d": "<16d",
    "chromaticities": "<8f",
    "rational": "<iI",
    "timecode": "<2I",
    "keycode": "<7i",
    "compression": "<B",
    "envmap": "<B",
    "lineOrder": "<B",
    "deepImageState": "<B",
    "tiledesc": "<2IB",
}
LONGEST = 1 << 16  # numbers or words in one attribute; longer ones keep their bytes
CONSENT = "recast:consent"  # who agreed to an edit; it may change while the pixels stay
PIXEL_TYPES = ("uint32", "float16", "float32")  # by OpenEXR's number: UINT, HALF, FLOAT


class ChannelEntry(NamedTuple):
    """One entry of a header's channel list."""

    name: str
    dtype: str  # one of PIXEL_TYPES
    linear: int = 0  # pLinear, a hint to the lossy compressions
    x_step: int = 1
    y_step: int = 1


class TooMany(Exception):
    """A header goes beyond a limit."""

    def __init__(self, limit: limits.SizeLimit, figure: int):
        super().__init__(limit.variable)
        self.limit, self.figure = limit, figure


def bound(limit: limits.SizeLimit, figure: int) -> None:
    """TooMany where there is more than is read."""
    if figure > limits.most(limit):
        raise TooMany(limit, figure)


def decode(kind: str, data: bytes) -> Attribute:
    """The attribute that these bytes of type `kind` stand for; unknown types keep the bytes."""
    try:
        return Attribute(_value(kind, data), kind)
    except (struct.error, ValueError, IndexError):
        return Attribute(data, kind)


def _value(kind: str, data: bytes) -> Any:
    if kind in NUMBERS:
        numbers = struct.unpack(NUMBERS[kind], data)
        return numbers[0] if len(numbers) == 1 else numbers
    if kind == "string":
        return text(data)
    if kind == "stringvector":
        return _strings(data)
    if kind == "floatvector":
        if len(data) > 4 * LONGEST:
            raise ValueError("a vector of more numbers than are looked at")
        return struct.unpack(f"<{len(data) // 4}f", data)
    if kind == "chlist":
        return _channels(data)
    return data


def encode(attribute: Attribute) -> bytes:
    """The bytes of an attribute's value; the inverse of `decode`."""
    value, kind = attribute.value, attribute.type
    if isinstance(value, bytes):
        return value
    if kind in NUMBERS:
        return struct.pack(NUMBERS[kind], *(value if isinstance(value, (tuple, list)) else (value,)))
    if kind == "string":
        return raw(value)
    if kind == "stringvector":
        return b"".join(struct.pack("<i", len(raw(word))) + raw(word) for word in value)
    if kind == "floatvector":
        return struct.pack(f"<{len(value)}f", *value)
    if kind == "chlist":
        return b"".join(_channel_bytes(channel) for channel in value) + b"\0"
    raise TypeError(f"no way to write a header attribute of type {kind} from {type(value).__name__}")


def text(data: bytes) -> str:
    """Header bytes as text; bytes that are not UTF-8 survive the way back through `raw`."""
    return data.decode("utf-8", "surrogateescape")


def raw(words: str) -> bytes:
    """Text as header bytes."""
    return words.encode("utf-8", "surrogateescape")


def for_libraries(words: object) -> str:
    """Words of a header, or a path, as a library takes them: bytes that are no UTF-8 become question marks."""
    return str(words).encode("utf-8", "replace").decode()


def _strings(data: bytes) -> tuple[str, ...]:
    words, at = [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<i", data, at)
        if size < 0 or at + 4 + size > len(data):
            raise ValueError("a string reaches beyond its attribute")
        words.append(text(data[at + 4 : at + 4 + size]))
        at += 4 + size
        if len(words) > LONGEST:
            raise ValueError("more words than are looked at")
    return tuple(words)


def _channels(data: bytes) -> tuple[ChannelEntry, ...]:
    channels, at = [], 0
    while data[at] != 0:
        end = data.index(b"\0", at, at + 256)
        kind, linear, x_step, y_step = struct.unpack_from("<iB3xii", data, end + 1)
        channels.append(ChannelEntry(text(data[at:end]), PIXEL_TYPES[kind], linear, x_step, y_step))
        at = end + 17
        bound(limits.CHANNELS, len(channels))
    return tuple(channels)


def _channel_bytes(channel: ChannelEntry) -> bytes:
    numbers = struct.pack("<iB3xii", PIXEL_TYPES.index(channel.dtype), channel.linear, channel.x_step, channel.y_step)
    return raw(channel.name) + b"\0" + numbers
