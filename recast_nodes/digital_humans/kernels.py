"""Light, in kernels: how much reaches a surface's vertices, by rays, and what of it the camera sees.

Every thread writes its own element and reads none that another writes, so results do not depend on their number.
"""

# mypy: ignore-errors

from __future__ import annotations

import warp as wp

from .bumps import bumps
from .skin import shade_skin
from .substances import shade_cloth, shade_eye, shade_frame, shade_hair, shade_teeth, shade_wet
from .surface import Backdrop, Hit, Lights, Surface, View, through_hair
from .visibility import face_of, shares

wp.set_module_options({"enable_backward": False})  # nothing here is differentiated; kernels compile in half the time


@wp.func
def find(surface: Surface, view: View, seen: wp.array(dtype=wp.vec3), face: int, x: float, y: float) -> Hit:
    """The point of a triangle that is seen at a place in the picture."""
    hit = Hit()
    hit.face = face
    hit.a = surface.faces[face * 3]
    hit.b = surface.faces[face * 3 + 1]
    hit.c = surface.faces[face * 3 + 2]
    flat = shares(seen[hit.a], seen[hit.b], seen[hit.c], x, y)
    w = wp.cw_mul(flat, wp.vec3(seen[hit.a][2], seen[hit.b][2], seen[hit.c][2]))
    near = w[0] + w[1] + w[2]
    w = w / near
    hit.weights = w
    hit.depth = 1.0 / near
    p = surface.points
    n = surface.normals
    hit.point = w[0] * p[hit.a] + w[1] * p[hit.b] + w[2] * p[hit.c]
    hit.view = wp.normalize(view.place - hit.point)
    hit.normal = wp.normalize(w[0] * n[hit.a] + w[1] * n[hit.b] + w[2] * n[hit.c])
    hit.rest = w[0] * surface.rest[hit.a] + w[1] * surface.rest[hit.b] + w[2] * surface.rest[hit.c]
    hit.detail = w[0] * surface.detail[hit.a] + w[1] * surface.detail[hit.b] + w[2] * surface.detail[hit.c]
    hit.albedo = w[0] * surface.albedo[hit.a] + w[1] * surface.albedo[hit.b] + w[2] * surface.albedo[hit.c]
    hit.light = w[0] * surface.light[hit.a] + w[1] * surface.light[hit.b] + w[2] * surface.light[hit.c]
    hit.open = w[0] * surface.open[hit.a] + w[1] * surface.open[hit.b] + w[2] * surface.open[hit.c]
    hit.material = surface.material[hit.a]
    return hit


@wp.func
def wall(backdrop: Backdrop, view: View, x: float, y: float) -> wp.vec3:
    """A room far behind, out of focus: panels of several colours, and the texture of its plaster."""
    u = (x / float(view.size) * 2.0 - 1.0) * view.reach
    v = (1.0 - y / float(view.size) * 2.0) * view.reach
    way = wp.normalize(view.forward + u * view.right + v * view.up)
    reach = (backdrop.depth - view.place[2]) / wp.min(way[2], -0.05)
    p = (view.place + reach * way) * 0.06 + backdrop.shift
    a, b = 0.92 * p[0] + 0.39 * p[1], 0.92 * p[1] - 0.39 * p[0]  # the noise's lattice would show upright
    seed = backdrop.seed
    cloud = bumps(seed, wp.vec3(a * 0.5, b * 0.5, 3.37))
    tall = bumps(seed, wp.vec3(p[0] * 1.7 + 0.8 * cloud, p[1] * 0.25 + 0.4 * a, 11.43))
    flat = bumps(seed, wp.vec3(b * 0.5, a * 0.9, 23.61))
    panel = wp.smoothstep(-0.3, 0.3, tall + 0.6 * flat)
    fine = bumps(seed, wp.vec3(a * 9.0, b * 9.0, 5.29)) + 0.6 * bumps(seed, wp.vec3(p[0] * 23.0, p[1] * 23.0, 7.71))
    colour = backdrop.first * (1.0 - panel) + backdrop.second * panel
    return colour * (1.0 + 0.45 * cloud) * (1.0 + 0.09 * fine)


