"""Hair that hides the skull: locks grown from the scalp as ribbons, which turn with the head."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .interface import Points, Topology, floats
from .looks import Looks
from .noise import noise, ramp
from .paint import scalp
from .scene import unit

POINTS = 7  # of a lock
FRINGE = 1.6  # centimetres that hair may hang below the line that it grows from
CENTRE = floats([0, 4.2, -0.2])  # of the skull


class Style(NamedTuple):
    """How hair of a style grows; lengths in centimetres."""

    locks: int
    length: float
    width: float
    lift: float  # how far it stands off
    flow: tuple[float, float, float]  # backwards, sideways from the parting, down
    curl: float = 0.0


STYLES = {
    "crop": Style(5200, 1.0, 0.13, 0.25, (0.1, 0.1, 0.2)),
    "short": Style(3600, 4.2, 0.17, 0.7, (0.35, 0.5, 0.3)),
    "parted": Style(3000, 8.0, 0.20, 0.9, (0.3, 0.9, 0.6)),
    "back": Style(3000, 9.0, 0.19, 0.7, (1.3, 0.15, 0.2)),
    "bob": Style(3000, 17.0, 0.26, 1.1, (0.3, 0.8, 1.2)),
    "long": Style(3000, 25.0, 0.30, 1.1, (0.45, 0.7, 1.3)),
    "curls": Style(4200, 5.5, 0.17, 2.0, (0.15, 0.3, 0.2), 0.55),
}


class Locks(NamedTuple):
    """Ribbons, all (N, ...) over their vertices, in the frame of the head."""

    points: Points
    normals: Points
    strands: Points  # which way the hair runs
    rest: Points  # along 0..1, across -1..1, chance
    depth: NDArray[np.float32]  # (N,) how open to light: dark at the root
    albedo: Points
    faces: NDArray[np.int32]


def grow(topology: Topology, neutral: Points, looks: Looks, rng: Generator) -> Locks:
    """The hair of a person at rest."""
    style = STYLES[looks.style]
    roots, outward = _roots(topology, neutral, looks, style.locks, rng)
    skull = Skull(neutral[topology.rows("Face", "Head and Neck")])
    lines = _lines(roots, outward, skull, style, rng)
    lines = lines[_lies_well(lines, style, looks)]
    roots = lines[:, 0]
    chance = rng.random(len(roots)).astype(np.float32)
    run = unit(np.gradient(lines, axis=1))
    out = unit(unit(lines - CENTRE) + 0.15 * rng.normal(size=(len(roots), 1, 3)))
    side = unit(np.cross(run, out))
    along = np.linspace(0, 1, POINTS, dtype=np.float32)
    taper = np.interp(along, [0, 0.15, 0.7, 1], [0.7, 1, 0.9, 0.15])
    half = style.width * (0.6 + 0.8 * chance)[:, None, None] * taper[:, None] / 2
    points = np.stack([lines - half * side, lines + half * side], 2)
    shape = (len(roots), POINTS, 2)
    rest = np.zeros((*shape, 3), np.float32)
    rest[..., 0], rest[..., 1] = along[:, None], (-1, 1)
    rest[..., 2] = chance[:, None, None]
    depth = np.broadcast_to((0.35 + 0.65 * np.minimum(along * 2.2, 1))[:, None], shape)
    colour = floats(looks.hair) * (0.7 + 0.6 * chance)[:, None]
    albedo = np.broadcast_to(colour[:, None, None], (*shape, 3))

    def flat(field: NDArray[np.floating]) -> NDArray[np.float32]:
        return np.broadcast_to(field, (*shape, 3)).reshape(-1, 3).astype(np.float32)

    normals, strands = (flat(np.broadcast_to(each[:, :, None], (*shape, 3))) for each in (out, run))
    opened = (depth * (0.75 + 0.25 * chance[:, None, None])).reshape(-1).astype(np.float32)
    return Locks(flat(points), normals, strands, flat(rest), opened, flat(albedo), _ribbons(len(roots)))


def _ribbons(count: int) -> NDArray[np.int32]:
    """(N, 3) triangles of `count` ribbons of POINTS pairs of vertices."""
    step = 2 * np.arange(POINTS - 1)[:, None, None]
    one = np.array([[0, 1, 2], [1, 3, 2]]) + step
    return (one.reshape(1, -1, 3) + 2 * POINTS * np.arange(count)[:, None, None]).reshape(-1, 3).astype(np.int32)


def _roots(
    topology: Topology, neutral: Points, looks: Looks, count: int, rng: Generator
) -> tuple[Points, NDArray[np.floating]]:
    """Roots on the scalp, evenly by area, and the directions outward there."""
    grown = scalp(topology.template, looks)
    skin = np.zeros(len(grown), bool)
    skin[topology.rows("Face", "Head and Neck")] = True
    faces = topology.faces[skin[topology.faces].all(1)]
    corners = neutral[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    weight = np.linalg.norm(across, axis=1) * grown[faces].mean(1) ** 2
    chosen = rng.choice(len(faces), count, p=weight / weight.sum())
    share = rng.dirichlet((1, 1, 1), count)
    roots = (corners[chosen] * share[..., None]).sum(1)
    return roots.astype(np.float32), unit(across[chosen])


def _lines(roots: Points, outward: NDArray[np.floating], skull: Skull, style: Style, rng: Generator) -> Points:
    """(N, POINTS, 3) the course of each lock: over the skull as the style flows, then down; never over the face."""
    part = 2.0 * float(rng.choice([-1.0, 1.0]))
    step = (style.length * rng.uniform(0.7, 1.1, len(roots)) / (POINTS - 1))[:, None]
    falling = style.flow[2] > 1
    if not falling:  # cut shorter towards the neck
        step *= 0.3 + 0.7 * ramp(-2.0, 5.0, roots[:, 1:2])
    lift = style.lift * (0.1 + 0.9 * rng.random(len(roots))[:, None])
    phase, twist = rng.uniform(0, 2 * np.pi, len(roots)), rng.choice([-1.0, 1.0], len(roots))
    at: NDArray[np.floating] = roots.astype(np.float64)
    way: NDArray[np.floating] = outward.astype(np.float64)
    lines: list[NDArray[np.floating]] = [roots]
    back, side, down = style.flow
    for number in range(1, POINTS):
        away = np.tanh((at[:, :1] - part) / 1.5)
        fall = np.full_like(away, -down * min(1.0, 0.3 + number / 4))
        flow = np.concatenate([side * away, fall, np.full_like(away, -back)], 1)
        low = np.clip((1.0 - at[:, 1:2]) / 3.0, 0, 1) * down
        waves = np.stack([noise(at.astype(np.float32), 0.5, 3 + k) - 0.5 for k in range(3)], 1)
        flow = flow * (1 - low) + low * np.array([0, -1.5, 0]) + 0.5 * waves
        out = unit(at - CENTRE)
        flow -= (flow * out).sum(1, keepdims=True) * out * (at[:, 1:2] > 0)
        way = unit(0.7 * way + flow)
        at = _keep_off(at + step * way, skull, lift * min(1.0, 0.35 + 0.3 * number), falling)
        turn = phase + 1.3 * twist * number
        across = unit(np.cross(way, out))
        coil = np.cos(turn)[:, None] * across + np.sin(turn)[:, None] * out
        lines.append(at + style.curl * min(1.0, number / 2) * coil)
    return np.stack(lines, 1).astype(np.float32)


def _lies_well(lines: Points, style: Style, looks: Looks) -> NDArray[np.bool_]:
    """Which locks would be left by a comb: not those that hang into the face, stand across an ear, or are bent by what
    keeps them out of the head.
    """
    x, y, z = np.moveaxis(lines, -1, 0)
    well = ~((z > 4.0) & (y < 9.0 + looks.hairline - FRINGE - 0.9 * (8.5 - z).clip(0))).any(1)
    if style.flow[2] <= 1:
        well &= ~((np.abs(x) > 6.6) & (y < 3.4) & (z > -2.0)).any(1)
    step = np.linalg.norm(np.diff(lines, axis=1), axis=-1)
    return well & (step[:, 1:] < 2.2 * step[:, :1] + 0.3).all(1)


def _keep_off(
    at: NDArray[np.floating], skull: Skull, lift: NDArray[np.floating], falling: bool
) -> NDArray[np.floating]:
    """Points laid `lift` over the skull above the ears, and beside the face and the neck below."""
    off = at - CENTRE
    size = np.linalg.norm(off, axis=1, keepdims=True)
    target = skull.radius(off / size)[:, None] + lift
    close = np.where(at[:, 1:2] > -2.0, np.clip(size, target, target + 0.15), np.maximum(size, target))
    at = CENTRE + off * (close / size)
    if not falling:
        return at
    beside = 7.9 + 0.5 * lift[:, 0] - 0.16 * np.clip(-3 - at[:, 1], 0, 10)
    before = (at[:, 1] < 7.0) & (np.abs(at[:, 0]) < beside) & (at[:, 2] > -2.5)
    at[before, 0] = np.copysign(beside[before], at[before, 0])
    at[:, 2] = np.where(at[:, 1] < 6.0, np.minimum(at[:, 2], 3.2), at[:, 2])
    return at


class Skull:
    """How far a head reaches from its middle in every direction, smoothed: a table by latitude and longitude."""

    ROWS, COLUMNS = 32, 64

    def __init__(self, points: Points):
        off = points - CENTRE
        size = np.linalg.norm(off, axis=1)
        v, u = np.mgrid[: self.ROWS, : self.COLUMNS]
        polar, around = (v + 0.5) / self.ROWS * np.pi, u / self.COLUMNS * 2 * np.pi
        ways = np.stack([np.sin(polar) * np.sin(around), np.cos(polar), np.sin(polar) * np.cos(around)], -1)
        near = np.exp(120 * (ways.reshape(-1, 3).astype(np.float32) @ (off / size[:, None]).T - 1))
        self.table = ((near @ size) / np.maximum(near.sum(1), 1e-9)).reshape(self.ROWS, self.COLUMNS)

    def radius(self, ways: NDArray[np.floating]) -> NDArray[np.floating]:
        """(N,) centimetres along unit vectors (N, 3)."""
        row = np.arccos(np.clip(ways[:, 1], -1, 1)) / np.pi * self.ROWS - 0.5
        column = np.arctan2(ways[:, 0], ways[:, 2]) / (2 * np.pi) * self.COLUMNS
        row = np.clip(row, 0, self.ROWS - 1.001)
        r, c = np.floor(row).astype(int), np.floor(column).astype(int)
        a, b = row - r, column - c
        near = [self.table[r + i, (c + j) % self.COLUMNS] for i in (0, 1) for j in (0, 1)]
        return (1 - a) * ((1 - b) * near[0] + b * near[1]) + a * ((1 - b) * near[2] + b * near[3])
