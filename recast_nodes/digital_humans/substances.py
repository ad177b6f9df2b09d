"""Everything but skin, per pixel: eyes, teeth, the mouth's inside, hair, cloth, the frames of glasses."""

# mypy: ignore-errors

import warp as wp

from .bumps import bumps
from .surface import Hit, Lights, Surface, gloss, mirror, through_hair
from .teeth import CROWNS

UPPER, LOWER = wp.constant(CROWNS[0]), wp.constant(CROWNS[1])
LEFT = wp.constant(wp.vec3(3.1, 3.61, 8.0))  # the middle of the average eyeballs, where their paint sticks
RIGHT = wp.constant(wp.vec3(-3.1, 3.61, 8.0))


@wp.func
def shade_eye(surface: Surface, lights: Lights, hit: Hit) -> wp.vec3:
    """Sclera with veins, limbus, iris and pupil by the angle from the eye's axis; lamps mirrored in the cornea."""
    right = 0.0
    if hit.rest[0] < 0.0:
        right = 1.0
    middle = (1.0 - right) * surface.left_eye + right * surface.right_eye
    centre = (1.0 - right) * LEFT + right * RIGHT
    d = wp.normalize(hit.rest - centre)
    angle = wp.degrees(wp.acos(wp.clamp(d[2], -1.0, 1.0)))
    round_it = wp.atan2(d[1], d[0])
    vein = bumps(lights.seed, wp.vec3(wp.cos(round_it) * 9.0, wp.sin(round_it) * 9.0, angle * 0.08))
    vein = wp.smoothstep(0.12, 0.0, wp.abs(vein)) * wp.smoothstep(26.0, 60.0, angle)
    white = wp.vec3(0.51, 0.47, 0.45) * (1.0 - 0.25 * wp.smoothstep(30.0, 75.0, angle))
    colour = wp.cw_mul(white, wp.vec3(1.0, 1.0 - 0.35 * vein, 1.0 - 0.35 * vein))
    spokes = bumps(lights.seed, wp.vec3(wp.cos(round_it) * 7.0, wp.sin(round_it) * 7.0, angle * 0.12))
    ring = wp.smoothstep(13.0, 17.0, angle)
    iris = lights.iris * (1.0 + 0.7 * spokes) * (1.35 - 0.5 * ring)
    inside = wp.smoothstep(24.0, 21.5, angle)
    colour = colour + inside * (iris - colour)
    rim = wp.smoothstep(19.0, 22.5, angle) * wp.smoothstep(26.0, 23.0, angle)
    colour = colour * (1.0 - 0.72 * rim)
    colour = colour * (1.0 - 0.985 * wp.smoothstep(10.5, 9.0, angle))
    normal = wp.normalize(hit.point - middle)
    light = wp.cw_mul(hit.light, wp.vec3(0.92, 0.88, 0.86))
    return wp.cw_mul(colour, light) + mirror(lights, hit, normal)


@wp.func
def shade_teeth(lights: Lights, hit: Hit) -> wp.vec3:
    """Enamel, darker towards the back of the mouth, and the gums about it."""
    shade = 1.0 + 0.06 * bumps(lights.seed, hit.rest * 1.2)
    colour = wp.vec3(0.70, 0.62, 0.50) * (shade * wp.smoothstep(3.0, 9.0, hit.rest[2]))
    y = hit.rest[1]
    gum = wp.smoothstep(UPPER - 0.06, UPPER + 0.06, y) + wp.smoothstep(LOWER + 0.06, LOWER - 0.06, y)
    colour = colour + gum * (wp.vec3(0.40, 0.15, 0.14) - colour)
    light = 0.85 * hit.light + 0.05 * lights.room
    return wp.cw_mul(colour, light) + 0.8 * gloss(lights, hit, hit.normal, 70.0, 0.035)


@wp.func
def shade_wet(lights: Lights, hit: Hit) -> wp.vec3:
    """Tongue, gums and the mouth's walls."""
    rough = 1.0 + 0.18 * bumps(lights.seed, hit.rest * 6.0)
    colour = wp.vec3(0.36, 0.115, 0.11) * (rough * wp.smoothstep(0.0, 9.0, hit.rest[2]))
    return wp.cw_mul(colour, hit.light) + 0.6 * gloss(lights, hit, hit.normal, 45.0, 0.03)


@wp.func
def shade_hair(surface: Surface, lights: Lights, hit: Hit) -> wp.vec3:
    """Hair by the angle between light and strand; strands within a lock differ in shade.

    J. Kajiya and T. Kay, "Rendering Fur with Three Dimensional Textures", SIGGRAPH 1989.
    """
    w = hit.weights
    a, b, c = hit.a - surface.first_lock, hit.b - surface.first_lock, hit.c - surface.first_lock
    run = wp.normalize(w[0] * surface.strands[a] + w[1] * surface.strands[b] + w[2] * surface.strands[c])
    strand = bumps(lights.seed, wp.vec3(hit.rest[1] * 4.0, hit.rest[0] * 1.5, hit.rest[2] * 40.0))
    shift = 0.12 * strand
    run = wp.normalize(run + shift * hit.normal)
    depth = hit.detail[0]
    colour = hit.albedo * (1.0 + 0.45 * strand)
    out = wp.cw_mul(colour, lights.room) * (2.2 * depth)
    for k in range(3):
        way = lights.ways[k]
        facing = wp.clamp(0.35 + 0.65 * wp.dot(hit.normal, way), 0.0, 1.0)
        facing *= 0.35 + 0.65 * through_hair(surface, hit.point, way)
        along = wp.dot(run, way)
        half = wp.dot(run, wp.normalize(way + hit.view))
        diffuse = wp.sqrt(wp.max(1.0 - along * along, 0.0))
        shine = wp.pow(wp.max(1.0 - half * half, 0.0), 45.0)
        tinted = wp.pow(wp.max(1.0 - half * half, 0.0), 12.0)
        scattered = wp.cw_mul(colour, lights.colours[k]) * (0.85 * diffuse + 0.6 * tinted)
        out += (scattered + lights.colours[k] * (0.035 * shine)) * (facing * depth)
    return out


@wp.func
def shade_cloth(hit: Hit) -> wp.vec3:
    """A knitted shirt."""
    ribs = wp.sin(hit.rest[0] * 14.0) * wp.sin(hit.rest[1] * 14.0)
    return wp.cw_mul(hit.albedo, hit.light) * (1.0 + 0.18 * ribs)


@wp.func
def shade_frame(lights: Lights, hit: Hit) -> wp.vec3:
    """The polished frame of a pair of glasses."""
    return wp.cw_mul(hit.albedo, hit.light) + mirror(lights, hit, hit.normal) * 0.8
