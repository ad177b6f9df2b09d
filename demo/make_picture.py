"""Lay plate, driving performance and result side by side at some moments of the demo.

python demo/make_picture.py [--output demo/out/picture.png] [--frames 1001,1017,1033,1063] [--cell 200]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import av
import cv2
import numpy as np
import OpenImageIO as oiio

from make_plate import FOLDER, TO_ACESCG

FIRST = 1001
FACE_SHARE = 0.62  # the square around the face, in plate heights
GAP = 6


def read_plate(path: Path) -> np.ndarray:
    """An ACEScg EXR as it looks on a screen: (H, W, 3) uint8 sRGB."""
    source = oiio.ImageInput.open(str(path))
    if source is None:
        raise SystemExit(f"There is no {path}; run make demo first. {oiio.geterror()}")
    spec = source.spec()
    order = [spec.channelnames.index(name) for name in "RGB"]
    acescg = source.read_image(0, 0, 0, spec.nchannels, "float")[..., order]
    return to_screen(acescg @ np.linalg.inv(TO_ACESCG).T)


def to_screen(linear: np.ndarray) -> np.ndarray:
    """Scene-linear Rec. 709 light as uint8 sRGB; what is beyond white is white."""
    linear = np.clip(linear, 0, 1)
    display = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (display * 255 + 0.5).astype(np.uint8)


def read_driver(path: Path) -> list[np.ndarray]:
    """All frames of the driving movie, (H, W, 3) uint8 sRGB."""
    with av.open(str(path)) as movie:
        return [frame.to_ndarray(format="rgb24") for frame in movie.decode(video=0)]


def square(picture: np.ndarray, centre: tuple[float, float], side: float, cell: int) -> np.ndarray:
    """A square cut-out, `cell` pixels wide; centre and side in shares of width and height."""
    height, width = picture.shape[:2]
    half = round(side * height / 2)
    x = int(np.clip(centre[0] * width, half, width - half))
    y = int(np.clip(centre[1] * height, half, height - half))
    return cv2.resize(picture[y - half : y + half, x - half : x + half], (cell, cell), interpolation=cv2.INTER_AREA)


def label(picture: np.ndarray, text: str) -> np.ndarray:
    """The same picture with a word on a dark strip in its lower left corner."""
    face, bottom = cv2.FONT_HERSHEY_SIMPLEX, picture.shape[0]
    width = cv2.getTextSize(text, face, 0.45, 1)[0][0]
    marked = cv2.rectangle(picture.copy(), (0, bottom - 20), (width + 12, bottom), (24, 24, 24), cv2.FILLED)
    return cv2.putText(marked, text, (6, bottom - 6), face, 0.45, (235, 235, 235), 1, cv2.LINE_AA)


def sheet(rows: list[list[np.ndarray]]) -> np.ndarray:
    """Pictures of one size in rows, with white gaps between them."""
    across = [
        np.hstack([cv2.copyMakeBorder(p, 0, GAP, 0, GAP, cv2.BORDER_CONSTANT, value=(255,) * 3) for p in row])
        for row in rows
    ]
    return np.vstack(across)[:-GAP, :-GAP]


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", type=Path, default=FOLDER / "out" / "picture.png")
    words.add_argument("--folder", type=Path, default=FOLDER / "out")
    words.add_argument("--frames", default="1001,1017,1033,1063")
    words.add_argument("--cell", type=int, default=200)
    asked = words.parse_args()
    frames = [int(word) for word in asked.frames.split(",")]
    driver = read_driver(FOLDER / "driver.mp4")
    rows = [
        [square(read_plate(asked.folder / f"plate.{f:04d}.exr"), (0.47, 0.45), FACE_SHARE, asked.cell) for f in frames],
        [square(driver[f - FIRST], (0.5, 0.5), 0.86, asked.cell) for f in frames],
        [square(read_plate(asked.folder / f"shot.{f:04d}.exr"), (0.47, 0.45), FACE_SHARE, asked.cell) for f in frames],
    ]
    for row, word in zip(rows, ("plate", "driving performance", "result"), strict=True):
        row[0] = label(row[0], word)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(asked.output), sheet(rows)[..., ::-1]):
        raise SystemExit(f"Could not write {asked.output}.")
    print(f"Plate, driving performance and result side by side: {asked.output}")


if __name__ == "__main__":
    main()
