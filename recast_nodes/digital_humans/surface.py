"""What the kernels share: a surface with its paint and light, lamps, a view, a backdrop, a point that a ray meets."""

# mypy: ignore-errors

import warp as wp

from .canopy import CELL as CELL_SIZE

CELL = wp.constant(CELL_SIZE)


@wp.struct
class Surface:
    """Triangles and fields over their vertices; lengths in centimetres, colours linear."""

    mesh: wp.uint64  # all but the hair
    density: wp.array(dtype=wp.float32, ndim=3)  # of the hair, in the frame of the head; see `canopy`
    canopy: wp.vec3  # that grid's corner
    first_lock: int  # the first vertex of the hair
    first_ribbon: int  # its first triangle
    faces: wp.array(dtype=wp.int32)  # (3 F)
    points: wp.array(dtype=wp.vec3)
    normals: wp.array(dtype=wp.vec3)
    rest: wp.array(dtype=wp.vec3)  # of the average face: where paint sticks; of hair: along, across, chance
    material: wp.array(dtype=wp.int32)
    albedo: wp.array(dtype=wp.vec3)
    detail: wp.array(dtype=wp.vec4)
    brow: wp.array(dtype=wp.vec4)
    folds: wp.array(dtype=wp.vec4)
    crease: wp.array(dtype=wp.float32)
    strands: wp.array(dtype=wp.vec3)  # of the hair: which way it runs
    light: wp.array(dtype=wp.vec3)
    red: wp.array(dtype=wp.vec3)
    green: wp.array(dtype=wp.vec3)
    blue: wp.array(dtype=wp.vec3)
    open: wp.array(dtype=wp.vec4)
    turn: wp.mat33  # of the head
    shift: wp.vec3  # from the head's own frame: point = turn * own + shift
    left_eye: wp.vec3  # the middle of the eyeball
    right_eye: wp.vec3


@wp.struct
class Lights:
    """Three lamps at most (black where there is none) and the room's light on average; and who is lit."""

    ways: wp.mat33  # rows
    colours: wp.mat33
    radius: wp.vec3  # sine of the lamps' radius
    room: wp.vec3
    skin_hair: wp.vec3  # colour of hairs in the skin: brows
    stubble: wp.vec3
    iris: wp.vec3
    age: float
    shine: float
    freckles: float
    seed: int


@wp.struct
class View:
    """A camera; `sharpness` is pixels in a centimetre at the face."""

    place: wp.vec3
    right: wp.vec3
    up: wp.vec3
    forward: wp.vec3
    reach: float
    size: int
    sharpness: float


@wp.struct
class Backdrop:
    """The room behind."""

    first: wp.vec3
    second: wp.vec3
    shift: wp.vec3
    depth: float
    seed: int


@wp.struct
class Hit:
    """A point of the surface; a, b, c are the vertices round it."""

    face: int
    a: int
    b: int
    c: int
    weights: wp.vec3
    depth: float  # along the view
    point: wp.vec3
    view: wp.vec3
    normal: wp.vec3
    rest: wp.vec3
    detail: wp.vec4
    albedo: wp.vec3
    light: wp.vec3
    open: wp.vec4
    material: int


@wp.func
def gloss(lights: Lights, hit: Hit, normal: wp.vec3, power: float, facing: float) -> wp.vec3:
    """What the lamps reflect by a rough gloss: normalised Blinn-Phong, with Schlick's Fresnel term."""
    total = wp.vec3(0.0, 0.0, 0.0)
    for k in range(3):
        way = lights.ways[k]
        half = wp.normalize(way + hit.view)
        lit = wp.max(wp.dot(normal, way), 0.0) * hit.open[k]
        fresnel = facing + (1.0 - facing) * wp.pow(1.0 - wp.max(wp.dot(half, hit.view), 0.0), 5.0)
        lobe = (power + 8.0) * 0.125 * wp.pow(wp.max(wp.dot(normal, half), 0.0), power)
        total += lights.colours[k] * (lit * fresnel * lobe)
    rim = facing + 0.25 * wp.pow(1.0 - wp.max(wp.dot(normal, hit.view), 0.0), 5.0)
    return total + lights.room * (rim * hit.open[3])


@wp.func
def mirror(lights: Lights, hit: Hit, normal: wp.vec3) -> wp.vec3:
    """The lamps themselves, seen in a wet surface."""
    way = 2.0 * wp.dot(normal, hit.view) * normal - hit.view
    total = lights.room * 0.03
    for k in range(3):
        sine = lights.radius[k]
        off = wp.length(wp.cross(way, lights.ways[k]))
        inside = wp.smoothstep(sine * 1.15, sine * 0.85, off)
        if wp.dot(way, lights.ways[k]) > 0.0:
            total += lights.colours[k] * (0.03 * inside / wp.max(sine * sine, 0.01) * hit.open[k])
    return total


@wp.func
def through_hair(surface: Surface, start: wp.vec3, way: wp.vec3) -> float:
    """The share of light from far along `way` that hair lets through to a point."""
    back = wp.transpose(surface.turn)
    at = (back * (start - surface.shift) - surface.canopy) / CELL
    step = back * way
    size = wp.vec3(float(surface.density.shape[0]), float(surface.density.shape[1]), float(surface.density.shape[2]))
    first = float(0) + 0.7  # of a cell: hair begins to count there
    last = float(1000)
    for k in range(3):
        slow = wp.where(wp.abs(step[k]) < 1.0e-6, 1.0e-6, step[k])
        one, other = -at[k] / slow, (size[k] - at[k]) / slow
        first = wp.max(first, wp.min(one, other))
        last = wp.min(last, wp.max(one, other))
    total = float(0)
    for k in range(int(wp.max(last - first, 0.0))):
        p = at + (first + float(k) + 0.5) * step
        total += surface.density[int(p[0]), int(p[1]), int(p[2])]
    return wp.exp(-total * CELL)
