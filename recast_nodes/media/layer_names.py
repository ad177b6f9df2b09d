"""What the names of layers say: which one is the picture, and which are passes that nobody edits as one.

Renderers name passes as they like, so names are judged by their parts at dots (`ViewLayer.Combined`) and by the words
in a part (`Denoising Albedo`, `worldNormal`, `crypto_object00`), whatever their case.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAIN = ("", "rgba", "rgb", "main", "color", "colour", "c")  # the layer that is shown first, in many programs
BEAUTY = ("combined", "beauty", "bty", "image", "final", "master", "primary", "noisy image")  # a renderer's picture
FINISHED = ("composite", "viewlayer", "renderlayer", "view layer", "render layer")  # Blender's, the likeliest first
MATTE = ("matte", "mattes", "mask", "masks", "holdout", "alpha")
UTILITY = frozenset(  # words of passes that hold data, mattes or surfaces, and not light that reached the camera
    (
        *("depth", "zdepth", "mist", "position", "pos", "pworld", "pref", "normal", "normals", "nref", "disparity"),
        *("motion", "motionvector", "motionvectors", "vector", "vectors", "velocity", "speed", "flow"),
        *("uv", "uvs", "uvw", "st", "stmap", "facing", "fresnel", "curvature", "wireframe"),
        *("albedo", "basecolor", "diffcol", "glosscol", "transcol", "ao", "occlusion", "shadow", "shadows"),
        *("index", "indexob", "indexma", "id", "ids", "objectid", "materialid"),
        *MATTE,
        *("debug", "samplecount", "landmarks", "difference", "confidence"),
    )
)
ALONE = frozenset(("z", "p", "n"))  # letters that are a pass only where they are the whole part
SURFACE = frozenset(
    ("diffuse", "gloss", "glossy", "base", "transmission", "subsurface")
)  # with "color": no light in it
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z]+")


@lru_cache(maxsize=4096)
def is_utility(name: str) -> bool:
    """Whether a layer of this name is a matte, a cryptomatte or data: `ViewLayer.AO`, `crypto_object00`, `depth`.

    `combined` and `beauty` are pictures whatever their layer is called: `Shadow.Combined`.
    """
    *layers, last = name.split(".")
    if last.lower() in BEAUTY:
        return False
    return _is_data(last) or any(layer.lower() in UTILITY or "crypto" in layer.lower() for layer in layers)


def is_matte(name: str) -> bool:
    """Whether a layer of this name is a matte by its own word: `roto.mask`; a cryptomatte is more than one."""
    return not {word.lower() for word in CAMEL.split(name)}.isdisjoint(MATTE)


def _is_data(part: str) -> bool:
    words = [word.lower() for word in CAMEL.split(part) if word]
    whole = "".join(words)
    if "crypto" in whole or whole in UTILITY or whole in ALONE or not UTILITY.isdisjoint(words):
        return True
    return bool(words) and words[-1] in ("color", "colour", "col") and not SURFACE.isdisjoint(words)


@lru_cache(maxsize=4096)
def likelihood(name: str) -> tuple[int, ...]:
    """How likely a layer of this name is the picture, as a sort key: the lowest is the likeliest."""
    parts = name.lower().split(".")
    for rank, known in enumerate((MAIN, BEAUTY)):
        if parts[-1] in known:
            named = not {*MAIN, *BEAUTY}.isdisjoint(parts[:-1])  # rgba.main before character.main
            return rank, known.index(parts[-1]), 0 if named else 1 + _place(FINISHED, parts[0]), len(parts)
    words = [word.lower() for part in name.split(".") for word in CAMEL.split(part)]
    return (2 if {*MAIN[1:4], *BEAUTY} & {*words} else 3, 0, 0, 0)


def _place(known: tuple[str, ...], word: str) -> int:
    return known.index(word) if word in known else len(known)
