"""A text attribute in the header of a file that is written already: its pixels are copied as they are, still packed.

What a header says of a frame may change although no pixel does. The file is then the same to the bit as one that is
written with the new header from the start.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...errors import MediaError
from ...wires import Attribute
from ..files.atomic import whole_file
from .chunks import chunk_count, is_complete
from .header import header_bytes, read_layout
from .write import last_in_header


def set_text(path: str | Path, name: str, text: str, beside: tuple[str, str]) -> bool:
    """Set the attribute `name` to `text` ('' removes it) in every part that has the attribute and text `beside`.

    False, with nothing written, where no part has that. Raises MediaError where the file is not one that this program
    wrote whole, and StorageError where it cannot be written again.
    """
    layout = read_layout(path)
    headers = [dict(header.attributes) for header in layout.headers]
    marked = [header for header in headers if beside[0] in header and header[beside[0]].value == beside[1]]
    if not marked:
        return False
    data = Path(path).read_bytes()
    if header_bytes(headers) != data[: layout.end] or not is_complete(path, layout):
        raise MediaError(f"{path}: its header is not one that this program wrote.")
    for header in marked:
        header.pop(name, None)
        if text:
            header[name] = Attribute(text, "string")
    head = header_bytes([last_in_header(header) for header in headers])
    pixels = layout.end + 8 * sum(map(chunk_count, layout.headers))
    table = np.frombuffer(data[layout.end : pixels], "<u8") + np.uint64(len(head)) - np.uint64(layout.end)
    with whole_file(path) as temporary, open(temporary, "wb") as file:
        file.write(head)
        file.write(table.astype("<u8").tobytes())
        file.write(memoryview(data)[pixels:])
    return True
