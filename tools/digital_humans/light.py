"""Rays and light: which point of the head a ray meets first, and how bright it is. Needs `warp-lang`."""

from __future__ import annotations

import numpy as np
import warp as wp

from .head import DRAWN, EYES, SKIN, WET
from .scene import Lighting, unit


@wp.kernel
def _first_hits(
    mesh: wp.uint64,
    origins: wp.array(dtype=wp.vec3),
    ways: wp.array(dtype=wp.vec3),
    reach: float,
    face: wp.array(dtype=wp.int32),
    where: wp.array(dtype=wp.vec3),
):
    i = wp.tid()
    hit = wp.mesh_query_ray(mesh, origins[i], ways[i], reach)
    face[i] = -1
    if hit.result:
        face[i] = hit.face
        where[i] = wp.vec3(hit.u, hit.v, 1.0 - hit.u - hit.v)


class Rays:
    """Casts rays against one posed head."""

    def __init__(self, points: np.ndarray, faces: np.ndarray):
        self.mesh = wp.Mesh(wp.array(points, dtype=wp.vec3), wp.array(faces.ravel(), dtype=wp.int32))

    def cast(self, origins: np.ndarray, ways: np.ndarray, reach: float = 1e3) -> tuple[np.ndarray, np.ndarray]:
        """Face index (-1 where nothing is hit) and barycentric weights of the first hit of each ray."""
        count = len(origins)
        face, where = wp.zeros(count, dtype=wp.int32), wp.zeros(count, dtype=wp.vec3)
        inputs = [self.mesh.id, wp.array(origins, dtype=wp.vec3), wp.array(ways, dtype=wp.vec3), reach, face, where]
        wp.launch(_first_hits, dim=count, inputs=inputs)
        return face.numpy(), where.numpy()


def normals(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Smooth vertex normals."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    flat = np.cross(b - a, c - a)
    total = np.stack(
        [sum(np.bincount(faces[:, k], flat[:, axis], len(points)) for k in range(3)) for axis in range(3)], axis=1
    )
    return (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)).astype(np.float32)


BLEED = np.float32([0.35, 0.12, 0.07])  # how far light creeps round into the shadow side of skin, by colour


def shade(
    colour: np.ndarray,
    part: np.ndarray,
    point: np.ndarray,
    normal: np.ndarray,
    view: np.ndarray,
    rays: Rays,
    lighting: Lighting,
    seed: int,
) -> np.ndarray:
    """Linear light that leaves each hit towards the camera; `view` points to the camera."""
    rng = np.random.default_rng(seed)
    is_skin = np.isin(part, [DRAWN.index(name) for name in SKIN])
    lifted = point + normal * 0.03
    bleed = np.where(is_skin[:, None], BLEED, np.float32([0.02, 0.02, 0.02]))
    sky = open_sky(lifted, normal, rays, rng, lighting.sky_rays)
    light = np.float32(lighting.ambient) * (0.75 + 0.25 * normal[:, 1:2]) * sky[:, None]
    shine = np.zeros((len(point), 1), np.float32)
    eyes = np.isin(part, [DRAWN.index(name) for name in EYES])
    wet = np.isin(part, [DRAWN.index(name) for name in (*WET, "Teeth")])
    power = np.select([eyes, wet], [400.0, 60.0], 18.0)
    strength = np.select([eyes, wet], [1.6, 0.12], 0.075)
    for lamp in lighting.lamps:
        way, brightness = unit(np.float32(lamp.way)), np.float32(lamp.colour)
        soft = unit(way + rng.normal(0, lamp.soft, point.shape).astype(np.float32))
        lit = (rays.cast(lifted, soft, 40.0)[0] < 0).astype(np.float32)[:, None]
        lit = 1 - lamp.depth * (1 - lit)
        cosine = (normal @ way)[:, None]
        light += brightness * lit * np.maximum(0, (cosine + bleed) / (1 + bleed)) ** (1 + bleed)
        gleam = np.maximum(0, (normal * unit(view + way)).sum(1)) ** power * strength
        shine += gleam[:, None] * lit * brightness.mean() * (cosine > 0)
    return colour * light * 0.62 + shine


def open_sky(point: np.ndarray, normal: np.ndarray, rays: Rays, rng: np.random.Generator, count: int) -> np.ndarray:
    """How much of the surroundings each point sees, 0..1 (ambient occlusion with noise)."""
    seen = np.zeros(len(point), np.float32)
    for _ in range(count):
        way = unit(normal + unit(rng.normal(size=point.shape)) * 0.98).astype(np.float32)
        seen += rays.cast(point, way, 8.0)[0] < 0
    return seen / count
