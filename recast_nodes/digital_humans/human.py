"""A person ready to be filmed: head, hair, clothes and glasses as one surface, painted once, posed frame by frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .folds import FoldLines, distance_to_crease, lay_lines, strain
from .hair import Locks, grow
from .interface import EYES, SKIN, SOCKETS, TEETH, HeadModel, Points, floats
from .paint import paint_head
from .people import Person, generator
from .rotations import rotate
from .scene import HeadPose
from .teeth import fill_gaps
from .wear import Garment, make_glasses, make_shirt

MATERIALS = ("skin", "eye", "teeth", "wet", "hair", "cloth", "frame")  # by number, as the kernels know them

COLLAR = -16.5  # centimetres: below, the shirt hides what a head's model has of a chest


class Fields(NamedTuple):
    """(V, ...) what is known of every vertex, whatever the frame; see `surface.Surface`."""

    rest: Points
    material: NDArray[np.int32]
    albedo: Points
    detail: NDArray[np.float32]
    brow: NDArray[np.float32]
    crease: NDArray[np.float32]
    uv: NDArray[np.float32]
    face: NDArray[np.bool_]  # whether it belongs to the face, which an edit may change


class Posed(NamedTuple):
    """One frame of an human, in the room's frame; hair is the last of its vertices."""

    points: Points  # (V, 3)
    hair_normals: Points  # (H, 3)
    strands: Points  # (H, 3) which way hair runs
    folds: NDArray[np.float32]  # (V - H, 4) depth 0..1
    pose: HeadPose
    eyes: Points  # (2, 3) middles of the left and the right eyeball
    landmarks: Points  # (68, 3)


class DigitalHuman:
    """Built once for a person; `posed` gives every frame."""

    def __init__(self, head: HeadModel, person: Person):
        self.head, self.person = head, person
        topology = head.topology
        self.neutral = head.neutral(person.identity) + fill_gaps(topology)
        self._lines: FoldLines = lay_lines(topology, self.neutral)
        self.hair: Locks = grow(topology, self.neutral, person.looks, generator(person.seed, 3))
        self._glasses = make_glasses(topology, self.neutral) if person.looks.glasses else None
        self._shirt = make_shirt(topology, self.neutral)
        self.fields, self.faces = _assemble(self, self._glasses, self._shirt)
        self.bare = len(self.fields.rest) - len(self.hair.points)  # vertices without hair
        self._eyes = [topology.rows(name) for name in EYES]
        self.skin = topology.rows(*SKIN).astype(np.int32)

    def posed(self, expression: Mapping[str, float], pose: HeadPose) -> Posed:
        """The surface with an expression, by the head's own coefficients, and a head pose."""
        shape = self.head.posed(self.neutral, expression)
        head = pose.place_neck(shape, self.head.topology.template[:, 1])
        garments = [pose.place(self._glasses.points)] if self._glasses else []
        points = np.concatenate([head, *garments, self._shirt.points, pose.place(self.hair.points)])
        folds = np.zeros((self.bare, 4), np.float32)
        folds[: len(head)] = strain(self._lines, shape)
        normals, strands = (rotate(each, pose.matrix) for each in (self.hair.normals, self.hair.strands))
        eyes = np.stack([_middle(head[rows]) for rows in self._eyes])
        return Posed(points, normals, strands, folds, pose, eyes, head[self.head.topology.landmarks])


def _middle(eyeball: Points) -> Points:
    return (eyeball.min(0) + eyeball.max(0)) / 2


def _assemble(human: DigitalHuman, glasses: Garment | None, shirt: Garment) -> tuple[Fields, NDArray[np.int32]]:
    """The fields and triangles of everything together."""
    topology, looks, hair = human.head.topology, human.person.looks, human.hair
    paint = paint_head(topology, looks, human.person.seed)
    count = len(topology.template)
    material = np.full(count, MATERIALS.index("wet"), np.int32)
    for names, kind in (((*SKIN, *SOCKETS), "skin"), (EYES, "eye"), ((TEETH,), "teeth")):
        material[topology.rows(*names)] = MATERIALS.index(kind)
    crease = distance_to_crease(topology.template, topology.template[topology.landmarks])
    face = np.ones(count, bool)
    face[topology.rows("Head and Neck")] = False
    pieces = [Fields(topology.template, material, paint.albedo, paint.detail, paint.brow, crease, topology.uv, face)]
    low = topology.template[:, 1] - 2.4 * np.maximum(np.abs(topology.template[:, 0]) - 5.06, 0) < COLLAR
    faces = [topology.faces[~low[topology.faces].all(1)]]
    if glasses:
        pieces.append(_plain(glasses.points, "frame", floats(looks.frame)))
        faces.append(glasses.faces)
    pieces += [
        _plain(shirt.points, "cloth", floats(looks.shirt)),
        _plain(hair.rest, "hair", hair.albedo, hair.depth),
    ]
    faces += [shirt.faces, hair.faces]
    starts = np.cumsum([0, *(len(piece.rest) for piece in pieces)])
    together = np.concatenate([each + start for each, start in zip(faces, starts)])
    return Fields(*(np.concatenate(each) for each in zip(*pieces, strict=True))), together.astype(np.int32)


def _plain(rest: Points, kind: str, albedo: Points, depth: NDArray[np.float32] | None = None) -> Fields:
    count = len(rest)
    detail, brow = np.zeros((count, 4), np.float32), np.zeros((count, 4), np.float32)
    detail[:, 0] = 1.0 if depth is None else depth
    colour = np.broadcast_to(albedo, (count, 3)).astype(np.float32)
    crease, uv = np.full(count, 5, np.float32), np.zeros((count, 2), np.float32)
    return Fields(
        rest.astype(np.float32),
        np.full(count, MATERIALS.index(kind), np.int32),
        colour,
        detail,
        brow,
        crease,
        uv,
        np.zeros(count, bool),
    )
