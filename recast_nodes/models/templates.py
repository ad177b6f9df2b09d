"""Motion templates: a driving performance as numbers, which drives in place of a clip.

LivePortrait writes them as pickles (`.pkl`), read here as plain data; ours are safetensors files, which cannot hold
anything but numbers and open at once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..errors import MediaError
from ..media.files.atomic import whole_file
from .weights.plain_pickles import read_plain

VERSION = 1
MOST_FRAMES = 1_000_000
RATES = (1.0, 1000.0)  # frames a second that can be meant


class MotionTemplate(NamedTuple):
    """A performance of T frames by K keypoints, as a network's M and its pose give it.

    `canonical` may be absent, and so may `eyes` and `lips`: how far open they are, as LivePortrait's retargeting
    measures it.
    """

    rate: float  # frames a second
    expression: Tensor  # (T, K, 3)
    rotation: Tensor  # (T, 3, 3), turns rows
    scale: Tensor  # (T, 1), or (T, 3) for PerformRecast
    translation: Tensor  # (T, 3)
    canonical: Tensor | None = None  # (T, K, 3)
    eyes: Tensor | None = None  # (T, 2) left, right
    lips: Tensor | None = None  # (T, 1)

    @property
    def frames(self) -> int:
        return len(self.expression)


FIELDS = tuple(name for name in MotionTemplate._fields if name != "rate")
OPTIONAL = ("canonical", "eyes", "lips")
# LivePortrait's words for ours, in the motion of a frame; a template of its first version says R_d for R.
PUBLISHED = {"expression": ("exp",), "rotation": ("R", "R_d"), "scale": ("scale",), "translation": ("t",)}
PUBLISHED |= {"canonical": ("kp",)}
# In lists of their own; the first version has a d for driving.
LISTS = {"eyes": ("c_eyes_lst", "c_d_eyes_lst"), "lips": ("c_lip_lst", "c_d_lip_lst")}


def read(path: str | Path) -> MotionTemplate:
    """A template of either form, by its ending. Raises MediaError where it is not one, or not sound."""
    path = Path(path)
    if path.suffix.lower() in (".pkl", ".pickle"):
        return _from_liveportrait(path, read_plain(path))
    if path.suffix.lower() == ".safetensors":
        return _from_ours(path)
    raise MediaError(f"{path}: a motion template is LivePortrait's .pkl or a .safetensors file of ours.")


def write(path: str | Path, template: MotionTemplate) -> None:
    """Write a template in our form; whole or not at all. Raises MediaError, also where it would not be read back."""
    from safetensors.torch import save_file

    there = {name: getattr(template, name) for name in FIELDS if getattr(template, name) is not None}
    checked = _sound(Path(path), template.rate, there)
    for name, tensor in there.items():
        if tensor.dtype != torch.float32 or tensor.shape != getattr(checked, name).shape:
            raise MediaError(f"{path}: the motion template's {name} would not be read as it is: {_describe(tensor)}.")
    header = json.dumps({"kind": "motion template", "version": VERSION, "rate": template.rate})
    with whole_file(path, renaming=True) as temporary:
        save_file({name: tensor.contiguous() for name, tensor in there.items()}, temporary, {"recast": header})
        temporary.chmod(0o644)


def _describe(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} of shape {tuple(tensor.shape)}"


def _from_ours(path: Path) -> MotionTemplate:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as opened:
            header = json.loads((opened.metadata() or {}).get("recast", "null"))
            tensors = {name: opened.get_tensor(name) for name in opened.keys() if name in FIELDS}  # noqa: SIM118
        if header["kind"] != "motion template":
            raise KeyError("kind")
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise MediaError(f"{path} is no motion template.") from error
    if header["version"] != VERSION:
        raise MediaError(f"{path} is a motion template of version {header['version']}; this program reads {VERSION}.")
    return _sound(path, header["rate"], tensors)


def _from_liveportrait(path: Path, plain: Any) -> MotionTemplate:
    motion = plain.get("motion") if isinstance(plain, dict) else None
    if not isinstance(motion, list) or not motion or not all(isinstance(frame, dict) for frame in motion):
        raise MediaError(f"{path} is no motion template of LivePortrait: it has no list of motions.")
    tensors = {}
    for name, words in PUBLISHED.items():
        found = [_first(frame, words) for frame in motion]
        if any(entry is not None for entry in found):
            tensors[name] = _stack(path, name, found)
    for name, words in LISTS.items():
        found = _first(plain, words)
        if isinstance(found, list) and len(found) >= len(motion):
            tensors[name] = _stack(path, name, found[: len(motion)])
    return _sound(path, plain.get("output_fps", 25), tensors)


def _first(entries: dict[Any, Any], words: Sequence[str]) -> Any:
    return next((entries[word] for word in words if word in entries), None)


def _stack(path: Path, name: str, found: Sequence[Any]) -> Tensor:
    """One tensor of all frames; each brings a batch axis of one."""
    try:
        rows = [torch.as_tensor(entry, dtype=torch.float32).squeeze(0) for entry in found]
        return torch.stack(rows)
    except (TypeError, ValueError, RuntimeError) as error:
        raise MediaError(f"{path}: the {name} of its frames is not everywhere there and of one shape.") from error


def _sound(path: Path, rate: Any, tensors: dict[str, Tensor]) -> MotionTemplate:
    """A template whose shapes and numbers are what they must be."""
    missing = [name for name in FIELDS if name not in tensors and name not in OPTIONAL]
    if missing:
        raise MediaError(f"{path}: the motion template lacks {', '.join(missing)}.")
    if type(rate) not in (int, float) or not (math.isfinite(rate) and RATES[0] <= rate <= RATES[1]):
        raise MediaError(f"{path}: the motion template's rate is not a number of frames a second.")
    expression = tensors["expression"]
    count, points = (expression.shape[0], expression.shape[1]) if expression.ndim == 3 else (0, 0)
    if not 0 < count <= MOST_FRAMES:
        raise MediaError(f"{path}: the motion template's expression is not keypoints by frames.")
    wanted = {"expression": (points, 3), "canonical": (points, 3), "rotation": (3, 3), "translation": (3,)}
    scale = tensors["scale"]
    three = scale.ndim > 0 and len(scale) > 0 and scale[0].numel() == 3
    wanted |= {"scale": (3,) if three else (1,), "eyes": (2,), "lips": (1,)}
    shaped = {}
    for name, tensor in tensors.items():
        if not tensor.ndim or tensor.shape[0] != count or tensor[0].numel() != math.prod(wanted[name]):
            raise MediaError(f"{path}: the motion template's {name} has the shape {tuple(tensor.shape)}.")
        if not tensor.is_floating_point() or not tensor.isfinite().all():
            raise MediaError(f"{path}: the motion template's {name} holds numbers that are not finite.")
        shaped[name] = tensor.float().reshape(count, *wanted[name])
    return MotionTemplate(float(rate), **shaped)
