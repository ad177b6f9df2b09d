"""EXR forms of what travels on wires: files that a host can look at, and that read back to the same bits.

Point sets are parts of K x 1 pixels with channels x, y, z (F sets: K x F); pictures are layers of the first part,
whose data window is their window; matrices, numbers and words are header attributes `recast:...` of the first part.
Each type is declared once, in FORMS; writing and reading follow the declaration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ...errors import MediaError
from ...face.regions import REGIONS
from ...wires import Attribute, Computing, Face, Faces, Motion, Part, Track, WarpField, Window
from ..files.atomic import whole_file
from .read import read_exr
from .write import write_exr

VERSION = 1
SIZES = re.compile(r"[0-9]{1,9}(x[0-9]{1,9}){0,3}|")
KIND, VERSION_NAME, SHAPES = "recast:kind", "recast:form", "recast:shapes"
SHARED = {"compression": Attribute(3, "compression")}  # zip


class Points(NamedTuple):
    """A tensor (K, C), (F, K, C), or (F, K) with one channel, as a part of its own."""

    channels: tuple[str, ...]


class Layer(NamedTuple):
    """A tensor (C, H, W) as channels of the first part."""

    channels: tuple[str, ...]


class Planes(NamedTuple):
    """A tensor (C, h, w) of any size, as a part of its own with a channel for each plane."""

    prefix: str


class HeaderValue(NamedTuple):
    """A value in a header attribute of this type; tensors as vectors or matrices."""

    type: str


Declared = Points | Layer | Planes | HeaderValue
XYZ, XY = Points(("x", "y", "z")), Points(("x", "y"))
NUMBER, WORD, SWITCH, VECTOR, MATRIX = (
    HeaderValue(kind) for kind in ("double", "string", "int", "floatvector", "m33f")
)
COMPUTING = HeaderValue("stringvector")
FLOW, OCCLUSION, PICTURE = Layer(("flow.u", "flow.v")), Layer(("occlusion.A",)), Layer(("R", "G", "B"))

FORMS: dict[type, dict[str, Declared]] = {
    Faces: {
        "landmarks": XYZ,
        "coefficients": Points(("value",)),
        "confidence": VECTOR,
        "frame": VECTOR,
        "published": XY,
    },
    Track: {
        "landmarks": XYZ,
        "coefficients": VECTOR,
        "crop": MATRIX,
        "hull": XY,
        "confidence": NUMBER,
        "state": WORD,
        "pixel_aspect": NUMBER,
        "published": XY,
    },
    Motion: {
        "model": WORD,
        "canonical": XYZ,
        "expression": XYZ,
        "rotation": MATRIX,
        "scale": VECTOR,
        "translation": VECTOR,
        "source": XYZ,
        "coefficients": VECTOR,
        "state": WORD,
        "edited": SWITCH,
        "regions": Points(tuple(REGIONS)),
        "openings": VECTOR,
        "published": SWITCH,
    },
    WarpField: {
        "model": WORD,
        "window": HeaderValue("box2i"),
        "flow": FLOW,
        "occlusion": OCCLUSION,
        "plate": Layer(("plate.R", "plate.G", "plate.B")),
        "warped": PICTURE,
        "source": XYZ,
        "driven": XYZ,
        "edited": SWITCH,
        "feature": Planes("feature"),
        "crop": MATRIX,
        "colorspace": WORD,
        "computing": COMPUTING,
        "worn": Layer(("worn.R", "worn.G", "worn.B", "worn.A")),
    },
    Face: {
        "pixels": PICTURE,
        "change": Layer(("matte.A",)),
        "crop": MATRIX,
        "flow": FLOW,
        "occlusion": OCCLUSION,
        "keypoints": XYZ,
        "model": WORD,
        "edited": SWITCH,
    },
}


def write_form(value: Any, path: str | Path) -> None:
    """Write a Faces, Track, Motion, WarpField or Face as EXR, whole or not at all. MediaError where that fails."""
    parts = encoded(value)
    with whole_file(path) as temporary:
        write_exr(temporary, parts)


def read_form(path: str | Path) -> Any:
    """What `write_form` wrote, to the bit. MediaError where the file is something else or of another version."""
    parts = {part.name: part for part in read_exr(path)}
    first = next(iter(parts.values()))
    kinds = {kind.__name__: kind for kind in FORMS}
    word = _told(first, KIND)
    if word not in kinds:
        what = f"the EXR form of {word}" if word else "a picture"
        raise MediaError(f"{path}: it is {what}, not one of {', '.join(kinds)}.")
    if _told(first, VERSION_NAME) != VERSION:
        raise MediaError(f"{path}: its form has version {_told(first, VERSION_NAME)}; this program reads {VERSION}.")
    kind = kinds[word]
    try:
        shapes = dict(text.split() for text in _told(first, SHAPES) or ())
        fields = {
            name: _decoded(parts, first, name, how, shapes.get(name))
            for name, how in FORMS[kind].items()
            if name not in kind._field_defaults or _is_there(first, name, shapes)  # type: ignore[attr-defined]
        }
    except (KeyError, ValueError, RuntimeError, TypeError, AttributeError, OverflowError) as problem:
        reason = " ".join(str(problem).split())[:200]
        raise MediaError(f"{path}: this {word} is damaged: {reason}.") from problem
    return kind(**fields)


def _is_there(first: Part, name: str, shapes: Mapping[str, str]) -> bool:
    """Whether a form holds this value, which may stay at its default: an older program knew nothing of it."""
    return name in shapes or f"recast:{name}" in first.attributes


def encoded(value: Any) -> list[Part]:
    """The parts of a value's EXR form."""
    declared = FORMS[type(value)]
    window = _place(value)
    attributes = {
        KIND: Attribute(type(value).__name__, "string"),
        VERSION_NAME: Attribute(VERSION, "int"),
        SHAPES: Attribute(tuple(_shapes(value)), "stringvector"),
    }
    layers: dict[str, np.ndarray] = {}
    points: list[Part] = []
    for name, how in declared.items():
        item = getattr(value, name)
        if isinstance(how, HeaderValue):
            attributes |= {} if item is None else {f"recast:{name}": Attribute(_plain(item), how.type)}
        elif item is None or not item.numel():
            continue  # an EXR part has at least one pixel; the shape tells
        elif isinstance(how, Planes):
            points.append(_plane_part(name, item, how, window))
        elif isinstance(how, Layer):
            layers |= dict(zip(how.channels, _floats(item), strict=True))
        else:
            points.append(_point_part(name, item, how, window))
    if "flow.u" in layers:
        layers |= stmap(layers["flow.u"], layers["flow.v"])
    layers = layers or {"value": np.zeros((1, 1), np.float32)}
    return [Part(type(value).__name__, layers, window, window, SHARED | attributes), *points]