@wp.func
def shade(surface: Surface, lights: Lights, view: View, hit: Hit) -> wp.vec3:
    """The light that a point sends to the camera."""
    if hit.material == 0:
        return shade_skin(surface, lights, view, hit)
    if hit.material == 1:
        return shade_eye(surface, lights, hit)
    if hit.material == 2:
        return shade_teeth(lights, hit)
    if hit.material == 3:
        return shade_wet(lights, hit)
    if hit.material == 4:
        return shade_hair(surface, lights, hit)
    if hit.material == 5:
        return shade_cloth(hit)
    return shade_frame(lights, hit)


@wp.kernel
def draw(
    surface: Surface,
    lights: Lights,
    view: View,
    backdrop: Backdrop,
    seen: wp.array(dtype=wp.vec3),
    nearest: wp.array(dtype=wp.int64),
    offsets: wp.array(dtype=wp.vec2),
    pixels: wp.array(dtype=wp.int32),
    colour: wp.array(dtype=wp.vec3),
    face: wp.array(dtype=wp.int32),
    away: wp.array(dtype=wp.vec3),
):
    """The light of every sample of these pixels, the triangle that it meets, and (depth, weights)."""
    k, i = wp.tid()
    pixel, number = pixels[i], k * pixels.shape[0] + i
    x = float(pixel % view.size) + offsets[k][0]
    y = float(pixel / view.size) + offsets[k][1]
    met = face_of(nearest[k * view.size * view.size + pixel])
    face[number] = met
    if met < 0:
        away[number] = wp.vec3(0.0, 0.0, 0.0)
        colour[number] = wall(backdrop, view, x, y)
        return
    hit = find(surface, view, seen, met, x, y)
    away[number] = wp.vec3(hit.depth, hit.weights[0], hit.weights[1])
    colour[number] = shade(surface, lights, view, hit)


@wp.kernel
def reach_vertices(
    surface: Surface,
    eye: wp.vec3,
    marked: wp.array(dtype=wp.uint8),
    ways: wp.array(dtype=wp.vec3),
    colours: wp.array(dtype=wp.vec3),
    lamp: wp.array(dtype=wp.int32),
    per_lamp: wp.vec4,
    lit: wp.array(dtype=wp.uint8),
):
    """What a white surface reflects at each vertex, how that changes as its normal turns, and which lamps it sees.

    Vertices that are not marked, or face well away from the camera, are left dark: they are not seen.
    """
    v = wp.tid()
    normal = surface.normals[v]
    start = surface.points[v] + 0.04 * normal
    total = wp.vec3(0.0, 0.0, 0.0)
    red, green, blue = wp.vec3(0.0, 0.0, 0.0), wp.vec3(0.0, 0.0, 0.0), wp.vec3(0.0, 0.0, 0.0)
    seen = wp.vec4(0.0, 0.0, 0.0, 0.0)
    lit[v] = wp.uint8(0)
    if marked[v] > wp.uint8(0) and wp.dot(normal, wp.normalize(eye - start)) > -0.35:
        lit[v] = wp.uint8(1)
        for k in range(ways.shape[0]):
            cosine = wp.dot(normal, ways[k])
            if cosine > 0.0:  # noqa: SIM102 - the kernels' `and` works out both sides
                if not wp.mesh_query_ray_anyhit(surface.mesh, start, ways[k], 40.0):
                    left = through_hair(surface, start, ways[k])
                    colour = left * colours[k]
                    total += cosine * colour
                    red += colour[0] * ways[k]
                    green += colour[1] * ways[k]
                    blue += colour[2] * ways[k]
                    seen[lamp[k]] = seen[lamp[k]] + left
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
    lit: wp.array(dtype=wp.uint8),
    light: wp.array(dtype=wp.vec3),
    out: wp.array(dtype=wp.vec3),
):
    """Light that enters skin at one vertex and leaves at the next: one step of diffusion, by colour."""
    i = wp.tid()
    v = which[i]
    if lit[v] == wp.uint8(0):
        return
    total = wp.vec3(0.0, 0.0, 0.0)
    count = float(0)
    for k in range(first[i], first[i + 1]):
        beside = neighbours[k]
        if lit[beside] > wp.uint8(0):
            total += light[beside]
            count += 1.0
    if count > 0.0:
        out[v] = light[v] + wp.cw_mul(share, total / count - light[v])


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
