"""Who a face is: SFace's embedding, for the report's identity figure. No edit is made with it.

Y. Zhong, W. Deng et al., "SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition", 2021, through
OpenCV's `FaceRecognizerSF`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import ModelMissing
from ...natives import opencv, quiet
from ..weights.downloads import path_of
from .pool import Pool
from .region import five_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

SFACE = "face_recognition_sface_2021dec.onnx"
MISSING = "Identity is not measured: the model file of SFace is not here. `recast models fetch --all` brings it."


def available() -> bool:
    """Whether the model file is on this machine."""
    try:
        path_of(SFACE)
    except ModelMissing:
        return False
    return True


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
