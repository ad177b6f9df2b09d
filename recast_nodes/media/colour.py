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
    if primaries and primaries.type == "chromaticities":
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
    odd = ~np.isfinite(pixels)
    result = np.ascontiguousarray(np.where(odd, 0, pixels), dtype=np.float32)
    _processor(config_name(), source, target).applyRGB(result)
    return np.where(odd, pixels, result) if odd.any() else result


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
    part = image.main
    result = np.zeros((window.height, window.width, 3), np.float32)
    inner = window.intersect(part.window)
    here, there = inner.within(window), inner.within(part.window)
    if inner.width and inner.height:
        for at, name in enumerate(image.rgb):
            plane = part.channels[name][there]
            result[*here, at] = plane if plane.dtype.kind == "f" else plane / np.float32(np.iinfo(plane.dtype).max)
    return result


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
    pixels = picture(image, window)
    if not np.isfinite(pixels).all():
        pixels = np.nan_to_num(pixels, nan=0.0, posinf=0.0, neginf=0.0)
    return np.rint(np.clip(_display(_resized(pixels, size), image.colorspace), 0, 1) * 255).astype(np.uint8)


def _display(pixels: np.ndarray, space: str) -> np.ndarray:
    import torch

    from ..stages.colour import to_display

    kind = encoding(space)
    if kind == "data":
        return pixels
    if kind not in ("scene-linear", "log"):
        return convert(pixels, space, srgb())
    return to_display(torch.from_numpy(convert(pixels, space, _first(REC709, "linear Rec.709")))).numpy()


def _resized(pixels: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    if size is None or size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    import torch
    from torch.nn.functional import interpolate

    smaller = size[0] <= pixels.shape[1] and size[1] <= pixels.shape[0]
    mode = {"mode": "area"} if smaller else {"mode": "bilinear", "align_corners": False}
    planes = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    return np.ascontiguousarray(interpolate(planes, (size[1], size[0]), **mode)[0].permute(1, 2, 0).numpy())


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
    return image._replace(parts=parts, colorspace=target, path="")


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
