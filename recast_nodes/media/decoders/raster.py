"""Pictures that are not EXR (PNG, JPEG, TIFF, DPX ...), read in their own types."""

from __future__ import annotations

from typing import Any

import numpy as np
import OpenImageIO as oiio

from ...errors import MediaError
from .. import limits
from .openimageio import opened, problem

FORMATS = (  # OpenImageIO's names; others (volumes, textures, procedural and camera files) are no plates
    *("bmp", "cineon", "dpx", "gif", "hdr", "heif", "iff", "jpeg", "jpeg2000", "jpegxl", "openexr", "png", "pnm"),
    *("psd", "rla", "sgi", "softimage", "targa", "tiff", "webp", "zfile"),
)
TYPES = {"int": "int", "uint": "int", "float": "float", "string": "string", "double": "double", "rational": "rational"}
NAMES = {"PixelAspectRatio": "pixelAspectRatio"}  # OpenImageIO's name -> the name in EXR headers


def read(path: str) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The first picture of a file: names of channels, windows and metadata, and its pixels as (H, W, channels)."""
    with opened(path) as source:
        if source.format_name() not in FORMATS:
            raise MediaError(f"{path}: {source.format_name()} files are not read as pictures.")
        spec = source.spec()
        total = spec.width * spec.height * max(1, spec.depth) * spec.pixel_bytes()
        limits.check_size(path, spec.width, spec.height, spec.nchannels, total)
        limits.check(path, limits.ATTRIBUTES, len(spec.extra_attribs))
        if spec.deep or spec.depth > 1:
            raise MediaError(f"{path}: deep and volume images cannot be edited.")
        pixels = source.read_image(0, 0, 0, spec.nchannels, str(spec.format))
        if pixels is None:
            raise MediaError(f"{path}: cannot be read to its end: {problem(source, path)}")
    pixels = np.asarray(pixels).reshape(spec.height, spec.width, spec.nchannels)
    told = {
        "channels": list(spec.channelnames),
        "window": (spec.x, spec.y, spec.width, spec.height),
        "display": (spec.full_x, spec.full_y, spec.full_width, spec.full_height),
        "attributes": _attributes(spec),
    }
    return told, [pixels]


def _attributes(spec: oiio.ImageSpec) -> dict[str, tuple[str, Any]]:
    """Type and value of the metadata that an EXR header can hold too."""
    kept = {}
    for entry in spec.extra_attribs:
        kind = TYPES.get(str(entry.type))
        if kind:
            value = float(str(entry.value)) if entry.name in NAMES else entry.value
            kept[NAMES.get(entry.name, entry.name)] = ("float" if entry.name in NAMES else kind, value)
    return kept
