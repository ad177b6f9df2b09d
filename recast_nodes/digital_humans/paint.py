"""A face painted on its vertices at rest: broad colours, and where lips, brows, stubble, lashes and folds lie.

Everything finer than a vertex (pores, hairs, veins, the folds themselves) is drawn per pixel by `skin`, between the
fields that are made here. Places are those of ICT-FaceKit's average face, so that colours stick to the skin.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .interface import SKIN, Topology, floats
from .looks import Looks
from .noise import inside, noise, ramp, to_line

Array = NDArray[np.float32]
EYES = ((36, 37, 38, 39), (42, 43, 44, 45))  # upper lids among the 68 landmarks, outer or inner corner first
LOWER_LIDS = ((36, 41, 40, 39), (42, 47, 46, 45))


class Paint(NamedTuple):
    """(V, ...) fields over the vertices of a head."""

    albedo: Array  # (V, 3) linear
    detail: Array  # (V, 4) pores, stubble, lips, dark line of the lashes
    brow: Array  # (V, 4) across (1 is the edge), along (0 inner .. 1 outer), side (-1, 1), scalp hair


def paint_head(topology: Topology, looks: Looks, seed: int) -> Paint:
    """The fields of a person's head; parts other than skin get a plain colour, drawn finer per pixel."""
    p, marks = topology.template, topology.template[topology.landmarks]
    count = len(p)
    albedo = np.tile(floats(looks.skin), (count, 1))
    albedo *= (0.94 + 0.12 * noise(p, 0.8, seed))[:, None]
    blood = floats([1.0, 0.74, 0.74])
    for spot, radius, share in _reddened():
        near = np.linalg.norm((p - floats(spot)) / floats(radius), axis=1)
        albedo *= 1 - (looks.blush * share * ramp(1.15, 0.1, near))[:, None] * (1 - blood)
    for x in (-3.15, 3.15):
        socket = np.linalg.norm((p - floats([x, 3.0, 9.2])) / floats([2.3, 1.5, 2.2]), axis=1)
        shade = looks.sockets * ramp(1.05, 0.45, socket)
        albedo *= 1 - shade[:, None] * floats([0.42, 0.52, 0.46])
    skin = np.zeros(count, bool)
    skin[topology.rows(*SKIN)] = True
    lips = _lips(p, marks) * skin
    beard = _beard(p, marks, seed) * looks.stubble * (1 - lips) * skin
    albedo = _mix(albedo, albedo * 0.55 + 0.25 * floats(looks.hair), 0.55 * beard)
    albedo = _mix(albedo, floats(looks.lips), 0.9 * lips)
    lash = _lashes(p, marks) * skin
    pores = ramp(7.5, 9.5, p[:, 2]) * (1 - lips) * skin
    brow = _brows(p, marks, looks)
    brow[:, 3] = scalp(p, looks) * skin
    detail = np.stack([pores, beard, lips, lash], -1).astype(np.float32)
    return Paint(albedo.astype(np.float32), detail, brow)


def scalp(p: Array, looks: Looks) -> Array:
    """Where hair grows on the head, 0..1: above a line from the forehead's top past the temples to behind the ears."""
    wave = 0.5 * (noise(p, 0.9) - 0.5)
    side = ramp(3.5, 7.0, np.abs(p[:, 0]))
    front = 9.3 + looks.hairline - 0.55 * side
    line = np.where(p[:, 2] > 2.5, front - (0.25 + 0.75 * side) * (8.5 - p[:, 2]) * 0.95, -2.2 + 0.5 * (p[:, 2] + 6))
    beside = ramp(2.2, 3.0, p[:, 2]) * ramp(4.2, 3.4, p[:, 2]) * (np.abs(p[:, 0]) > 6.2)
    line = np.where(beside > 0.5, np.minimum(line, 3.0), line)
    ear = (np.abs(p[:, 0]) > 7.7) & (np.abs(p[:, 1] - 1.0) < 4.2) & (p[:, 2] < 3.5) & (p[:, 2] > -3.5)
    ear |= (np.abs(p[:, 0]) > 6.6) & (np.abs(p[:, 1]) < 3.6) & (p[:, 2] < 2.2) & (p[:, 2] > -2.0)
    return (ramp(-0.35, 0.55, p[:, 1] - line + wave) * ~ear).astype(np.float32)


