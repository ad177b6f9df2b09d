"""FLAME: shape, expression and pose blendshapes, and five joints by linear blend skinning.

T. Li et al., "Learning a model of facial shape and expression from 4D scans", SIGGRAPH Asia 2017, eq. 2. The model is
for non-commercial research and is the user's to bring: `models.weights.flame_file` reads it. Its own units are metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .interface import Points, Topology, floats
from .rotations import by_axis

Array = NDArray[np.float64]
JOINTS = ("global", "neck", "jaw", "left_eye", "right_eye")
SHAPES = 300  # of the file's shape directions, the first; the rest are expressions
CENTIMETRES = 100.0


class FlameModel(NamedTuple):
    """A file's arrays. V vertices, J joints."""

    template: Array  # (V, 3) metres
    directions: Array  # (V, 3, S + E) shapes, then expressions
    pose_directions: Array  # (V, 3, 9 (J - 1))
    regressor: Array  # (J, V) joints of vertices
    weights: Array  # (V, J) of skinning
    parents: NDArray[np.int64]  # (J,) -1 for the first
    faces: NDArray[np.int32]  # (F, 3)

    def vertices(self, shape: Array, expression: Array, pose: Array) -> Array:
        """(V, 3) metres for coefficients of shape and expression, and axis times angle of every joint (J, 3)."""
        shaped = self.template + self.directions[..., : len(shape)] @ shape
        return self.articulated(shaped, expression, pose)

    def articulated(self, shaped: Array, expression: Array, pose: Array) -> Array:
        """The same for a face at rest (V, 3) that has its shape already."""
        first = min(SHAPES, self.directions.shape[2])
        shaped = shaped + self.directions[..., first : first + len(expression)] @ expression
        joints, rotations = self.regressor @ shaped, by_axis(pose)
        corrections = (rotations[1:] - np.eye(3)).reshape(-1)
        posed = shaped + self.pose_directions @ corrections
        moved = _chain(joints, rotations, self.parents)
        blended = np.einsum("vj,jab->vab", self.weights, moved)
        return np.einsum("vab,vb->va", blended[:, :3, :3], posed) + blended[:, :3, 3]


def _chain(joints: Array, rotations: Array, parents: NDArray[np.int64]) -> Array:
    """(J, 4, 4) what each joint does to points at rest, its parents' movement included."""
    moved = np.zeros((len(joints), 4, 4))
    for number, parent in enumerate(parents):
        own = np.eye(4)
        own[:3, :3] = rotations[number]
        own[:3, 3] = joints[number] - (joints[parent] if parent >= 0 else 0)
        moved[number] = moved[parent] @ own if parent >= 0 else own
    moved[:, :3, 3] -= np.einsum("jab,jb->ja", moved[:, :3, :3], joints)
    return moved


class FlameHead:
    """See `HeadModel`. Expressions are `expression_000` and so on, and `jaw_x`, `left_eye_y` ... in radians.

    It has no landmarks, colours, teeth or tongue of its own, so it is posed and fitted, and not yet drawn.
    """

    name = "flame"

    def __init__(self, model: FlameModel):
        self._model = model
        self.identities = min(SHAPES, model.directions.shape[2])
        count = model.directions.shape[2] - self.identities
        self._coefficients = tuple(f"expression_{number:03d}" for number in range(count))
        self._angles = tuple(f"{joint}_{axis}" for joint in JOINTS for axis in "xyz")
        self.expressions = (*self._coefficients, *self._angles)
        vertices = len(model.template)
        self.topology = Topology(
            model.faces,
            np.zeros(vertices, np.int32),
            ("Face",),
            np.zeros((vertices, 2), np.float32),
            floats(model.template * CENTIMETRES),
            np.zeros(68, np.int32),
        )

    def neutral(self, identity: NDArray[np.floating]) -> Points:
        moved = self._model.directions[..., : len(identity)] @ np.asarray(identity, np.float64)
        return floats((self._model.template + moved) * CENTIMETRES)

    def posed(self, neutral: Points, expression: Mapping[str, float]) -> Points:
        unknown = expression.keys() - set(self.expressions)
        if unknown:
            raise KeyError(min(unknown))
        weights = np.array([expression.get(name, 0.0) for name in self._coefficients])
        pose = np.array([expression.get(name, 0.0) for name in self._angles]).reshape(-1, 3)
        shaped = neutral.astype(np.float64) / CENTIMETRES
        return floats(self._model.articulated(shaped, weights, pose) * CENTIMETRES)
