"""Image files in and out: everything a file holds, and files that appear whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..errors import MediaError
from ..notices import notice
from ..wires import Attribute, Image, Part
from . import pictures
from .alpha import is_straight, premultiply
from .colour import colour
from .edits import mark_edited, part_with, to_dtype, with_attributes, with_layers, with_pixels
from .exr.attributes import PIXEL_TYPES
from .exr.header import COMPRESSIONS, PartHeader, is_exr
from .exr.read import read_exr
from .exr.splice import splice
from .exr.write import AS_PLATE, lossy, own_compression, write_exr
from .files.atomic import copy_file, whole_file
from .pixels import convert_image, review_pixels, update_colour_attributes
from .raster import read_raster
from .review import REVIEW, WITH_ALPHA, write_review

__all__ = [
    "AS_PLATE",
    "COMPRESSIONS",
    "REVIEW",
    "make_black",
    "mark_edited",
    "read_image",
    "read_parts",
    "with_attributes",
    "with_layers",
    "with_pixels",
    "write_image",
]
CRYPTOMATTE = re.compile("cryptomatte/[^/]+/name")  # the header attribute that names a cryptomatte's layer
DATATYPES = (AS_PLATE, "half", "float")


def read_image(
    path: str | Path,
    layer: str = "",
    colorspace: str = "auto",
    view: str = "",
    channels: str = "all",
    called: str = "",
    guess: bool = False,
) -> Image:
    """One image file with all its parts, channels and attributes, in their own types.

    `layer` and `view` pick the picture (`pictures.choose`); `channels="rgb"` reads nothing but the picture, for
    trackers: the Image is then not the file's whole content and has no `path`. Notices speak of `called`, the pattern
    that the file is a frame of, so that a sequence says them once. `guess`: see `colour.colorspace_of`. Raises
    MediaError, ColourError.
    """
    path = str(path)
    if colorspace != "auto":
        colour.check_colorspace(colorspace)
    if channels == "all" or not is_exr(path):
        parts = read_parts(path)
    else:
        parts = read_exr(path, lambda headers: _only_picture(path, headers, layer, view))
    groups = [_describe(part.name, list(part.channels), part.attributes, len(parts)) for part in parts]
    picture, remarks = pictures.choose(path, groups, layer, view)
    for remark in remarks:
        notice(f"{called or path}: {remark}.")
    encoded = colour.colorspace_of(parts[picture.part], picture.rgb[0], path, colorspace, called, guess)
    return Image(parts, picture.rgb, encoded, picture.part, path if channels == "all" else "")


def read_parts(path: str | Path) -> tuple[Part, ...]:
    """All that an image file holds, decoded, without asking which of it is the picture. Raises MediaError."""
    return read_exr(path) if is_exr(path) else read_raster(path)


def _only_picture(path: str, headers: Sequence[PartHeader], layer: str, view: str) -> list[list[str]]:
    groups = [_header_group(header, len(headers)) for header in headers]
    picture = pictures.choose(path, groups, layer, view).picture
    return [list(dict.fromkeys(picture.rgb)) if at == picture.part else [] for at in range(len(groups))]


def _header_group(header: PartHeader, count: int) -> pictures.ChannelGroup:
    names = [channel.name for channel in header.channels]
    plain = all(channel.x_step == 1 for channel in header.channels)
    names = names if plain else ["R", "G", "B", *(["A"] if "A" in names else [])]  # luma/chroma comes as RGB
    return _describe(str(header.value("name", "")), names, header.attributes, count)


def _describe(name: str, channels: list[str], attributes: Mapping[str, Attribute], count: int) -> pictures.ChannelGroup:
    view, views = (attributes[key].value if key in attributes else None for key in ("view", "multiView"))
    mattes = [value.value for key, value in attributes.items() if CRYPTOMATTE.fullmatch(key)]
    return pictures.ChannelGroup(
        name if count > 1 else "",
        channels,
        view if isinstance(view, str) else "",
        views if isinstance(views, tuple) else (),
        [str(matte) for matte in mattes],
    )


def make_black(image: Image) -> Image:
    """The same format with nothing in it: all channels 0, and no time that belongs to another frame."""
    parts = []
    for part in image.parts:
        planes = {name: np.zeros((part.window.height, part.window.width), part.kind(name)) for name in part.channels}
        attributes = {name: value for name, value in part.attributes.items() if name not in ("timeCode", "keyCode")}
        parts.append(part_with(part, channels=planes, attributes=attributes))
    return image._replace(parts=tuple(parts), path="", origin="")


def write_image(
    image: Image,
    path: str | Path,
    compression: str = AS_PLATE,
    dwa_level: float | None = None,
    datatype: str = AS_PLATE,
    colorspace: str = "auto",
    quality: int = 92,
) -> None:
    """Write `image` to `path`, whole or not at all, in the format that its suffix names.

    EXR: scanlines, every part, channel and attribute; an image that is still its file goes out as a copy of that file
    where nothing asks for a change. `datatype` is that of the picture's channels. PNG, JPEG and TIFF: the picture
    alone, 8 bits, for review; in PNG and TIFF with the alpha of plates that are such files. `colorspace` "auto" is the
    plate's own in EXR (linear where the plate is an integer file), and sRGB for review. The same image always gives
    the same bytes (EXR: on one kind of processor). Raises MediaError, ColourError.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in REVIEW:
        _write_review(image, path, REVIEW[suffix], colorspace, quality)
    elif suffix != ".exr":
        shown = suffix or "a name without an extension"
        raise MediaError(f"{path}: {shown} cannot be written; use .exr, {', '.join(REVIEW)} or a movie.")
    elif _is_copy(image, compression, dwa_level, datatype, colorspace):
        copy_file(image.path, path)
    else:
        _write_exr(prepare_for_exr(image, datatype, colorspace), path, compression, dwa_level)


