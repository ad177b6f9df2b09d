"""A record (what was seen in one frame) as bytes, and back: its fields in JSON, then its tensors, and a checksum."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import torch
from torch import Tensor

from ..wires import Faces, Motion, Track

KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Faces, Track, Motion)}
LEAD = struct.Struct("<4sIII")  # mark, bytes of the header, bytes of the tensors, CRC-32 of both
MARK = b"rec1"
LONGEST = 16 << 20  # bytes of a record; one of ten faces has 70,000
WRONG = (ValueError, KeyError, TypeError, AttributeError, RuntimeError, RecursionError, OverflowError)
# What a field may hold, by the words of its annotation in `wires`.
TYPES: dict[str, tuple[type, ...]] = {
    "Tensor": (Tensor,), "float": (float, int), "str": (str,), "bool": (bool,), "None": (type(None),),
}  # fmt: skip


def is_sound(data: bytes) -> bool:
    """Whether this is a whole record as it was written."""
    if len(data) < LEAD.size:
        return False
    mark, header, body, check = LEAD.unpack_from(data)
    whole = len(data) == LEAD.size + header + body
    return mark == MARK and whole and zlib.crc32(memoryview(data)[LEAD.size :]) == check


def _header(data: bytes) -> Any:
    """What a record says of itself. Raises one of WRONG."""
    return json.loads(data[LEAD.size : LEAD.size + LEAD.unpack_from(data)[1]])


def key_of(data: bytes) -> str | None:
    """The fingerprint of a record; None where it has none."""
    try:
        key = _header(data)["key"]
    except WRONG:
        return None
    return key if isinstance(key, str) else None


def encoded(key: str, record: Any) -> bytes:
    """A record (one of KINDS) as bytes."""
    fields: dict[str, Any] = {}
    tensors = []
    for name, value in record._asdict().items():
        if isinstance(value, Tensor):
            tensors.append(value.detach().cpu().to(torch.float32).contiguous().numpy().tobytes())
            fields[name] = {"shape": list(value.shape)}
        else:
            fields[name] = {"value": value}
    header = json.dumps({"key": key, "kind": type(record).__name__, "fields": fields}).encode()
    body = b"".join(tensors)
    return LEAD.pack(MARK, len(header), len(body), zlib.crc32(header + body)) + header + body


def decoded(data: bytes, header: int) -> Any:
    """The record in bytes that are sound, of which `header` are its header. Raises one of WRONG where it is none."""
    told, at = _header(data), LEAD.size + header
    kind = KINDS[told["kind"]]
    values = {}
    for name, field in told["fields"].items():
        if "shape" not in field:
            values[name] = field["value"]
            continue
        count = 4 * torch.Size(field["shape"]).numel()
        if not 0 <= count <= len(data) - at:
            raise ValueError(f"{name} is longer than the record")
        piece = bytearray(data[at : at + count])
        values[name] = (
            torch.frombuffer(piece, dtype=torch.float32).reshape(field["shape"])
            if count
            else torch.zeros(field["shape"])
        )
        at += count
    record = kind(**values)
    for name, wanted in kind.__annotations__.items():
        if not isinstance(getattr(record, name), _types(wanted.__forward_arg__)):
            raise TypeError(f"{name} is no {wanted.__forward_arg__}")
    return record


def _types(wanted: str) -> tuple[type, ...]:
    return tuple(kind for word in wanted.split(" | ") for kind in TYPES[word])
