"""What a node learned of a shot as bytes, and back: named tuples of this package, tensors, and Python's own values.

Other than a record (`record_bytes`), it has no one shape that a reader could hold it against: whoever reads it must
know that it is as it was written (`kept_analyses`).
"""

from __future__ import annotations

import json
import struct
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

PACKAGE = __name__.partition(".")[0]
LEAD = struct.Struct("<Q")  # bytes of the header
PLAIN = (type(None), bool, int, float, str)


def encode(value: Any) -> bytes:
    """A value as bytes. Raises TypeError for what has no form here, such as another package's classes."""
    numbers: dict[int, tuple[int, Tensor]] = {}  # by identity: what is shared is written once
    tree = _plain(value, numbers)
    tensors = [tensor for _, tensor in numbers.values()]
    forms = [(str(each.dtype).rpartition(".")[2], list(each.shape)) for each in tensors]
    header = json.dumps([tree, forms]).encode()
    body = [each.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data for each in tensors]
    return b"".join([LEAD.pack(len(header)), header, *body])


def decode(data: bytes) -> Any:
    """The value of bytes that `encode` made."""
    (length,) = LEAD.unpack_from(data)
    tree, forms = json.loads(data[LEAD.size : LEAD.size + length])
    tensors, at = [], LEAD.size + length
    for kind, shape in forms:
        dtype = getattr(torch, kind)
        size = torch.Size(shape).numel() * dtype.itemsize
        flat = torch.frombuffer(bytearray(data[at : at + size]), dtype=torch.uint8) if size else torch.empty(0)
        tensors.append((flat.view(dtype) if size else torch.empty(0, dtype=dtype)).reshape(shape).clone())
        at += size
    return _value(tree, tensors)


def _plain(value: Any, tensors: dict[int, tuple[int, Tensor]]) -> Any:
    if type(value) in PLAIN:
        return value
    if type(value) is Tensor:
        return {"tensor": tensors.setdefault(id(value), (len(tensors), value))[0]}
    if type(value) is dict:
        return {"dict": [[_plain(key, tensors), _plain(each, tensors)] for key, each in value.items()]}
    if type(value) in (tuple, list):
        return {type(value).__name__: [_plain(each, tensors) for each in value]}
    if _is_ours(type(value)):
        kind = type(value)
        return {"kind": [kind.__module__, kind.__qualname__], "fields": [_plain(each, tensors) for each in value]}
    raise TypeError(f"{type(value).__name__} has no form in a file")


def _value(tree: Any, tensors: list[Tensor]) -> Any:
    if not isinstance(tree, dict):
        return tree
    if "tensor" in tree:
        return tensors[tree["tensor"]]
    if "dict" in tree:
        return {_value(key, tensors): _value(each, tensors) for key, each in tree["dict"]}
    if "kind" in tree:
        module, name = tree["kind"]
        kind = getattr(import_module(module), name) if module.startswith(f"{PACKAGE}.") else None
        if not _is_ours(kind):
            raise TypeError(f"{module}.{name} is no named tuple of ours")
        return kind(*(_value(each, tensors) for each in tree["fields"]))  # type: ignore[misc]
    ((name, inside),) = tree.items()
    return {"tuple": tuple, "list": list}[name](_value(each, tensors) for each in inside)


def _is_ours(kind: Any) -> bool:
    named = isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")
    return named and kind.__module__.startswith(f"{PACKAGE}.") and "." not in kind.__qualname__
