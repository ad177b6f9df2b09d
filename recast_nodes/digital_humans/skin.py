"""Skin per pixel: pores, moles, stubble, brows and folds, between fields that `paint` and `folds` gave the vertices."""

# mypy: ignore-errors

import warp as wp

from .bumps import bumps
from .surface import Hit, Lights, Surface, View, gloss

STEP = wp.constant(0.025)  # centimetres between the heights that make a slope


@wp.func
def fade(view: View, frequency: float) -> float:
    """How much is left of a texture of this many bumps in a centimetre at the size that the face is seen at."""
    return wp.clamp(view.sharpness / (2.2 * frequency) - 0.2, 0.0, 1.0)


@wp.func
def valley(at: float, width: float) -> float:
    return wp.exp(-(at * at) / (width * width))


@wp.func
def lines(at: float, apart: float, width: float) -> float:
    """Valleys one beside the other."""
    near = at / apart - wp.round(at / apart)
    return valley(near * apart, width)


@wp.func
def folds_at(p: wp.vec3, depth: wp.vec4, crease: float, seed: int) -> float:
    """How deep the folds of the four families lie here, in centimetres."""
    if depth[0] + depth[1] + depth[2] + depth[3] < 0.01:
        return 0.0
    wave = bumps(seed, wp.vec3(p[0] * 0.45, p[1] * 0.9, 1.0))
    rough = bumps(seed, wp.vec3(p[0] * 1.3, p[1] * 1.3, 4.0))
    brow = lines(p[1] + 0.05 * p[0] * p[0] * 0.5 + 0.35 * wave, 0.85, 0.13)
    deep = 0.085 * depth[0] * brow * (0.75 + 0.5 * rough)
    upright = valley(wp.abs(p[0] + 0.12 * wave) - 0.48 - 0.06 * (p[1] - 5.5), 0.13)
    deep += 0.10 * depth[1] * upright * (0.85 + 0.3 * rough)
    side = wp.sign(p[0])
    across, up = (p[0] * side - 4.2), p[1] - 3.2
    angle = wp.atan2(up, wp.max(across, 0.05))
    deep += 0.055 * depth[2] * lines(angle + 0.12 * wave, 0.36, 0.085) * (0.7 + 0.6 * rough)
    deep += 0.15 * depth[3] * valley(crease, 0.24)
    return deep


@wp.func
def height(p: wp.vec3, hit: Hit, view: View, lights: Lights, depth: wp.vec4, crease: float) -> float:
    """Height of the skin over its smooth shape, in centimetres."""
    small = 0.0
    if hit.detail[0] > 0.01:
        pores = bumps(lights.seed, p * 14.0) * fade(view, 14.0) + 0.9 * bumps(lights.seed, p * 6.0) * fade(view, 6.0)
        small = 0.0075 * pores * hit.detail[0] * (1.0 + 0.7 * lights.age)
    if hit.detail[2] > 0.01:
        small += 0.010 * hit.detail[2] * bumps(lights.seed, wp.vec3(p[0] * 8.0, p[1] * 1.5, p[2] * 1.5))
    return small - folds_at(p, depth, crease, lights.seed)


@wp.func
def brow_hair(p: wp.vec3, brow: wp.vec4, seed: int) -> float:
    """How much a brow's hairs cover: they rise at its inner end and lie down towards the outer one."""
    if brow[0] > 1.6:
        return 0.0
    lean = (0.35 + 0.9 * brow[1]) * brow[2]
    across = p[0] * wp.cos(lean) - p[1] * wp.sin(lean)
    along = p[0] * wp.sin(lean) + p[1] * wp.cos(lean)
    strand = 0.5 + 0.85 * bumps(seed, wp.vec3(across * 9.0, along * 1.8, p[2]))
    edge = brow[0] + 0.7 * (strand - 0.5)
    dense = wp.smoothstep(1.35, 0.25, edge) * (0.7 + 0.3 * wp.clamp(strand, 0.0, 1.0))
    return wp.clamp(dense * wp.smoothstep(1.0, 0.75, brow[1]) * wp.smoothstep(-0.02, 0.12, brow[1]), 0.0, 0.95)


