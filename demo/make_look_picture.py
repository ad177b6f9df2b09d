"""The picture of docs/eyes.md: the demo's portrait, where look_at has her look, and her eyes shut by key.

.venv/bin/python demo/make_look_picture.py [--output docs/pictures/look_at.jpg]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from make_picture import FOLDER, label

from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.media.pixels import display_rgb
from recast_nodes.window import Window

CELL, REACH = 400, 0.85  # pixels, and half a cell over the height of the face
RING = (255, 190, 40)
# What is written on a cell, the place of the point from the middle of the face over its height, and further knobs.
SHOWN = (
    ("plate", None, {"look_at": 0.0}),
    ("camera", None, {}),
    ("point", (-0.6, -0.35), {}),
    ("point", (0.7, 0.3), {}),
    ("point, converge 0", (-0.35, 0.25), {"target_depth": 0.35}),
    ("point, converge 1", (-0.35, 0.25), {"target_depth": 0.35, "converge": 1.0}),
    ("both blinks 0.5", None, {"look_at": 0.0, "blink_left": 0.5, "blink_right": 0.5}),
    ("both blinks 1", None, {"look_at": 0.0, "blink_left": 1.0, "blink_right": 1.0}),
    ("blink_left 1", None, {"look_at": 0.0, "blink_left": 1.0}),
)


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", type=Path, default=FOLDER.parent / "docs" / "pictures" / "look_at.jpg")
    output = words.parse_args().output
    cells = [make_cell(*each) for each in SHOWN]
    rows = [np.concatenate(cells[at : at + 3], 1) for at in range(0, len(cells), 3)]
    cv2.imwrite(str(output), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


def make_cell(words: str, place: tuple[float, float] | None, knobs: dict[str, float]) -> np.ndarray:
    """(CELL, CELL, 3) uint8: the face that looks at a place, which is ringed."""
    graph = without_driver(edit_graph(str(FOLDER / "portrait.jpg"), "", "unused.exr"))
    tracker = Evaluator(graph, [1])
    tracker.prepare("FaceTrack")
    points = tracker.pull("FaceTrack", 1).landmarks[:, :2]
    middle, height = (points.amax(0) + points.amin(0)) / 2, float(points[:, 1].amax() - points[:, 1].amin())
    asked = {"look_at": 1.0, **knobs}
    if place:
        x, y = (float(at) + height * way for at, way in zip(middle, place, strict=True))
        asked |= {"target": "point", "target_x": x, "target_y": y}
    for name, value in asked.items():
        graph = graph.with_knob("ExpressionMix", name, value)
    evaluator = Evaluator(graph, [1])
    evaluator.prepare("MaskComposite")
    reach = REACH * height
    window = Window(*(round(float(at) - reach) for at in middle), round(2 * reach), round(2 * reach))
    cell = np.ascontiguousarray(display_rgb(evaluator.pull("MaskComposite", 1), window, (CELL, CELL)))
    if place:
        ring = tuple(round(CELL * (0.5 + way / (2 * REACH))) for way in place)
        cv2.circle(cell, ring, 9, RING, 2, cv2.LINE_AA)
    return label(cell, words)


if __name__ == "__main__":
    main()
