"""What stands before a picture: the camera, the lamps and the wall, as plain values. Nothing here needs `warp-lang`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Camera:
    """Where from, where to and how wide (degrees) a square picture of `size` pixels looks; `samples`² rays a pixel."""

    place: tuple[float, float, float] = (0, 1.0, 78.0)  # centimetres
    look_at: tuple[float, float, float] = (0, 1.3, 5.0)
    field: float = 21.0
    size: int = 512
    samples: int = 2

    def axes(self) -> np.ndarray:
        """(3, 3) rows: right, up, forward."""
        forward = unit(np.float32(self.look_at) - np.float32(self.place))
        right = unit(np.cross(forward, np.float32([0, 1, 0])))
        return np.stack([right, np.cross(right, forward), forward])

    def rays(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Origins and directions of jittered rays, sample by sample: (samples² * size², 3)."""
        rng = np.random.default_rng(seed)
        right, up, forward = self.axes()
        y, x = np.mgrid[: self.size, : self.size].astype(np.float32)
        reach, ways = np.tan(np.radians(self.field / 2)), []
        for k in range(self.samples**2):
            dx = (k % self.samples + rng.random(x.shape)) / self.samples
            dy = (k // self.samples + rng.random(x.shape)) / self.samples
            u, v = ((x + dx) / self.size * 2 - 1), (1 - (y + dy) / self.size * 2)
            ways.append(unit(forward + reach * (u[..., None] * right + v[..., None] * up)).reshape(-1, 3))
        rays = np.concatenate(ways).astype(np.float32)
        return np.broadcast_to(np.float32(self.place), rays.shape).copy(), rays


@dataclass(frozen=True)
class Lamp:
    """A far light; `soft` is how much its rays spread, `depth` how dark its shadows are."""

    way: tuple[float, float, float]  # to the lamp
    colour: tuple[float, float, float]
    soft: float = 0.02
    depth: float = 1.0


@dataclass(frozen=True)
class Lighting:
    """The lamps, the light that comes from everywhere, and the wall behind."""

    lamps: tuple[Lamp, ...] = (
        Lamp((-0.50, 0.55, 0.75), (2.5, 2.35, 2.15), soft=0.045),
        Lamp((0.9, 0.1, 0.6), (0.45, 0.52, 0.65), depth=0.5),
        Lamp((0.75, 0.45, -0.6), (1.3, 1.35, 1.5)),
    )
    ambient: tuple[float, float, float] = (0.42, 0.44, 0.48)
    wall: tuple[float, float, float] = (0.16, 0.185, 0.21)
    sky_rays: int = 3  # a hit; more rays make smoother shade in the corners


def unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)
