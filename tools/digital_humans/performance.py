"""Made-up people and what they do: everything about a picture of a digital human that is drawn by chance.

A person has a face, colours, a face at rest that may droop or frown a little, and lamps; a take is one expression, head
pose and camera. Expressions are mixtures of what faces do together (a smile raises cheeks), one side stronger than the
other, and of single muscles, so that a fit can tell the coefficients apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from recast_nodes.digital_humans.rotations import turn

from .paint import Colour, Looks
from .scene import Camera, Lamp, Lighting

IDENTITY_COEFFICIENTS = 40  # of the head's hundred; the rest moves nothing by more than a third of a millimetre
FIRST_IS_LESS = 0.7  # the first coefficient is the face's size and fullness: far from average it is a caricature
NEUTRAL_TAKES = 4  # of each person: the resting face, as the head turns

Sides = dict[str, float]
# What faces do together, above and below the eyes: the most that each weight takes part.
UPPER: tuple[Sides, ...] = (
    {},
    {"browInnerUp": 1.0, "browOuterUp": 0.9, "eyeWide": 0.6},
    {"browInnerUp": 1.0, "browOuterUp": 0.7},
    {"browOuterUp": 1.0},
    {"browDown": 1.0, "eyeSquint": 0.6},
    {"browDown": 1.0, "noseSneer": 0.8},
    {"browInnerUp": 1.0, "browDown": 0.4},
    {"eyeSquint": 1.0, "cheekSquint": 0.9, "cheekRaiser": 0.5},
    {"eyeBlink": 1.0},
    {"eyeBlink": 0.6},
    {"eyeWide": 1.0},
)
LOWER: tuple[Sides, ...] = (
    {},
    {"mouthSmile": 1.0, "cheekSquint": 0.5, "cheekRaiser": 0.4},
    {"mouthSmile": 1.0, "mouthUpperUp": 0.5, "mouthLowerDown": 0.4, "jawOpen": 0.25, "cheekSquint": 0.6},
    {"mouthSmile": 0.9, "jawOpen": 0.7, "cheekRaiser": 0.5, "eyeSquint": 0.5},
    {"mouthFrown": 1.0, "mouthShrugLower": 0.7},
    {"mouthFrown": 0.6, "mouthStretch": 0.8, "jawOpen": 0.3},
    {"jawOpen": 1.0},
    {"jawOpen": 0.6, "mouthFunnel": 0.7},
    {"jawOpen": 0.35, "mouthLowerDown": 0.5, "mouthUpperUp": 0.4},
    {"mouthPucker": 1.0},
    {"mouthFunnel": 1.0, "jawOpen": 0.2},
    {"mouthRollLower": 0.8, "mouthRollUpper": 0.8, "mouthPress": 0.5},
    {"mouthPress": 1.0, "mouthDimple": 0.5},
    {"mouthDimple": 1.0},
    {"mouthShrugLower": 0.8, "mouthShrugUpper": 0.8},
    {"mouthUpperUp": 1.0, "noseSneer": 1.0},
    {"mouthLowerDown": 1.0, "mouthStretch": 0.7},
    {"mouthClose": 0.5, "jawOpen": 0.6},
    {"mouthLeft": 1.0},
    {"mouthRight": 1.0},
    {"jawLeft": 0.8},
    {"jawRight": 0.8},
    {"jawForward": 0.8},
    {"cheekPuff": 1.0, "mouthPress": 0.4},
)
SINGLES = (
    *("browDown", "browInnerUp", "browOuterUp", "cheekSquint", "eyeBlink", "eyeSquint", "eyeWide", "jawOpen"),
    *("mouthDimple", "mouthFrown", "mouthFunnel", "mouthLowerDown", "mouthPress", "mouthPucker", "mouthRollLower"),
    *("mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmile", "mouthStretch", "mouthUpperUp"),
    *("noseSneer", "jawLeft", "jawRight", "mouthLeft", "mouthRight", "jawForward"),
)
# How a face may rest: the spread of each weight, either sign (a shape is linear) where it says so.
RESTING: tuple[tuple[str, float, bool], ...] = (
    ("browDown", 0.12, True),
    ("browInnerUp", 0.10, True),
    ("browOuterUp", 0.10, True),
    ("eyeBlink", 0.08, False),
    ("eyeSquint", 0.15, True),
    ("eyeWide", 0.12, False),
    ("mouthFrown", 0.12, True),
    ("mouthPress", 0.12, True),
    ("mouthShrugLower", 0.08, True),
    ("cheekSquint", 0.12, True),
    ("jawOpen", 0.01, False),
)
ONE_SIDED = {"jawOpen", "jawForward", "jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthClose", "mouthFunnel"} | {
    "mouthPucker",
    *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"),
}


class Person(NamedTuple):
    """Who stands before the camera, and the lamps there."""

    identity: dict[int, float]
    resting: dict[str, float]  # expression weights that belong to the person, not to what is acted
    looks: Looks
    lighting: Lighting


class Take(NamedTuple):
    """One picture's expression (on top of the resting one), head pose and camera."""

    expression: dict[str, float]
    turn: np.ndarray  # (3, 3)
    camera: Camera