def _reddened() -> list[tuple[tuple[float, float, float], tuple[float, float, float], float]]:
    cheeks = [((x, -0.2, 8.4), (2.6, 2.2, 3.0), 0.8) for x in (-4.6, 4.6)]
    ears = [((x, 1.0, 0.0), (1.6, 3.4, 2.6), 0.9) for x in (-9.2, 9.2)]
    return [*cheeks, *ears, ((0, 0.2, 12.6), (1.6, 1.5, 2.0), 0.9), ((0, -7.5, 10.6), (2.0, 1.4, 2.0), 0.35)]


def _mix(colour: Array, other: Array, amount: Array) -> Array:
    return colour + amount[:, None] * (other - colour)


def _lips(p: Array, marks: Array) -> Array:
    outline = marks[48:60, :2]
    near = (np.abs(p[:, 0]) < 3.4) & (p[:, 1] < -1.8) & (p[:, 1] > -6.5) & (p[:, 2] > 7.5)
    amount = np.zeros(len(p), np.float32)
    distance, _ = to_line(p[near, :2], np.vstack([outline, outline[:1]]))
    distance = np.where(inside(p[near, :2], outline), -distance, distance)
    amount[near] = ramp(0.10, -0.12, distance)
    return amount


def _beard(p: Array, marks: Array, seed: int) -> Array:
    """Chin, jaw and upper lip."""
    below = marks[33, 1] - 0.45 - 0.035 * p[:, 0] ** 2 + 0.36 * np.abs(p[:, 0])
    cheek = ramp(0.5, -0.9, p[:, 1] - below + 0.8 * (noise(p, 1.3, seed) - 0.5))
    jaw = ramp(-13.0, -10.0, p[:, 1] - 0.25 * (10 - p[:, 2])) * ramp(1.0, 3.5, p[:, 2])
    philtrum = 1 - 0.6 * ramp(0.6, 0.2, np.abs(p[:, 0])) * ramp(-4.5, -3.2, p[:, 1])
    return (cheek * jaw * philtrum).astype(np.float32)


def _lashes(p: Array, marks: Array) -> Array:
    """The dark lines that lashes make along the lids; the upper one is darker."""
    line = np.zeros(len(p), np.float32)
    for lids, strength in ((EYES, 1.0), (LOWER_LIDS, 0.35)):
        for eye in lids:
            distance, _ = to_line(p, marks[list(eye)])
            line = np.maximum(line, strength * ramp(0.12 + 0.12 * strength, 0.06, distance))
    return line


def _brows(p: Array, marks: Array, looks: Looks) -> Array:
    field = np.zeros((len(p), 4), np.float32)
    field[:, 0] = 3.0
    for side, line in ((-1, marks[21:16:-1, :2]), (1, marks[22:27, :2])):
        near = (p[:, 0] * side > -0.3) & (p[:, 1] > 2.5) & (p[:, 1] < 9.5) & (p[:, 2] > 5)
        distance, along = to_line(p[near, :2], line - (0, looks.brow_drop))
        width = looks.brow_width * (0.22 + 0.22 * ramp(1.0, 0.25, along)) * (0.75 + 0.25 * ramp(0.0, 0.15, along))
        rows = np.flatnonzero(near)
        across = distance / width
        nearer = across < field[rows, 0]
        field[rows[nearer], 0], field[rows[nearer], 1] = across[nearer], along[nearer]
        field[rows[nearer], 2] = side
    field[:, 0] = np.minimum(field[:, 0], 3.0)
    return field
