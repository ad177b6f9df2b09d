"""Light from everywhere: a room by spherical harmonics, and lamps; as directions that rays follow.

The directions are few and the same for every point of a frame, so that light neither flickers nor depends on what is
rendered beside it. Colours are linear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .interface import floats
from .scene import Vector, unit

AROUND = 22  # directions of the room
ON_A_LAMP = 5  # directions within a lamp
LAMPS = 3  # at most
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Lamp:
    """A far light of this radius in degrees; `colour` is what a white surface that faces it reflects."""

    way: Vector
    colour: Vector
    radius: float = 8.0


class Environment(NamedTuple):
    """The room's light by spherical harmonics (9, 3) of radiance, up to second order, and up to three lamps."""

    harmonics: Array
    lamps: tuple[Lamp, ...]


class LightSamples(NamedTuple):
    """Directions to light, and what a white surface that faces each reflects of it."""

    ways: Array  # (N, 3)
    colours: Array  # (N, 3)
    lamp: NDArray[np.int32]  # (N,) 0..2, or 3 for the room


def basis(ways: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N, 9) real spherical harmonics up to second order at unit vectors.

    R. Ramamoorthi and P. Hanrahan, "An Efficient Representation for Irradiance Environment Maps", SIGGRAPH 2001.
    """
    x, y, z = np.moveaxis(np.asarray(ways, np.float64), -1, 0)
    first = 0.488603
    return np.stack(
        [
            np.full_like(x, 0.282095),
            first * y,
            first * z,
            first * x,
            1.092548 * x * y,
            1.092548 * y * z,
            0.315392 * (3 * z * z - 1),
            1.092548 * x * z,
            0.546274 * (x * x - y * y),
        ],
        -1,
    )


def spread(count: int) -> Array:
    """(count, 3) directions evenly over the sphere: a Fibonacci spiral."""
    k = np.arange(count) + 0.5
    z = 1 - 2 * k / count
    angle = k * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - z * z)
    return np.stack([flat * np.cos(angle), z, flat * np.sin(angle)], -1).astype(np.float32)


def sample(environment: Environment) -> LightSamples:
    """The directions that rays follow towards this light."""
    ways = spread(AROUND)
    colours = np.maximum(basis(ways) @ environment.harmonics, 0) * (4 / AROUND)
    found = [(ways, colours, np.full(AROUND, LAMPS))]
    for number, lamp in enumerate(environment.lamps[:LAMPS]):
        axis = unit(floats(lamp.way))
        across = unit(np.cross(axis, (0.3, 0.9, 0.1)))
        around = np.arange(ON_A_LAMP) * np.pi * (3 - np.sqrt(5))
        out = np.tan(np.radians(lamp.radius)) * np.sqrt((np.arange(ON_A_LAMP) + 0.5) / ON_A_LAMP)
        offset = np.cos(around)[:, None] * across + np.sin(around)[:, None] * np.cross(axis, across)
        colour = np.tile(floats(lamp.colour) / ON_A_LAMP, (ON_A_LAMP, 1))
        found.append((unit(axis + out[:, None] * offset), colour, np.full(ON_A_LAMP, number)))
    ways, colours, lamps = (np.concatenate(each) for each in zip(*found, strict=True))
    return LightSamples(ways.astype(np.float32), colours.astype(np.float32), lamps.astype(np.int32))


def draw_environment(rng: Generator) -> Environment:
    """A room with a soft key from the front, a fill, and now and then a light from behind."""
    side = float(rng.choice([-1.0, 1.0]))
    warmth = np.exp(rng.normal(0, 0.09) * np.array([1, 0, -1]))
    key = rng.uniform(0.75, 1.25) * warmth
    lamps = [Lamp((side * rng.uniform(0.25, 0.9), rng.uniform(0.25, 0.75), 0.75), _vector(key), rng.uniform(7, 18))]
    lamps.append(Lamp((-side * 0.95, rng.uniform(-0.1, 0.4), 0.5), _vector(rng.uniform(0.08, 0.3) / warmth), 18.0))
    if rng.random() < 0.5:
        lamps.append(Lamp((-side * 0.8, 0.5, -0.6), _vector(rng.uniform(0.4, 1.0) * rng.uniform(0.85, 1.15, 3)), 8.0))
    room = rng.uniform(0.14, 0.34) / warmth
    harmonics = np.zeros((9, 3), np.float32)
    harmonics[0] = room / 0.282095
    harmonics[1] = room * rng.uniform(0.2, 0.6) / 0.488603
    harmonics[2] = room * rng.uniform(0.0, 0.4) / 0.488603
    harmonics[3] = room * side * rng.uniform(-0.3, 0.3) / 0.488603
    return Environment(harmonics, tuple(lamps))


def _vector(values: NDArray[np.floating]) -> Vector:
    red, green, blue = (float(v) for v in values)
    return red, green, blue
