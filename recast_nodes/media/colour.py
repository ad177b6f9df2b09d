"""Colour spaces of plates, by OpenColorIO: from $OCIO, or its built-in ACES config.

The picture for trackers and networks is display-referred sRGB (`display_rgb`); edits are made in scene-linear light
with the plate's own primaries (`linear_rgb`, `encode_rgb`).
"""

from __future__ import annotations

import difflib
import os
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio

from ..errors import ColourError
from ..natives import opencv
from ..wires import Attribute, Image, Part, Window
from .edits import native, part_with

if TYPE_CHECKING:
    from torch import Tensor

BUILT_IN = "ocio://cg-config-v2.2.0_aces-v1.3_ocio-v2.4"  # one by name: the default moves with the library
SRGB = ("sRGB - Texture", "srgb_tx", "sRGB Encoded Rec.709 (sRGB)", "sRGB", "Utility - sRGB - Texture", "texture_paint")
REC709 = ("Linear Rec.709 (sRGB)", "lin_rec709", "lin_srgb", "Linear Rec.709", "Utility - Linear - sRGB")
CHROMATICITIES = {  # red, green, blue, white: x and y
    ("ACES2065-1", "lin_ap0", "aces"): (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    ("ACEScg", "lin_ap1"): (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767),
    REC709: (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
}
OCIO_ERRORS = (ocio.Exception, ocio.ExceptionMissingFile)
TOLD = ("colorInteropID", "oiio:ColorSpace")  # header attributes that name a colour space


def config_name() -> str:
    """What $OCIO names, or the built-in config."""
    return os.environ.get("OCIO") or BUILT_IN


def config() -> ocio.Config:
    """The colour configuration in force. ColourError where $OCIO names none; never another one in its place."""
    return _config(config_name())


@lru_cache(maxsize=4)
def _config(name: str) -> ocio.Config:
    try:
        made = ocio.Config.CreateFromFile(name)
        made.validate()
        return made
    except OCIO_ERRORS as problem:
        raise ColourError(f"The colour configuration {name} ($OCIO) cannot be used: {problem}") from problem


def colorspaces() -> tuple[str, ...]:
    """Names of all colour spaces of the configuration."""
    return tuple(config().getColorSpaceNames())


def check_colorspace(name: str) -> str:
    """The configuration's own name of a colour space, alias or role; ColourError with the nearest names otherwise."""
    space = config().getColorSpace(name)
    if space is not None:
        return space.getName()
    known = [alias for each in config().getColorSpaces() for alias in (each.getName(), *each.getAliases())]
    lower = {alias.lower(): alias for alias in known}
    near = [lower[word] for word in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]
    hint = f" The nearest are {', '.join(near)}." if near else f" It has {', '.join(colorspaces()[:12])} ..."
    raise ColourError(f"There is no colour space {name!r} in {config_name()}.{hint}")


def scene_linear() -> str:
    """The configuration's working space."""
    if not config().hasRole("scene_linear"):
        raise ColourError(f"{config_name()} has no role scene_linear; name the colour spaces at Read and Write.")
    return check_colorspace("scene_linear")


def srgb() -> str:
    """The configuration's name for sRGB pictures."""
    return _first(SRGB, "sRGB")


def _first(names: tuple[str, ...], what: str) -> str:
    for name in names:
        if config().getColorSpace(name) is not None:
            return config().getColorSpace(name).getName()
    raise ColourError(f"{config_name()} has no colour space for {what} (looked for {', '.join(names)}).")


def colorspace_of(part: Part, channel: str, path: str, asked: str = "auto") -> str:
    """What a file's picture is encoded in.

    As asked; or else what its header says (a name that the configuration knows, ACES or Rec.709 chromaticities); or
    else the file rules of $OCIO, where one is set and has a rule for the file; or else the scene-linear role for
    float pixels and sRGB for integers.
    """
    if asked != "auto":
        return check_colorspace(asked)
    whole = part.channels[channel].dtype.kind == "u"
    said = _said(part) or _ruled(path)
    return said or (srgb() if whole else scene_linear())


def _said(part: Part) -> str:
    for name in TOLD:
        told = part.attributes.get(name)
        if told and config().getColorSpace(str(told.value)) is not None:
            return config().getColorSpace(str(told.value)).getName()
        if told and str(told.value).lower().startswith("srgb"):
            return srgb()
    primaries = part.attributes.get("chromaticities")
    if primaries and primaries.type == "chromaticities" and isinstance(primaries.value, tuple):
        for names, known in CHROMATICITIES.items():
            if np.allclose(primaries.value, known, atol=2e-3):
                return _first(names, names[0])
    return ""


def _ruled(path: str) -> str:
    """What the rules of the user's own configuration say; a default rule that takes everything says nothing."""
    if not os.environ.get("OCIO") or config().filepathOnlyMatchesDefaultRule(path):
        return ""
    return config().getColorSpaceFromFilepath(path)[0]


@lru_cache(maxsize=64)
def _processor(name: str, source: str, target: str) -> ocio.CPUProcessor:
    try:
        return _config(name).getProcessor(source, target).getDefaultCPUProcessor()
    except OCIO_ERRORS as problem:
        raise ColourError(f"{name} has no way from {source} to {target}: {problem}") from problem


def convert(pixels: np.ndarray, source: str, target: str) -> np.ndarray:
    """(H, W, 3) float32 from one colour space to another, as a new array. Values that are not finite stay where they
    are.
    """
    if source == target:
        return pixels
    finite = np.isfinite(pixels)
    whole = bool(finite.all())
    result = np.array(pixels if whole else np.where(finite, pixels, 0), dtype=np.float32, order="C")
    _processor(config_name(), source, target).applyRGB(result)
    return result if whole else np.where(finite, result, pixels)


def encoding(name: str) -> str:
    """'scene-linear', 'log', 'sdr-video', 'data', ... as the configuration has it; spaces that do not say are looked
    at.
    """
    space = config().getColorSpace(name)
    said = space.getEncoding() if space else ""
    return said or (
        "scene-linear" if name == scene_linear() or config().isColorSpaceLinear(name, _SCENE) else "sdr-video"
    )


_SCENE = ocio.ReferenceSpaceType.REFERENCE_SPACE_SCENE


def picture(image: Image, window: Window) -> np.ndarray:
    """(H, W, 3) float32 values of the picture in `window`, as encoded (integers 0..1), 0 outside the data window."""
    return np.stack(_planes(image, window), -1)


def _planes(image: Image, window: Window) -> list[np.ndarray]:
    """The picture's three channels in `window`, each (H, W) float32."""
    planes = {name: _plane(image.main, name, window) for name in dict.fromkeys(image.rgb)}
    return [planes[name] for name in image.rgb]


def _plane(part: Part, name: str, window: Window) -> np.ndarray:
    plane = part.channels[name]
    inner = window.intersect(part.window)
    values = plane[inner.within(part.window)]
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

    pixels = picture(image, window)
    if encoding(image.colorspace) not in ("scene-linear", "data"):
        pixels = convert(pixels, image.colorspace, scene_linear())
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
    black. Scene-linear and log plates go through the shoulder of `stages.colour.to_display`, video ones only to sRGB.
    """
    planes = _planes(image, window)
    small = [_resized(_finite(plane), size) for plane in planes]
    return _display(np.stack(small, -1), image.colorspace)


def _finite(plane: np.ndarray) -> np.ndarray:
    """What is not finite as 0. A finite sum tells that all is finite, and costs less than looking at each value."""
    with np.errstate(all="ignore"):
        if np.isfinite(plane.sum()):
            return plane
    return np.nan_to_num(plane, nan=0.0, posinf=0.0, neginf=0.0)


def _display(pixels: np.ndarray, space: str) -> np.ndarray:
    """(H, W, 3) float32 in `space` as uint8 sRGB."""
    kind = encoding(space)
    if kind in ("scene-linear", "log"):
        light = convert(pixels, space, _first(REC709, "linear Rec.709"))
        return _codes()[np.clip(light, -65504, 65504).astype(np.float16).view(np.uint16)]
    if kind != "data":
        pixels = convert(pixels, space, srgb())
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


@lru_cache(maxsize=1)
def _codes() -> np.ndarray:
    """The 8-bit code of each of the 65,536 halves, by `stages.colour.to_display`."""
    import torch

    from ..stages.colour import to_display

    light = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16).view(np.float16).astype(np.float32)
    shown = to_display(torch.from_numpy(np.nan_to_num(light, nan=0.0, posinf=65504.0, neginf=-65504.0)))
    return np.rint(np.clip(shown.numpy(), 0, 1) * 255).astype(np.uint8)


def _resized(plane: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    if size is None or size == (plane.shape[1], plane.shape[0]):
        return plane
    cv2 = opencv()
    smaller = size[0] <= plane.shape[1] and size[1] <= plane.shape[0]
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)


def converted(image: Image, target: str) -> Image:
    """The whole picture in another colour space; integer channels become float32."""
    target = check_colorspace(target)
    part = image.main
    pixels = convert(picture(image, part.window), image.colorspace, target)
    planes = {}
    for at, name in enumerate(image.rgb):
        kind = part.channels[name].dtype
        planes[name] = _typed(pixels[..., at], kind if kind.kind == "f" else np.dtype(np.float32))
    changed = part_with(part, channels={**part.channels, **planes}, attributes=_retold(part, target))
    parts = tuple(changed if index == image.part else other for index, other in enumerate(image.parts))
    return image._replace(parts=parts, colorspace=target, path="", origin="")


def _retold(part: Part, target: str) -> dict[str, Attribute]:
    """Header attributes that say `target` and no longer what the file was encoded in."""
    kept = {name: value for name, value in part.attributes.items() if name not in (*TOLD, "chromaticities")}
    for names, known in CHROMATICITIES.items():
        if target in names:
            kept["chromaticities"] = Attribute(known, "chromaticities")
    return kept


def _typed(values: np.ndarray, kind: np.dtype) -> np.ndarray:
    return np.where(np.isfinite(values), native(values, kind), values).astype(kind)


def review_pixels(image: Image, colorspace: str = "auto") -> np.ndarray:
    """(H, W, 3) uint8 of the display window: sRGB as networks see it, or another colour space by name."""
    if colorspace == "auto":
        return display_rgb(image, image.main.display)
    pixels = convert(np.nan_to_num(picture(image, image.main.display)), image.colorspace, check_colorspace(colorspace))
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def network_rgb(linear: Tensor, colorspace: str) -> Tensor:
    """(3, H, W) scene-linear light, as `linear_rgb` gave it of a plate in `colorspace`, as networks see it: sRGB.

    In float, unlike `display_rgb`, and not clipped. Scene-linear and log plates go through the shoulder of
    `stages.colour.to_display`, so that light over 1 comes back; video ones only to sRGB; data stay as they are.
    `from_network` is the way back.
    """
    from ..stages.colour import to_display

    kind = encoding(colorspace)
    if kind == "data":
        return linear
    if kind in ("scene-linear", "log"):
        return to_display(_converted(linear, _linear_space(colorspace), _first(REC709, "linear Rec.709")))
    return _converted(linear, _linear_space(colorspace), srgb())


def from_network(shown: Tensor, colorspace: str) -> Tensor:
    """(3, H, W) scene-linear light of what `network_rgb` shows: its inverse, to float precision."""
    from ..stages.colour import from_display

    kind = encoding(colorspace)
    if kind == "data":
        return shown
    if kind in ("scene-linear", "log"):
        return _converted(from_display(shown), _first(REC709, "linear Rec.709"), _linear_space(colorspace))
    return _converted(shown, srgb(), _linear_space(colorspace))


def _linear_space(colorspace: str) -> str:
    """The space of what `linear_rgb` gives of a plate in `colorspace`."""
    return colorspace if encoding(colorspace) == "scene-linear" else scene_linear()


def _converted(pixels: Tensor, source: str, target: str) -> Tensor:
    """`convert` of (3, H, W)."""
    import torch

    rows = np.ascontiguousarray(pixels.numpy().transpose(1, 2, 0))
    return torch.from_numpy(np.ascontiguousarray(convert(rows, source, target).transpose(2, 0, 1)))
