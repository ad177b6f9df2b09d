"""Make recast_nodes/models/hand_shapes.npz: how far each of ARKit's shapes, set by hand, moves each landmark.

    python -m tools.hand_shapes ict_facekit.npz parts.json

The movements are those of ICT-FaceKit light (USC Institute for Creative Technologies, MIT licence), whose expressions
were sculpted to ARKit's names. Its head is laid onto the tracker's canonical face by 51 common points; each landmark
takes the movement of the nearest vertices, upper and lower lip and lids kept apart by how they move. Both sides are
made mirror images. A lip that rolls in stays in touch with the other: its inside is not in a plate. Irises, which the
head turns as eyeballs, get the shift that a far look gives them. Why these and not the fitted basis, which the tracker
is read by: docs/decisions/0046-every-shape-by-hand.md.

    movements   (52, 478, 3) float16   centimetres, head frame, in the order of `face.blendshapes.SHAPES`
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch

from recast_nodes.face import anatomy
from recast_nodes.face.blendshapes import SHAPES, SIDES, mirror
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.expression.head_pose import compose, similarity

from .digital_humans.mirror import mirrored_landmarks

TARGET = Path(__file__).parents[1] / "recast_nodes" / "models" / "hand_shapes.npz"
FACE_VERTICES = 9409  # the first vertices of the head are the face's skin
AXES = np.array([1.0, -1.0, -1.0])  # its axes are y up, z to the camera
# How much of the head's shape a whole one is, where its own full strength is a slight one.
STRENGTH = {"browDown": 1.3, "eyeSquint": 1.5}
NEAREST = 3  # vertices that a landmark's movement is the mean of
UPPER_LIP = {point for ring in anatomy.UPPER_LIP_RINGS for point in ring}
LOWER_LIP = {point for ring in anatomy.LOWER_LIP_RINGS for point in ring}
UPPER_EDGE, LOWER_EDGE = list(anatomy.UPPER_LIP_RINGS[0]), list(anatomy.LOWER_LIP_RINGS[0])
UPPER_LIDS = anatomy.LEFT_UPPER_LID + anatomy.RIGHT_UPPER_LID
LOWER_LIDS = anatomy.LEFT_LOWER_LID + anatomy.RIGHT_LOWER_LID
# The landmarks of the head's 68 points; None where none is near.
POINTS_68 = (
    *(162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389),  # jaw line
    *(71, 63, 105, 66, 107, 336, 296, 334, 293, 301, 168, 197, 5, 4, 75, 97, 2, 326, 305),  # brows, nose
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),  # eyes
    *(61, 39, 37, 0, 267, 269, 291, 321, None, 17, None, 91, 78, 81, 13, 311, 308, 402, 14, 178),  # lips
)
EYEBALL, LOOK_DEGREES = 1.2, 28.0  # its radius in centimetres, and how far a whole coefficient turns it
# The ways in which a whole coefficient takes an iris: inwards and down.
LOOKS = {"eyeLookDown": (0.0, 1.0), "eyeLookUp": (0.0, -1.0), "eyeLookIn": (1.0, 0.0), "eyeLookOut": (-1.0, 0.0)}


def pairs_of(vertices: np.ndarray, points: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The head's points (N, 3) and the landmarks (N, 3) that they are."""
    known = [(point, landmark) for point, landmark in zip(points, POINTS_68, strict=True) if landmark is not None]
    theirs, ours = zip(*known, strict=True)
    return vertices[list(theirs)], canonical_face().vertices.double().numpy()[list(ours)]


