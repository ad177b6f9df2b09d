"""Who a face is: SFace's embedding, by which faces are followed where they cross, and for the report's identity figure.

No pixel of an edit is made with it.

Y. Zhong, W. Deng et al., "SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition", 2021, through
OpenCV's `FaceRecognizerSF`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ...errors import ModelMissing
from ...natives import opencv, quiet
from ...stages.thresholds import Amount, Count
from ..weights.downloads import path_of
from .pool import Pool
from .region import five_points
from .view import surround

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from ...wires import Faces, Image

SHOWN = Amount(1.6, "times the face's extent", "what is cut out of a plate: the network's own crop lies within it")
FACE = Count(160, "pixels", "a face's size in what is cut out, at least: more than the 112 of the network's own crop")
SFACE = "face_recognition_sface_2021dec.onnx"
MISSING = "Identity is not measured: the model file of SFace is not here. `recast models fetch --all` brings it."


def available() -> bool:
    """Whether the model file is on this machine."""
    try:
        path_of(SFACE)
    except ModelMissing:
        return False
    return True


def missing() -> Iterator[str]:
    """What following by identity lacks on this machine."""
    if not available():
        yield "SFace's model file is not here. `recast models fetch --all` brings it; follow_by place needs none."


def identify(image: Image, faces: Faces) -> Faces:
    """The faces of a frame with who they are. Raises ModelMissing."""
    if not len(faces.landmarks):
        return faces
    found = [_identify_one(image, landmarks.double().numpy()) for landmarks in faces.landmarks]
    return faces._replace(identity=torch.from_numpy(np.stack(found)))


def person_of(path: str) -> Tensor:
    """(128,) who the largest face of a picture is. Raises MediaError, NoFace and ModelMissing."""
    from .still import track_still

    portrait = track_still(path)
    return torch.from_numpy(_identify_one(portrait.image, portrait.track.landmarks.double().numpy()))


def _identify_one(image: Image, landmarks: NDArray[np.float64]) -> NDArray[np.float32]:
    """(128,) of unit length, by as much of the picture as the network is shown, at about its size."""
    points = landmarks[:, :2]
    middle = points.mean(0)
    around = np.concatenate([points, middle + SHOWN * (points - middle)])
    shown = surround(image, around, np.ptp(points, 0).max() / FACE)
    found = embedding(shown.pixels, shown.of_plate(landmarks))
    return found / max(float(np.linalg.norm(found)), 1e-9)


def embedding(pixels: NDArray[np.uint8], landmarks: NDArray[Any]) -> NDArray[np.float32]:
    """(128,) of the face in an sRGB picture (H, W, 3), whose mesh `landmarks` (478, 2 or 3) are in its pixels.

    Raises ModelMissing.
    """
    row = np.zeros((1, 15), np.float32)  # as YuNet gives a face: box, five points, score
    row[0, 4:14] = five_points(landmarks).ravel()
    with _recognisers().borrow() as network:
        upright = network.alignCrop(np.ascontiguousarray(pixels[..., ::-1]), row)
        return np.array(network.feature(upright)).ravel()


@cache
def _recognisers() -> Pool[Any]:
    path = str(path_of(SFACE))

    def start() -> Any:
        with quiet():
            return opencv().FaceRecognizerSF.create(path, "")

    return Pool(start)
