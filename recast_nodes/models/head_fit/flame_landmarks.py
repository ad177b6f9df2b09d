"""FLAME at MediaPipe's landmarks: those whose places are published, and the irises on its eyeballs."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...digital_humans.flame import CENTIMETRES, JOINTS, SHAPES, FlameModel
from ...digital_humans.mesh_landmarks import misreadings
from ...face.anatomy import LANDMARKS, LEFT_IRIS, RIGHT_IRIS
from ...face.blendshapes import COEFFICIENTS
from ...stages.head_fit.articulated import LandmarkHead
from ..weights.importing_flame import FlameLandmarks

IDENTITIES, EXPRESSIONS = 100, 50  # of 300 and 100: 478 landmarks do not tell the others
IRIS = 0.58  # centimetres, radius
MOVABLE = JOINTS[1:]  # the first is the head itself, which the pose turns
USUAL = {"neck": 0.02, "jaw": 0.12, "left_eye": 0.25, "right_eye": 0.25}  # radians
FURTHEST = {"neck": 0.2, "jaw": 0.7, "left_eye": 0.8, "right_eye": 0.8}
BOUND = 4.0  # of a coefficient, in standard deviations


def of_flame(model: FlameModel, places: FlameLandmarks) -> LandmarkHead:
    """FLAME with its first coefficients; a landmark whose place is not known has infinite noise and takes no part."""
    corners, weights, known = _points(model, places)

    def at(values: np.ndarray) -> np.ndarray:
        """Values of vertices (V, ...) at the landmarks (K, ...)."""
        return np.einsum("kv,kv...->k...", weights, values[corners])

    first = min(SHAPES, model.directions.shape[2])
    shapes, moves = model.directions[..., :IDENTITIES], model.directions[..., first : first + EXPRESSIONS]
    movements = np.moveaxis(at(moves), -1, 0) * CENTIMETRES
    angles = [f"{joint}_{axis}" for joint in MOVABLE for axis in "xyz"]
    turns = np.zeros((len(MOVABLE), 3, len(movements) + len(angles)))
    turns[..., len(movements) :] = np.eye(len(angles)).reshape(len(MOVABLE), 3, -1)
    spread = np.array([*([1.0] * len(movements)), *(USUAL[joint] for joint in MOVABLE for _ in "xyz")])
    most = [*([BOUND] * len(movements)), *(FURTHEST[joint] for joint in MOVABLE for _ in "xyz")]
    joints = model.regressor[1:]
    corrections = at(model.pose_directions).reshape(LANDMARKS, 3, len(MOVABLE), 3, 3).transpose(2, 3, 4, 0, 1)
    return LandmarkHead(
        name="flame 1",
        names=(*(f"expression_{number:03d}" for number in range(len(movements))), *angles),
        rest=_tensor(at(model.template) * CENTIMETRES),
        identity=_tensor(np.moveaxis(at(shapes), -1, 0) * CENTIMETRES),
        movements=_tensor(np.concatenate([movements, np.zeros((len(angles), LANDMARKS, 3))])),
        low=_tensor(-np.array(most)),
        high=_tensor(np.array(most)),
        spread=_tensor(spread),
        hints=torch.zeros(len(spread), COEFFICIENTS, dtype=torch.float64),
        doubt=_tensor(spread),
        centres=_tensor(joints @ model.template * CENTIMETRES),
        moved_centres=_tensor(np.einsum("jv,vci->ijc", joints, shapes) * CENTIMETRES),
        parents=tuple(int(parent) - 1 for parent in model.parents[1:]),
        turns=_tensor(turns),
        skinning=_tensor(at(model.weights)[:, 1:]),
        corrections=_tensor(corrections * CENTIMETRES),
        normals=_tensor(_normals(model, corners, weights)),
        noise=_tensor(np.where(known, misreadings().noise, np.inf)),
        misread_person=_tensor(misreadings().person),
        misread_frame=_tensor(misreadings().frame),
    )


def _points(model: FlameModel, places: FlameLandmarks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(K, 3) vertices, (K, 3) weights and (K,) whether a place is known."""
    corners, weights = np.zeros((LANDMARKS, 3), np.int64), np.zeros((LANDMARKS, 3))
    corners[places.indices], weights[places.indices] = model.faces[places.faces], places.weights
    known = np.zeros(LANDMARKS, bool)
    known[places.indices] = True
    for rows, joint in ((RIGHT_IRIS, "left_eye"), (LEFT_IRIS, "right_eye")):
        ball = np.flatnonzero(model.weights[:, JOINTS.index(joint)] > 0.99)
        if not len(ball):
            continue
        points = model.template[ball] * CENTIMETRES
        front = points[points[:, 2].argmax()]
        for row, (x, y) in zip(rows, ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)), strict=True):
            away = np.linalg.norm(points - front - IRIS * np.array([x, y, 0]), axis=1)
            corners[row], weights[row], known[row] = ball[away.argmin()], (1, 0, 0), True
    return corners, weights, known


def _normals(model: FlameModel, corners: np.ndarray, weights: np.ndarray) -> np.ndarray:
    one, two, three = (model.template[model.faces[:, k]] for k in range(3))
    sides, vertex = np.cross(two - one, three - one), np.zeros_like(model.template)
    for corner in model.faces.T:
        np.add.at(vertex, corner, sides)
    found = np.einsum("kv,kvc->kc", weights, vertex[corners])
    return found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-12)


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float64))
