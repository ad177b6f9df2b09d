"""The file of a performer: own frames of an actor, what was learned of them, and a card that says so.

Frames are kept as JPEG 2000 of 16 bits on a logarithmic scale of the footage's own range, each compressed so far that
all together stay below `LARGEST`. What compression takes is grain, which the plate gives back (`stages.finish.grain`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ...errors import WeightsError
from ...natives import opencv
from ...stages.grid.planes import interleave, separate
from ...stages.performer.fit import FEATURES

LARGEST = 10_000_000  # bytes of a file
FOR_FRAMES = 9_000_000  # of them for the frames
KIND = "recast performer 1"
STEEP = 50.0  # of the logarithmic scale: steps are even above a fiftieth of the brightest
MOST = 65535.0
LOSSLESS = 1000  # OpenCV's word for JPEG 2000 that keeps every bit
TABLES = (
    "keypoints",
    "inside",
    "rotations",
    "canonical",
    "weights",
    "bias",
    "base",
    "place_base",
    "place_own",
    "blend",
)


class Performer(NamedTuple):
    """What is known of an actor. N own frames, K keypoints."""

    frames: tuple[bytes, ...]  # JPEG 2000 of each face
    brightest: float  # scene-linear light that the frames' scale ends at
    keypoints: Tensor  # (N, K, 3) square pixels
    inside: Tensor  # (N, K, 3) pixels of the kept pictures
    rotations: Tensor  # (N, 3, 3) of the head
    canonical: Tensor  # (K, 3) the face at rest, head frame, centimetres
    weights: Tensor  # (2, FEATURES) by half of the face: what each feature of a misfit adds to an own frame's error
    bias: Tensor  # (2,) and what it is off by in any case
    base: Tensor  # (2, FEATURES + 1) the same of the mesh model's picture, its bias last
    place_base: Tensor  # (1, h, w) how errors of that lie over the canonical face, times their mean
    place_own: Tensor  # (1, h, w) the same of own frames
    blend: Tensor  # (2,) errors that count e times less: in form, in detail
    card: Mapping[str, Any]

    def picture(self, number: int) -> Tensor:
        """(3, H, W) one own frame's face, scene-linear."""
        return _decode(self.frames[number], self.brightest)


def encode_frames(pictures: Sequence[Tensor]) -> tuple[tuple[bytes, ...], float]:
    """Pictures (3, H, W), scene-linear and finite, as they are kept, and the light that their scale ends at."""
    cv2 = opencv()
    brightest = max(1e-3, *(float(each.max()) for each in pictures))
    room = FOR_FRAMES // len(pictures)
    encoded = []
    for picture in pictures:
        scaled = torch.log1p(STEEP * picture.clamp_min(0) / brightest) / np.log1p(STEEP)
        rows = np.uint16(np.rint(interleave(scaled) * MOST))
        share = min(LOSSLESS, int(LOSSLESS * room / rows.nbytes * 0.9))
        done, data = cv2.imencode(".jp2", rows, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, max(1, share)])
        if not done:
            raise WeightsError("OpenCV cannot write JPEG 2000 here, which a performer's frames are kept as.")
        encoded.append(data.tobytes())
    return tuple(encoded), brightest


@lru_cache(maxsize=24)  # few of them fit the neighbours of a frame
def _decode(data: bytes, brightest: float) -> Tensor:
    cv2 = opencv()
    rows = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if rows is None or rows.dtype != np.uint16 or rows.ndim != 3:
        raise WeightsError("An own frame in the performer's file cannot be decoded.")
    scaled = separate(np.ascontiguousarray(rows.astype(np.float32) / np.float32(MOST)))
    return torch.expm1(scaled * float(np.log1p(STEEP))) * (brightest / STEEP)


def write_performer(path: Path, performer: Performer) -> None:
    """Write the file, whole or not at all. Raises WeightsError where it would be larger than `LARGEST`."""
    from ..weights.checkpoints import write_safetensors

    tensors = {name: getattr(performer, name).clone(memory_format=torch.contiguous_format) for name in TABLES}
    tensors["keypoints"] = tensors["keypoints"].float()
    data = b"".join(performer.frames)
    tensors["frames"] = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    tensors["lengths"] = torch.tensor([len(each) for each in performer.frames])
    card = {"kind": KIND, "brightest": performer.brightest, **performer.card}
    text = json.dumps(card, sort_keys=True, ensure_ascii=True)
    if sum(each.numel() * each.element_size() for each in tensors.values()) + len(text) + 4096 > LARGEST:
        raise WeightsError("The performer's file would be larger than 10 MB: name fewer frames.")
    write_safetensors(path, tensors, text)


def fingerprint_of(path: str) -> str:
    """What a performer's file is known by: the digest of its bytes. Raises WeightsError where it is not there."""
    try:
        state = os.stat(path)
        return _digest(os.path.abspath(path), state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise WeightsError(f"{path}: the performer's file cannot be read: {error.strerror or error}.") from error


@lru_cache(maxsize=16)
def _digest(path: str, changed: int, size: int) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read(LARGEST + 1)).hexdigest()


def read_performer(path: str) -> Performer:
    """The performer in a file; read once while the file stays the same. Raises WeightsError where it is none."""
    return _read(os.path.abspath(path), fingerprint_of(path))


@lru_cache(maxsize=4)
def _read(path: str, known_by: str) -> Performer:
    from safetensors import SafetensorError, safe_open

    from ..weights.checkpoints import read_safetensors

    if os.path.getsize(path) > LARGEST:
        raise WeightsError(f"{path} is larger than a performer's file can be.")
    tensors = read_safetensors(Path(path))
    try:
        with safe_open(path, "pt") as file:
            card = json.loads((file.metadata() or {})["recast"])
        if card.pop("kind") != KIND:
            raise KeyError("kind")
        return _performer_of(tensors, card)
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        raise WeightsError(f"{path} does not hold a performer: `recast train performer` makes one.") from error


def _performer_of(tensors: Mapping[str, Tensor], card: dict[str, Any]) -> Performer:
    lengths = [int(value) for value in tensors["lengths"]]
    data, frames, start = tensors["frames"].numpy().tobytes(), [], 0
    for length in lengths:
        frames.append(data[start : start + length])
        start += length
    brightest, tables = float(card.pop("brightest")), {name: tensors[name] for name in TABLES}
    made = Performer(frames=tuple(frames), brightest=brightest, card=card, **tables)
    count = len(frames)
    whole = start == len(data) and min(lengths) > 0
    shaped = made.keypoints.shape == made.inside.shape == (count, *made.canonical.shape)
    if not whole or not shaped or made.weights.shape != (2, FEATURES) or made.rotations.shape != (count, 3, 3):
        raise ValueError("its tensors do not belong together")
    if not all(bool(torch.isfinite(tensors[name]).all()) for name in TABLES):
        raise ValueError("its numbers are not finite")
    return made
