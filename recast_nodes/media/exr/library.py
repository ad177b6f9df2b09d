"""Pixels of whole, plain EXR files by the OpenEXR library: one pass, every channel apart from the others.

It is the only decoder that runs in the process of the render. What it is given has a sound header and a complete
chunk table; on 13,000 such files with flipped bytes it did not crash once (docs/decisions/0013-hostile-files.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import OpenEXR

from . import chunks as exr_chunks
from .header import Layout, PartHeader


def plain(layout: Layout) -> bool:
    """Whether no channel is subsampled."""
    return all(channel.x_step == 1 == channel.y_step for header in layout.headers for channel in header.channels)


def read(path: str | Path, layout: Layout) -> list[dict[str, np.ndarray]] | None:
    """Channels of each part, or None where this library must not or cannot read the file.

    It prints a line instead of raising where pixels cannot be decoded, and then leaves the part out.
    """
    if not plain(layout):
        return None
    try:
        complete = exr_chunks.is_complete(path, layout)
    except OSError:
        return None
    return read_channels(str(path), layout.headers) if complete else None


def read_channels(file: str | BinaryIO, headers: Sequence[PartHeader]) -> list[dict[str, np.ndarray]] | None:
    """The channels of each part of a complete file, by its name or open; None where they are not what `headers` say."""
    try:
        parts = OpenEXR.File(file, separate_channels=True).parts
    except (OSError, RuntimeError, ValueError, TypeError, MemoryError):
        return None
    if len(parts) != len(headers):
        return None
    planes = [{name: channel.pixels for name, channel in part.channels.items()} for part in parts]
    sound = all(_fits(header, group) for header, group in zip(headers, planes, strict=True))
    return planes if sound else None


def _fits(header: PartHeader, planes: dict[str, np.ndarray]) -> bool:
    """Whether the channels are those of the header, in its types and size."""
    shape = (header.window.height, header.window.width)
    known = {channel.name: channel.dtype for channel in header.channels}
    return {name: plane.dtype.name for name, plane in planes.items()} == known and all(
        plane.shape == shape for plane in planes.values()
    )
