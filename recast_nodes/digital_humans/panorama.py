"""Light from a picture of all that is around: what is brightest becomes lamps, the rest spherical harmonics.

A latitude-longitude panorama: up is its upper edge, its middle lies behind the camera and lights faces from the front,
its right half comes from the picture's right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..natives import opencv
from .environment import LAMPS, Environment, Lamp, basis, spread
from .scene import Vector, unit

HEIGHT = 64  # rows that a panorama is brought to: the sun is smaller, but its light is kept
LEVEL = 0.8  # what a white surface that faces the camera reflects, on average over those that can be seen
MOST = 2.5  # times that much, on average over all directions, is as far as a face with its back to the light is lifted
NEAR = 20.0  # degrees from a lamp's middle that may belong to it
BRIGHT = 3.0  # times the average is bright enough for a lamp
LEAST = 0.08  # of all light that is worth a lamp of its own
RADIUS = (2.0, 18.0)  # degrees
Light = NDArray[np.float64]


def from_panorama(picture: NDArray[np.floating], level: float = LEVEL) -> Environment:
    """An environment by a panorama (H, W, 3), linear Rec. 709, exposed for the face.

    What is negative or no number counts as black; all black stays so.
    """
    light = _shrink(np.maximum(np.nan_to_num(np.asarray(picture, np.float32), posinf=0.0), 0)).astype(np.float64)
    ways, solid = _directions(*light.shape[:2])
    everywhere = float((light.mean(-1) * solid).sum() / solid.sum())
    light *= level / max(_seen_on_a_face(light, ways, solid), everywhere / MOST, 1e-9)
    whole, lamps = (light.mean(-1) * solid).sum(), []
    for _ in range(LAMPS):
        lamp = _take_lamp(light, ways, solid, LEAST * whole)
        if lamp is None:
            break
        lamps.append(lamp)
    harmonics = np.einsum("hwk,hwc,hw->kc", basis(ways), light, solid)
    return Environment(harmonics.astype(np.float32), tuple(lamps))


def _shrink(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    if len(picture) <= HEIGHT:
        return picture
    return np.asarray(opencv().resize(picture, (2 * HEIGHT, HEIGHT), interpolation=opencv().INTER_AREA))


def _directions(height: int, width: int) -> tuple[Light, Light]:
    """(H, W, 3) where each pixel lies, and (H, W) how much of the sphere it is."""
    v, u = (np.mgrid[:height, :width] + 0.5) / np.array([height, width])[:, None, None]
    polar, around = v * np.pi, (u - 0.5) * 2 * np.pi
    ways = np.stack([np.sin(polar) * np.sin(around), np.cos(polar), np.sin(polar) * np.cos(around)], -1)
    edges = np.cos(np.linspace(0, np.pi, height + 1))
    return ways, np.repeat((edges[:-1] - edges[1:])[:, None] * (2 * np.pi / width), width, 1)


def _seen_on_a_face(light: Light, ways: Light, solid: Light) -> float:
    """What white surfaces that face the camera reflect, by how much of each is seen."""
    normals = spread(64)
    normals = normals[normals[:, 2] > 0.1]
    facing = np.maximum(np.einsum("hwc,nc->nhw", ways, normals), 0)
    reflected = np.einsum("nhw,hw->n", facing, light.mean(-1) * solid) / np.pi
    return float(np.average(reflected, weights=normals[:, 2]))


def _take_lamp(light: Light, ways: Light, solid: Light, least: float) -> Lamp | None:
    """The brightest spot as a lamp, taken out of the panorama; None where it holds less light than `least`."""
    brightness = light.mean(-1)
    usual = np.average(light.reshape(-1, 3), axis=0, weights=solid.ravel())
    bright = brightness * solid * (brightness > BRIGHT * usual.mean())
    candidates, reach = spread(400), np.cos(np.radians(NEAR))
    amounts = ((ways.reshape(-1, 3) @ candidates.T) > reach).T @ bright.ravel()
    centre = candidates[amounts.argmax()]
    for _ in range(2):
        near = ((ways @ centre) > reach) & (bright > 0)
        if (bright * near).sum() <= least:
            return None
        centre = unit((ways * (bright * near)[..., None]).sum((0, 1)))
    beyond = np.where(near[..., None], np.maximum(light - usual, 0), 0) * solid[..., None]
    weight = beyond.sum(-1)
    off = np.average(np.degrees(np.arccos(np.clip(ways @ centre, -1, 1))), weights=weight)
    light -= beyond / solid[..., None]
    return Lamp(_vector(centre), _vector(beyond.sum((0, 1)) / np.pi), float(np.clip(1.5 * off, *RADIUS)))


def _vector(values: NDArray[np.floating]) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z
