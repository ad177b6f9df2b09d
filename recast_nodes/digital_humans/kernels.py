"""Rays on `warp-lang`: what a camera sees of a surface, and how much light reaches its vertices.

Every thread writes its own element and reads none that another writes, so results do not depend on their number.
"""

# mypy: ignore-errors

from __future__ import annotations

import warp as wp

from .skin import shade_skin
from .substances import shade_cloth, shade_eye, shade_frame, shade_hair, shade_teeth, shade_wet
from .surface import Backdrop, Hit, Lights, Surface, View

wp.set_module_options({"enable_backward": False})  # nothing here is differentiated; kernels compile in half the time

FAR = wp.constant(1000.0)


@wp.func
def ray_of(view: View, x: float, y: float) -> wp.vec3:
    """The direction through a place in the picture, in pixels from its left upper corner."""
    u = (x / float(view.size) * 2.0 - 1.0) * view.reach
    v = (1.0 - y / float(view.size) * 2.0) * view.reach
    return wp.normalize(view.forward + u * view.right + v * view.up)


@wp.func
def find(surface: Surface, origin: wp.vec3, way: wp.vec3) -> Hit:
    """The first point of the surface along a ray; `face` is -1 where there is none."""
    answer = wp.mesh_query_ray(surface.mesh, origin, way, FAR)
    hit = Hit()
    hit.face = -1
    hit.away = FAR
    if answer.result:
        hit.face = answer.face
        hit.weights = wp.vec3(answer.u, answer.v, 1.0 - answer.u - answer.v)
        hit.away = answer.t
    back = wp.transpose(surface.turn)
    lock = wp.mesh_query_ray(surface.hair, back * (origin - surface.shift), back * way, hit.away)
    if lock.result:
        hit.face = lock.face + surface.first_ribbon
        hit.weights = wp.vec3(lock.u, lock.v, 1.0 - lock.u - lock.v)
        hit.away = lock.t
    if hit.face >= 0:
        hit.a = surface.faces[hit.face * 3]
        hit.b = surface.faces[hit.face * 3 + 1]
        hit.c = surface.faces[hit.face * 3 + 2]
        hit.point = origin + hit.away * way
        hit.view = -way
        w = hit.weights
        n = surface.normals
        hit.normal = wp.normalize(w[0] * n[hit.a] + w[1] * n[hit.b] + w[2] * n[hit.c])
        hit.rest = w[0] * surface.rest[hit.a] + w[1] * surface.rest[hit.b] + w[2] * surface.rest[hit.c]
        hit.detail = w[0] * surface.detail[hit.a] + w[1] * surface.detail[hit.b] + w[2] * surface.detail[hit.c]
        hit.albedo = w[0] * surface.albedo[hit.a] + w[1] * surface.albedo[hit.b] + w[2] * surface.albedo[hit.c]
        hit.light = w[0] * surface.light[hit.a] + w[1] * surface.light[hit.b] + w[2] * surface.light[hit.c]
        hit.open = w[0] * surface.open[hit.a] + w[1] * surface.open[hit.b] + w[2] * surface.open[hit.c]
        hit.material = surface.material[hit.a]
    return hit


@wp.func
def wall(backdrop: Backdrop, origin: wp.vec3, way: wp.vec3) -> wp.vec3:
    """A room far behind, out of focus: panels of several colours, and the texture of its plaster."""
    reach = (backdrop.depth - origin[2]) / wp.min(way[2], -0.05)
    p = (origin + reach * way) * 0.06 + backdrop.shift
    state = wp.rand_init(backdrop.seed)
    cloud = wp.noise(state, wp.vec3(p[0] * 0.5, p[1] * 0.5, 3.0))
    tall = wp.noise(state, wp.vec3(p[0] * 1.7, p[1] * 0.25, 11.0))
    flat = wp.noise(state, wp.vec3(p[0] * 0.3, p[1] * 2.1, 23.0))
    panel = wp.smoothstep(-0.22, 0.22, tall + 0.5 * flat)
    fine = wp.noise(state, wp.vec3(p[0] * 9.0, p[1] * 9.0, 5.0)) + 0.6 * wp.noise(
        state, wp.vec3(p[0] * 23.0, p[1] * 23.0, 7.0)
    )
    colour = backdrop.first * (1.0 - panel) + backdrop.second * panel
    return colour * (1.0 + 0.45 * cloud) * (1.0 + 0.09 * fine)


