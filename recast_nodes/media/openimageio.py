"""OpenImageIO set up once for files of strangers, and its errors as ours.

What was measured is in docs/decisions/0002-exr-writing.md: limits as in OpenImageIO's own fuzzing, the older EXR
reader (it reads luma/chroma files and did not crash on damaged ones), ImageInput only, never ImageBuf, never
missingcolor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import OpenImageIO as oiio

from ..errors import MediaError

LARGEST_SIDE = 65536  # pixels
MOST_CHANNELS = 1024
LARGEST_IMAGE = int(os.environ.get("RECAST_IMAGE_MEGABYTES", "4096")) << 20  # bytes of decoded pixels in one file

oiio.attribute("limits:resolution", LARGEST_SIDE)
oiio.attribute("limits:channels", MOST_CHANNELS)
oiio.attribute("limits:imagesize_MB", LARGEST_IMAGE >> 20)
oiio.attribute("openexr:core", 0)


@contextmanager
def opened(path: str | Path) -> Iterator[oiio.ImageInput]:
    """The file open for reading; MediaError naming it where it cannot be opened."""
    source = oiio.ImageInput.open(str(path))
    if source is None:
        raise MediaError(f"{path}: cannot be read: {problem(oiio)}")
    try:
        yield source
    finally:
        source.close()


def problem(speaker: Any) -> str:
    """What OpenImageIO (the module, a reader or a writer) says went wrong. Its text may hold bytes that are no text."""
    try:
        return speaker.geterror().strip() or "no reason was given"
    except UnicodeDecodeError:
        return "it is damaged"


def check_size(path: str | Path, width: int, height: int, pixel_bytes: int, channels: int) -> None:
    """MediaError where a header asks for more than this machine should give to one picture."""
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE and channels <= MOST_CHANNELS):
        raise MediaError(f"{path}: {width} x {height} pixels with {channels} channels is beyond what is read here.")
    total = width * height * pixel_bytes
    if total > LARGEST_IMAGE:
        raise MediaError(
            f"{path}: {total >> 20} MB of pixels are more than the {LARGEST_IMAGE >> 20} MB that one file may hold; "
            "RECAST_IMAGE_MEGABYTES raises the limit."
        )
