"""The picture of an image as an array: as encoded, in scene-linear light, as networks and screens see it.

The picture for trackers and networks is display-referred sRGB (`display_rgb`); edits are made in scene-linear light
with the plate's own primaries (`linear_rgb`, `encode_rgb`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..natives import opencv
from ..wires import Attribute, Image, Part, Window
from .alpha import alpha_of, is_straight
from .colour.colour import check_colorspace, convert, encoding, rec709, scene_linear, srgb
from .colour.stated import ACES, CHROMATICITIES, DPX, NAMES
from .edits import part_with, to_dtype

if TYPE_CHECKING:
    from torch import Tensor

BEYOND_WHITE = ("scene-linear", "log", "hdr-video")  # encodings of light over 1


def picture(image: Image, window: Window) -> np.ndarray:
    """(H, W, 3) float32 values of the picture in `window`, as encoded (integers 0..1), 0 outside the data window."""
    return np.stack(_planes(image, window), -1)


def _planes(image: Image, window: Window) -> list[np.ndarray]:
    """The picture's three channels in `window`, each (H, W) float32."""
    planes = {name: _plane(image.main, name, window) for name in dict.fromkeys(image.rgb)}
    return [planes[name] for name in image.rgb]


def _plane(part: Part, name: str, window: Window) -> np.ndarray:
    inner = window.intersect(part.window)
    values = part.cut(name, inner)
    if values.dtype.kind == "u":
        values = values / np.float32(np.iinfo(values.dtype).max)
    if inner == window:
        return _float32(values)
    result = np.zeros((window.height, window.width), np.float32)
    if inner.width and inner.height:
        result[inner.within(window)] = values
    return result


def _float32(values: np.ndarray) -> np.ndarray:
    if values.dtype != np.float16:
        return values.astype(np.float32)
    import torch

    # torch widens halves with the processor's own instruction, several times as fast as numpy
    return torch.from_numpy(np.ascontiguousarray(values)).float().numpy()


def linear_rgb(image: Image, window: Window) -> Tensor:
    """(3, H, W) float32 scene-linear light of `window`.

    Scene-linear plates come unchanged to the bit, with their own primaries; others in the configuration's
    scene_linear role. 0 outside the data window; values that are not finite stay.
    """
    import torch

    if encoding(image.colorspace) in ("scene-linear", "data"):
        return torch.from_numpy(np.stack(_planes(image, window)))
    pixels = convert(picture(image, window), image.colorspace, scene_linear())
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))


def encode_rgb(image: Image, linear: Tensor) -> Tensor:
    """(3, H, W) scene-linear light, as `linear_rgb` gave it, in the image's own colour space."""
    import torch

    if encoding(image.colorspace) in ("scene-linear", "data"):
        return linear
    pixels = np.ascontiguousarray(linear.numpy().transpose(1, 2, 0), dtype=np.float32)
    return torch.from_numpy(convert(pixels, scene_linear(), image.colorspace).transpose(2, 0, 1).copy())


def display_rgb(image: Image, window: Window, size: tuple[int, int] | None = None) -> np.ndarray:
    """(H, W, 3) uint8 sRGB picture of `window` for trackers, networks and review, at `size` (width, height).

    Resampled by area first, in the plate's own encoding; what is not finite and what lies outside the data window is
    black. Scene-linear, log and HDR plates go through the shoulder of `stages.finish.colour.to_display`, video ones
    only to sRGB.
    """
    return _display(np.stack(resample(image, window, size), -1), image.colorspace)


def resample(image: Image, window: Window, size: tuple[int, int] | None = None) -> list[np.ndarray]:
    """The picture's three channels in `window`, as encoded, each (H, W) float32, by area at `size` (width, height).

    0 outside the data window and where a value is not finite.
    """
    return [_resize(_finite(plane), size) for plane in _planes(image, window)]


def _finite(plane: np.ndarray) -> np.ndarray:
    """What is not finite as 0. A finite sum tells that all is finite, and costs less than looking at each value."""
    with np.errstate(all="ignore"):
        if np.isfinite(plane.sum()):
            return plane
    return np.nan_to_num(plane, nan=0.0, posinf=0.0, neginf=0.0)


def _display(pixels: np.ndarray, space: str) -> np.ndarray:
    """(H, W, 3) float32 in `space` as uint8 sRGB."""
    kind = encoding(space)
    if kind in BEYOND_WHITE:
        return np.take(_codes(), _halves(convert(pixels, space, rec709())))
    if kind != "data":
        pixels = convert(pixels, space, srgb())
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def _halves(light: np.ndarray) -> np.ndarray:
    """The bits of float32 values as halves, uint16; by torch, as in `_float32`. Beyond a half's range: its ends."""
    import torch

    return torch.from_numpy(light).clamp(-65504, 65504).half().numpy().view(np.uint16)