def stmap(across: np.ndarray, down: np.ndarray) -> dict[str, np.ndarray]:
    """Where each pixel comes from as Nuke's STMap wants it: 0..1 over the form's own window, from the bottom left."""
    height, width = across.shape
    x = (np.arange(width, dtype=np.float32) + 0.5 + across) / width
    y = (np.arange(height, dtype=np.float32)[:, None] + 0.5 + down) / height
    return {"stmap.R": x.astype(np.float32), "stmap.G": (1 - y).astype(np.float32)}


def _place(value: Any) -> Window:
    """The first part's window: where the pictures lie in the plate, or a single pixel where there are none."""
    if isinstance(value, WarpField) and value.flow.numel():
        return value.window
    if isinstance(value, Face) and value.pixels.numel():
        height, width = value.pixels.shape[1:]
        return Window(*_corner(value.crop), width, height)
    return Window(0, 0, 1, 1)


def _corner(crop: Tensor) -> tuple[int, int]:
    """Where the crop's first pixel lies in the plate, if the crop is only a shift by whole pixels."""
    shift = -crop[:2, 2]
    whole = torch.equal(crop[:, :2], torch.eye(3)[:, :2]) and torch.equal(shift, shift.round())
    return (int(shift[0]), int(shift[1])) if whole and bool((shift.abs() < 1e6).all()) else (0, 0)


