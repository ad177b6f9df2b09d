"""What a person looks like beside the shape of the head: colours, brows, hair, stubble, glasses, clothes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Colour = tuple[float, float, float]
HAIR_STYLES = ("crop", "short", "parted", "back", "bob", "long", "curls")
PALE, DARK = np.array([0.66, 0.42, 0.31]), np.array([0.085, 0.042, 0.027])  # skin, linear
UNDERTONE = np.array([[0.2, 0.0, -1.0], [0.6, -0.4, -0.2]])  # how yellow and red change skin's colours, logarithms
BOTTLE, AMBER = np.array([0.10, 0.16, 0.19]), np.array([0.10, 0.045, 0.018])  # irises
SHIRTS = ((0.03, 0.045, 0.08), (0.35, 0.34, 0.32), (0.10, 0.02, 0.02), (0.05, 0.08, 0.05), (0.012, 0.012, 0.014))


@dataclass(frozen=True)
class Looks:
    """Linear colours; lengths in centimetres; everything that is a share runs from 0 to 1."""

    skin: Colour = (0.48, 0.28, 0.20)
    blush: float = 0.5  # how much redder cheeks, nose and ears are
    sockets: float = 0.4  # how dark the skin round the eyes
    lips: Colour = (0.36, 0.13, 0.11)
    freckles: float = 0.0
    brows: Colour = (0.05, 0.03, 0.021)
    brow_drop: float = 0.8  # below the head's own brow landmarks, which lie high
    brow_width: float = 1.0
    hair: Colour = (0.035, 0.022, 0.016)
    style: str = "short"
    hairline: float = 0.0  # that the hair begins higher
    stubble: float = 0.0
    age: float = 0.3  # how deep folds lie, at rest and in motion
    shine: float = 0.5
    iris: Colour = (0.12, 0.17, 0.19)
    glasses: bool = False
    frame: Colour = (0.02, 0.018, 0.016)
    shirt: Colour = (0.035, 0.05, 0.075)


def draw_looks(rng: Generator) -> Looks:
    """A person's looks by chance: tones of skin, and what grows on it, as they go together."""
    tone = float(rng.beta(1.0, 1.5))
    level, warmth, blood = rng.normal(0, 0.05, 3)  # lighter, yellower, redder
    skin = np.exp(np.log(PALE) * (1 - tone) + np.log(DARK) * tone + level + UNDERTONE.T @ (warmth, blood))
    fair = max(0.0, 1 - 2.2 * tone)
    grey, age = 0.0, float(rng.beta(1.6, 2.0))
    if age > 0.6 and rng.random() < 0.6:
        grey = float(rng.uniform(0.3, 1.0))
    depth = np.exp(rng.uniform(np.log(0.012), np.log(0.012 + 0.16 * fair)))
    hair = depth * np.array([1, 0.62, 0.38]) * (1 - grey) + grey * np.array([0.22, 0.21, 0.20])
    man = rng.random() < 0.5
    styles, odds = (
        HAIR_STYLES,
        (0.25, 0.3, 0.2, 0.15, 0.02, 0.02, 0.06) if man else (0.03, 0.07, 0.1, 0.15, 0.25, 0.25, 0.15),
    )
    light = rng.beta(0.8, 1.2) * fair
    lips = skin * (rng.uniform(0.72, 0.9), rng.uniform(0.45, 0.62), rng.uniform(0.5, 0.66))
    return Looks(
        skin=_colour(skin),
        blush=float(rng.uniform(0.3, 0.9)),
        sockets=float(rng.uniform(0.15, 0.55)),
        lips=_colour(lips),
        freckles=float(max(0.0, rng.uniform(-1.2, 1.0))) * fair,
        brows=_colour(np.minimum(hair * rng.uniform(0.5, 0.9), skin * 0.3)),
        brow_drop=float(rng.uniform(0.55, 0.95)),
        brow_width=float(rng.uniform(0.85, 1.35) if man else rng.uniform(0.6, 1.0)),
        hair=_colour(hair),
        style=str(rng.choice(styles, p=odds)),
        hairline=float(rng.normal(0.1, 0.45) + (age if man else 0)),
        stubble=float(max(0.0, rng.uniform(-0.4, 1.0))) if man else 0.0,
        age=age,
        shine=float(rng.uniform(0.25, 0.8)),
        iris=_colour((BOTTLE * light + AMBER * (1 - light)) * rng.uniform(0.6, 1.3)),
        glasses=bool(rng.random() < 0.25),
        frame=_colour(rng.choice([0.012, 0.05, 0.3]) * rng.uniform(0.5, 1.2, 3)),
        shirt=_colour(np.array(SHIRTS[rng.integers(len(SHIRTS))]) * rng.uniform(0.7, 1.5)),
    )


def _colour(values: NDArray[np.floating]) -> Colour:
    red, green, blue = (float(v) for v in np.clip(values, 0.004, 0.9))
    return red, green, blue
