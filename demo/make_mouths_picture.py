"""The picture of decision 38: mouths of the demo's shot as they were before it, and now.

make demo && python demo/make_mouths_picture.py --before FOLDER [--output docs/pictures/mouths.jpg]

FOLDER holds the same shot as the commit before the decision renders it: shot.####.exr.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
from make_picture import FIRST, FOLDER, label, read_driver, read_plate, sheet, square

CELL = 230  # pixels
FRAMES = {1009: "lips that shut", 1021: "a narrow smile", 1033: "an open mouth", 1045: "lips that shut"}
MOUTH, ACTED = ((0.47, 0.58), 0.24), ((0.52, 0.74), 0.36)  # centre and side, in shares of the picture


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", type=Path, default=FOLDER.parent / "docs" / "pictures" / "mouths.jpg")
    words.add_argument("--folder", type=Path, default=FOLDER / "out")
    words.add_argument("--before", type=Path, required=True)
    asked = words.parse_args()
    driver = read_driver(FOLDER / "driver.mp4")
    columns = []
    for frame, what in FRAMES.items():
        files = (
            asked.folder / f"plate.{frame}.exr",
            asked.before / f"shot.{frame}.exr",
            asked.folder / f"shot.{frame}.exr",
        )
        plate, before, now = (square(read_plate(file), *MOUTH, CELL) for file in files)
        acted = square(driver[frame - FIRST], *ACTED, CELL)
        columns.append([label(plate, f"{what}, {frame}"), acted, label(before, "before"), label(now, "now")])
    picture = sheet([list(row) for row in zip(*columns, strict=True)])
    if not cv2.imwrite(str(asked.output), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 84]):
        raise SystemExit(f"Could not write {asked.output}.")
    print(asked.output)


if __name__ == "__main__":
    main()
