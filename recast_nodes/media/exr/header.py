"""The header of an OpenEXR file, read and written without decoding a pixel.

The libraries lose or rename some attributes on the way through (docs/decisions/0002-exr-writing.md), so headers are
ours and only the pixels are theirs.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ...errors import MediaError
from ...wires import Attribute, Window
from ..files import limits
from . import attributes as exr_attributes

MAGIC = b"v/1\x01"
TILED, LONG_NAMES, DEEP, MULTIPART = 0x200, 0x400, 0x800, 0x1000
COMPRESSIONS = ("none", "rle", "zips", "zip", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab", "htj2k256", "htj2k32")
NEEDED = {"channels": "chlist", "dataWindow": "box2i", "displayWindow": "box2i", "compression": "compression"}
LOSSY = frozenset({"pxr24", "b44", "b44a", "dwaa", "dwab"})


class PartHeader(NamedTuple):
    """One part's attributes, in the file's order."""

    attributes: Mapping[str, Attribute]

    def value(self, name: str, default: Any = None) -> Any:
        attribute = self.attributes.get(name)
        return default if attribute is None else attribute.value

    @property
    def window(self) -> Window:
        return _window(self.value("dataWindow"))

    @property
    def display(self) -> Window:
        return _window(self.value("displayWindow"))

    @property
    def channels(self) -> tuple[exr_attributes.ChannelEntry, ...]:
        return self.value("channels", ())

    @property
    def compression(self) -> str:
        number = self.value("compression", 0)
        return COMPRESSIONS[number] if number < len(COMPRESSIONS) else f"number {number}"


class Layout(NamedTuple):
    """What an EXR file says about itself before its first pixel."""

    flags: int
    headers: tuple[PartHeader, ...]
    end: int  # where the chunk table begins
    size: int  # of the whole file, bytes

    @property
    def deep(self) -> bool:
        return bool(self.flags & DEEP)

    @property
    def multipart(self) -> bool:
        return bool(self.flags & MULTIPART)


def read_layout(path: str | Path) -> Layout:
    """Header of an EXR file. MediaError where it is none, is broken, or goes beyond `limits`."""
    size = limits.check_file(path)
    try:
        with open(path, "rb") as file:
            return _layout(file, size)
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from problem
    except exr_attributes.TooMany as problem:
        limits.refuse(path, problem.limit, problem.figure)
    except (struct.error, ValueError, IndexError, TypeError) as problem:
        raise MediaError(f"{path}: its OpenEXR header is broken: {_first_words(problem)}.") from problem


def _first_words(problem: Exception) -> str:
    return "it ends too early" if isinstance(problem, struct.error | IndexError) else str(problem)


def is_exr(path: str | Path) -> bool:
    """Whether the file begins as an OpenEXR file does, whatever its name says."""
    limits.check_file(path)
    try:
        with open(path, "rb") as file:
            return file.read(4) == MAGIC
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from problem


def layout_of(data: bytes | memoryview) -> Layout:
    """The header of a whole EXR file in memory, one that this process has just made."""
    return _parse(bytes(data[: 1 << 16]), len(data))


def _layout(file: BinaryIO, size: int) -> Layout:
    data = file.read(min(size, 1 << 16))
    largest = limits.most(limits.HEADER) << 20
    while True:
        try:
            return _parse(data, size)
        except (struct.error, IndexError, ValueError):
            if len(data) >= largest:
                raise exr_attributes.TooMany(limits.HEADER, len(data) >> 20) from None
            more = file.read(len(data))
            if not more:
                raise
            data += more


def _parse(data: bytes, size: int) -> Layout:
    if data[:4] != MAGIC:
        raise ValueError("it is not an OpenEXR file")
    (flags,) = struct.unpack_from("<I", data, 4)
    at, headers = 8, []
    while True:
        header, at = _header(data, at, size)
        headers.append(header)
        exr_attributes.bound(limits.PARTS, len(headers))
        if not flags & MULTIPART:
            return Layout(flags, tuple(headers), at, size)
        if data[at] == 0:
            return Layout(flags, tuple(headers), at + 1, size)


def _header(data: bytes, at: int, whole: int) -> tuple[PartHeader, int]:
    attributes = {}
    while data[at] != 0:
        name_end = _word_end(data, at)
        kind_end = _word_end(data, name_end + 1)
        (size,) = struct.unpack_from("<i", data, kind_end + 1)
        start = kind_end + 5
        if size < 0:
            raise TypeError(f"it has an attribute of {size} bytes")
        if start + size > whole:
            raise TypeError("an attribute reaches beyond the end of the file")
        exr_attributes.bound(limits.HEADER, size >> 20)
        if start + size > len(data):
            raise IndexError("the header ends too early")
        kind = exr_attributes.text(data[name_end + 1 : kind_end])
        attributes[exr_attributes.text(data[at:name_end])] = exr_attributes.decode(kind, data[start : start + size])
        at = start + size
        exr_attributes.bound(limits.ATTRIBUTES, len(attributes))
    header = PartHeader(attributes)
    for name, kind in NEEDED.items():
        attribute = attributes.get(name)
        if not attribute or attribute.type != kind or isinstance(attribute.value, bytes):
            raise TypeError(f"'{name}' is missing or malformed")
    return header, at + 1


def _word_end(data: bytes, at: int) -> int:
    """Where the zero stands that ends a word. No name is longer than 255 bytes, so nothing is searched for long."""
    end = data.find(b"\0", at, at + 256)
    if end < 0:
        if at + 256 <= len(data):
            raise TypeError("it has a name without an end")
        raise IndexError
    return end


def header_bytes(headers: Sequence[Mapping[str, Attribute]]) -> bytes:
    """The whole head of a scanline file with these parts, up to its chunk table."""
    names = [name for header in headers for name in header]
    names += [channel.name for header in headers for channel in header["channels"].value]
    flags = 2 | (LONG_NAMES if max(map(len, map(exr_attributes.raw, names))) > 31 else 0)
    flags |= MULTIPART if len(headers) > 1 else 0
    body = b"".join(part_bytes(header) for header in headers)
    return MAGIC + struct.pack("<I", flags) + body + (b"\0" if len(headers) > 1 else b"")


def part_bytes(header: Mapping[str, Attribute]) -> bytes:
    """One part's header, with the zero that ends it."""
    return b"".join(_attribute_bytes(name, attribute) for name, attribute in header.items()) + b"\0"


def _attribute_bytes(name: str, attribute: Attribute) -> bytes:
    value = exr_attributes.encode(attribute)
    return (
        exr_attributes.raw(name)
        + b"\0"
        + exr_attributes.raw(attribute.type)
        + b"\0"
        + struct.pack("<i", len(value))
        + value
    )


def _window(box: tuple[int, int, int, int]) -> Window:
    left, top, right, bottom = box
    return Window(left, top, right - left + 1, bottom - top + 1)


def pixel_bytes(header: PartHeader) -> int:
    """Bytes of one pixel of all channels."""
    return sum(np.dtype(channel.dtype).itemsize for channel in header.channels)


def check_size(path: str | Path, layout: Layout) -> None:
    """MediaError where the parts hold more than `limits` allow, or nothing."""
    total = 0
    for header in layout.headers:
        window = header.window
        total += max(0, window.width) * max(0, window.height) * pixel_bytes(header)
        limits.check_size(path, window.width, window.height, len(header.channels), total)


def box(window: Window) -> Attribute:
    """A window as the box2i attribute that headers hold (corners included)."""
    return Attribute((window.x, window.y, window.right - 1, window.bottom - 1), "box2i")
