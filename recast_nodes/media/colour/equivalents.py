"""Colour configurations, and what in a studio's own one stands for the spaces that we look for.

A space is known by its name or alias, by what it computes (its equivalence to one of OpenColorIO's own spaces), or by
a role. Configurations are known by what $OCIO holds, and are kept once they are loaded.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import PyOpenColorIO as ocio

from ...errors import ColourError
from .stated import FILM, REC709, SRGB

BUILT_IN = "ocio://studio-config-v2.2.0_aces-v1.3_ocio-v2.4"  # one by name: the default moves with the library
OCIO_ERRORS = (ocio.Exception, ocio.ExceptionMissingFile)
PAINTED = ("texture_paint", "color_picking", "matte_paint")  # roles that are sRGB in most configurations
LOGS = ("compositing_log", "color_timing")
MIDDLE = (0.17, 0.26)  # of light at code 0.5: 0.19 by a gamma of 2.4, 0.214 by sRGB; 0.5 where linear, 0.1 in most logs
BRIGHT = 2.0  # of light at code 1: 1 in video, 8 and more in the logs of cameras and film
CROSSTALK = 1e-3  # of one primary in another: roundings leave less, another gamut more
_SCENE = ocio.ReferenceSpaceType.REFERENCE_SPACE_SCENE


@lru_cache(maxsize=4)
def load(config: str) -> ocio.Config:
    """A configuration by its path or built-in name. ColourError where it cannot be used."""
    try:
        configuration = ocio.Config.CreateFromFile(config)
        configuration.validate()
        return configuration
    except OCIO_ERRORS as problem:
        raise ColourError(f"The OCIO config {config} ($OCIO) cannot be used: {_reason(problem)}") from problem


def _reason(problem: Exception) -> str:
    """What OpenColorIO says, in one line, without the path that its message begins with."""
    text = " ".join(str(problem).split())
    return re.sub(r"^Error: Loading the OCIO profile '.*?' failed\. ", "", text)


@lru_cache(maxsize=256)
def find(config: str, names: tuple[str, ...]) -> str:
    """See `colour.find`."""
    ours = load(config)
    for name in filter(None, names):
        if ours.getColorSpace(name) is not None:
            return ours.getColorSpace(name).getName()
    same = next(filter(None, (_equivalent(config, name) for name in names)), "")
    for known, stand_in in ((SRGB, _srgb_by_role), (REC709, _rec709_by_role), (FILM, _film_by_role)):
        if not same and not set(known).isdisjoint(names):
            same = stand_in(config)
    return same


def _equivalent(config: str, name: str) -> str:
    """The space that computes what OpenColorIO's own one of this name does."""
    own = _built_in_name(name)
    if not own or config == BUILT_IN:
        return ""
    try:
        return ocio.Config.IdentifyBuiltinColorSpace(load(config), load(BUILT_IN), own)
    except OCIO_ERRORS:
        return ""


@lru_cache(maxsize=256)
def borrow(config: str, names: tuple[str, ...]) -> str:
    """OpenColorIO's own space of the first of these names that it has, where colours of the configuration can be
    brought into it; '' otherwise.

    That can be done where the configuration has the role aces_interchange, or spaces by which it is seen what its
    reference is.
    """
    linear = _role(config, "scene_linear")
    for space in filter(None, map(_built_in_name, names)):
        try:
            processor(config, linear, space)
            return space
        except ColourError:
            continue
    return ""


def _built_in_name(name: str) -> str:
    """The name that OpenColorIO's own configuration has for a space."""
    built_in = load(BUILT_IN)
    space = built_in.getColorSpace(name) if name and not built_in.hasRole(name) else None
    return space.getName() if space else ""


@lru_cache(maxsize=64)
def processor(config: str, source: str, target: str) -> ocio.CPUProcessor:
    """The way between two spaces, each the configuration's or one that it borrows. ColourError where there is none."""
    ours, built_in = load(config), load(BUILT_IN)
    sides = [ours if ours.getColorSpace(name) is not None else built_in for name in (source, target)]
    try:
        if sides[0] is sides[1]:
            return sides[0].getProcessor(source, target).getDefaultCPUProcessor()
        own, other = (source, target) if sides[0] is ours else (target, source)
        meeting = ocio.Config.IdentifyInterchangeSpace(ours, own, built_in, other)
        first, second = meeting if sides[0] is ours else meeting[::-1]
        way = ocio.Config.GetProcessorFromConfigs(sides[0], source, first, sides[1], target, second)
        return way.getDefaultCPUProcessor()
    except OCIO_ERRORS as problem:
        raise ColourError(f"{config} cannot convert {source} to {target}: {problem}") from problem


def _role(config: str, role: str) -> str:
    return load(config).getColorSpace(role).getName() if load(config).hasRole(role) else ""


def _srgb_by_role(config: str) -> str:
    spaces = filter(None, (_role(config, role) for role in PAINTED))
    return next((space for space in spaces if _is_painted(config, space)), "")


def _is_painted(config: str, space: str) -> bool:
    """Whether a space encodes as screens do: the role matte_paint is a log in some configurations."""
    light = _light(config, space, [[0.5, 0.5, 0.5], [1, 1, 1]])
    return light is not None and MIDDLE[0] < light[0, 1] < MIDDLE[1] and light[1, 1] < BRIGHT


def _rec709_by_role(config: str) -> str:
    """The scene-linear role, where sRGB is the same primaries by a curve."""
    srgb, linear = find(config, SRGB), _role(config, "scene_linear")
    light = _light(config, srgb, np.eye(3)) if srgb and linear else None
    plain = light is not None and np.abs(light - np.diag(np.diag(light))).max() < CROSSTALK
    return linear if plain else ""


def _film_by_role(config: str) -> str:
    """The space that logs are composited in, unless it is one of ACES, which film is not scanned to."""
    spaces = filter(None, (_role(config, role) for role in LOGS))
    plain = (space for space in spaces if not space.lower().replace(" ", "").startswith(("acescc", "aces-acescc")))
    return next((space for space in plain if encoding(config, space) == "log"), "")


def _light(config: str, space: str, codes: object) -> np.ndarray | None:
    """(N, 3) codes of a space in the configuration's scene-linear role; None where there is no way."""
    try:
        way = load(config).getProcessor(space, "scene_linear").getDefaultCPUProcessor()
    except OCIO_ERRORS:
        return None
    light = np.array(codes, np.float32, order="C", ndmin=2)
    way.applyRGB(light)
    return light


@lru_cache(maxsize=256)
def encoding(config: str, name: str) -> str:
    """See `colour.encoding`."""
    ours = load(config)
    space = ours.getColorSpace(name) or load(BUILT_IN).getColorSpace(name)
    if space is None or space.getEncoding():
        return space.getEncoding() if space else "sdr-video"
    if space.isData():
        return "data"
    if space.getName() == _role(config, "scene_linear") or ours.isColorSpaceLinear(name, _SCENE):
        return "scene-linear"
    light = _light(config, name, [1, 1, 1])
    bright = light is not None and light[0, 1] > BRIGHT
    return "log" if bright or space.getName() in [_role(config, role) for role in LOGS] else "sdr-video"
