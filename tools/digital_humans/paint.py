"""Colours of the head, painted on it at rest by formulas: it comes without a texture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import numpy as np

from recast_nodes.digital_humans.noise import inside, noise, ramp, to_line
from recast_nodes.digital_humans.rotations import turn

from .head import DRAWN, EYE_CENTRES, EYES, SKIN, WET

Colour = tuple[float, float, float]
Layer = Callable[[np.ndarray, np.ndarray, np.ndarray, "Looks"], np.ndarray]


@dataclass(frozen=True)
class Looks:
    """Linear colours of a person, and how the brows lie."""

    skin: Colour = (0.50, 0.27, 0.175)
    cheeks: Colour = (0.50, 0.20, 0.13)
    nose: Colour = (0.50, 0.20, 0.14)
    sockets: Colour = (0.30, 0.15, 0.11)
    lips: Colour = (0.36, 0.115, 0.095)
    lashes: Colour = (0.05, 0.03, 0.025)
    brows: Colour = (0.05, 0.03, 0.021)
    hair: Colour = (0.035, 0.022, 0.016)
    shirt: Colour = (0.035, 0.05, 0.075)
    iris: Colour = (0.12, 0.17, 0.19)
    brow_drop: float = 0.4  # centimetres below the head's own brow landmarks, which read as raised
    brow_width: float = 1.0
    hairline: float = 0.0  # centimetres that the hair begins higher
    beard: float = 0.0  # 0 shaven, 1 full


def blend(colour: np.ndarray, other: Colour, amount: np.ndarray) -> np.ndarray:
    return colour + amount[:, None] * (np.array(other, np.float32) - colour)


def skin(p: np.ndarray, landmarks: np.ndarray, looks: Looks) -> np.ndarray:
    """Linear colour of skin, lips, brows and cropped hair at rest positions (N, 3)."""
    colour = np.tile(np.float32(looks.skin), (len(p), 1))
    colour *= (0.93 + 0.1 * noise(p, 1.2) + 0.07 * noise(p, 9))[:, None]
    for x in (-4.6, 4.6):
        cheek = np.linalg.norm((p - (x, -0.2, 8.4)) / (2.4, 2.2, 3), axis=1)
        colour = blend(colour, looks.cheeks, 0.45 * ramp(1.1, 0.1, cheek))
    nose = np.linalg.norm((p - (0, 0.4, 12.8)) / (1.6, 1.4, 2), axis=1)
    colour = blend(colour, looks.nose, 0.35 * ramp(1.1, 0.1, nose))
    socket = np.minimum(*(np.linalg.norm((p - (x, 3.2, 9.2)) / (2.2, 1.5, 2), axis=1) for x in (-3.1, 3.1)))
    colour = blend(colour, looks.sockets, 0.4 * ramp(1.0, 0.5, socket))
    for layer in (beard, lips, lids, brows):
        colour = layer(colour, p, landmarks, looks)
    return shirt(hair(colour, p, looks), p, looks)


def beard(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray, looks: Looks) -> np.ndarray:
    """Chin, jaw and upper lip in the colour of the hair."""
    if not looks.beard:
        return colour
    below = landmarks[33, 1] - 0.5 - 0.03 * p[:, 0] ** 2 + 0.35 * np.abs(p[:, 0])
    amount = ramp(0.4, -0.5, p[:, 1] - below) * ramp(-10.5, -8.5, p[:, 1]) * (0.4 + 0.6 * noise(p, (14, 6, 8)))
    return blend(colour, looks.hair, looks.beard * amount)


def only_near(points: range, reach: float) -> Callable[[Layer], Layer]:
    """A layer that paints only within `reach` centimetres (in the picture's plane) of these landmarks' box."""

    def wrapped(layer: Layer) -> Layer:
        @wraps(layer)
        def painted(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray, looks: Looks) -> np.ndarray:
            box = landmarks[list(points), :2]
            here = ((p[:, :2] > box.min(0) - reach) & (p[:, :2] < box.max(0) + reach)).all(1)
            colour[here] = layer(colour[here], p[here], landmarks, looks)
            return colour

        return painted

    return wrapped


@only_near(range(48, 60), 0.5)
def lips(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray, looks: Looks) -> np.ndarray:
    outline = landmarks[48:60, :2]
    distance, _ = to_line(p[:, :2], np.vstack([outline, outline[:1]]))
    distance = np.where(inside(p[:, :2], outline), -distance, distance)
    return blend(colour, looks.lips, 0.85 * ramp(0.1, -0.14, distance) * ramp(8.5, 9.5, p[:, 2]))


@only_near(range(36, 48), 0.5)
def lids(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray, looks: Looks) -> np.ndarray:
    """The dark line where upper lashes grow."""
    for eye in ((36, 37, 38, 39), (42, 43, 44, 45)):
        distance, _ = to_line(p[:, :2], landmarks[list(eye), :2])
        colour = blend(colour, looks.lashes, 0.8 * ramp(0.16, 0.05, distance) * ramp(8.3, 8.8, p[:, 2]))
    return colour


@only_near(range(17, 27), 2.5)
def brows(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray, looks: Looks) -> np.ndarray:
    for line in (landmarks[17:22, :2], landmarks[26:21:-1, :2]):
        distance, along = to_line(p[:, :2], line - (0, looks.brow_drop))
        width = looks.brow_width * (0.16 + 0.26 * ramp(0.0, 0.7, along) * ramp(1.4, 0.7, along))
        lean = -35 if line[0, 0] < 0 else 35
        strands = noise(p @ turn(0, 0, lean), (11, 2.5, 4))
        near = distance / width + 0.5 * (strands - 0.5)
        amount = (0.55 + 0.45 * strands) * ramp(1.25, 0.45, near) * ramp(1.05, 0.7, along) * ramp(5, 7, p[:, 2])
        colour = blend(colour, looks.brows, amount)
    return colour


def hair(colour: np.ndarray, p: np.ndarray, looks: Looks) -> np.ndarray:
    edge = p[:, 1] - (9.2 + looks.hairline - 0.95 * (8.0 - p[:, 2])) + 0.7 * (noise(p, 2) - 0.5)
    ear = ramp(8.6, 8.1, np.abs(p[:, 0]) + 0.25 * np.maximum(0, -p[:, 1]))
    return blend(colour, looks.hair, 0.9 * ramp(-0.5, 0.9, edge) * ear * (0.75 + 0.25 * noise(p, 14)))


def shirt(colour: np.ndarray, p: np.ndarray, looks: Looks) -> np.ndarray:
    hem = p[:, 1] + 12.6 + 0.16 * (p[:, 2] - 2)
    weave = 0.85 + 0.3 * noise(p, (12, 5, 12))
    covered = ramp(0.12, -0.12, hem)[:, None]
    return colour + covered * (np.float32(looks.shirt) * weave[:, None] - colour)


def eye(p: np.ndarray, centre: tuple[float, float, float], looks: Looks) -> np.ndarray:
    """Sclera, limbus, iris and pupil by the angle from the eye's axis (+z at rest)."""
    d = (p - np.float32(centre)) / np.linalg.norm(p - np.float32(centre), axis=1, keepdims=True)
    angle = np.degrees(np.arccos(np.clip(d[:, 2], -1, 1)))
    spoke = np.arctan2(d[:, 1], d[:, 0])[:, None] * [1, 0, 0] * 5
    colour = np.tile(np.float32([0.62, 0.57, 0.54]), (len(p), 1))
    colour = blend(colour, (0.60, 0.40, 0.36), 0.6 * ramp(28, 70, angle))
    iris = np.float32(looks.iris) * (0.6 + 0.8 * noise(spoke + angle[:, None] * 0.03, 1))[:, None]
    colour += ramp(24.5, 22.5, angle)[:, None] * (iris - colour)
    colour = blend(colour, (0.02, 0.02, 0.025), ramp(20, 23, angle) * ramp(25.5, 23.5, angle) * 0.8)
    return blend(colour, (0.004, 0.004, 0.004), ramp(10, 9, angle))


def colours(part: np.ndarray, rest: np.ndarray, landmarks: np.ndarray, looks: Looks) -> np.ndarray:
    """Linear colour of hits in these parts (indices into DRAWN) at these rest positions."""
    colour = np.zeros_like(rest)
    for number, name in enumerate(DRAWN):
        here = part == number
        p = rest[here]
        if name in EYES:
            colour[here] = eye(p, EYE_CENTRES[name], looks)
        elif name == "Teeth":
            colour[here] = np.float32([0.78, 0.72, 0.62]) * ramp(4.0, 8.5, p[:, 2])[:, None]
        elif name in WET:
            colour[here] = np.float32([0.30, 0.07, 0.065]) * ramp(1.0, 10.5, p[:, 2])[:, None] ** 2
        elif name in SKIN:
            colour[here] = skin(p, landmarks, looks)
        else:
            colour[here] = (0.35, 0.16, 0.12)
    return colour
