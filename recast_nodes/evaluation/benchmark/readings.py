"""What a face reader sees in a picture: expression, head pose, gaze and identity, for distances as the paper has them.

The paper reads expression and pose by SMIRK and gaze by L2CS, which may not be passed on; here MediaPipe's mesh reads
all three, unless a user brings the paper's networks (`own_networks`). So AED, APD and MAE rank systems as the paper's
do, but are no numbers to lay beside the paper's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...face.blendshapes import BLENDSHAPES, GAZE
from ...models.tracker import identity
from ...models.tracker.landmarker import read_face
from ...models.tracker.view import NetworkInput
from ..metrics import cosine
from .own_networks import OwnNetworks

FULL_LOOK = 28.0  # degrees that an eyeLook coefficient of 1 stands for
EXPRESSION = tuple(k for k, name in enumerate(BLENDSHAPES) if k and k not in GAZE)


class FaceReading(NamedTuple):
    """One face as it was read."""

    expression: NDArray[np.float64]  # MediaPipe's coefficients without gaze, or what SMIRK says
    pose: NDArray[np.float64]  # (3,) axis times angle in radians
    gaze: NDArray[np.float64]  # (3,) direction in the picture, head pose included
    embedding: NDArray[np.float32] | None  # None without the network


class FaceReader:
    """Reads faces by MediaPipe and SFace, and by the networks of the user's own in place of them."""

    def __init__(self, own: OwnNetworks | None = None):
        self.own = own or OwnNetworks()

    def read(self, pixels: NDArray[np.uint8]) -> FaceReading | None:
        """The face in the middle of an sRGB picture (H, W, 3); None where none is found. Raises WeightsError."""
        height, width = pixels.shape[:2]
        face = read_face(NetworkInput(pixels, (0, 0, width, height)), np.array([width / 2, height / 2]))
        if face is None:
            return None
        found, turned = self.own.read(pixels, face.landmarks), _head_turn(face.landmarks)
        return FaceReading(
            _first(found.expression, face.coefficients[list(EXPRESSION)]),
            _first(found.pose, _axis_angle(turned)),
            _first(found.gaze, turned @ _look(face.coefficients)),
            self._who(pixels, face.landmarks) if found.embedding is None else found.embedding,
        )

    def _who(self, pixels: NDArray[np.uint8], landmarks: NDArray[np.floating]) -> NDArray[np.float32] | None:
        return identity.embedding(pixels, landmarks) if identity.available() else None


def _first(found: NDArray[np.float64] | None, usual: NDArray[np.float64]) -> NDArray[np.float64]:
    return usual if found is None else found


def expression_distance(one: FaceReading, other: FaceReading) -> float:
    """AED: mean L1 distance of what makes the expression, gaze apart."""
    return float(np.abs(one.expression - other.expression).mean())


def pose_distance(one: FaceReading, other: FaceReading) -> float:
    """APD: mean L1 distance of the head poses, axis times angle in radians."""
    return float(np.abs(one.pose - other.pose).mean())


def likeness(one: FaceReading, other: FaceReading) -> float | None:
    """CSIM: cosine of the identities' embeddings."""
    if one.embedding is None or other.embedding is None:
        return None
    return cosine(one.embedding, other.embedding)


def _look(coefficients: NDArray[np.floating]) -> NDArray[np.float64]:
    """The eyes' mean direction in the head's frame, x to the picture's right, y down, z towards the camera."""
    value = {name: float(coefficients[k]) for k, name in enumerate(BLENDSHAPES)}
    out = [value["eyeLookOutLeft"] - value["eyeLookInLeft"], value["eyeLookInRight"] - value["eyeLookOutRight"]]
    down = [value[f"eyeLookDown{side}"] - value[f"eyeLookUp{side}"] for side in ("Left", "Right")]
    yaw, pitch = np.radians(FULL_LOOK * np.mean(out)), np.radians(FULL_LOOK * np.mean(down))
    return np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])


def _head_turn(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """(3, 3) from the head's frame to the picture's (x right, y down, z towards the camera), by the skull's points.

    W. Kabsch, Acta Crystallographica A32, 1976.
    """
    from ...face.anatomy import SKULL
    from ...models.canonical import canonical_face

    rigid = list(SKULL)
    own = canonical_face().vertices.numpy()[rigid] * (1, 1, -1)
    seen = landmarks[rigid] * (1, 1, -1)
    u, _, vt = np.linalg.svd((seen - seen.mean(0)).T @ (own - own.mean(0)))
    return u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt


def _axis_angle(matrix: NDArray[np.floating]) -> NDArray[np.float64]:
    angle = np.arccos(np.clip((np.trace(matrix) - 1) / 2, -1, 1))
    axis = np.array([matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]])
    return axis * (0.5 if angle < 1e-6 else angle / (2 * np.sin(angle)))
