"""OpenImageIO set up once for files of strangers, and its errors as ours.

What was measured is in docs/decisions/0002-exr-writing.md: limits as in OpenImageIO's own fuzzing, the older EXR
reader (it reads luma/chroma files and did not crash on damaged ones), ImageInput only, never ImageBuf, never
missingcolor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import OpenImageIO as oiio

from ...errors import MediaError
from ..files import limits

UNREAD = (".heic", ".heif", ".avif")  # formats of phones, which OpenImageIO's wheels do not read

AS_STORED = oiio.ImageSpec()  # colours of PNG and the like are not multiplied by alpha in 8 bits of display codes
AS_STORED.attribute("oiio:UnassociatedAlpha", 1)

oiio.attribute("limits:resolution", limits.most(limits.SIDE))
oiio.attribute("limits:channels", limits.most(limits.CHANNELS))
oiio.attribute("limits:imagesize_MB", limits.most(limits.IMAGE))
oiio.attribute("openexr:core", 0)
oiio.attribute("threads", 1)  # files are read side by side, each by a process of its own
oiio.attribute("exr_threads", -1)  # in the calling thread


@contextmanager
def open_input(path: str) -> Iterator[oiio.ImageInput]:
    """The file open for reading; MediaError naming it where it cannot be opened."""
    source = oiio.ImageInput.open(path, AS_STORED)
    if source is None:
        reason = problem(oiio, path)
        known = path.lower().endswith(UNREAD)
        raise MediaError(f"{path}: cannot be read: {'save it as PNG, TIFF or JPEG first.' if known else reason}")
    try:
        yield source
    finally:
        source.close()


def problem(speaker: Any, path: str) -> str:
    """What OpenImageIO (the module or a reader) says went wrong, in one line and without the path. Its text may hold
    bytes that are no text.
    """
    try:
        text = speaker.geterror().replace(f'"{path}"', "it").replace(f"'{path}'", "it")
        line = " ".join(text.split()).rstrip(".")
        return (line if line.endswith("?") else f"{line}.") if line else "no reason given."
    except UnicodeDecodeError:
        return "it is damaged"
