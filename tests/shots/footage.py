"""Short clips of a real face, made from the demo's portrait: a plate that drifts, and what can go wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO as oiio

SIZE = (384, 320)  # width, height
Change = Callable[[int, np.ndarray], np.ndarray]


def frame_of(portrait: Path, shift: float) -> np.ndarray:
    """(H, W, 3) scene-linear: the portrait's head, moved by `shift` pixels to the right."""
    picture = cv2.imread(str(portrait))[:, :, ::-1].astype(np.float32) / 255
    linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4).astype(np.float32)
    place = np.float32([[1.6, 0, -155 + shift], [0, 1.6, -25]])
    return cv2.warpAffine(linear, place, SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def write_clip(
    portrait: Path, pattern: Path, frames: range, change: Change = lambda frame, pixels: pixels, **attributes: object
) -> str:
    """A half-float EXR sequence with alpha and an ID channel; `change` may spoil each frame's (H, W, 3) pixels."""
    pattern.parent.mkdir(parents=True, exist_ok=True)
    for frame in frames:
        noise = np.random.default_rng(frame).normal(0, 0.002, (SIZE[1], SIZE[0], 3))
        pixels = change(frame, (frame_of(portrait, 1.5 * (frame - frames[0])) + noise).astype(np.float32))
        height, width = pixels.shape[:2]
        ident = np.tile(np.arange(width, dtype=np.float32) % 7, (height, 1))
        write_exr(
            str(pattern).replace("####", f"{frame:04d}"),
            np.dstack([pixels, np.ones((height, width)), ident]),
            attributes,
        )
    return str(pattern)


def write_exr(path: str, pixels: np.ndarray, attributes: dict[str, object]) -> None:
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], "half")
    spec.channelnames = ("R", "G", "B", "A", "id.Z")[: pixels.shape[2]]
    spec.attribute("compression", "zip")
    spec.attribute("studio/shot", "sh010")
    for name, value in attributes.items():
        spec.attribute(name, value)
    output = oiio.ImageOutput.create("openexr")
    assert output.open(path, spec), output.geterror()
    assert output.write_image(pixels.astype(np.float16)), output.geterror()
    assert output.close()


def read_exr(pattern: str | Path, frame: int) -> tuple[np.ndarray, list[str], dict[str, object]]:
    """Half pixels (H, W, C) as stored, the channels' names, and the header; read without this project's code."""
    path = str(pattern).replace("####", f"{frame:04d}")
    opened = oiio.ImageInput.open(path)
    assert opened, (path, oiio.geterror())
    spec = opened.spec()
    pixels = np.asarray(opened.read_image(0, 0, 0, spec.nchannels, "half")).reshape(spec.height, spec.width, -1)
    names, header = list(spec.channelnames), {each.name: each.value for each in spec.extra_attribs}
    opened.close()
    return pixels, names, header


def bits(pixels: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pixels).view(np.uint16)
