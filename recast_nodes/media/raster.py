"""Pictures that are not EXR (PNG, JPEG, TIFF, DPX ...), read in their own types and written for review."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from ..errors import MediaError
from ..wires import Attribute, Part, Window
from .openimageio import check_size, opened, problem

TYPES = {"int": "int", "uint": "int", "float": "float", "string": "string", "double": "double", "rational": "rational"}
NAMES = {"PixelAspectRatio": "pixelAspectRatio"}  # OpenImageIO's name -> the name in EXR headers
REVIEW = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff"}


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


def write_raster(path: Path, kind: str, pixels: np.ndarray, quality: int, aspect: float = 1.0) -> None:
    """Write (H, W, 3 or 4) uint8 or uint16 pixels to exactly `path`, whatever its suffix. `kind` is a value of
    REVIEW.
    """
    height, width, count = pixels.shape
    spec = oiio.ImageSpec(width, height, count, str(pixels.dtype))
    spec.attribute("oiio:ColorSpace", "sRGB")
    spec.attribute("PixelAspectRatio", float(aspect))
    spec.attribute("DateTime", "1970:01:01 00:00:00")  # else the time of writing: the same frame would differ
    if kind == "jpeg":
        spec.attribute("Compression", f"jpeg:{quality}")
    spec.attribute("png:compressionLevel", 3)  # a fifth of the time of 6 for a tenth more bytes
    writer = oiio.ImageOutput.create(kind)
    assert writer is not None, kind  # the wheel has all of REVIEW
    written = writer.open(str(path), spec) and writer.write_image(np.ascontiguousarray(pixels))
    if not (writer.close() and written):
        raise MediaError(f"{path}: cannot be written: {problem(writer)}")
    with opened(path) as check:
        if check.read_image(0, 0, 0, count, str(pixels.dtype)) is None:
            raise MediaError(f"{path}: cannot be written to its end; is the disk full?")
