"""Pictures that are not EXR (PNG, JPEG, TIFF, DPX ...), read in their own types and turned upright."""

from __future__ import annotations

from typing import Any

import numpy as np
import OpenImageIO as oiio

from ...errors import MediaError
from ..alpha import IS_STRAIGHT, STRAIGHT
from ..colour.stated import INEXACT
from ..files import limits
from . import icc, png_primaries
from .openimageio import open_input, problem

FORMATS = (  # OpenImageIO's names; others (volumes, textures, procedural and camera files) are no plates
    *("bmp", "cineon", "dpx", "gif", "hdr", "heif", "iff", "jpeg", "jpeg2000", "jpegxl", "openexr", "png", "pnm"),
    *("psd", "rla", "sgi", "softimage", "targa", "tiff", "webp", "zfile"),
)
TYPES = {"int": "int", "uint": "int", "float": "float", "string": "string", "double": "double", "rational": "rational"}
NAMES = {"PixelAspectRatio": "pixelAspectRatio"}  # OpenImageIO's name -> the name in EXR headers
LEFT_OUT = (  # the tag that was followed, and names that mean something else in EXR headers (TIFF's compression "lzw")
    *("Orientation", "compression", "name", "type", "version", "view", "multiView", "channels", "tiles", "lineOrder"),
    *("dataWindow", "displayWindow", "chunkCount", "oiio:UnassociatedAlpha"),
)
TURNED = (5, 6, 7, 8)  # EXIF orientations whose rows are columns of the upright picture
MIRRORED = (2, 3, 6, 7)  # left to right, after that
FLIPPED = (3, 4, 7, 8)  # top to bottom
Box = tuple[int, int, int, int]  # x, y, width, height


def read(path: str) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The first picture of a file: names of channels, windows and metadata, and its pixels as (H, W, channels).

    It is rotated by its orientation tag (EXIF, TIFF, DPX), and the tag is left out, so that it is not rotated twice.
    """
    with open_input(path) as source:
        if source.format_name() not in FORMATS:
            raise MediaError(f"{path}: {source.format_name()} files are not supported as images.")
        spec = source.spec()
        total = spec.width * spec.height * max(1, spec.depth) * spec.pixel_bytes()
        limits.check_size(path, spec.width, spec.height, spec.nchannels, total)
        limits.check(path, limits.ATTRIBUTES, len(spec.extra_attribs))
        if spec.deep or spec.depth > 1:
            raise MediaError(f"{path}: deep and volume images cannot be edited.")
        pixels = source.read_image(0, 0, 0, spec.nchannels, str(spec.format))
        if pixels is None:
            raise MediaError(f"{path}: cannot be read to the end: {problem(source, path)}")
    pixels = np.asarray(pixels).reshape(spec.height, spec.width, spec.nchannels)
    orientation = spec.get_int_attribute("Orientation", 1)
    display = (spec.full_x, spec.full_y, spec.full_width, spec.full_height)
    header = {
        "channels": list(spec.channelnames),
        "window": rotate_box((spec.x, spec.y, spec.width, spec.height), display, orientation),
        "display": rotate_box(display, display, orientation),
        "attributes": _attributes(spec, orientation in TURNED) | _colour(path, spec, source.format_name()),
    }
    return header, [rotate_by_exif(pixels, orientation)]


def rotate_by_exif(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """(H, W, channels) as stored by this EXIF orientation, as a viewer shows it."""
    pixels = pixels.swapaxes(0, 1) if orientation in TURNED else pixels
    pixels = pixels[:, ::-1] if orientation in MIRRORED else pixels
    return np.ascontiguousarray(pixels[::-1] if orientation in FLIPPED else pixels)


def rotate_box(box: Box, display: Box, orientation: int) -> Box:
    """A window of the stored picture in the upright one, whose display window keeps its corner."""
    x, y, width, height = box[0] - display[0], box[1] - display[1], box[2], box[3]
    wide, high = display[2:]
    if orientation in TURNED:
        x, y, width, height, wide, high = y, x, height, width, high, wide
    x = wide - x - width if orientation in MIRRORED else x
    y = high - y - height if orientation in FLIPPED else y
    return display[0] + x, display[1] + y, width, height


def _colour(path: str, spec: oiio.ImageSpec, kind: str) -> dict[str, tuple[str, Any]]:
    """What the file states about its colour where OpenImageIO does not look: ICC profiles, PNG's primaries."""
    if kind == "pnm":  # which states nothing; OpenImageIO goes by the letter of its definition
        return {"oiio:ColorSpace": ("string", "")}
    profile = spec.getattribute("ICCProfile")
    if profile is not None:
        name, exact = icc.space_of(np.asarray(profile, np.uint8).tobytes())
        words = f'the ICC profile "{spec.get_string_attribute("ICCProfile:profile_description")}"'
    elif kind == "png":
        (name, exact), words = png_primaries.space_of(path), "its cHRM chunk"
    else:
        return {}
    attributes = {"oiio:ColorSpace": ("string", name)} if name else {}
    return attributes if exact else attributes | {INEXACT: ("string", words)}


def _attributes(spec: oiio.ImageSpec, turned: bool) -> dict[str, tuple[str, Any]]:
    """Type and value of the metadata that an EXR header can hold too. A rotated picture's pixel aspect is inverted."""
    attributes: dict[str, tuple[str, Any]] = {}
    for entry in spec.extra_attribs:
        kind = TYPES.get(str(entry.type))
        if entry.name in NAMES:
            aspect = float(str(entry.value))
            attributes[NAMES[entry.name]] = ("float", 1 / aspect if turned and aspect else aspect)
        elif kind and entry.name not in LEFT_OUT:
            attributes[entry.name] = (kind, entry.value)
    if spec.get_int_attribute("oiio:UnassociatedAlpha"):
        attributes[STRAIGHT] = (IS_STRAIGHT.type, IS_STRAIGHT.value)
    return attributes
