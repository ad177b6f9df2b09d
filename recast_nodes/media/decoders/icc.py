"""ICC profiles of stills, by the colour space that they are closest to."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

CLOSE = 0.01  # of an XYZ value: roundings and white points of makers of profiles differ by less, gamuts by more
LINEAR = 0.01  # of a gamma: how far from 1 a curve still is none
TAGS = 100  # in a profile at most; real ones have 10 to 20


class Gamut(NamedTuple):
    """Primaries as profiles have them (XYZ, adapted to D50), and what pictures with them are called."""

    primaries: tuple[tuple[float, float, float], ...]  # of red, green and blue
    encoded: str
    linear: str


GAMUTS = (  # colour spaces by their names in ASWF's Color Interop Forum recommendation
    Gamut(
        ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7142)),
        "srgb_rec709_scene",
        "lin_rec709_scene",
    ),
    Gamut(
        ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)),
        "srgb_p3d65_scene",
        "lin_p3d65_scene",
    ),
    Gamut(
        ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)),
        "g22_adobergb_scene",
        "lin_adobergb_scene",
    ),
    Gamut(
        ((0.6735, 0.2790, -0.0019), (0.1657, 0.6753, 0.0300), (0.1251, 0.0456, 0.7968)),
        "",
        "lin_rec2020_scene",
    ),
)
CICP = {  # primaries and transfer by ITU-T H.273
    (1, 13): "srgb_rec709_scene",
    (12, 13): "srgb_p3d65_scene",
    (9, 16): "pq_rec2020_display",
    (9, 18): "hlg_rec2020_display",
}


def space_of(profile: bytes) -> tuple[str, bool]:
    """The name of the colour space closest to a profile, and whether it is the same one for all that matters.

    sRGB, inexact, where the profile has no primaries (tables, grey, damage).
    """
    try:
        tags = _tags(profile)
        code = tags.get(b"cicp", b"").ljust(10, b"\0")
        if (code[8], code[9]) in CICP:
            return CICP[code[8], code[9]], True
        primaries = np.array([_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")])
        linear = abs(_gamma(tags.get(b"rTRC", b"")) - 1) < LINEAR
    except (struct.error, KeyError, IndexError):
        return GAMUTS[0].encoded, False
    known = [(gamut.linear if linear else gamut.encoded, np.array(gamut.primaries)) for gamut in GAMUTS]
    far = {name: float(np.abs(primaries - of).max()) for name, of in known if name}
    name = min(far, key=lambda each: far[each])
    return name, far[name] < CLOSE


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = {}
    for at in range(min(count, TAGS)):
        name, start, size = struct.unpack_from(">4sII", profile, 132 + 12 * at)
        tags[name] = profile[start : start + size]
    return tags


def _xyz(tag: bytes) -> tuple[float, ...]:
    return tuple(value / 65536 for value in struct.unpack_from(">3i", tag, 8))


def _gamma(curve: bytes) -> float:
    """The exponent of a plain curve; that of sRGB for tables and other shapes."""
    kind, count = struct.unpack_from(">4s4xI", curve, 0)
    if kind == b"curv" and count < 2:
        return 1.0 if not count else struct.unpack_from(">H", curve, 12)[0] / 256
    if kind == b"para":
        return struct.unpack_from(">i", curve, 12)[0] / 65536 if curve[9] == 0 else 2.2
    return 2.2
