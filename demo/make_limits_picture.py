"""The picture of docs/mesh.md: what the mesh model does badly, on the demo's own shot.

make demo && python demo/make_limits_picture.py [--output docs/pictures/mesh_limits.jpg]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import cv2
from make_picture import FIRST, FOLDER, label, read_driver, read_plate, sheet, square

CELL = 230  # pixels


class Limit(NamedTuple):
    """One failure: where it is seen in the plate and in the driver, in shares of the picture."""

    words: str
    frame: int
    centre: tuple[float, float]
    side: float
    driver_centre: tuple[float, float]
    driver_side: float


LIMITS = (
    Limit("whole face", 1033, (0.47, 0.45), 0.62, (0.5, 0.5), 0.86),
    Limit("mouth", 1033, (0.47, 0.58), 0.24, (0.52, 0.74), 0.36),
    Limit("far gaze", 1051, (0.45, 0.39), 0.26, (0.5, 0.4), 0.4),
    Limit("half a blink", 1041, (0.45, 0.39), 0.26, (0.5, 0.4), 0.4),
)


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", type=Path, default=FOLDER.parent / "docs" / "pictures" / "mesh_limits.jpg")
    words.add_argument("--folder", type=Path, default=FOLDER / "out")
    asked = words.parse_args()
    driver = read_driver(FOLDER / "driver.mp4")
    columns = []
    for limit in LIMITS:
        plate, result = (read_plate(asked.folder / f"{name}.{limit.frame:04d}.exr") for name in ("plate", "shot"))
        acted = square(driver[limit.frame - FIRST], limit.driver_centre, limit.driver_side, CELL)
        ours = [square(picture, limit.centre, limit.side, CELL) for picture in (plate, result)]
        columns.append([label(ours[0], f"{limit.words}, {limit.frame}"), acted, ours[1]])
    picture = sheet([list(row) for row in zip(*columns, strict=True)])
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(asked.output), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 84]):
        raise SystemExit(f"Could not write {asked.output}.")
    print(asked.output)


if __name__ == "__main__":
    main()
