"""MediaPipe's 52 blendshape coefficients by name and number, and ARKit's 52 shapes, which are the same but for one.

Left and right in their names are the actor's.
"""

from __future__ import annotations

# fmt: off
BLENDSHAPES = (
    "_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight",
)
# fmt: on
"""In the landmarker's own order; the first belongs to no part of the face."""
COEFFICIENTS = len(BLENDSHAPES)

SHAPES = (*BLENDSHAPES[1:], "tongueOut")
"""ARKit's 52 shapes: the landmarker's coefficients without its first, and the tongue, which it does not read."""
SIDES = ("Left", "Right")


def blendshapes(*beginnings: str) -> tuple[int, ...]:
    """The numbers of the coefficients whose names begin with one of these words, in their order."""
    return tuple(number for number, name in enumerate(BLENDSHAPES) if name.startswith(beginnings))


def recipe(**amounts: float) -> dict[int, float]:
    """How much of which coefficient, by its number; a name that is none raises ValueError."""
    return {BLENDSHAPES.index(name): amount for name, amount in amounts.items()}


def mirror(name: str) -> str:
    """The shape that a face in the mirror makes: `name` itself where it has no side."""
    for side, other in (SIDES, SIDES[::-1]):
        if name.endswith(side):
            return name.removesuffix(side) + other
    return name


def _partner(name: str) -> str:
    """What the right side does where the left one does `name`: eyes look the same way, jaws and lips have one way."""
    if name.startswith("eyeLookIn"):
        return mirror(name.replace("In", "Out"))
    return mirror(name.replace("Out", "In") if name.startswith("eyeLookOut") else name)


PAIRS = {
    name: _partner(name)
    for name in SHAPES
    if name.endswith("Left") and name.removesuffix("Left") not in ("jaw", "mouth")
}
"""The left one of each pair of shapes that both sides of a face have, and its right one; eyes are paired as they look
together. jawLeft and mouthLeft are no sides but directions.
"""

GAZE = blendshapes("eyeLook")
SQUINTS = blendshapes("eyeSquint")
