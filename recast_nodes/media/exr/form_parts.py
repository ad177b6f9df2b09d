"""A wire's value as the parts of its EXR form. What could not be read back is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...errors import MediaError
from ...wires import Attribute, Face, Part, WarpField, Window
from .form_fields import FORMS, Columns, HeaderValue, Layer, Planes, Points, fields_of, item_of
from .form_values import FAULTS, attribute_of, float_array, shape_text

VERSION = 1
KIND, VERSION_NAME, SHAPES = "recast:kind", "recast:form", "recast:shapes"
SHARED = {"compression": Attribute(3, "compression")}  # zip
PREFIX = "recast:"  # of a field's header attribute


def parts_of(value: Any) -> list[Part]:
    """The parts of a value's EXR form. MediaError naming the field that could not be read back from them."""
    kind = type(value)
    if kind not in FORMS:
        raise MediaError(f"A {kind.__name__} has no EXR form.")
    window = _place(value)
    attributes, layers, parts = _head(value), {}, []  # type: ignore[var-annotated]
    for name, how in fields_of(kind).items():
        item = item_of(value, name)
        try:
            if item is None:
                _check_absent(value, name)
            elif isinstance(how, HeaderValue):
                attributes[PREFIX + name] = attribute_of(item, how)
            elif not float_array(item, getattr(how, "half", False)).size:
                continue  # an EXR part has at least one pixel; the shape says how it is empty
            elif isinstance(how, Layer):
                layers |= _layer(item, how, window)
            else:
                parts.append(_part(name, item, how, window))
        except FAULTS as problem:
            reason = " ".join(str(problem).split())[:200]
            raise MediaError(f"{kind.__name__}.{name} cannot be written so that it reads back: {reason}.") from problem
    if "flow.u" in layers:
        layers |= stmap(layers["flow.u"], layers["flow.v"])
    layers = layers or {"value": np.zeros((1, 1), np.float32)}
    return [Part(kind.__name__, layers, window, window, SHARED | attributes), *parts]


def _head(value: Any) -> dict[str, Attribute]:
    """The attributes that say what a form is of, and the shapes of its tensors."""
    items = {name: item_of(value, name) for name in fields_of(type(value))}
    shapes = [f"{name} {shape_text(item)}" for name, item in items.items() if isinstance(item, Tensor)]
    return {
        KIND: Attribute(type(value).__name__, "string"),
        VERSION_NAME: Attribute(VERSION, "int"),
        SHAPES: Attribute(tuple(shapes), "stringvector"),
    }


def stmap(across: np.ndarray, down: np.ndarray) -> dict[str, np.ndarray]:
    """Where each pixel comes from as Nuke's STMap wants it: 0..1 over the form's own window, from the bottom left."""
    height, width = across.shape
    x = (np.arange(width, dtype=np.float32) + 0.5 + across) / width
    y = (np.arange(height, dtype=np.float32)[:, None] + 0.5 + down) / height
    return {"stmap.R": x.astype(np.float32), "stmap.G": (1 - y).astype(np.float32)}


def _place(value: Any) -> Window:
    """The first part's window: where the pictures lie in the plate, or a single pixel where there are none."""
    if isinstance(value, WarpField) and _is_picture(value.flow):
        return value.window
    if isinstance(value, Face) and _is_picture(value.pixels):
        height, width = value.pixels.shape[1:]
        return Window(*_corner(value.crop), width, height)
    return Window(0, 0, 1, 1)


def _is_picture(item: Any) -> bool:
    """Whether this is a tensor (C, H, W) with pixels; what should be one and is none is refused with its field."""
    return isinstance(item, Tensor) and item.ndim == 3 and bool(item.numel())


def _corner(crop: Tensor) -> tuple[int, int]:
    """Where the crop's first pixel lies in the plate, if the crop is only a shift by whole pixels."""
    if not isinstance(crop, Tensor) or crop.shape != (3, 3):
        return 0, 0
    shift = -crop[:2, 2]
    whole = torch.equal(crop[:, :2], torch.eye(3)[:, :2]) and torch.equal(shift, shift.round())
    return (int(shift[0]), int(shift[1])) if whole and bool((shift.abs() < 1e6).all()) else (0, 0)


def _check_absent(value: Any, name: str) -> None:
    """Raises TypeError where a field that is left out would not read as None."""
    outer, _, inner = name.partition(".")
    if value._field_defaults.get(outer, 0) is not None or (inner and getattr(value, outer) is not None):
        raise TypeError("it is None")


def _layer(item: Tensor, how: Layer, window: Window) -> dict[str, np.ndarray]:
    planes = float_array(item)
    wanted = (len(how.channels), window.height, window.width)
    if planes.shape != wanted:
        raise ValueError(f"its shape is {planes.shape}, and the form's window takes {wanted}")
    return dict(zip(how.channels, planes, strict=True))


def _part(name: str, item: Tensor, how: Points | Columns | Planes, display: Window) -> Part:
    """A tensor as a part of its own."""
    planes = _planes(item, how) if isinstance(how, Planes) else _columns(item, how)
    height, width = next(iter(planes.values())).shape
    return Part(name, planes, Window(0, 0, width, height), display, SHARED)


def _planes(item: Tensor, how: Planes) -> dict[str, np.ndarray]:
    if item.ndim != 3:
        raise ValueError(f"its shape is {tuple(item.shape)}, and planes have three sizes")
    return dict(zip(how.names(len(item)), float_array(item, how.half), strict=True))


def _columns(item: Tensor, how: Points | Columns) -> dict[str, np.ndarray]:
    """(rows, columns) of each channel."""
    values = float_array(item)
    values = values if len(how.channels) > 1 else values[..., None]
    table = values[None] if values.ndim == 2 else values
    if table.ndim != 3 or table.shape[2] != len(how.channels):
        raise ValueError(f"its shape is {tuple(item.shape)}, and it has the channels {', '.join(how.channels)}")
    return {channel: np.ascontiguousarray(table[..., at]) for at, channel in enumerate(how.channels)}
