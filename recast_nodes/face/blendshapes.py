"""MediaPipe's 52 blendshape coefficients by name and number. Left and right in their names are the actor's."""

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


def blendshapes(*beginnings: str) -> tuple[int, ...]:
    """The numbers of the coefficients whose names begin with one of these words, in their order."""
    return tuple(number for number, name in enumerate(BLENDSHAPES) if name.startswith(beginnings))


def recipe(**amounts: float) -> dict[int, float]:
    """How much of which coefficient, by its number; a name that is none raises ValueError."""
    return {BLENDSHAPES.index(name): amount for name, amount in amounts.items()}


GAZE = blendshapes("eyeLook")
SQUINTS = blendshapes("eyeSquint")
