"""A record (what was seen in one frame) as bytes, and back: its fields in JSON, then its tensors, and a checksum."""

from __future__ import annotations

import json
import struct
import zlib
from io import BytesIO
from typing import Any

import torch
from torch import Tensor

from ...face.columns import COLUMNS
from ...face.regions import REGIONS
from ...model_registry import MODELS
from ...wires import RECORDS, Eyes, HeadParameters, Motion, SkinTexture, Track, Trial

KINDS: dict[str, Any] = {kind.__name__: kind for kind in RECORDS}
PARTS: dict[str, Any] = {
    kind.__name__: kind for kind in (Eyes, HeadParameters, Motion, SkinTexture, Track, Trial)
}  # records that others hold
LEAD = struct.Struct("<4sIII")  # mark, bytes of the header, bytes of the tensors, CRC-32 of both
MARK = b"rec1"
LONGEST = 16 << 20  # bytes of a record; one of ten faces has 70,000
WRONG = (ValueError, KeyError, TypeError, AttributeError, RuntimeError, RecursionError, OverflowError)
# What a field may hold, by the words of its annotation in `wires`.
TYPES: dict[str, tuple[type, ...]] = {
    "Tensor": (Tensor,), "float": (float, int), "str": (str,), "bool": (bool,), "None": (type(None),),
    **{name: (kind,) for name, kind in PARTS.items()},
}  # fmt: skip
# The shape of each tensor: a letter stands for any size, the same one within a record. What is made of a record counts
# on it, so one of another shape would end the render that reads it.
SHAPES: dict[str, dict[str, str]] = {
    "Faces": {"landmarks": "F 478 3", "coefficients": "F 52", "confidence": "F", "frame": "5", "published": "F 203 2",
              "identity": "F 128"},
    "Track": {"landmarks": "478 3", "coefficients": "52", "crop": "3 3", "hull": "N 2", "published": "203 2",
              "rest": "3 H W", "nearer": "A 64 2", "farther": "B 64 2"},
    "Motion": {"canonical": "K 3", "expression": "K 3", "rotation": "3 3", "scale": "S", "translation": "3",
               "source": "P 3", "coefficients": "52", "regions": f"K {len(REGIONS)}", "openings": "3",
               "folds": f"2 {len(REGIONS)}", "placed": "1", "numbers": f"{len(COLUMNS)}"},
    "SkinTexture": {"light": "F H W", "tint": "T Y X"},
    "Trial": {"driver": "52", "plate": "52", "result": "52"},
    "HeadParameters": {"identity": "F I", "expression": "F E", "pose": "F P"},
    "Eyes": {"gaps": "2", "gaze": "2 2", "view": "R 3"},
    "PlateFrame": {"face": "3 H W", "front": "Y X"},
    "MouthFrame": {"face": "3 H W"},
}  # fmt: skip
UNKNOWN = ("coefficients", "driver", "plate", "result", "face", "front", "rest", "light", "tint", "numbers")
"""Fields in which NaN stands for what nobody knows."""
FARTHEST = 1e9  # pixels, or any unit that a record has: beyond it squares are no float32 any more


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


def encode_record(key: str, record: Any) -> bytes:
    """A record (one of KINDS) as bytes."""
    tensors: list[bytes] = []
    header = json.dumps({"key": key, **_plain(record, tensors)}).encode()
    body = b"".join(tensors)
    return LEAD.pack(MARK, len(header), len(body), zlib.crc32(header + body)) + header + body


def _plain(record: Any, tensors: list[bytes]) -> dict[str, Any]:
    """A record and the records inside it as plain data; their tensors are put behind each other."""
    fields: dict[str, Any] = {}
    for name, value in record._asdict().items():
        if isinstance(value, Tensor):
            half = {"half": True} if value.dtype == torch.float16 else {}
            stored = value.detach().cpu().to(torch.float16 if half else torch.float32).contiguous()
            tensors.append(stored.numpy().tobytes())
            fields[name] = {"shape": list(value.shape), **half}
        elif type(value).__name__ in PARTS:
            fields[name] = {"record": _plain(value, tensors)}
        else:
            fields[name] = {"value": value}
    return {"kind": type(record).__name__, "fields": fields}


def check_reads_back(data: bytes, record: Any) -> None:
    """Raises one of WRONG where a record's bytes would be read as none, or as another."""
    _, header, body, _ = LEAD.unpack_from(data)
    if header + body > LONGEST:
        raise ValueError(f"it has {header + body:,} bytes, and {LONGEST:,} are read")
    if not _same(record, decode_record(data, header)):
        raise ValueError("it would be read as another")


def _same(one: Any, other: Any) -> bool:
    """Equal to the bit, NaN included."""
    if isinstance(one, Tensor):
        alike = isinstance(other, Tensor) and (one.dtype, one.shape) == (other.dtype, other.shape)
        return alike and one.detach().cpu().numpy().tobytes() == other.numpy().tobytes()
    if isinstance(one, tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) or (one != one and other != other)


def decode_record(data: bytes, header: int) -> Any:
    """The record in bytes that are sound, of which `header` are its header. Raises one of WRONG where it is none."""
    header_fields = _header(data)
    return _record(KINDS[header_fields["kind"]], header_fields["fields"], BytesIO(data[LEAD.size + header :]))


def _record(kind: Any, fields: dict[str, Any], body: BytesIO) -> Any:
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if "record" in field:
            values[name] = _record(PARTS[field["record"]["kind"]], field["record"]["fields"], body)
        else:
            values[name] = _tensor(name, field, body) if "shape" in field else field["value"]
    record = kind(**values)
    _check_tensors(kind.__name__, values)
    for name, wanted in kind.__annotations__.items():
        if not isinstance(getattr(record, name), _types(wanted.__forward_arg__)):
            raise TypeError(f"{name} is no {wanted.__forward_arg__}")
    return record


def _check_tensors(kind: str, values: dict[str, Any]) -> None:
    """Raises ValueError where a tensor is not of its shape, or holds what no measurement gives."""
    model = str(values.get("model"))
    sizes = {"K": MODELS.get(model).keypoints} if model in MODELS else {}
    for name, form in SHAPES.get(kind, {}).items():
        tensor = values.get(name)
        if not isinstance(tensor, Tensor):
            continue
        wanted = form.split()
        fits = tensor.dim() == len(wanted) and all(
            size == (int(word) if word.isdigit() else sizes.setdefault(word, size))
            for word, size in zip(wanted, tensor.shape, strict=True)
        )
        if not fits:
            raise ValueError(f"{name} has the shape {list(tensor.shape)[:8]}")
        if name not in UNKNOWN and not bool((tensor.abs() < FARTHEST).all()):
            raise ValueError(f"{name} is not finite")


def _tensor(name: str, field: dict[str, Any], body: BytesIO) -> Tensor:
    kind = torch.float16 if field.get("half") else torch.float32
    count = kind.itemsize * torch.Size(field["shape"]).numel()
    if not 0 <= count <= body.getbuffer().nbytes - body.tell():
        raise ValueError(f"{name} is longer than the record")
    if not count:
        return torch.zeros(field["shape"], dtype=kind)
    # A copy in memory of torch's own: it lies as a tensor that was just made, whatever this process did before.
    return torch.frombuffer(bytearray(body.read(count)), dtype=kind).reshape(field["shape"]).clone()


def _types(wanted: str) -> tuple[type, ...]:
    return tuple(kind for word in wanted.split(" | ") for kind in TYPES[word])
