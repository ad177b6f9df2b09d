"""The primaries that a PNG states in its cHRM chunk, which OpenImageIO passes over."""

from __future__ import annotations

import struct

SAME = 0.005  # of an x or y: writers round them to three or four digits
BEFORE = (b"cICP", b"iCCP", b"sRGB")  # chunks that go before cHRM by the standard
CHUNKS = 64  # before the pixels; more are not looked at
PRIMARIES = {  # x and y of red, green and blue
    "": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06),  # Rec.709, which is what is taken without the chunk
    "srgb_p3d65_scene": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    "g22_adobergb_scene": (0.64, 0.33, 0.21, 0.71, 0.15, 0.06),
}


def space_of(path: str) -> tuple[str, bool]:
    """The name of the colour space with the primaries of the file, and whether they are the same ones; empty where
    they are those of Rec.709, or not stated.
    """
    chromaticities = _chromaticities(path)
    if not chromaticities:
        return "", True
    far = {name: max(abs(a - b) for a, b in zip(chromaticities[2:], known)) for name, known in PRIMARIES.items()}
    name = min(far, key=lambda each: far[each])
    return name, far[name] < SAME


def _chromaticities(path: str) -> tuple[float, ...]:
    """White, red, green and blue, x and y each."""
    with open(path, "rb") as file:
        file.seek(8)
        for _ in range(CHUNKS):
            size, name = struct.unpack(">I4s", file.read(8).ljust(8, b"\0"))
            if name == b"cHRM" and size == 32:
                return tuple(number / 100_000 for number in struct.unpack(">8I", file.read(32).ljust(32, b"\0")))
            if name in (*BEFORE, b"IDAT", b"\0\0\0\0"):
                break
            file.seek(size + 4, 1)
    return ()
