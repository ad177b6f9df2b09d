"""Pictures of a digital human: scene-linear light from a head, an expression, a head pose, a camera and lamps.

Everything that decides a picture is an argument, so that the same head pose can be had with another expression, camera
or light: a benchmark that edits an expression then has its true answer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .head import Head
from .light import Rays, normals, shade
from .paint import Looks, colours
from .scene import Camera, Lighting, unit

NECK = np.float32([0, -8.0, -1.0])  # what the head turns about


def render(
    head: Head,
    expression: Mapping[str, float],
    turn: np.ndarray,
    camera: Camera,
    looks: Looks,
    lighting: Lighting,
    seed: int,
) -> np.ndarray:
    """One picture, (size, size, 3) float, scene-linear; `turn` (3, 3) turns the head about its neck."""
    points = (head.posed(expression) - NECK) @ turn.T + NECK
    rays = Rays(points, head.faces)
    origins, ways = camera.rays(seed)
    face, weights = rays.cast(origins, ways)
    light = wall(ways, camera, lighting)
    hit = face >= 0
    corners, weights = head.faces[face[hit]], weights[hit][..., None]
    point, rest, normal = (
        (values[corners] * weights).sum(1) for values in (points, head.rest, normals(points, head.faces))
    )
    part = head.part_of[corners[:, 0]]
    colour = colours(part, rest, head.landmarks, looks)
    light[hit] = shade(colour, part, point, unit(normal), -ways[hit], rays, lighting, seed)
    return light.reshape(camera.samples**2, camera.size, camera.size, 3).mean(0)


def wall(ways: np.ndarray, camera: Camera, lighting: Lighting) -> np.ndarray:
    """The wall behind, brighter about the middle of the picture."""
    off = np.linalg.norm(ways[:, :2] - camera.axes()[2, :2], axis=1)
    return np.float32(lighting.wall) * np.maximum(1.15 - 2.2 * off, 0.2)[:, None]


def display(linear: np.ndarray) -> np.ndarray:
    """uint8 sRGB of scene-linear light, highlights rolled off."""
    toned = 1.15 * linear / (1 + 0.25 * linear)
    return (np.clip(_srgb(toned), 0, 1) * 255 + 0.5).astype(np.uint8)


def _srgb(linear: np.ndarray) -> np.ndarray:
    linear = np.maximum(linear, 0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