@wp.func
def coat(lights: Lights, view: View, hit: Hit, brow: wp.vec4, deep: float) -> wp.vec3:
    """The skin's colour with what is in it and on it."""
    p = hit.rest
    if brow[3] > 0.9:
        return 0.7 * lights.stubble
    colour = hit.albedo
    blotch = bumps(lights.seed + 7, p * 1.6) * 0.6 + bumps(lights.seed + 7, p * 4.5) * 0.5
    colour = wp.cw_mul(colour, wp.vec3(1.0, 1.0, 1.0) + blotch * wp.vec3(0.05, 0.085, 0.085))
    fine = bumps(lights.seed + 7, p * 13.0) * fade(view, 13.0)
    colour = colour * (1.0 + 0.05 * fine * hit.detail[0])
    spots = bumps(lights.seed + 7, p * 5.5) - 0.42 + 0.25 * lights.freckles
    freckle = lights.freckles * wp.smoothstep(0.0, 0.25, spots) * (1.0 - hit.detail[2])
    colour = wp.cw_mul(colour, wp.vec3(1.0, 1.0, 1.0) - 0.4 * freckle * wp.vec3(0.6, 0.85, 1.0))
    mole = wp.smoothstep(0.66, 0.74, bumps(lights.seed + 7, p * 0.85 + wp.vec3(9.0, 1.0, 4.0)))
    colour = colour * (1.0 - 0.75 * mole * hit.detail[0])
    if hit.detail[1] > 0.01:
        dots = wp.smoothstep(0.0, 0.4, bumps(lights.seed + 7, p * 11.0)) * fade(view, 8.0)
        colour = colour + (0.8 * hit.detail[1] * dots) * (lights.stubble - colour)
    colour = wp.cw_mul(colour, wp.vec3(1.0, 1.0, 1.0) - wp.min(7.0 * deep, 0.55) * wp.vec3(0.8, 1.0, 1.0))
    colour = colour + brow_hair(p, brow, lights.seed + 7) * (lights.skin_hair - colour)
    scalp = wp.clamp(brow[3] * 1.3, 0.0, 1.0)
    colour = colour + 0.98 * scalp * (0.7 * lights.stubble - colour)
    return colour + (0.85 * hit.detail[3]) * (0.4 * lights.skin_hair - colour)


@wp.func
def shade_skin(surface: Surface, lights: Lights, view: View, hit: Hit) -> wp.vec3:
    """Light that skin sends back: diffuse by what reached its vertices, turned by its own relief; and two glosses."""
    w = hit.weights
    depth = w[0] * surface.folds[hit.a] + w[1] * surface.folds[hit.b] + w[2] * surface.folds[hit.c]
    depth = depth * (0.35 + 0.65 * lights.age)
    crease = w[0] * surface.crease[hit.a] + w[1] * surface.crease[hit.b] + w[2] * surface.crease[hit.c]
    brow = w[0] * surface.brow[hit.a] + w[1] * surface.brow[hit.b] + w[2] * surface.brow[hit.c]
    slant_a, slant_b = surface.crease[hit.b] - surface.crease[hit.a], surface.crease[hit.c] - surface.crease[hit.a]
    edge_a, edge_b = surface.rest[hit.b] - surface.rest[hit.a], surface.rest[hit.c] - surface.rest[hit.a]
    flat = wp.normalize(wp.cross(edge_a, edge_b))
    one = wp.normalize(wp.cross(flat, wp.vec3(0.13, 0.96, 0.25)))
    two = wp.cross(flat, one)
    area = wp.max(wp.length_sq(wp.cross(edge_a, edge_b)), 1.0e-9)
    slope = (wp.cross(edge_b, flat) * slant_a + wp.cross(flat, edge_a) * slant_b) / wp.sqrt(area)
    here = height(hit.rest, hit, view, lights, depth, crease)
    rise_one = height(hit.rest + STEP * one, hit, view, lights, depth, crease + STEP * wp.dot(slope, one)) - here
    rise_two = height(hit.rest + STEP * two, hit, view, lights, depth, crease + STEP * wp.dot(slope, two)) - here
    tilt = surface.turn * ((one * rise_one + two * rise_two) / STEP)
    tilt = tilt - wp.dot(tilt, hit.normal) * hit.normal
    normal = wp.normalize(hit.normal - tilt)
    soft = wp.normalize(hit.normal - 0.65 * tilt) - hit.normal
    sharp = normal - hit.normal
    red = w[0] * surface.red[hit.a] + w[1] * surface.red[hit.b] + w[2] * surface.red[hit.c]
    green = w[0] * surface.green[hit.a] + w[1] * surface.green[hit.b] + w[2] * surface.green[hit.c]
    blue = w[0] * surface.blue[hit.a] + w[1] * surface.blue[hit.b] + w[2] * surface.blue[hit.c]
    turned = wp.vec3(wp.dot(red, soft), wp.dot(green, sharp), wp.dot(blue, sharp))
    light = wp.max(hit.light + turned, 0.15 * hit.light)
    deep = folds_at(hit.rest, depth, crease, lights.seed)
    colour = wp.cw_mul(coat(lights, view, hit, brow, deep), light)
    wet = hit.detail[2]
    rough = (0.55 + 0.45 * lights.shine) * (1.0 - wp.min(6.0 * deep, 0.6)) * (1.0 - 0.8 * wp.clamp(brow[3], 0.0, 1.0))
    shine = gloss(lights, hit, normal, 10.0, 0.028) * (0.55 * rough)
    return colour + shine + gloss(lights, hit, normal, 38.0 + 50.0 * wet, 0.028) * (0.5 * rough + 0.35 * wet)
