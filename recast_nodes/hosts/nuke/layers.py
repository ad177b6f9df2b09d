"""A layer that the artist laid into rgba by a Shuffle below a Read: the plate is then that Read's own file, and its
layer is named in the document. Nuke's names of layers have underscores where the file has dots and spaces.
"""

from __future__ import annotations

import re
from typing import Any

CHANNELS = ("red", "green", "blue", "alpha")
HEADER = 1 << 20  # bytes of a file that are looked at; headers with hundreds of passes have a tenth of it
MAGIC, MULTIPART = b"\x76\x2f\x31\x01", 0x10
LAYER, BARE = "recast_layer", "rgba"


def shuffled_layer(node: Any) -> str:
    """The layer, as Nuke calls it, that a Shuffle lays into rgba as a whole; '' of any other node or shuffle."""
    if node.Class() == "Shuffle":
        plain = all(node[channel].value() == channel for channel in CHANNELS)
        return str(node["in"].value()) if plain and node["out"].value() == BARE else ""
    if node.Class() != "Shuffle2":
        return ""
    layer = str(node["in1"].value())
    wanted = {(f"{layer}.{channel}", f"{BARE}.{channel}") for channel in CHANNELS}
    found = {tuple(str(word) for word in each[-2:]) for each in node["mappings"].value()}
    return layer if found == wanted else ""


def layer_in_file(path: str, layer: str) -> str:
    """What the file calls the layer that Nuke calls `layer`; '' where that is not one for sure."""
    try:
        with open(path, "rb") as file:
            names = _layers(file.read(HEADER))
    except OSError:
        return ""
    found = [name for name in names if re.sub(r"\W", "_", name).lower() == layer.lower()]
    return found[0] if len(found) == 1 else ""


def _layers(data: bytes) -> list[str]:
    """The names of an EXR's layers, from its headers: of channels with a prefix, or of parts."""
    if data[:4] != MAGIC:
        return []
    found: dict[str, None] = {}
    at = 8
    while at < len(data) and data[at]:
        attributes, at = _header(data, at)
        part = attributes.get(b"name", b"").decode("utf-8", "replace")
        for channel in _channels(attributes.get(b"channels", b"")):
            found[channel.rpartition(".")[0] or part] = None
        if not data[5] & MULTIPART:
            break
    return [name for name in found if name]


def _header(data: bytes, at: int) -> tuple[dict[bytes, bytes], int]:
    """The attributes of a header, and where the next begins. A header that is cut off ends there."""
    attributes = {}
    while at < len(data) and data[at]:
        name, _, rest = data[at : at + 512].partition(b"\0")
        kind = rest.partition(b"\0")[0]
        at += len(name) + len(kind) + 2
        size = int.from_bytes(data[at : at + 4], "little")
        attributes[name] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return attributes, at + 1


def _channels(listed: bytes) -> list[str]:
    """The names of a channel list: each ends with a zero and is followed by sixteen bytes."""
    names, at = [], 0
    while at < len(listed) and listed[at]:
        name = listed[at : at + 256].partition(b"\0")[0]
        names.append(name.decode("utf-8", "replace"))
        at += len(name) + 17
    return names
