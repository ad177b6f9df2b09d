"""The picture in docs/several-faces.md: two digital humans who cross, the drivers, and the result.

python demo/make_two_faces.py FOLDER
recast edit --source FOLDER/plate.####.exr --face left-most=FOLDER/left.####.exr --face right-most=FOLDER/right.####.exr
    --output FOLDER/out/r.####.exr
python demo/make_faces_picture.py FOLDER [--output docs/pictures/several-faces.jpg]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from make_folds_picture import read_picture
from make_picture import FOLDER, label, sheet

MOMENTS = (1006, 1018, 1030, 1038, 1046)
WIDTH = 300  # pixels of a cell


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folder", type=Path)
    words.add_argument("--output", type=Path, default=FOLDER.parent / "docs" / "pictures" / "several-faces.jpg")
    asked = words.parse_args()
    plates = [_cell(asked.folder / f"plate.{frame}.exr", f"plate {frame}") for frame in MOMENTS]
    results = [_cell(asked.folder / "out" / f"r.{frame}.exr", "result") for frame in MOMENTS]
    drivers = [_drivers(asked.folder, frame, plates[0].shape[1]) for frame in MOMENTS]
    if not cv2.imwrite(str(asked.output), sheet([plates, drivers, results])[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88]):
        raise SystemExit(f"Could not write {asked.output}.")
    print(asked.output)


def _cell(path: Path, text: str) -> np.ndarray:
    picture = read_picture(path)
    height = round(WIDTH * picture.shape[0] / picture.shape[1])
    return label(cv2.resize(picture, (WIDTH, height), interpolation=cv2.INTER_AREA), text)


def _drivers(folder: Path, frame: int, width: int) -> np.ndarray:
    """Both drivers side by side, as wide as a plate."""
    side = width // 2
    pair = [cv2.resize(read_picture(folder / f"{name}.{frame}.exr"), (side, side)) for name in ("left", "right")]
    cells = [label(picture, f"{name}'s driver") for picture, name in zip(pair, ("left", "right"), strict=True)]
    return np.hstack(cells)


if __name__ == "__main__":
    main()
