"""Colour spaces of plates, by OpenColorIO: from $OCIO, or its built-in ACES config. Images in them are `pixels`'."""

from __future__ import annotations

import difflib
import os
from functools import lru_cache

import numpy as np
import PyOpenColorIO as ocio

from ..errors import ColourError
from ..wires import Part

BUILT_IN = "ocio://cg-config-v2.2.0_aces-v1.3_ocio-v2.4"  # one by name: the default moves with the library
SRGB = ("sRGB - Texture", "srgb_tx", "sRGB Encoded Rec.709 (sRGB)", "sRGB", "Utility - sRGB - Texture", "texture_paint")
REC709 = ("Linear Rec.709 (sRGB)", "lin_rec709", "lin_srgb", "Linear Rec.709", "Utility - Linear - sRGB")
CHROMATICITIES = {  # red, green, blue, white: x and y
    ("ACES2065-1", "lin_ap0", "aces"): (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    ("ACEScg", "lin_ap1"): (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767),
    REC709: (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
}
OCIO_ERRORS = (ocio.Exception, ocio.ExceptionMissingFile)
_SCENE = ocio.ReferenceSpaceType.REFERENCE_SPACE_SCENE
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


def rec709() -> str:
    """Linear light with the primaries of Rec. 709."""
    return _first(REC709, "linear Rec.709")
