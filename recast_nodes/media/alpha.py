"""Alpha: which channel it is, and unpremultiplied pictures (PNG, most TIFFs)."""

from __future__ import annotations

import numpy as np

from ..wires import Attribute, Image
from .edits import part_with

STRAIGHT = "recast:straightAlpha"  # the attribute of a part whose colours are not multiplied by its alpha
IS_STRAIGHT = Attribute(1, "int")


def alpha_name(image: Image) -> str:
    """The channel that is the picture's alpha; empty where it has none."""
    prefix = image.rgb[0].rpartition(".")[0]
    name = f"{prefix}.A" if prefix else "A"
    return name if name in image.main.channels else ""


def is_straight(image: Image) -> bool:
    """Whether the picture is unpremultiplied: its colours must be multiplied by alpha before compositing."""
    return STRAIGHT in image.main.attributes and bool(alpha_name(image))


def alpha_of(image: Image) -> np.ndarray:
    """(H, W) float32 alpha over the data window; integers as 0..1. The picture must have one."""
    plane = image.main.channels[alpha_name(image)]
    return plane.astype(np.float32) / np.float32(np.iinfo(plane.dtype).max if plane.dtype.kind == "u" else 1)


def premultiply(image: Image) -> Image:
    """The picture premultiplied by its alpha, as EXR stores it, in its own encoding; others unchanged.

    Integer channels become float32. Do it in the light that the picture is to be composited in: in display codes,
    soft edges come out dark.
    """
    if not is_straight(image):
        return image
    part, alpha = image.main, alpha_of(image)
    planes = {}
    for name in dict.fromkeys(image.rgb):
        plane = part.channels[name]
        values = plane / np.float32(np.iinfo(plane.dtype).max) if plane.dtype.kind == "u" else plane
        planes[name] = (values * alpha).astype(plane.dtype if plane.dtype.kind == "f" else np.float32)
    attributes = {name: value for name, value in part.attributes.items() if name != STRAIGHT}
    result = part_with(part, channels={**part.channels, **planes}, attributes=attributes)
    parts = tuple(result if at == image.part else each for at, each in enumerate(image.parts))
    return image._replace(parts=parts, path="", origin="")
