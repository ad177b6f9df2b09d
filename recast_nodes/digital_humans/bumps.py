"""Smooth noise in the kernels: gradients by chance on a lattice of ones, from whole numbers only.

K. Perlin, "Improving Noise", SIGGRAPH 2002, with gradients of any direction in place of his twelve. It takes half the
time of the library's own, which draws each gradient from a generator of random numbers.
"""

# mypy: ignore-errors

import warp as wp

SCALE = wp.constant(0.00195)  # so that values vary as much as those of `warp.noise`: standard deviation 0.19
MIDDLE = wp.constant(511.5)  # of ten bits


@wp.func
def slope(hashed: wp.uint32, x: float, y: float, z: float) -> float:
    """How far a corner's gradient has risen at an offset from it."""
    mixed = (hashed ^ (hashed >> wp.uint32(15))) * wp.uint32(0x2C1B3C6D)
    mixed = (mixed ^ (mixed >> wp.uint32(12))) * wp.uint32(0x297A2D39)
    mixed = mixed ^ (mixed >> wp.uint32(15))
    ten = wp.uint32(1023)
    along_x = float(mixed & ten) - MIDDLE
    along_y = float((mixed >> wp.uint32(10)) & ten) - MIDDLE
    along_z = float((mixed >> wp.uint32(20)) & ten) - MIDDLE
    return along_x * x + along_y * y + along_z * z


@wp.func
def bumps(seed: int, p: wp.vec3) -> float:
    """Noise of a number at a place, about -1..1, one bump to each unit of length; 0 on average."""
    low = wp.vec3(wp.floor(p[0]), wp.floor(p[1]), wp.floor(p[2]))
    x, y, z = p[0] - low[0], p[1] - low[1], p[2] - low[2]
    u = x * x * x * (x * (x * 6.0 - 15.0) + 10.0)
    v = y * y * y * (y * (y * 6.0 - 15.0) + 10.0)
    w = z * z * z * (z * (z * 6.0 - 15.0) + 10.0)
    x_step, y_step, z_step = wp.uint32(73856093), wp.uint32(19349663), wp.uint32(83492791)
    x_low = wp.uint32(int(low[0])) * x_step + wp.uint32(seed) * wp.uint32(1640531513)
    y_low = wp.uint32(int(low[1])) * y_step
    z_low = wp.uint32(int(low[2])) * z_step
    x_high, y_high, z_high = x_low + x_step, y_low + y_step, z_low + z_step
    near = wp.lerp(
        wp.lerp(slope(x_low ^ y_low ^ z_low, x, y, z), slope(x_high ^ y_low ^ z_low, x - 1.0, y, z), u),
        wp.lerp(slope(x_low ^ y_high ^ z_low, x, y - 1.0, z), slope(x_high ^ y_high ^ z_low, x - 1.0, y - 1.0, z), u),
        v,
    )
    z = z - 1.0
    far = wp.lerp(
        wp.lerp(slope(x_low ^ y_low ^ z_high, x, y, z), slope(x_high ^ y_low ^ z_high, x - 1.0, y, z), u),
        wp.lerp(slope(x_low ^ y_high ^ z_high, x, y - 1.0, z), slope(x_high ^ y_high ^ z_high, x - 1.0, y - 1.0, z), u),
        v,
    )
    return SCALE * wp.lerp(near, far, w)
