"""The picture of docs/performances.md: the demo's plate, driven by a table of numbers.

make demo && python demo/make_performances_picture.py [--output docs/pictures/performances.jpg]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from make_picture import FACE_SHARE, FOLDER, label, read_plate, sheet, square

from recast_nodes.face.columns import COLUMNS
from recast_nodes.media.performances.formats import write_performance
from recast_nodes.media.performances.performance import FacePerformance

CELL = 230  # pixels
FIRST, FRAMES = 1001, 72
BOTH = ("Left", "Right")
BEATS = (  # the frame at its height, frames that it takes to fade by two thirds, and what is acted how far
    (1021, 6.0, {"jawOpen": 0.5, "browDown": 0.9}),
    (1036, 6.0, {"mouthSmile": 0.8, "cheekSquint": 0.4}),
    (1051, 6.0, {"browInnerUp": 0.8, "browOuterUp": 0.7, "eyeWide": 0.4}),
    (1064, 6.0, {"mouthPucker": 0.9}),
)


def write_take(path: Path) -> None:
    """A performance of the plate's length, in Live Link Face's columns."""
    numbers = np.zeros((FRAMES, len(COLUMNS)), np.float32)
    for height, fade, amounts in BEATS:
        course = np.exp(-(((np.arange(FRAMES) + FIRST - height) / fade) ** 2))
        for name, amount in amounts.items():
            for full in [name] if name in COLUMNS else [name + side for side in BOTH]:
                numbers[:, COLUMNS.index(full)] += amount * course
    frames = tuple(range(FIRST, FIRST + FRAMES))
    write_performance(FacePerformance(frames, numbers, Fraction(24), numbered=True), path)


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", type=Path, default=FOLDER.parent / "docs" / "pictures" / "performances.jpg")
    words.add_argument("--folder", type=Path, default=FOLDER / "out")
    asked = words.parse_args()
    take = asked.folder / "take.arkit.csv"
    write_take(take)
    plate, shot = asked.folder / "plate.####.exr", asked.folder / "numbers.####.exr"
    command = [sys.executable, "-m", "recast_nodes.hosts.cli", "edit", "--source", str(plate), "--driving", str(take)]
    subprocess.run([*command, "--output", str(shot)], check=True)
    rows = []
    for name in ("plate", "numbers"):
        pictures = [read_plate(asked.folder / f"{name}.{height}.exr") for height, _, _ in BEATS]
        rows.append([square(picture, (0.47, 0.45), FACE_SHARE, CELL) for picture in pictures])
    rows[0] = [label(cell, str(height)) for cell, (height, _, _) in zip(rows[0], BEATS, strict=True)]
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(asked.output), sheet(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 84]):
        raise SystemExit(f"Could not write {asked.output}.")
    print(asked.output)


if __name__ == "__main__":
    main()
