"""YuNet (MIT, OpenCV Zoo): finds small and turned faces.

Its 2023 model through `cv2.FaceDetectorYN`; W. Wu, H. Peng, S. Yu, "YuNet: A Tiny Millisecond-level Face Detector",
Machine Intelligence Research 2023.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ...natives import opencv, quiet
from ...stages.thresholds import PublishedNumber
from ..weights.downloads import path_of
from .detector import Detection, detection_in
from .pool import Pool
from .view import Shown

MODEL_FILE = "face_detection_yunet_2023mar.onnx"
OVERLAP = PublishedNumber(0.3, "OpenCV's own for YuNet: the share of what both boxes cover that makes one face of them")


def detect(picture: Shown, confidence: float) -> list[Detection]:
    """Faces in one picture that have at least this score. Raises ModelMissing."""
    with _networks().borrow() as network:
        height, width = picture.pixels.shape[:2]
        network.setInputSize((width, height))
        network.setScoreThreshold(confidence)
        rows = network.detect(np.ascontiguousarray(picture.pixels[..., ::-1]))[1]
    if rows is None:
        return []
    rows = rows[np.isfinite(rows).all(axis=1)].astype(np.float64)
    return [
        detection_in(picture, np.stack([row[:2], row[:2] + row[2:4]]), row[4:14].reshape(5, 2), row[14])
        for row in rows
        if min(row[2:4]) > 0
    ]


@cache
def _networks() -> Pool[Any]:
    path = str(path_of(MODEL_FILE))

    def start() -> Any:
        with quiet():
            return opencv().FaceDetectorYN.create(path, "", (320, 320), 0.5, OVERLAP)

    return Pool(start)