def person(rng: np.random.Generator) -> Person:
    amounts = np.clip(rng.normal(0, 1, IDENTITY_COEFFICIENTS), -2.2, 2.2)
    amounts[0] *= FIRST_IS_LESS
    resting: dict[str, float] = {}
    for name, spread, both in RESTING:
        amount = rng.normal(0, spread)
        _add(resting, name, amount if both else abs(amount), rng.normal(0, 0.25))
    return Person(dict(enumerate(amounts.tolist())), resting, _looks(rng), _lighting(rng))


def takes(rng: np.random.Generator, count: int, size: int, held: bool = False) -> list[Take]:
    """`count` takes of one person, as of one shot: the camera stays about where it is and the head turns a little.

    The first `NEUTRAL_TAKES` of them rest, looking into the camera or past it. With `held` one expression lasts through
    all others, and what comes and goes is half as strong: a shot that someone smiles throughout.
    """
    mood = expression_of(rng) if held else {}
    away = float(np.exp(rng.uniform(np.log(45), np.log(160))))
    facing, made = rng.normal(0, (13, 6, 4)), []
    for number in range(count):
        weights = {} if number < NEUTRAL_TAKES else expression_of(rng)
        if held and weights:
            passing = {name: amount / 2 for name, amount in weights.items()}
            weights = worn(mood, passing)
        look(weights, rng, 0.08 if number < NEUTRAL_TAKES else 0.35)
        yaw, pitch, roll = facing + rng.normal(0, (7, 5, 4))
        made.append(Take(weights, turn(yaw, pitch, roll), _camera(rng, away, size)))
    return made


def worn(resting: dict[str, float], expression: dict[str, float]) -> dict[str, float]:
    """The weights of an expression on a face that rests like this; muscles end at 1."""
    names = resting.keys() | expression.keys()
    return {name: min(1.0, resting.get(name, 0.0) + expression.get(name, 0.0)) for name in names}


def expression_of(rng: np.random.Generator) -> dict[str, float]:
    weights: dict[str, float] = {}
    for recipes in (UPPER, LOWER):
        recipe, strength, lean = recipes[rng.integers(len(recipes))], rng.uniform(0.25, 1.0), rng.normal(0, 0.2)
        if rng.random() < 0.12:
            lean = rng.choice([-1.0, 1.0])
        for name, most in recipe.items():
            _add(weights, name, strength * most * rng.uniform(0.6, 1.0), lean)
    for name in rng.choice(SINGLES, rng.integers(0, 4), replace=False):
        _add(weights, str(name), rng.uniform(0, 0.7), rng.normal(0, 0.3))
    return weights


def _add(weights: dict[str, float], name: str, amount: float, lean: float) -> None:
    """Adds a weight on both sides; `lean` -1 leaves the right one out, 1 the left one."""
    if name in ONE_SIDED:
        weights[name] = min(1.0, weights.get(name, 0.0) + amount)
        return
    for side, part in (("_L", min(1.0, 1 - lean)), ("_R", min(1.0, 1 + lean))):
        weights[name + side] = min(1.0, weights.get(name + side, 0.0) + amount * max(0.0, part))


