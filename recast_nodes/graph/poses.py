"""Poses: named mixtures of ARKit's shapes, and the words for blends of them.

`poses.json` holds those that ship, each group with its sources. A name of a shape without its side is both sides.

    aa                        a pose, whole
    aa 0.6 + smirk 0.4        a blend: amounts of poses, or of single shapes, added
    rest                      nothing
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ..errors import KnobError
from ..face.blendshapes import SHAPES, SIDES, mirror
from ..unknown_names import unknown

Shapes = Mapping[str, float]  # how much of which shape
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
REST = "rest"
DECIMALS = 6  # of an amount that is worked out: 0.32 rather than 0.32000000000000006
_STEMS = [
    name.removesuffix("Left") for name in SHAPES if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")
]
_TERM = re.compile(rf"\s*({NAME.pattern})(?:\s+(\S+))?\s*")


class ShippedPose(NamedTuple):
    """A pose that ships."""

    name: str
    shapes: Shapes
    group: str
    tip: str


@cache
def shipped_poses() -> Mapping[str, ShippedPose]:
    """The poses that ship, by name, in their order."""
    poses = _table()["poses"]
    made = {
        name: ShippedPose(name, both_sides(each["shapes"]), each["group"], each["tip"]) for name, each in poses.items()
    }
    return MappingProxyType(made)


def shipped_shapes() -> dict[str, Shapes]:
    """Their shapes by name."""
    return {name: pose.shapes for name, pose in shipped_poses().items()}


def sources() -> Mapping[str, str]:
    """Where the poses of each group are from."""
    return _table()["sources"]


@cache
def _table() -> Mapping[str, Mapping]:
    return json.loads(Path(__file__).with_name("poses.json").read_text(encoding="utf-8"))


def both_sides(shapes: Shapes) -> dict[str, float]:
    """The same in ARKit's own names, in their order, without zeros. Raises KnobError for what is no shape or amount."""
    found: dict[str, float] = {}
    for word, amount in shapes.items():
        for name in full_names(word):
            found[name] = found.get(name, 0.0) + check_amount(word, amount)
    return {name: found[name] for name in SHAPES if found.get(name)}


def full_names(word: str) -> tuple[str, ...]:
    """A shape by its name, or both sides by the name without one. Raises KnobError."""
    if word in SHAPES:
        return (word,)
    sides = tuple(word + side for side in SIDES)
    if word not in _STEMS:
        near = difflib.get_close_matches(word, (*SHAPES, *_STEMS), n=1)
        hint = f"Did you mean {near[0]}?" if near else "They are those of ExpressionMix, such as jawOpen or mouthSmile."
        raise KnobError(f"There is no shape {word!r}. {hint}")
    return sides


def check_amount(name: str, amount: object) -> float:
    """`amount` as a number. Raises KnobError where it is none."""
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not math.isfinite(amount):
        raise KnobError(f"{name} takes a number, not {amount!r}.")
    return float(amount)


def mirrored(shapes: Shapes) -> dict[str, float]:
    """The pose that a face in the mirror makes."""
    return {name: amount for name in SHAPES if (amount := shapes.get(mirror(name), 0.0))}


def add_poses(*parts: tuple[Shapes, float]) -> dict[str, float]:
    """Poses, each by an amount, added."""
    return worked_out({name: sum(shapes.get(name, 0.0) * amount for shapes, amount in parts) for name in SHAPES})


def worked_out(shapes: Shapes) -> dict[str, float]:
    """Amounts as they are kept: rounded, without zeros."""
    return {name: rounded for name, amount in shapes.items() if (rounded := round(amount, DECIMALS))}


def read_blend(text: str, known: Mapping[str, Shapes]) -> dict[str, float]:
    """The shapes of a blend in words, such as "aa 0.6 + smirk"; `known` are poses by name. Raises KnobError."""
    parts = []
    for term in text.split("+"):
        found = _TERM.fullmatch(term)
        if found is None:
            raise KnobError(f"{text!r} is no blend of poses, such as aa 0.6 + happiness 0.4.")
        name, amount = found.group(1), found.group(2)
        parts.append((_shapes_of(name, known), 1.0 if amount is None else _read_amount(name, amount)))
    return add_poses(*parts)


def _read_amount(name: str, text: str) -> float:
    try:
        return check_amount(name, float(text))
    except ValueError:
        raise KnobError(f"{name} takes a number, not {text!r}.") from None


def _shapes_of(name: str, known: Mapping[str, Shapes]) -> Shapes:
    if name == REST or name in known:
        return known.get(name, {})
    try:
        return dict.fromkeys(full_names(name), 1.0)
    except KnobError:
        raise KnobError(unknown("pose", name, (*known, REST), "there are")) from None
