"""Made-up people and the rooms they stand in, each drawn by chance from one number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .environment import Environment, draw_environment
from .looks import Looks, draw_looks
from .scene import Camera, Vector

LARGEST = 2.0  # of a coefficient of identity: faces beyond are caricatures
FIRST_IS_LESS = 0.6  # the first coefficient is a face's size and fullness
COEFFICIENTS = 40


class Person(NamedTuple):
    """Who stands before the camera."""

    seed: int
    identity: NDArray[np.float32]
    looks: Looks


class Room(NamedTuple):
    """The light, the wall behind and the camera before a person."""

    environment: Environment
    first: Vector  # the wall's two colours, linear
    second: Vector
    shift: Vector
    depth: float  # centimetres; of the wall
    camera: Camera
    drift: NDArray[np.float32]  # (2, 3) centimetres by which the camera moves to and fro, and its cycles in a shot
    grain: float  # standard deviation at middle grey, linear

    def camera_at(self, share: float, size: int) -> Camera:
        """The camera at a share 0..1 of the shot."""
        offset = self.drift[0] * np.sin(2 * np.pi * self.drift[1] * share)
        x, y, z = (float(a + b) for a, b in zip(self.camera.place, offset, strict=True))
        return Camera((x, y, z), self.camera.look_at, self.camera.field, size)


def draw_person(seed: int) -> Person:
    """The person of a number; the same on every machine."""
    rng = np.random.default_rng([seed, 1])
    identity = np.clip(rng.normal(0, 0.9, COEFFICIENTS), -LARGEST, LARGEST)
    identity[0] *= FIRST_IS_LESS
    return Person(seed, identity.astype(np.float32), draw_looks(rng))


def draw_room(seed: int) -> Room:
    """The room of a number."""
    rng = np.random.default_rng([seed, 2])
    environment = draw_environment(rng)
    away = float(np.exp(rng.uniform(np.log(60), np.log(150))))
    reach = rng.uniform(16.0, 18.5)  # centimetres from the middle of the picture to its edge
    field = float(2 * np.degrees(np.arctan(reach / (away - 3))))
    camera = Camera((float(rng.normal(0, 3)), float(1 + rng.normal(0, 3)), away), (0.0, -1.5, 3.0), field)
    drift = np.stack([rng.uniform(0.5, 2.0, 3) * away / 80, rng.uniform(0.4, 1.2, 3)]).astype(np.float32)
    first, second = rng.uniform(0.03, 0.3, (2, 1)) * rng.uniform(0.75, 1.25, (2, 3))
    shift = rng.uniform(-40, 40, 3)
    return Room(
        environment,
        _vector(first),
        _vector(second),
        _vector(shift),
        float(rng.uniform(-160, -70)),
        camera,
        drift,
        float(rng.uniform(0.004, 0.012)),
    )


def _vector(values: NDArray[np.floating]) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z


def generator(*numbers: int) -> Generator:
    """Chance that depends on these numbers and nothing else."""
    return np.random.default_rng(list(numbers))
