"""What a camera sees, in kernels: vertices in the picture, the nearest triangle under each sample of a pixel.

Triangles are drawn into a depth buffer, which takes a fifth of the time of as many rays. The buffer keeps a maximum of
whole numbers, so its result does not depend on the order in which triangles come.
"""

# mypy: ignore-errors

import warp as wp

from .surface import Surface, View

wp.set_module_options({"enable_backward": False})

LOW = wp.constant(wp.int64(0xFFFFFFFF))


@wp.kernel
def project(points: wp.array(dtype=wp.vec3), view: View, seen: wp.array(dtype=wp.vec3)):
    """Pixels from the picture's left upper corner, and one over the distance along the view."""
    v = wp.tid()
    away = points[v] - view.place
    near = 1.0 / wp.max(wp.dot(away, view.forward), 1.0e-3)
    half = 0.5 * float(view.size)
    x = (1.0 + wp.dot(away, view.right) * near / view.reach) * half
    y = (1.0 - wp.dot(away, view.up) * near / view.reach) * half
    seen[v] = wp.vec3(x, y, near)


@wp.func
def shares(a: wp.vec3, b: wp.vec3, c: wp.vec3, x: float, y: float) -> wp.vec3:
    """How much of a triangle's corners there is at a place in the picture; negative outside."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    first = ((b[0] - x) * (c[1] - y) - (b[1] - y) * (c[0] - x)) / area
    second = ((c[0] - x) * (a[1] - y) - (c[1] - y) * (a[0] - x)) / area
    return wp.vec3(first, second, 1.0 - first - second)


@wp.func
def slant(a: wp.vec3, b: wp.vec3) -> float:
    """How far an edge goes to the right with each row of pixels."""
    rise = b[1] - a[1]
    return wp.where(wp.abs(rise) > 1.0e-6, (b[0] - a[0]) / rise, 0.0)


@wp.func
def widen(span: wp.vec2, a: wp.vec3, b: wp.vec3, run: float, top: float) -> wp.vec2:
    """From where to where an edge crosses a row of pixels, together with what is known already."""
    if wp.max(a[1], b[1]) < top or wp.min(a[1], b[1]) > top + 1.0:
        return span
    first = a[0] + (wp.clamp(a[1], top, top + 1.0) - a[1]) * run
    last = b[0] + (wp.clamp(b[1], top, top + 1.0) - b[1]) * run
    return wp.vec2(wp.min(span[0], wp.min(first, last)), wp.max(span[1], wp.max(first, last)))


@wp.kernel
def cover(
    faces: wp.array(dtype=wp.int32),
    seen: wp.array(dtype=wp.vec3),
    size: int,
    offsets: wp.array(dtype=wp.vec2),
    wanted: wp.array(dtype=wp.uint8),
    nearest: wp.array(dtype=wp.int64),
):
    """Lays a triangle over the samples that it covers: of each wanted pixel, one at every offset from its corner.

    What lies nearest has the largest number: one over its depth, then which triangle it is.
    """
    f = wp.tid()
    a, b, c = seen[faces[3 * f]], seen[faces[3 * f + 1]], seen[faces[3 * f + 2]]
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    if wp.abs(area) < 1.0e-9:
        return
    run_ab, run_bc, run_ca = slant(a, b), slant(b, c), slant(c, a)
    to_b = wp.vec3(c[1] - a[1], a[0] - c[0], 0.0) / area  # how the share of b grows with x and y
    to_c = wp.vec3(a[1] - b[1], b[0] - a[0], 0.0) / area
    top = wp.max(int(wp.floor(wp.min(a[1], wp.min(b[1], c[1])))), 0)
    bottom = wp.min(int(wp.floor(wp.max(a[1], wp.max(b[1], c[1])))), size - 1)
    for y in range(top, bottom + 1):
        span = widen(wp.vec2(1.0e6, -1.0e6), a, b, run_ab, float(y))
        span = widen(widen(span, b, c, run_bc, float(y)), c, a, run_ca, float(y))
        for x in range(wp.max(int(wp.floor(span[0])), 0), wp.min(int(wp.floor(span[1])), size - 1) + 1):
            pixel = y * size + x
            if wanted[pixel] > wp.uint8(0):
                for k in range(offsets.shape[0]):
                    here = wp.vec3(float(x) + offsets[k][0] - a[0], float(y) + offsets[k][1] - a[1], 1.0)
                    second, third = wp.dot(to_b, here), wp.dot(to_c, here)
                    if wp.min(wp.min(second, third), 1.0 - second - third) >= 0.0:
                        near = a[2] + second * (b[2] - a[2]) + third * (c[2] - a[2])
                        key = (wp.int64(wp.cast(near, wp.int32)) << wp.int64(32)) | wp.int64(f)
                        if key > nearest[k * size * size + pixel]:
                            wp.atomic_max(nearest, k * size * size + pixel, key)


@wp.func
def face_of(key: wp.int64) -> int:
    """The triangle of an entry of the buffer; -1 where there is none."""
    if key == wp.int64(0):
        return -1
    return int(key & LOW)


@wp.kernel
def mark(
    faces: wp.array(dtype=wp.int32),
    bare: int,
    nearest: wp.array(dtype=wp.int64),
    marked: wp.array(dtype=wp.uint8),
):
    """Marks the vertices of the triangles that are seen, hair apart."""
    f = face_of(nearest[wp.tid()])
    if f >= 0:
        for k in range(3):
            v = faces[3 * f + k]
            if v < bare:
                marked[v] = wp.uint8(1)


@wp.kernel
def spread(faces: wp.array(dtype=wp.int32), marked: wp.array(dtype=wp.uint8), more: wp.array(dtype=wp.uint8)):
    """Marks the vertices beside those that are marked: outlines and what light bleeds from."""
    f = 3 * wp.tid()
    if marked[faces[f]] + marked[faces[f + 1]] + marked[faces[f + 2]] > wp.uint8(0):
        for k in range(3):
            more[faces[f + k]] = wp.uint8(1)


@wp.kernel
def carry(
    surface: Surface,
    view: View,
    uv: wp.array(dtype=wp.vec2),
    seen: wp.array(dtype=wp.vec3),
    before: wp.array(dtype=wp.vec3),
    met: wp.array(dtype=wp.int32),
    away: wp.array(dtype=wp.vec3),
    out: wp.array(dtype=float, ndim=2),
):
    """Vertices' values at the point that each pixel sees: normal in the camera's frame (3), uv (2), motion in pixels
    (2), depth of the deepest folds (1).
    """
    i = wp.tid()
    if met[i] < 0:
        return
    normal, place, moved = wp.vec3(), wp.vec2(), wp.vec2()
    deep = float(0)
    share = wp.vec3(away[i][1], away[i][2], 1.0 - away[i][1] - away[i][2])
    for k in range(3):
        v = surface.faces[3 * met[i] + k]
        normal += share[k] * surface.normals[v]
        place += share[k] * uv[v]
        moved += share[k] * wp.vec2(seen[v][0] - before[v][0], seen[v][1] - before[v][1])
        if v < surface.first_lock:
            deep += share[k] * wp.max(surface.folds[v])
    normal = wp.normalize(normal)
    out[i, 0] = wp.dot(normal, view.right)
    out[i, 1] = wp.dot(normal, view.up)
    out[i, 2] = -wp.dot(normal, view.forward)
    out[i, 3] = place[0]
    out[i, 4] = place[1]
    out[i, 5] = moved[0]
    out[i, 6] = moved[1]
    out[i, 7] = deep
