"""One node's result for looking at: its picture in a file that the host maps or reads, and its points as numbers."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import MediaError
from ...model_registry import MODELS
from .protocol import runtime_folder

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from ...wires import Image, Motion, Part, Window

OLD = 60.0  # seconds after which a picture that nobody took away is removed
PREFIX = "view-"


def view_result(value: Any, size: int, layer: str = "") -> dict[str, Any]:
    """A wire value as plain data. `size` is the longest side of the picture in pixels; 0 leaves it as it is.

    `layer` asks for another layer of an Image than its picture. Raises MediaError where it has no such layer.

    `picture` names a file of half floats, (height, width, channels) as in `shape`, rows from the top, which the host
    removes once it is read; `window` is the part of the plate that it shows, (x, y, width, height), y down;
    `colorspace` what it is encoded in. `points` holds landmarks, keypoints and hull, `facts` words and numbers.
    """
    kind = type(value).__name__
    found = {"kind": kind, "points": _points(value), "facts": _facts(value)}
    picture = _layer(value, layer) if layer and kind == "Image" else _SHOWN[kind](value) if kind in _SHOWN else None
    if picture is None:
        return found
    pixels, window, colorspace = picture
    return found | _store(pixels, window, colorspace, size)


def _points(value: Any) -> dict[str, list[list[float]]]:
    names = ("landmarks", "hull", "source", "driven", "keypoints")
    sets = {name: getattr(value, name, None) for name in names}
    if type(value).__name__ == "Motion" and value.model in MODELS and not MODELS.get(value.model).in_patch:
        sets = {"keypoints": _compose(value)}
    return {name: points.tolist() for name, points in sets.items() if points is not None}


def _compose(motion: Motion) -> Tensor:
    """(K, 3) the keypoints of a motion in the plate, in its pixels where those are square."""
    from ...stages.expression.head_pose import compose

    return compose(motion.canonical, motion.expression, motion.rotation, motion.scale, motion.translation)


def _facts(value: Any) -> dict[str, Any]:
    plain = {name: item for name, item in value._asdict().items() if isinstance(item, str | float | bool)}
    return plain | ({"display": list(value.main.display)} if hasattr(value, "parts") else {})


def _image(image: Image) -> tuple[np.ndarray, Window, str]:
    part = image.main
    layer, _, _ = image.rgb[0].rpartition(".")
    alpha = f"{layer}.A" if layer else "A"
    names = [*image.rgb, *([alpha] if alpha in part.channels else [])]
    return _stack(part, names), part.window, image.colorspace


def _stack(part: Part, names: Sequence[str]) -> np.ndarray:
    """(H, W, C): the channels as half floats; whole numbers as 0..1."""
    import cv2
    import numpy as np

    planes = [part.channels[name] for name in names]
    if any(plane.dtype.kind == "u" for plane in planes):
        pixels = np.stack(planes, -1)
        return pixels / np.float32(np.iinfo(pixels.dtype).max)
    with np.errstate(over="ignore"):
        halves = [np.ascontiguousarray(plane, np.float16).view(np.int16) for plane in planes]
    return cv2.merge(halves).view(np.float16).reshape(*halves[0].shape, -1)  # four times as fast as numpy's stack


def _layer(image: Image, layer: str) -> tuple[np.ndarray, Window, str]:
    """The channels of one layer, in the order R, G, B, A where it has those."""
    for part in image.parts:
        names = [name for name in part.channels if name.rpartition(".")[0] == layer]
        if names:
            order = [name for letter in "RGBA" for name in names if name.rpartition(".")[2] == letter] or names[:4]
            return _stack(part, order), part.window, image.colorspace
    raise MediaError(f"This image has no layer {layer!r}.")


def _field(field: Any) -> tuple[np.ndarray, Window, str] | None:
    """The plate's pixels after the flow."""
    if not field.edited:
        return None
    return field.warped.permute(1, 2, 0).numpy(), field.window, _light_of(field)


def _face(face: Any) -> tuple[np.ndarray, Window, str] | None:
    """The new face, and in alpha where it differs from the plate."""
    if not face.edited:
        return None
    import torch

    from ...wires import Window

    height, width = face.pixels.shape[1:]
    x, y = (int(-shift) for shift in face.crop[:2, 2])
    return torch.cat([face.pixels, face.change]).permute(1, 2, 0).numpy(), Window(x, y, width, height), _light_of(face)


def _light_of(value: Any) -> str:
    """The space of linear pixels with the plate's primaries."""
    from ...media.pixels import linear_space

    return linear_space(value.colorspace) if value.colorspace else "scene_linear"


_SHOWN: dict[str, Any] = {"Image": _image, "WarpField": _field, "Face": _face}


def _store(pixels: np.ndarray, window: Window, colorspace: str, size: int) -> dict[str, Any]:
    import numpy as np

    small = _shrink(pixels, size)
    path = picture_folder() / f"{PREFIX}{uuid.uuid4().hex}"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file, np.errstate(over="ignore"):
        np.ascontiguousarray(small, np.float16).tofile(file)
    return {
        "picture": str(path),
        "type": "float16",
        "shape": list(small.shape),
        "window": list(window),
        "colorspace": colorspace,
    }


def _shrink(pixels: np.ndarray, size: int) -> np.ndarray:
    """The mean over areas, so that the longest side is `size` at most."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    scale = size / max(height, width)
    if not 0 < scale < 1:
        return pixels
    target = max(1, round(width * scale)), max(1, round(height * scale))
    return np.atleast_3d(cv2.resize(pixels.astype(np.float32), target, interpolation=cv2.INTER_AREA))


def picture_folder() -> Path:
    """Where pictures lie, in memory where the system has such a place; those that were forgotten are removed."""
    folder = Path(runtime_folder())
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK):
        folder = memory / f"recast-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if found.st_uid != os.getuid() or found.st_mode & 0o077 or not folder.is_dir() or folder.is_symlink():
            folder = Path(runtime_folder())
    for old in folder.glob(f"{PREFIX}*"):
        try:
            if time.time() - old.stat().st_mtime > OLD:
                old.unlink()
        except FileNotFoundError:  # somebody took it away meanwhile
            continue
    return folder
