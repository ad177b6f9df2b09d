"""Pictures that are not EXR (PNG, JPEG, TIFF, DPX ...), read in their own types."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from ..errors import MediaError
from ..wires import Attribute, Part, Window
from .openimageio import check_size, opened, problem

TYPES = {"int": "int", "uint": "int", "float": "float", "string": "string", "double": "double", "rational": "rational"}
NAMES = {"PixelAspectRatio": "pixelAspectRatio"}  # OpenImageIO's name -> the name in EXR headers


def read_raster(path: str | Path) -> tuple[Part, ...]:
    """The first picture of a file in any format that OpenImageIO knows, channels in its own integer or float type."""
    with opened(path) as source:
        spec = source.spec()
        check_size(path, spec.width, spec.height, spec.pixel_bytes(), spec.nchannels)
        if spec.deep or spec.depth > 1:
            raise MediaError(f"{path}: deep and volume images cannot be edited.")
        pixels = source.read_image(0, 0, 0, spec.nchannels, str(spec.format))
        if pixels is None:
            raise MediaError(f"{path}: cannot be read to its end: {problem(source)}")
    pixels = np.asarray(pixels).reshape(spec.height, spec.width, spec.nchannels)
    planes = {name: pixels[..., at] for at, name in enumerate(spec.channelnames)}
    window = Window(spec.x, spec.y, spec.width, spec.height)
    display = Window(spec.full_x, spec.full_y, spec.full_width, spec.full_height)
    return (Part("", planes, window, display, _attributes(spec)),)


def _attributes(spec: oiio.ImageSpec) -> dict[str, Attribute]:
    """Metadata that an EXR header can hold too."""
    kept = {}
    for entry in spec.extra_attribs:
        kind = TYPES.get(str(entry.type))
        if kind:
            value = float(str(entry.value)) if entry.name in NAMES else entry.value
            kept[NAMES.get(entry.name, entry.name)] = Attribute(value, "float" if entry.name in NAMES else kind)
    return kept