def _is_copy(image: Image, compression: str, dwa_level: float | None, datatype: str, colorspace: str) -> bool:
    """Whether the file that the image came from is what is asked for."""
    if not image.path or not is_exr(image.path):
        return False
    same_pixels = datatype == AS_PLATE and colorspace in ("auto", image.colorspace)
    own = {own_compression(part) for part in image.parts}
    return same_pixels and (compression == AS_PLATE or (own == {compression} and dwa_level is None))


def _write_exr(image: Image, path: Path, compression: str, dwa_level: float | None) -> None:
    if compression not in (AS_PLATE, *COMPRESSIONS):
        raise MediaError(f"Unknown compression {compression!r}; use {AS_PLATE}, {', '.join(COMPRESSIONS)}.")
    if compression != AS_PLATE and any(lossy(part, compression) for part in image.parts):
        notice(f"{path.parent}: {compression} compression also changes pixels outside the edit; zip is lossless.")
    own = {own_compression(part) for part in image.parts}
    given_up = sorted({own_compression(part) for part in image.parts if lossy(part, own_compression(part))})
    if compression == AS_PLATE and given_up:
        notice(f"{path.parent}: the plate's {', '.join(given_up)} compression is lossy; edited frames use zip.")
    as_plate = dwa_level is None and (compression == AS_PLATE or own == {compression})
    with whole_file(path) as temporary:
        if not (as_plate and _try_splice(image, temporary)):
            write_exr(temporary, image.parts, compression, dwa_level)


def _try_splice(image: Image, path: Path) -> bool:
    """Whether the file could be made of its plate's chunks and the touched ones."""
    if not image.origin or not image.touched:
        return False
    return splice(path, image.origin, image.parts, image.part, image.touched)


def prepare_for_exr(image: Image, datatype: str = AS_PLATE, colorspace: str = "auto") -> Image:
    """The image as it goes into an EXR file: float channels, the asked type and colour space of the picture."""
    if datatype not in DATATYPES:
        raise MediaError(f"Unknown data type {datatype!r}; use {', '.join(DATATYPES)}.")
    integer = image.main.kind(image.rgb[0]).kind == "u" and not _holds(image.main)
    target = colour.scene_linear() if integer and colorspace == "auto" else colorspace
    if target not in ("auto", image.colorspace):
        image = convert_image(image, target)
    image = premultiply(image)
    kind = {"half": np.float16, "float": np.float32}.get(datatype, np.float16 if integer else None)
    if not integer and all(_is_of(image.main.kind(name), kind) for name in image.rgb):
        return image
    planes = {}
    for name, plane in image.main.channels.items():
        plane = _unit(plane) if integer else plane
        planes[name] = _as_type(plane, kind) if integer or name in image.rgb else plane
    attributes = update_colour_attributes(image.main, image.colorspace) if integer else image.main.attributes
    part = part_with(image.main, channels=planes, attributes=attributes)
    parts = [part if at == image.part else each for at, each in enumerate(image.parts)]
    return image._replace(parts=tuple(parts), path="", origin="")


def _holds(part: Part) -> bool:
    """Whether an EXR file can hold these channels as they are."""
    return all(part.kind(name).name in PIXEL_TYPES for name in part.channels)


def _unit(plane: np.ndarray) -> np.ndarray:
    """Integers as 0..1."""
    return plane.astype(np.float32) / np.float32(np.iinfo(plane.dtype).max) if plane.dtype.kind == "u" else plane


def _as_type(plane: np.ndarray, kind: type | None) -> np.ndarray:
    if _is_of(plane.dtype, kind):
        return plane
    return _to_half(plane) if kind == np.float16 else plane.astype(kind)


def _is_of(own: np.dtype, kind: type | None) -> bool:
    """Whether channels of their `own` type stay as they are where `kind` is asked for; whole numbers always do."""
    return kind is None or own == kind or own.kind != "f"


def _to_half(plane: np.ndarray) -> np.ndarray:
    """Halves; finite values stay finite, others stay what they are."""
    return np.where(np.isfinite(plane), to_dtype(plane, np.dtype(np.float16)), plane).astype(np.float16)


def _write_review(image: Image, path: Path, codec: str, colorspace: str, quality: int) -> None:
    pixels = review_pixels(image, colorspace, alpha=codec in WITH_ALPHA)
    if is_straight(image) and codec not in WITH_ALPHA:
        notice(f"{path.parent}: {path.suffix} files have no alpha, so the frames are composited over black.")
    with whole_file(path) as temporary:
        write_review(temporary, codec, pixels, quality, image.main.pixel_aspect)
