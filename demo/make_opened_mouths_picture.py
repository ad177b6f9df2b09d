"""The picture of mouths that nobody lends in docs/mesh.md: rendered people, their mouths opened by hand, and the truth.

.venv/bin/python demo/make_opened_mouths_picture.py [--output docs/pictures/opened_mouths.jpg]

Needs the extra `heads`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import cv2
import numpy as np
from make_picture import FOLDER, label, to_screen

from recast_nodes.digital_humans.human import DigitalHuman
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.performance import to_ict
from recast_nodes.digital_humans.renderer import Stage
from recast_nodes.digital_humans.scene import HeadPose
from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.media.pixels import display_rgb
from recast_nodes.window import Window

SIZE, CELL = 512, 260
SMILE = {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9, "mouthUpperUpLeft": 0.5, "mouthUpperUpRight": 0.5}
PEOPLE = ((1, SMILE | {"jawOpen": 0.12}), (3, {}))  # by number, with the plate's expression
OPENED = (0.15, 0.35, 0.7)  # of jawOpen


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--output", type=Path, default=FOLDER.parent / "docs" / "pictures" / "opened_mouths.jpg")
    output = words.parse_args().output
    rows = [row for person, expression in PEOPLE for row in make_rows(person, expression)]
    cv2.imwrite(str(output), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


def make_rows(person: int, expression: dict[str, float]) -> list[np.ndarray]:
    """A row of edits and one of the truth, each (CELL, 4 CELL, 3) uint8; the plate stands before both."""
    room = draw_room(person)
    stage = Stage(DigitalHuman(small_head(), draw_person(person)), room)
    with tempfile.TemporaryDirectory() as folder:
        pictures = [Path(folder) / f"{number}.png" for number in range(len(OPENED) + 1)]
        for path, opened in zip(pictures, (0.0, *OPENED), strict=True):
            acted = expression | {"jawOpen": expression.get("jawOpen", 0.0) + opened}
            film = stage.film(to_ict(acted), HeadPose(0.0), room.camera_at(0, SIZE))
            cv2.imwrite(str(path), to_screen(film.beauty)[..., ::-1])
        edits = [read(pictures[0], pictures[0], opened) for opened in (0.0, *OPENED)]
        truths = [read(path, pictures[0], 0.0) for path in pictures]
    names = ("plate", *(f"jawOpen {opened:g}" for opened in OPENED))
    made = [label(cell, name) for cell, name in zip(edits, names, strict=True)]
    return [np.concatenate(made, 1), np.concatenate([label(cell, "truth") for cell in truths], 1)]


def read(picture: Path, plate: Path, opened: float) -> np.ndarray:
    """(CELL, CELL, 3) uint8: a picture with its mouth opened, about the place where the plate has its mouth."""
    tracker = Evaluator(without_driver(edit_graph(str(plate), "", "unused.exr")), [1])
    tracker.prepare("FaceTrack")
    points = tracker.pull("FaceTrack", 1).landmarks[:, :2]
    left, top = (float(at) for at in (points[0] + points[17]) / 2)
    reach = 0.36 * float(points[:, 1].amax() - points[:, 1].amin())
    graph = without_driver(edit_graph(str(picture), "", "unused.exr")).with_knob("ExpressionMix", "jawOpen", opened)
    evaluator = Evaluator(graph, [1])
    evaluator.prepare("MaskComposite")
    window = Window(round(left - reach), round(top - reach), round(2 * reach), round(2 * reach))
    return np.ascontiguousarray(display_rgb(evaluator.pull("MaskComposite", 1), window, (CELL, CELL)))


if __name__ == "__main__":
    main()
