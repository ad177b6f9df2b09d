"""Colour spaces of plates, by OpenColorIO: from $OCIO, or its built-in ACES config. Images in them are `pixels`'.

A studio's configuration need not have our names: `find` goes by names and aliases, then by what a space computes (its
equivalence to one of OpenColorIO's own), then by roles.
"""

from __future__ import annotations

import difflib
import os
from typing import NoReturn

import numpy as np
import PyOpenColorIO as ocio

from ...errors import ColourError
from ...notices import notice
from ...wires import Part
from ..exr.attributes import for_libraries
from . import equivalents
from .equivalents import BUILT_IN, load
from .equivalents import OCIO_ERRORS as OCIO_ERRORS  # for callers of OpenColorIO
from .stated import REC709, SRGB, Statement, read_statement


def config_name() -> str:
    """What $OCIO names, or the built-in config."""
    return os.environ.get("OCIO") or BUILT_IN


def config() -> ocio.Config:
    """The colour configuration in force. ColourError where $OCIO names none; never another one in its place."""
    return load(config_name())


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
    hint = f" The nearest are {', '.join(near)}." if near else f" It contains {', '.join(colorspaces()[:12])} ..."
    raise ColourError(f"No colour space {name!r} in {config_name()}.{hint}")


def scene_linear() -> str:
    """The configuration's working space."""
    if not config().hasRole("scene_linear"):
        raise ColourError(f"{config_name()} has no scene_linear role; set the colour spaces in Read and Write.")
    return check_colorspace("scene_linear")


def srgb() -> str:
    """The configuration's name for sRGB pictures."""
    roles = "texture_paint, color_picking and matte_paint"
    return _find_or_borrow(SRGB) or _raise_lacking("sRGB pictures", SRGB, roles)


def rec709() -> str:
    """Linear light with the primaries of Rec. 709."""
    return _find_or_borrow(REC709) or _raise_lacking("linear Rec.709", REC709, "scene_linear")


def _find_or_borrow(names: tuple[str, ...]) -> str:
    """`find`, or OpenColorIO's own space, where the configuration has none and can be brought together with it."""
    return find(*names) or equivalents.borrow(config_name(), names)


def _raise_lacking(what: str, names: tuple[str, ...], roles: str) -> NoReturn:
    looked = f"looked for {', '.join(names)}, for equivalent transforms, and at the roles {roles}"
    raise ColourError(f"{config_name()} has no colour space for {what} ({looked}).")


def find(*names: str) -> str:
    """The configuration's name of the first of these colour spaces that it has; '' where it has none.

    By name, alias or role; then by equivalence to a space of OpenColorIO's own configurations (`Linear Rec.709 (sRGB)`,
    `Rec.2100-PQ - Display`); for sRGB, linear Rec.709 and film density then by what roles stand for.
    """
    return equivalents.find(config_name(), names)


def colorspace_of(
    part: Part, channel: str, path: str, asked: str = "auto", called: str = "", guess: bool = False
) -> str:
    """What a file's picture is encoded in.

    As asked; or else what its header states (`stated.statement`); or else the file rules of $OCIO, where one is set and
    has a rule for the file; or else the scene-linear role for float pixels and sRGB for integers. What is stated and
    not known to the configuration is a ColourError that asks for it, or with `guess` (stills, which no knob names a
    space for) a notice. Notices speak of `called`, the pattern that the file belongs to.
    """
    if asked != "auto":
        return check_colorspace(asked)
    default = srgb if part.kind(channel).kind == "u" else scene_linear
    claim, by_rule = read_statement(part, default is srgb), _by_file_rules(path)
    if not claim or (claim.doubt and by_rule):
        return by_rule or default()
    space = _find_or_borrow(claim.spaces)
    if space and claim.doubt:
        notice(f"{called or path}: {claim.words} is read as {space} ({claim.doubt}); set Read.colorspace to override.")
    return (
        space
        or by_rule
        or _unknown(claim, called or path, _find_or_borrow((claim.otherwise,)) or (default() if guess else ""))
    )


def _unknown(claim: Statement, called: str, instead: str) -> str:
    """What is read in place of a stated space that the configuration does not have. ColourError where nothing is."""
    problem = f"{called}: header states {claim.words}, for which {config_name()} has no colour space."
    if not instead:
        near = ", ".join(colorspaces()[:12])
        raise ColourError(f"{problem} Set Read.colorspace, for example to one of: {near} ...")
    notice(f"{problem} Read as {instead}; set Read.colorspace to override.")
    return instead


def _by_file_rules(path: str) -> str:
    """What the rules of the user's own configuration say; a default rule that takes everything says nothing."""
    if not os.environ.get("OCIO") or config().filepathOnlyMatchesDefaultRule(for_libraries(path)):
        return ""
    return config().getColorSpaceFromFilepath(for_libraries(path))[0]


def convert(pixels: np.ndarray, source: str, target: str) -> np.ndarray:
    """(H, W, 3) float32 from one colour space to another, as a new array. Values that are not finite stay where they
    are.
    """
    if source == target:
        return pixels
    finite = np.isfinite(pixels)
    whole = bool(finite.all())
    result = np.array(pixels if whole else np.where(finite, pixels, 0), dtype=np.float32, order="C")
    equivalents.processor(config_name(), source, target).applyRGB(result)
    return result if whole else np.where(finite, result, pixels)


def encoding(name: str) -> str:
    """'scene-linear', 'log', 'sdr-video', 'hdr-video', 'data', ... as the configuration has it; spaces that do not say
    are looked at.
    """
    return equivalents.encoding(config_name(), name)