def _point_part(name: str, item: Tensor, how: Points, display: Window) -> Part:
    table = _table(item, how)
    planes = {channel: np.ascontiguousarray(table[..., at]) for at, channel in enumerate(how.channels)}
    return Part(name, planes, Window(0, 0, table.shape[1], table.shape[0]), display, SHARED)


def _plane_part(name: str, item: Tensor, how: Planes, display: Window) -> Part:
    planes = dict(zip(_names(how, len(item)), _floats(item)))
    return Part(name, planes, Window(0, 0, item.shape[2], item.shape[1]), display, SHARED)


def _names(how: Planes, count: int) -> list[str]:
    return [f"{how.prefix}.{plane:03d}" for plane in range(count)]


def _table(item: Tensor, how: Points) -> np.ndarray:
    """(rows, columns, channels)"""
    values = _floats(item)
    values = values if len(how.channels) > 1 else values[..., None]
    return values[None] if values.ndim == 2 else values


def _floats(item: Tensor) -> np.ndarray:
    if item.dtype != torch.float32:
        raise TypeError(f"an EXR form holds float32 tensors, not {item.dtype}")
    return item.detach().cpu().contiguous().numpy()


def _plain(item: Any) -> Any:
    """A header value as plain numbers."""
    if isinstance(item, Window):
        return (item.x, item.y, item.right - 1, item.bottom - 1)
    if isinstance(item, Computing):
        return (item.device, item.precision, "compiled" if item.compile else "plain")
    return tuple(_floats(item).ravel().tolist()) if isinstance(item, Tensor) else item


def _shapes(value: Any) -> list[str]:
    tensors = {name: item for name, item in value._asdict().items() if isinstance(item, Tensor)}
    return [f"{name} {'x'.join(map(str, item.shape))}" for name, item in tensors.items()]


def _decoded(parts: Mapping[str, Part], first: Part, name: str, how: Declared, shape: str | None) -> Any:
    if isinstance(how, HeaderValue):
        told = first.attributes.get(f"recast:{name}")
        if told and (told.type != how.type or isinstance(told.value, bytes)):
            raise TypeError(f"{name} is a {told.type}, not a {how.type}")
        value = told.value if told else None
        if shape is not None:
            return torch.tensor(value, dtype=torch.float32).reshape(_sizes(shape))
        return _PLAIN.get(how.type, lambda same: same)(value)
    if shape is None:
        raise KeyError(f"there is no shape for {name}")
    sizes = _sizes(shape)
    if 0 in sizes:
        return torch.zeros(sizes)
    planes = first.channels if isinstance(how, Layer) else parts[name].channels
    channels = _names(how, sizes[0]) if isinstance(how, Planes) else how.channels
    stacked = np.stack([planes[channel] for channel in channels], -1 if isinstance(how, Points) else 0)
    return torch.from_numpy(stacked).reshape(sizes)


def _sizes(shape: str) -> list[int]:
    if not SIZES.fullmatch(shape):
        raise ValueError(f"{shape[:40]!r} is no shape")
    return [int(size) for size in shape.split("x")]


def _told(part: Part, name: str) -> Any:
    return part.attributes[name].value if name in part.attributes else None


_PLAIN: dict[str, Callable[[Any], Any]] = {  # header values that are something else on the wire
    "int": bool,
    "stringvector": lambda words: Computing(words[0], words[1], words[2] == "compiled"),
    "box2i": lambda box: Window(box[0], box[1], box[2] - box[0] + 1, box[3] - box[1] + 1),
}
