"""Pictures that are not EXR (PNG, JPEG, TIFF, DPX ...), in their own types, by a reader process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import MediaError
from ..wires import Attribute, Part, Window
from .files import limits
from .readers import processes


def read_raster(path: str | Path) -> tuple[Part, ...]:
    """The first picture of a file in any format that is read, channels in its own integer or float type."""
    header, (pixels,) = processes.read("raster.read", path, limits.check_file(path))
    window, display = Window(*header["window"]), Window(*header["display"])
    if pixels.shape != (window.height, window.width, len(header["channels"])):
        raise MediaError(f"{path}: the pixel data does not match the size in the header.")
    attributes = {name: Attribute(_plain(value), kind) for name, (kind, value) in header["attributes"].items()}
    planes = {name: pixels[..., at] for at, name in enumerate(header["channels"])}
    return (Part("", planes, window, display, attributes),)


def _plain(value: Any) -> Any:
    """JSON knows no tuples."""
    return tuple(value) if isinstance(value, list) else value