def look(weights: dict[str, float], rng: np.random.Generator, spread: float) -> None:
    """Both eyes look the same way."""
    across, down = np.clip(rng.normal(0, spread, 2), -1, 1)
    outer, inner = ("_L", "_R") if across > 0 else ("_R", "_L")
    weights["eyeLookOut" + outer] = weights["eyeLookIn" + inner] = abs(across)
    for side in ("_L", "_R"):
        weights[("eyeLookDown" if down > 0 else "eyeLookUp") + side] = abs(down)


def _camera(rng: np.random.Generator, away: float, size: int) -> Camera:
    """Centimetres away, near with a wide lens to far with a long one; the face fills half of the picture or more."""
    place = (float(rng.normal(0, 0.03) * away), float(1 + rng.normal(0, 0.03) * away), away)
    look_at = tuple(np.float64([0, 0.8, 5.0]) + rng.normal(0, 0.6, 3))
    reach = rng.uniform(13.0, 17.0)  # centimetres from the middle of the picture to its edge
    return Camera(place, look_at, float(2 * np.degrees(np.arctan(reach / away))), size, 1)


def _looks(rng: np.random.Generator) -> Looks:
    tone = rng.beta(1.1, 1.4)
    skin = np.float64([0.62, 0.38, 0.27]) * (1 - tone) + np.float64([0.11, 0.055, 0.035]) * tone
    skin *= rng.normal(1, 0.06, 3)
    hair = np.exp(rng.uniform(np.log(0.02), np.log(0.25))) * np.float64([1, 0.68, 0.45]) * (1 - 0.7 * tone)
    brows = hair * rng.uniform(0.6, 1.1)
    return Looks(
        skin=_colour(skin),
        cheeks=_colour(skin * (1.0, 0.78, 0.78)),
        nose=_colour(skin * (1.0, 0.78, 0.80)),
        sockets=_colour(skin * rng.uniform(0.5, 0.8)),
        lips=_colour(skin * (0.80, rng.uniform(0.4, 0.65), rng.uniform(0.5, 0.7))),
        brows=_colour(np.minimum(brows, skin * 0.45)),
        hair=_colour(hair),
        shirt=_colour(rng.uniform(0.02, 0.5, 3)),
        iris=_colour(np.float64([0.12, 0.10, 0.07]) + rng.uniform(-0.06, 0.12) * np.float64([0.3, 0.8, 1.2])),
        brow_drop=float(rng.uniform(0.55, 1.1)),  # where brows at rest read as they do on people
        brow_width=float(rng.uniform(0.65, 1.35)),
        hairline=float(rng.normal(0.2, 0.6)),
        beard=float(max(0.0, rng.uniform(-1.5, 0.8))),
    )


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = (float(v) for v in np.clip(values, 0.004, 0.95))
    return red, green, blue


def _lighting(rng: np.random.Generator) -> Lighting:
    """A key from anywhere before the face, a fill, sometimes a rim; warm or cold."""
    side = rng.choice([-1.0, 1.0])
    warmth = np.exp(rng.normal(0, 0.12) * np.float64([1, 0, -1]))
    key = rng.uniform(0.8, 2.8) * warmth
    lamps = [
        Lamp((side * rng.uniform(0, 0.9), rng.uniform(-0.1, 0.9), 0.75), tuple(key), float(rng.uniform(0.02, 0.2))),
        Lamp((-side * 0.9, rng.uniform(-0.2, 0.4), 0.6), tuple(rng.uniform(0.05, 0.9) / warmth), 0.1, 0.5),
    ]
    if rng.random() < 0.4:
        lamps.append(Lamp((-side * 0.75, 0.45, -0.6), tuple(rng.uniform(0.5, 1.5, 3))))
    ambient, wall = rng.uniform(0.25, 0.8) / warmth, rng.uniform(0.03, 0.7) * rng.uniform(0.7, 1.3, 3)
    return Lighting(tuple(lamps), tuple(ambient), tuple(wall), sky_rays=1)
