"""The picture of folds in docs/mesh.md: two rendered people, whose truth is known.

recast bench quality --make FOLDER --identities 1 --frames 24
recast edit --source FOLDER/identity_00/source/picture.####.exr --driving FOLDER/identity_00/driver/picture.####.exr
    --output WITH/r.####.exr        and once more to WITHOUT/r.####.exr, with --set Decode.folds=0
python demo/make_folds_picture.py FOLDER/identity_00 WITHOUT WITH [--frame 1018] [--output docs/pictures/folds.jpg]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO as oiio
from make_picture import FOLDER, label, sheet, square, to_screen

CELL, CENTRE, SIDE = 300, (0.5, 0.42), 0.46  # pixels, and the face in shares of the picture


def read_picture(path: Path) -> np.ndarray:
    """A linear Rec. 709 EXR as it looks on a screen: (H, W, 3) uint8 sRGB."""
    source = oiio.ImageInput.open(str(path))
    if source is None:
        raise SystemExit(f"There is no {path}. {oiio.geterror()}")
    spec = source.spec()
    order = [spec.channelnames.index(name) for name in "RGB"]
    return to_screen(source.read_image(0, 0, 0, spec.nchannels, "float")[..., order])


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folder", type=Path)
    words.add_argument("without", type=Path)
    words.add_argument("with_folds", type=Path)
    words.add_argument("--frame", type=int, default=1018)
    words.add_argument("--output", type=Path, default=FOLDER.parent / "docs" / "pictures" / "folds.jpg")
    asked = words.parse_args()
    clips = [asked.folder / name / f"picture.{asked.frame}.exr" for name in ("driver", "truth")]
    edits = [folder / f"r.{asked.frame}.exr" for folder in (asked.without, asked.with_folds)]
    shown = {"driver": clips[0], "folds 0": edits[0], "folds 1": edits[1], "truth": clips[1]}
    row = [label(square(read_picture(path), CENTRE, SIDE, CELL), text) for text, path in shown.items()]
    if not cv2.imwrite(str(asked.output), sheet([row])[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88]):
        raise SystemExit(f"Could not write {asked.output}.")
    print(asked.output)


if __name__ == "__main__":
    main()