def lay_on_canonical(vertices: np.ndarray, movements: np.ndarray, points: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The head's vertices (V, 3) and movements (E, V, 3) in the head frame, by its inner points."""
    # Without the jaw line, which landmarks slide along.
    source, target = (torch.tensor(each[17:]) for each in pairs_of(vertices, points))
    pose = similarity(source, target, torch.ones(len(source), dtype=source.dtype))
    laid = compose(torch.tensor(vertices), torch.zeros(vertices.shape, dtype=source.dtype), *pose)
    return laid.numpy(), (pose.scale * (torch.tensor(movements) @ pose.rotation)).numpy()


def bend_to(source: np.ndarray, target: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Where a smooth (triharmonic) map that takes `source` to `target` (N, 3) takes `places` (K, 3)."""
    count = len(source)
    affine = np.c_[np.ones(count), source]
    kernel = np.linalg.norm(source[:, None] - source[None], axis=-1) + 0.02 * np.eye(count)
    system = np.block([[kernel, affine], [affine.T, np.zeros((4, 4))]])
    solved = np.linalg.solve(system, np.r_[target, np.zeros((4, 3))])
    return np.c_[np.linalg.norm(places[:, None] - source[None], axis=-1), np.ones(len(places)), places] @ solved


def find_allowed(landmark: int, jaw: np.ndarray, lids: np.ndarray) -> np.ndarray:
    """Which vertices may lend their movement to a landmark: lips and lids lie close and move apart."""
    if landmark in UPPER_LIP:
        return jaw < 0.35
    if landmark in LOWER_LIP:
        return jaw > 0.5
    if landmark in UPPER_LIDS:
        return lids > 0.6
    return lids < 0.3 if landmark in LOWER_LIDS else np.ones_like(jaw, dtype=bool)


def find_lenders(vertices: np.ndarray, movements: dict[str, np.ndarray], points: list[int]) -> list[np.ndarray]:
    """For each of the 468 landmarks, the vertices whose mean movement it takes."""
    canonical = canonical_face().vertices.double().numpy()
    places = bend_to(*reversed(pairs_of(vertices, points)), canonical)
    skin = vertices[:FACE_VERTICES]
    jaw = np.linalg.norm(movements["jawOpen"][:FACE_VERTICES], axis=1)
    lids = np.maximum(*(np.abs(movements[f"eyeBlink_{side}"][:FACE_VERTICES]).max(1) for side in "LR"))
    jaw, lids = jaw / jaw.max(), lids / lids.max()
    found = []
    for landmark in range(anatomy.MESH):
        away = np.linalg.norm(skin - places[landmark], axis=1)
        away[~find_allowed(landmark, jaw, lids)] = np.inf
        found.append(away.argsort()[:NEAREST])
    return found


def parts_of(shape: str, known: dict[str, np.ndarray]) -> list[str]:
    """The head's expressions that make up a shape: 'mouthSmile_L', both sides of 'cheekPuff'."""
    if shape in known:
        return [shape]
    for side in SIDES:
        if shape.endswith(side):
            return [shape.removesuffix(side) + "_" + side[0]]
    return [name for name in (shape + "_L", shape + "_R") if name in known]


def make_symmetric(made: np.ndarray) -> np.ndarray:
    """The movements (52, 478, 3), each the mean of itself and of its mirror image's mirror image."""
    others = made[[SHAPES.index(mirror(shape)) for shape in SHAPES]]
    return 0.5 * (made + others[:, mirrored_landmarks()] * (-1, 1, 1))


def main(head: str, parts: str) -> None:
    table, points = np.load(head), json.loads(Path(parts).read_text())["landmark_vertices_68"]
    vertices, shifts = lay_on_canonical(table["V"] * AXES, table["EX"] * AXES, points)
    movements = dict(zip(map(str, table["names"]), shifts, strict=True))
    taken = find_lenders(vertices, movements, points)
    made = np.zeros((len(SHAPES), anatomy.LANDMARKS, 3))
    for row, shape in enumerate(SHAPES):
        for name in parts_of(shape, movements):
            strength = STRENGTH.get(name.partition("_")[0], 1.0)
            made[row, : anatomy.MESH] += [strength * movements[name][few].mean(0) for few in taken]
    for shape, edge in (("mouthRollUpper", UPPER_EDGE), ("mouthRollLower", LOWER_EDGE)):
        made[SHAPES.index(shape), edge, 1] = 0
    for look, (inwards, down) in LOOKS.items():
        # The actor's left eye is at the right of the picture, so its way inwards is to the left.
        reach = EYEBALL * math.sin(math.radians(LOOK_DEGREES))
        for side, iris, sign in (("Left", anatomy.RIGHT_IRIS, -1), ("Right", anatomy.LEFT_IRIS, 1)):
            made[SHAPES.index(look + side), list(iris)] = (sign * inwards * reach, down * reach, 0)
    np.savez_compressed(TARGET, movements=make_symmetric(made).astype(np.float16))
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
