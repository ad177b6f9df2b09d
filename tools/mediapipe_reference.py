"""What MediaPipe itself reads of the demo's pictures: tests/models/tracker/mediapipe_reference.npz.

    python3 -m venv SCRATCH && SCRATCH/bin/pip install mediapipe==1.2.2
    SCRATCH/bin/python tools/mediapipe_reference.py PATH/TO/face_landmarker.task

In a scratch environment of its own: MediaPipe brings an OpenCV that lies over ours. Recast Nodes is not imported; the
pictures are those that tests/models/tracker/test_mediapipe_reference.py makes again. MediaPipe reports each start to
its maker, which a proxy that is not there prevents. The table holds for each picture, by its name, landmarks (478, 3)
in pixels of it, z in the scale of x, and under `NAME coefficients` the 52 coefficients.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "models" / "tracker" / "mediapipe_reference.npz"
PORTRAIT_SIDES = (320, 480)  # pixels
DRIVER_SIDE, DRIVER_FRAMES = 320, range(0, 72, 8)


def pictures() -> Iterator[tuple[str, np.ndarray]]:
    """The demo's portrait at two sizes and mirrored, and its digital human: names and pictures (H, W, 3) sRGB."""
    import cv2

    portrait = cv2.imread(str(ROOT / "demo" / "portrait.jpg"))[..., ::-1]
    for side in PORTRAIT_SIDES:
        scale = side / max(portrait.shape[:2])
        size = round(portrait.shape[1] * scale), round(portrait.shape[0] * scale)
        shown = cv2.resize(np.ascontiguousarray(portrait), size, interpolation=cv2.INTER_AREA)
        yield f"portrait {side}", shown
        yield f"portrait {side} mirrored", np.ascontiguousarray(shown[:, ::-1])
    movie = cv2.VideoCapture(str(ROOT / "demo" / "driver.mp4"))
    for frame in DRIVER_FRAMES:
        movie.set(cv2.CAP_PROP_POS_FRAMES, frame)
        pixels = movie.read()[1][..., ::-1]
        size = (DRIVER_SIDE, DRIVER_SIDE)
        yield f"driver {frame}", cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)


def main(task: str) -> None:
    os.environ |= {"https_proxy": "socks5h://localhost/nowhere/recast", "no_proxy": "recast.invalid"}
    import mediapipe as mp

    options = mp.tasks.vision.FaceLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=task), output_face_blendshapes=True
    )
    table = {}
    with mp.tasks.vision.FaceLandmarker.create_from_options(options) as landmarker:
        for name, pixels in pictures():
            seen = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels))
            height, width = pixels.shape[:2]
            points = [(p.x * width, p.y * height, p.z * width) for p in seen.face_landmarks[0]]
            table[name] = np.array(points, np.float32)
            table[f"{name} coefficients"] = np.array([each.score for each in seen.face_blendshapes[0]], np.float32)
    np.savez_compressed(TABLE, **table)
    print(f"{TABLE}: {len(table) // 2} pictures by MediaPipe {mp.__version__}")


if __name__ == "__main__":
    main(sys.argv[1])
