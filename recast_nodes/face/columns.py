"""What a performance in numbers has of a frame: ARKit's 52 shapes, how head and eyes are turned, and what other
programs call all that.

Columns are known by name, whatever their place. Case, spaces, hyphens and underscores do not matter, nor what stands
before a dot, a slash or a colon (`blendShapes.JawOpen`), nor how a side is written (`eyeBlink_L`, `eyeBlinkLeft`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence

from .blendshapes import BLENDSHAPES, SHAPES
from .regions import REGIONS

ANGLES = (
    *("headYaw", "headPitch", "headRoll"),
    *("leftEyeYaw", "leftEyePitch", "leftEyeRoll"),
    *("rightEyeYaw", "rightEyePitch", "rightEyeRoll"),
)
"""Rotations in radians: yaw turns to the person's left, pitch downwards, roll counter-clockwise as the camera sees it;
roll first, then pitch, then yaw.
"""
HEAD_ANGLES = ANGLES[:3]
COLUMNS = (*SHAPES, *ANGLES)
"""The numbers of a frame, in the order in which a `Motion` has them."""

_EYE = ("eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide")
LIVE_LINK_FACE = (
    *(f"{name}Left" for name in _EYE),
    *(f"{name}Right" for name in _EYE),
    *("jawForward", "jawRight", "jawLeft", "jawOpen"),
    *("mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft", "mouthSmileLeft", "mouthSmileRight"),
    *("mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft"),
    *("mouthStretchRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft"),
    *("mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight"),
    *("browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff"),
    *("cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut"),
    *ANGLES,
)
"""The order of the columns in Live Link Face's CSV, whose names begin with a capital letter."""

CONTROLS = "CTRL_expressions_"  # what MetaHuman's names begin with


def _each_side(left: str, *controls: str) -> dict[str, tuple[str, ...]]:
    """A shape of both sides by controls whose L stands for the left."""
    return {f"{left}{side}": tuple(control.replace("*", side[0]) for control in controls) for side in ("Left", "Right")}


def _around(control: str) -> tuple[str, ...]:
    return tuple(f"{control}{part}" for part in ("UL", "UR", "DL", "DR"))


METAHUMAN: dict[str, tuple[str, ...]] = {
    **_each_side("browDown", "browDown*"),
    "browInnerUp": ("browRaiseInL", "browRaiseInR"),
    **_each_side("browOuterUp", "browRaiseOuter*"),
    "cheekPuff": ("mouthCheekBlowL", "mouthCheekBlowR"),
    **_each_side("cheekSquint", "eyeCheekRaise*"),
    **_each_side("eyeBlink", "eyeBlink*"),
    **_each_side("eyeLookDown", "eyeLookDown*"),
    "eyeLookInLeft": ("eyeLookRightL",),
    "eyeLookInRight": ("eyeLookLeftR",),
    "eyeLookOutLeft": ("eyeLookLeftL",),
    "eyeLookOutRight": ("eyeLookRightR",),
    **_each_side("eyeLookUp", "eyeLookUp*"),
    **_each_side("eyeSquint", "eyeSquintInner*"),
    **_each_side("eyeWide", "eyeWiden*"),
    "jawForward": ("jawFwd",),
    "jawLeft": ("jawLeft",),
    "jawOpen": ("jawOpen",),
    "jawRight": ("jawRight",),
    "mouthClose": _around("mouthLipsTogether"),
    **_each_side("mouthDimple", "mouthDimple*"),
    **_each_side("mouthFrown", "mouthCornerDepress*"),
    "mouthFunnel": _around("mouthFunnel"),
    "mouthLeft": ("mouthLeft",),
    **_each_side("mouthLowerDown", "mouthLowerLipDepress*"),
    **_each_side("mouthPress", "mouthPressU*", "mouthPressD*"),
    "mouthPucker": _around("mouthLipsPurse"),
    "mouthRight": ("mouthRight",),
    "mouthRollLower": ("mouthLowerLipRollInL", "mouthLowerLipRollInR"),
    "mouthRollUpper": ("mouthUpperLipRollInL", "mouthUpperLipRollInR"),
    "mouthShrugLower": ("jawChinRaiseDL", "jawChinRaiseDR"),
    "mouthShrugUpper": ("jawChinRaiseUL", "jawChinRaiseUR"),
    **_each_side("mouthSmile", "mouthCornerPull*"),
    **_each_side("mouthStretch", "mouthStretch*"),
    **_each_side("mouthUpperUp", "mouthUpperLipRaise*"),
    **_each_side("noseSneer", "noseWrinkle*"),
    "tongueOut": ("tongueOut",),
}
"""ARKit's shapes by MetaHuman's controls; a shape that several make is their mean."""

_BEFORE = re.compile(r".*[./:|]")
_SEPARATED = re.compile(r".*[\s_-]", re.DOTALL)
_AMONG = re.compile(r"[\s_-]+")


def _plain(name: str) -> str:
    return _AMONG.sub("", _BEFORE.sub("", name)).lower()


def _by_side(name: str) -> tuple[str, ...]:
    """A name, and what it is with its side shortened."""
    short = re.sub("(Left|Right)$", lambda side: side[0][0], name)
    return (name,) if short == name else (name, short)


_KNOWN = {_plain(CONTROLS + control): name for name, controls in METAHUMAN.items() for control in controls}
_KNOWN |= {_plain(word): name for name, controls in METAHUMAN.items() for word in controls}
_KNOWN |= {_plain(word): name for name in COLUMNS for word in _by_side(name)}
_KNOWN |= {_plain(CONTROLS + word): name for name in COLUMNS for word in _by_side(name)}


def find_column(name: str) -> str:
    """The column of COLUMNS that a program means by `name`; '' for none."""
    return _KNOWN.get(_plain(name), "")


def without_prefix(names: Sequence[str]) -> list[str]:
    """Names without what all of them begin with, up to a separator, where that is what keeps them from being known:
    `blendShape1_jawOpen`, as some exporters write. Others stay as they are.
    """
    start = _SEPARATED.match(os.path.commonprefix(list(names)))
    if len(names) < 2 or start is None or any(map(find_column, names)):
        return list(names)
    return [name[start.end() :] for name in names]


def silent_regions(known: Collection[str]) -> tuple[str, ...]:
    """The regions of a face that a performance with these columns says nothing of."""
    heard = {number for number, name in enumerate(BLENDSHAPES) if name in known}
    return tuple(name for name, region in REGIONS.items() if region.coefficients and not heard & {*region.coefficients})


def is_control(name: str) -> bool:
    """Whether a name is one of MetaHuman's, in whose files angles are degrees."""
    return _plain(name).startswith(_plain(CONTROLS))
