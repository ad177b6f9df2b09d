"""Which face is meant, in a word or two, as `--face` takes it: knobs of FaceTrack."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from ..errors import KnobError

WORDS = {
    "largest": "largest",
    "left-most": "left-most",
    "right-most": "right-most",
    "nearest-to-centre": "nearest-to-centre",
    "leftmost": "left-most",
    "left": "left-most",
    "rightmost": "right-most",
    "right": "right-most",
    "centre": "nearest-to-centre",
    "center": "nearest-to-centre",
}
"""Places that need no number, and other words for them."""
TAKES = (
    "left-most, right-most, largest, nearest-to-centre, 1st, 2nd, 3rd ... (from the left), X,Y (a point on the face, "
    "pixels), LEFT,TOP,RIGHT,BOTTOM (a box about it), or a picture of the person; @FRAME after it says in which frame"
)
ORDINAL = re.compile(r"([1-9]\d?)(st|nd|rd|th)")
AT_FRAME = re.compile(r"(.+)@(-?\d+)")
PICTURES = (".jpg", ".jpeg", ".png", ".exr", ".tif", ".tiff")


def read_selector(text: str) -> Mapping[str, Any]:
    """The knobs of FaceTrack by which a face is picked. Raises KnobError."""
    at = AT_FRAME.fullmatch(text.strip())
    word = (at[1] if at else text).strip()
    knobs = _pick(word)
    return {**knobs, "pick_frame": int(at[2])} if at else knobs


def _pick(word: str) -> dict[str, Any]:
    if word.lower() in WORDS:
        return {"pick": WORDS[word.lower()]}
    if ordinal := ORDINAL.fullmatch(word.lower()):
        return {"pick": "index", "index": int(ordinal[1]) - 1}
    numbers = _numbers(word)
    if len(numbers) == 2:
        return {"pick": "point", "point_x": numbers[0], "point_y": numbers[1]}
    if len(numbers) == 4:
        return {"pick": "box", "box": tuple(numbers)}
    if word.lower().endswith(PICTURES):
        return {"pick": "person", "person": os.path.abspath(word)}
    raise KnobError(f"{word!r} does not say which face: {TAKES}.")


def _numbers(word: str) -> list[float]:
    try:
        return [float(number) for number in word.split(",")]
    except ValueError:
        return []


def split_face(text: str) -> tuple[str, str]:
    """SELECTOR=DRIVER as its two sides; a selector alone has no driver. File names may hold equals signs."""
    cuts = [at for at, letter in enumerate(text) if letter == "="]
    for at in cuts:
        try:
            read_selector(text[:at])
        except KnobError:
            continue
        return text[:at], text[at + 1 :]
    return (text[: cuts[0]], text[cuts[0] + 1 :]) if cuts else (text, "")
