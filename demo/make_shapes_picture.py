"""The picture of docs/shapes.md: shapes and poses on the first frame of the demo's driver, a rendered head.

.venv/bin/python demo/make_shapes_picture.py --output docs/pictures/shapes.jpg
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from make_picture import label

from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.pose_block import poses_of
from recast_nodes.graph.pose_keys import with_blend
from recast_nodes.graph.poses import read_blend
from recast_nodes.media.pixels import display_rgb
from recast_nodes.window import Window

HERE = Path(__file__).parent
SHOWN = (
    *("rest", "mouthSmileLeft", "mouthPucker", "mouthRollLower", "noseSneer", "browOuterUpLeft"),
    *("jawLeft", "cheekPuff", "eyeLookUp", "eyeBlinkRight", "mouthFrown", "jawOpen 0.6"),
    *("PP", "oh", "happiness", "sadness", "surprise", "anger"),
)
COLUMNS, CELL = 6, 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    output = parser.parse_args().output
    cells = [make_cell(words) for words in SHOWN]
    rows = [np.concatenate(cells[at : at + COLUMNS], 1) for at in range(0, len(cells), COLUMNS)]
    cv2.imwrite(str(output), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


def make_cell(words: str) -> np.ndarray:
    """(CELL, CELL, 3) uint8: the face with a blend, named."""
    graph = without_driver(edit_graph(str(HERE / "driver.mp4"), "", "unused.exr"))
    graph = with_blend(graph, "ExpressionMix", read_blend(words, poses_of(graph)))
    evaluator = Evaluator(graph, [1])
    evaluator.prepare("MaskComposite")
    points = evaluator.pull("FaceTrack", 1).landmarks[:, :2]
    middle, reach = (points.amax(0) + points.amin(0)) / 2, float((points.amax(0) - points.amin(0)).max()) * 0.62
    left, top = (round(float(each) - reach) for each in middle)
    window = Window(left, top, round(2 * reach), round(2 * reach))
    cell = np.ascontiguousarray(display_rgb(evaluator.pull("MaskComposite", 1), window, (CELL, CELL)))
    return label(cell, words)


if __name__ == "__main__":
    main()
