"""EXR forms of what travels on wires: files that a host can look at, and that read back to the same bits.

Point sets are parts of K x 1 pixels with channels x, y, z (F sets: K x F); pictures are layers of the first part,
whose data window is their window; matrices, numbers and words are header attributes `recast:...` of the first part.
Each wire is declared once, in `form_fields.FORMS`. What could not be read back is not written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...errors import MediaError
from ...wires import Part
from ..files.atomic import whole_file
from . import header as exr_header
from .form_fields import FORMS, RENAMES, Columns, Field, HeaderValue, Layer, Planes, fields_of, with_groups
from .form_parts import KIND, PREFIX, SHAPES, VERSION, VERSION_NAME, parts_of
from .form_values import FAULTS, sizes_of, value_of
from .read import read_exr
from .write import write_exr


def write_form(value: Any, path: str | Path) -> None:
    """Write a Faces, Track, Motion, WarpField or Face as EXR, whole or not at all.

    MediaError naming the file where that fails, and the field too where one of its values would not read back.
    """
    try:
        parts = parts_of(value)
    except MediaError as problem:
        raise MediaError(f"{path}: {problem}") from problem
    with whole_file(path) as temporary:
        write_exr(temporary, parts)
        exr_header.check_size(temporary, exr_header.read_layout(temporary))  # no larger than what is read


def read_form(path: str | Path) -> Any:
    """What `write_form` wrote, to the bit. MediaError where the file is something else or of another version."""
    parts = {part.name: part for part in read_exr(path)}
    first = next(iter(parts.values()))
    kinds = {kind.__name__: kind for kind in FORMS}
    word = _attribute(first, KIND)
    if word not in kinds:
        what = f"the EXR form of {word}" if word else "a picture"
        raise MediaError(f"{path}: it is {what}, not one of {', '.join(kinds)}.")
    version = _attribute(first, VERSION_NAME)
    if version != VERSION:
        raise MediaError(f"{path}: its form has version {version}; this program reads {VERSION}.")
    kind = kinds[word]
    try:
        shapes = dict(text.split() for text in _attribute(first, SHAPES) or ())
    except (ValueError, TypeError, AttributeError) as problem:
        raise MediaError(f"{path}: this {word} is damaged: it does not say its shapes.") from problem
    for old, new in RENAMES.get(kind, {}).items():
        if old in shapes:
            shapes[new] = shapes.pop(old)
            first = _rename_channels(first, old, new)
    items: dict[str, Any] = {}
    name = ""
    try:
        for name, how in fields_of(kind).items():
            if name.split(".")[0] not in kind._field_defaults or _is_there(first, name, shapes):
                items[name] = _field(parts, first, name, how, shapes.get(name))
        return kind(**with_groups(kind, items))
    except FAULTS as problem:
        reason = " ".join(str(problem).split())[:200]
        raise MediaError(f"{path}: this {word} is damaged: {name}: {reason}.") from problem


def _attribute(part: Part, name: str) -> Any:
    return part.attributes[name].value if name in part.attributes else None


def _rename_channels(part: Part, old: str, new: str) -> Part:
    """A part with the channels of a layer under another name."""
    channels = {
        f"{new}{name.removeprefix(old)}" if name.startswith(f"{old}.") else name: values
        for name, values in part.channels.items()
    }
    return replace(part, channels=channels)


def _is_there(first: Part, name: str, shapes: Mapping[str, str]) -> bool:
    """Whether a form holds this value, which may stay at its default: an older program knew nothing of it."""
    return name in shapes or PREFIX + name in first.attributes


def _field(parts: Mapping[str, Part], first: Part, name: str, how: Field, shape: str | None) -> Any:
    """One value of a form. Raises one of FAULTS."""
    if isinstance(how, HeaderValue):
        return value_of(first.attributes.get(PREFIX + name), how, shape)
    if shape is None:
        raise KeyError("its shape is missing")
    sizes = sizes_of(shape)
    if 0 in sizes:
        return torch.zeros(sizes)
    if isinstance(how, Layer):
        return _stack(first.channels, how.channels, 0).reshape(sizes)
    if name not in parts:
        raise KeyError("its part is missing")
    planes = parts[name].channels
    if isinstance(how, Planes):
        return _stack(planes, how.names(sizes[0]), 0).reshape(sizes)
    if isinstance(how, Columns):
        return _columns(planes, how, sizes)
    return _stack(planes, how.channels, -1).reshape(sizes)


def _columns(planes: Mapping[str, np.ndarray], how: Columns, sizes: list[int]) -> Tensor:
    """A column for each of this program's; one that the file lacks is 0."""
    others = [name for name in planes if name not in how.channels]
    if others or len(planes) != sizes[-1]:
        raise ValueError(f"this program has no {', '.join(others) or 'such columns'}")
    nothing = np.zeros_like(next(iter(planes.values())))
    filled = {name: planes.get(name, nothing) for name in how.channels}
    return _stack(filled, how.channels, -1).reshape(*sizes[:-1], len(how.channels))


def _stack(planes: Mapping[str, np.ndarray], channels: tuple[str, ...] | list[str], axis: int) -> Tensor:
    missing = [channel for channel in channels if channel not in planes]
    if missing:
        raise KeyError(f"it lacks {', '.join(missing[:3])}")
    return torch.from_numpy(np.stack([planes[channel] for channel in channels], axis))