@lru_cache(maxsize=1)
def _codes() -> np.ndarray:
    """The 8-bit code of each of the 65,536 halves, by `stages.finish.colour.to_display`."""
    import torch

    from ..stages.finish.colour import to_display

    light = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16).view(np.float16).astype(np.float32)
    shown = to_display(torch.from_numpy(np.nan_to_num(light, nan=0.0, posinf=65504.0, neginf=-65504.0)))
    return np.rint(np.clip(shown.numpy(), 0, 1) * 255).astype(np.uint8)


def _resize(plane: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    if size is None or size == (plane.shape[1], plane.shape[0]):
        return plane
    cv2 = opencv()
    smaller = size[0] <= plane.shape[1] and size[1] <= plane.shape[0]
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)


def convert_image(image: Image, target: str) -> Image:
    """The whole picture in another colour space; integer channels become float32."""
    target = check_colorspace(target)
    part = image.main
    pixels = convert(picture(image, part.window), image.colorspace, target)
    planes = {}
    for at, name in enumerate(image.rgb):
        kind = part.kind(name)
        planes[name] = _cast(pixels[..., at], kind if kind.kind == "f" else np.dtype(np.float32))
    changed = part_with(part, channels={**part.channels, **planes}, attributes=update_colour_attributes(part, target))
    parts = tuple(changed if index == image.part else other for index, other in enumerate(image.parts))
    return image._replace(parts=parts, colorspace=target, path="", origin="")


def update_colour_attributes(part: Part, target: str) -> dict[str, Attribute]:
    """Header attributes that say `target` and no longer what the file was encoded in."""
    stated = (*NAMES, *DPX, ACES, "chromaticities", "oiio:Gamma")
    attributes = {
        name: value
        for name, value in part.attributes.items()
        if name not in stated and not name.startswith("ICCProfile")
    }
    for names, known in CHROMATICITIES.items():
        if target in names:
            attributes["chromaticities"] = Attribute(known, "chromaticities")
    return attributes


def _cast(values: np.ndarray, kind: np.dtype) -> np.ndarray:
    return np.where(np.isfinite(values), to_dtype(values, kind), values).astype(kind)


def review_pixels(image: Image, colorspace: str = "auto", alpha: bool = False) -> np.ndarray:
    """(H, W, 3) uint8 of the display window: sRGB as networks see it, or another colour space by name.

    An unpremultiplied picture is composited over black, or, with `alpha`, returned as (H, W, 4).
    """
    shown = _review_rgb(image, colorspace)
    if not is_straight(image):
        return shown
    plane = np.zeros(shown.shape[:2], np.float32)
    inner = image.main.display.intersect(image.main.window)
    plane[inner.within(image.main.display)] = alpha_of(image)[inner.within(image.main.window)]
    plane = np.clip(np.nan_to_num(plane), 0, 1)[..., None]
    if alpha:
        return np.concatenate([shown, np.rint(plane * 255).astype(np.uint8)], -1)
    return np.rint(shown * plane).astype(np.uint8)


def _review_rgb(image: Image, colorspace: str) -> np.ndarray:
    if colorspace == "auto":
        return display_rgb(image, image.main.display)
    pixels = convert(np.nan_to_num(picture(image, image.main.display)), image.colorspace, check_colorspace(colorspace))
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def network_rgb(linear: Tensor, colorspace: str) -> Tensor:
    """(3, H, W) scene-linear light, as `linear_rgb` gave it of a plate in `colorspace`, as networks see it: sRGB.

    In float, unlike `display_rgb`, and not clipped. Scene-linear, log and HDR plates go through the shoulder of
    `stages.finish.colour.to_display`, so that light over 1 comes back; video ones only to sRGB; data stay as they are.
    `from_network` is the way back.
    """
    from ..stages.finish.colour import to_display

    kind = encoding(colorspace)
    if kind == "data":
        return linear
    if kind in BEYOND_WHITE:
        return to_display(_convert_tensor(linear, linear_space(colorspace), rec709()))
    return _convert_tensor(linear, linear_space(colorspace), srgb())


def from_network(shown: Tensor, colorspace: str) -> Tensor:
    """(3, H, W) scene-linear light of what `network_rgb` shows: its inverse, to float precision."""
    from ..stages.finish.colour import from_display

    kind = encoding(colorspace)
    if kind == "data":
        return shown
    if kind in BEYOND_WHITE:
        return _convert_tensor(from_display(shown), rec709(), linear_space(colorspace))
    return _convert_tensor(shown, srgb(), linear_space(colorspace))


def linear_space(colorspace: str) -> str:
    """The space of what `linear_rgb` gives of a plate in `colorspace`."""
    return colorspace if encoding(colorspace) in ("scene-linear", "data") else scene_linear()


def _convert_tensor(pixels: Tensor, source: str, target: str) -> Tensor:
    """`convert` of (3, H, W)."""
    import torch

    rows = np.ascontiguousarray(pixels.numpy().transpose(1, 2, 0))
    return torch.from_numpy(np.ascontiguousarray(convert(rows, source, target).transpose(2, 0, 1)))
