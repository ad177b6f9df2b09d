"""How a text file of somebody else's is encoded: UTF-8, or UTF-16 where it begins as such."""

from __future__ import annotations

import codecs
from pathlib import Path


def encoding_of(path: Path) -> str:
    """A table's encoding, as `open` takes it: UTF-16 begins with a byte order mark (Excel's "Unicode text"), everything
    else is UTF-8, with a mark or without. Raises OSError.
    """
    with path.open("rb") as opened:
        start = opened.read(2)
    return "utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
