"""Values of a wire as header attributes of its EXR form, and back."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...wires import Attribute, Computing, Window
from . import attributes as exr_attributes
from .form_fields import HeaderValue

SIZES = re.compile(r"[0-9]{1,9}(x[0-9]{1,9}){0,3}|")
FAULTS = (KeyError, ValueError, RuntimeError, TypeError, AttributeError, OverflowError, IndexError, struct.error)
"""What values that are not of their declared kind raise on their way into a file or out of one."""


def float_array(item: Tensor, half: bool = False) -> np.ndarray:
    """A tensor's values. Raises TypeError where it is not of float32, or of `half` floats, as EXR channels are."""
    if not isinstance(item, Tensor):
        raise TypeError(f"it is {type(item).__name__}, not a tensor")
    wanted = torch.float16 if half else torch.float32
    if item.dtype != wanted:
        names = (str(each).removeprefix("torch.") for each in (item.dtype, wanted))
        raise TypeError("it is of {}, not of {}".format(*names))
    return item.detach().cpu().contiguous().numpy()


def shape_text(item: Tensor) -> str:
    return "x".join(map(str, item.shape))


def sizes_of(shape: str) -> list[int]:
    """The sizes that `shape_text` wrote. Raises ValueError."""
    if not SIZES.fullmatch(shape):
        raise ValueError(f"{shape[:40]!r} is no shape")
    return [int(size) for size in shape.split("x")]


def attribute_of(item: Any, how: HeaderValue) -> Attribute:
    """A value as a header attribute. Raises one of FAULTS where it would come back as another."""
    attribute = Attribute(_plain(item), how.type)
    read = exr_attributes.decode(how.type, exr_attributes.encode(attribute))
    back = value_of(read, how, shape_text(item) if isinstance(item, Tensor) else None)
    if not same(item, back):
        raise ValueError(f"{_short(item)} would come back as {_short(back)}")
    return attribute


def value_of(attribute: Attribute | None, how: HeaderValue, shape: str | None) -> Any:
    """What a header attribute stands for: a tensor where it has a shape. Raises one of FAULTS."""
    if attribute and attribute.type != how.type:
        raise TypeError(f"it is a {attribute.type}, not a {how.type}")
    if attribute and isinstance(attribute.value, bytes):
        raise TypeError(f"it is no {how.type}, or one longer than is read")
    value = attribute.value if attribute else None
    if shape is not None:
        return torch.tensor(value, dtype=torch.float32).reshape(sizes_of(shape))
    return _ON_THE_WIRE.get(how.type, lambda same: same)(value)


def same(one: Any, other: Any) -> bool:
    """Equal to the bit: NaN is NaN, and the zeros keep their signs."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        half = one.dtype == torch.float16
        alike = one.shape == other.shape and one.dtype == other.dtype
        return alike and float_array(one, half).tobytes() == float_array(other, half).tobytes()
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    return not isinstance(one, Tensor) and not isinstance(other, Tensor) and bool(one == other)


def _plain(item: Any) -> Any:
    """A header value as plain numbers and words."""
    if isinstance(item, Window):
        return (item.x, item.y, item.right - 1, item.bottom - 1)
    if isinstance(item, Computing):
        return (item.device, item.precision, "compiled" if item.compile else "plain")
    return tuple(float_array(item).ravel().tolist()) if isinstance(item, Tensor) else item


def _short(item: Any) -> str:
    return repr(item.tolist() if isinstance(item, Tensor) else item)[:60]


_ON_THE_WIRE: dict[str, Callable[[Any], Any]] = {  # header values that are something else on the wire
    "int": bool,
    "stringvector": lambda words: Computing(words[0], words[1], words[2] == "compiled"),
    "box2i": lambda box: Window(box[0], box[1], box[2] - box[0] + 1, box[3] - box[1] + 1),
}
