"""Memory and restart of long shots of small frames: nothing may grow with a shot but what is kept of each frame.

    python benchmarks/long_shot.py                       # 1,000 and 10,000 frames, copied and edited: an hour
    python benchmarks/long_shot.py --kinds copy --lengths 1000 10000

The cache in memory is set to nothing (`--memory 0`): its bound is a knob, and would be filled by the long shot only.
Each shot is rendered, then started again with every frame there. Prints a table; numbers to look at, never assertions
in a test.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import OpenImageIO as oiio

ROOT = Path(__file__).resolve().parent.parent
FIRST, DRIFT = 1001, 24  # the first frame; pictures after which the plate begins anew
SIZE = (120, 100)
COPY = """recast: 1
nodes:
  Plate: {kind: Read, knobs: {file: plate/plate.#####.exr}}
  Write: {kind: Write, inputs: {image: Plate}, knobs: {file: copy/shot.#####.exr}}
"""


class Run(NamedTuple):
    """One command from start to end."""

    wall: float
    processor: float  # seconds, children included
    peak_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lengths", type=int, nargs="*", default=[1000, 10000])
    parser.add_argument("--kinds", nargs="*", choices=("copy", "edit"), default=["copy", "edit"])
    given = parser.parse_args()
    print("| shot | frames | seconds | peak MB | started again: seconds | of a processor | peak MB |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="long_shot.") as name:
        for length in given.lengths:
            folder = Path(name) / str(length)
            write_plate(folder / "plate", length)
            (folder / "copy.recast.yaml").write_text(COPY)
            for kind in given.kinds:
                first, again = run(command(kind, folder)), run(command(kind, folder))
                cells = kind, length, f"{first.wall:.0f}", f"{first.peak_mb:.0f}", f"{again.wall:.2f}"
                cells += f"{again.processor:.2f}", f"{again.peak_mb:.0f}"
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def command(kind: str, folder: Path) -> list[str]:
    if kind == "copy":
        return ["render", str(folder / "copy.recast.yaml"), "--memory", "0"]
    plate = str(folder / "plate" / "plate.#####.exr")
    words = ["edit", "--source", plate, "--driving", plate, "--output", str(folder / "edit" / "shot.#####.exr")]
    return [*words, "--memory", "0", "--set", "ExpressionMix.smile=0.5"]


def run(words: list[str]) -> Run:
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "recast_nodes.hosts.cli", *words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"recast {' '.join(words)} ended with status {status}")
    return Run(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def write_plate(folder: Path, length: int) -> None:
    """The demo's portrait, drifting, with grain of its own in each frame."""
    folder.mkdir(parents=True)
    picture = cv2.imread(str(ROOT / "demo" / "portrait.jpg"))[:, :, ::-1].astype(np.float32) / 255
    scale = 1.6 * SIZE[0] / 384
    moves = [np.float32([[scale, 0, 0.5 * step - 50], [0, scale, -8]]) for step in range(DRIFT)]
    heads = [cv2.warpAffine(picture**2.2, move, SIZE, flags=cv2.INTER_AREA) for move in moves]
    for number in range(length):
        grain = np.random.default_rng(number).normal(0, 0.002, (SIZE[1], SIZE[0], 3))
        write_frame(folder / f"plate.{FIRST + number:05d}.exr", heads[number % DRIFT] + grain)


def write_frame(path: Path, pixels: np.ndarray) -> None:
    spec = oiio.ImageSpec(SIZE[0], SIZE[1], 3, "half")
    output = oiio.ImageOutput.create("openexr")
    assert output.open(str(path), spec) and output.write_image(pixels.astype(np.float16)) and output.close()


if __name__ == "__main__":
    main()