@wp.kernel
def draw(
    surface: Surface,
    lights: Lights,
    view: View,
    backdrop: Backdrop,
    places: wp.array(dtype=wp.vec2),
    colour: wp.array(dtype=wp.vec3),
    face: wp.array(dtype=wp.int32),
    away: wp.array(dtype=wp.vec3),
):
    """The light that comes along the ray through each place, the triangle that it meets, and (depth, weights)."""
    i = wp.tid()
    way = ray_of(view, places[i][0], places[i][1])
    hit = find(surface, view.place, way)
    face[i] = hit.face
    if hit.face < 0:
        away[i] = wp.vec3(0.0, 0.0, 0.0)
        colour[i] = wall(backdrop, view.place, way)
        return
    away[i] = wp.vec3(hit.away * wp.dot(way, view.forward), hit.weights[0], hit.weights[1])
    if hit.material == 0:
        colour[i] = shade_skin(surface, lights, view, hit)
    elif hit.material == 1:
        colour[i] = shade_eye(surface, lights, hit)
    elif hit.material == 2:
        colour[i] = shade_teeth(lights, hit)
    elif hit.material == 3:
        colour[i] = shade_wet(lights, hit)
    elif hit.material == 4:
        colour[i] = shade_hair(surface, lights, hit)
    elif hit.material == 5:
        colour[i] = shade_cloth(hit)
    else:
        colour[i] = shade_frame(lights, hit)


@wp.kernel
def reach_vertices(
    surface: Surface,
    eye: wp.vec3,
    ways: wp.array(dtype=wp.vec3),
    colours: wp.array(dtype=wp.vec3),
    lamp: wp.array(dtype=wp.int32),
    per_lamp: wp.vec4,
):
    """What a white surface reflects at each vertex, how that changes as its normal turns, and which lamps it sees.

    Vertices that face well away from the camera are left dark: they are not seen.
    """
    v = wp.tid()
    normal = surface.normals[v]
    start = surface.points[v] + 0.04 * normal
    total = wp.vec3(0.0, 0.0, 0.0)
    red, green, blue = wp.vec3(0.0, 0.0, 0.0), wp.vec3(0.0, 0.0, 0.0), wp.vec3(0.0, 0.0, 0.0)
    seen = wp.vec4(0.0, 0.0, 0.0, 0.0)
    if wp.dot(normal, wp.normalize(eye - start)) > -0.35:
        for k in range(ways.shape[0]):
            cosine = wp.dot(normal, ways[k])
            if cosine > 0.0:  # noqa: SIM102 - the kernels' `and` works out both sides
                if not wp.mesh_query_ray_anyhit(surface.mesh, start, ways[k], 40.0):
                    total += cosine * colours[k]
                    red += colours[k][0] * ways[k]
                    green += colours[k][1] * ways[k]
                    blue += colours[k][2] * ways[k]
                    seen[lamp[k]] = seen[lamp[k]] + 1.0
    surface.light[v] = total
    surface.red[v] = red
    surface.green[v] = green
    surface.blue[v] = blue
    surface.open[v] = wp.cw_mul(seen, per_lamp)


@wp.kernel
def bleed(
    which: wp.array(dtype=wp.int32),
    first: wp.array(dtype=wp.int32),
    neighbours: wp.array(dtype=wp.int32),
    share: wp.vec3,
    light: wp.array(dtype=wp.vec3),
    out: wp.array(dtype=wp.vec3),
):
    """Light that enters skin at one vertex and leaves at the next: one step of diffusion, by colour."""
    i = wp.tid()
    v = which[i]
    total = wp.vec3(0.0, 0.0, 0.0)
    for k in range(first[i], first[i + 1]):
        total += light[neighbours[k]]
    mean = total / wp.max(float(first[i + 1] - first[i]), 1.0)
    out[v] = light[v] + wp.cw_mul(share, mean - light[v])


@wp.kernel
def average_normals(
    first: wp.array(dtype=wp.int32),
    around: wp.array(dtype=wp.int32),
    faces: wp.array(dtype=wp.int32),
    points: wp.array(dtype=wp.vec3),
    out: wp.array(dtype=wp.vec3),
):
    """Vertex normals: of the triangles around, by their area."""
    v = wp.tid()
    total = wp.vec3(0.0, 0.0, 0.0)
    for k in range(first[v], first[v + 1]):
        f = around[k] * 3
        a = points[faces[f]]
        total += wp.cross(points[faces[f + 1]] - a, points[faces[f + 2]] - a)
    out[v] = wp.normalize(total)
