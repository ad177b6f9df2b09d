"""Make recast_nodes/models/expression_basis.npz: how far each blendshape coefficient moves each landmark.

    python tools/expression_basis.py ict_facekit.npz parts.json

The movements are those of ICT-FaceKit light (USC Institute for Creative Technologies, MIT licence), whose expressions
bear the names of the landmarker's coefficients. Its head is laid onto the tracker's canonical face by 51 common points,
each landmark takes the movement of the nearest vertices, upper and lower lip and lids kept apart by how they move.
Irises, which the head turns as eyeballs, get the shift that a far look gives them.

    movements   (52, 478, 3) float16   centimetres, head frame, in MediaPipe's order of coefficients
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages import anatomy
from recast_nodes.stages.motion import compose, similarity

TARGET = Path(__file__).parents[1] / "recast_nodes" / "models" / "expression_basis.npz"
FACE_VERTICES = 9409  # the first vertices of the head are the face's skin
AXES = np.array([1.0, -1.0, -1.0])  # its axes are y up, z to the camera
NEAREST = 3  # vertices that a landmark's movement is the mean of

# fmt: off
POINTS_68 = (
    162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389,  # jaw line
    71, 63, 105, 66, 107, 336, 296, 334, 293, 301, 168, 197, 5, 4, 75, 97, 2, 326, 305,  # brows, nose
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,  # eyes
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,  # lips
)
COEFFICIENTS = (
    "_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight",
)
# fmt: on
LOOKS = {"eyeLookDown": (0.0, 0.28), "eyeLookUp": (0.0, -0.28), "eyeLookIn": (0.42, 0.0), "eyeLookOut": (-0.42, 0.0)}


def laid_on_canonical(vertices: np.ndarray, movements: np.ndarray, points: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The head's vertices (V, 3) and movements (E, V, 3) in the head frame, by its inner points."""
    canonical = canonical_face().vertices.double()
    # Without the jaw line, which landmarks slide along.
    source, target = torch.tensor(vertices[points[17:]]), canonical[list(POINTS_68[17:])]
    pose = similarity(source, target, torch.ones(len(source), dtype=source.dtype))
    laid = compose(torch.tensor(vertices), torch.zeros(vertices.shape, dtype=source.dtype), *pose)
    return laid.numpy(), (pose.scale * (torch.tensor(movements) @ pose.rotation)).numpy()


def bent_to(source: np.ndarray, target: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Where a smooth (triharmonic) map that takes `source` to `target` (N, 3) takes `places` (K, 3)."""
    count = len(source)
    affine = np.c_[np.ones(count), source]
    kernel = np.linalg.norm(source[:, None] - source[None], axis=-1) + 0.02 * np.eye(count)
    system = np.block([[kernel, affine], [affine.T, np.zeros((4, 4))]])
    solved = np.linalg.solve(system, np.r_[target, np.zeros((4, 3))])
    return np.c_[np.linalg.norm(places[:, None] - source[None], axis=-1), np.ones(len(places)), places] @ solved


def allowed(landmark: int, jaw: np.ndarray, lids: np.ndarray) -> np.ndarray:
    """Which vertices may lend their movement to a landmark: lips and lids lie close and move apart."""
    if landmark in anatomy.UPPER_LIP:
        return jaw < 0.35
    if landmark in anatomy.LOWER_LIP:
        return jaw > 0.5
    if landmark in anatomy.LEFT_UPPER_LID + anatomy.RIGHT_UPPER_LID:
        return lids > 0.6
    if landmark in anatomy.LEFT_LOWER_LID + anatomy.RIGHT_LOWER_LID:
        return lids < 0.3
    return np.ones_like(jaw, dtype=bool)


def lenders(vertices: np.ndarray, movements: dict[str, np.ndarray], points: list[int]) -> list[np.ndarray]:
    """For each of the 468 landmarks, the vertices whose mean movement it takes."""
    canonical = canonical_face().vertices.double().numpy()
    places = bent_to(canonical[list(POINTS_68)], vertices[points], canonical)
    skin = vertices[:FACE_VERTICES]
    jaw = np.linalg.norm(movements["jawOpen"][:FACE_VERTICES], axis=1)
    lids = np.maximum(*(np.abs(movements[f"eyeBlink_{side}"][:FACE_VERTICES]).max(1) for side in "LR"))
    jaw, lids = jaw / jaw.max(), lids / lids.max()
    found = []
    for landmark in range(468):
        away = np.linalg.norm(skin - places[landmark], axis=1)
        away[~allowed(landmark, jaw, lids)] = np.inf
        found.append(away.argsort()[:NEAREST])
    return found


def expressions_for(coefficient: str, known: dict[str, np.ndarray]) -> list[str]:
    """The head's expressions that make up a coefficient: 'mouthSmile_L', both sides of 'cheekPuff'."""
    if coefficient in known:
        return [coefficient]
    for side in ("Left", "Right"):
        if coefficient.endswith(side):
            return [coefficient.removesuffix(side) + "_" + side[0]]
    return [name for name in (coefficient + "_L", coefficient + "_R") if name in known]


def main(head: str, parts: str) -> None:
    table, points = np.load(head), json.loads(Path(parts).read_text())["landmark_vertices_68"]
    vertices, shifts = laid_on_canonical(table["V"] * AXES, table["EX"] * AXES, points)
    movements = dict(zip(map(str, table["names"]), shifts))
    taken = lenders(vertices, movements, points)
    basis = np.zeros((52, 478, 3))
    for row, coefficient in enumerate(COEFFICIENTS):
        for name in expressions_for(coefficient, movements):
            basis[row, :468] += [movements[name][few].mean(0) for few in taken]
    for look, (inwards, down) in LOOKS.items():
        # The actor's left eye is at the right of the picture, so its way inwards is to the left.
        for side, iris, sign in (("Left", anatomy.RIGHT_IRIS, -1), ("Right", anatomy.LEFT_IRIS, 1)):
            basis[COEFFICIENTS.index(look + side), list(iris)] = (sign * inwards, down, 0)
    np.savez_compressed(TARGET, movements=basis.astype(np.float16))
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
