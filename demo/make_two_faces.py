"""A shot with two faces that cross, made from digital humans, and a driver for each: docs/several-faces.md.

    python demo/make_two_faces.py FOLDER [--frames 48] [--size 448]

FOLDER/plate.####.exr shows two people who walk past each other, one before the other; FOLDER/left.####.exr and
FOLDER/right.####.exr are the drivers. FOLDER/truth.json says where the landmarks of both are, and who is in front.
It needs the extra `heads`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import OpenImageIO as oiio
from numpy.typing import NDArray

from recast_nodes.digital_humans.head_motion import HeadMotion, move, stay
from recast_nodes.digital_humans.human import DigitalHuman
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.performance import ExpressionCurves, at_rest, perform, to_ict
from recast_nodes.digital_humans.renderer import Picture, Stage

FIRST = 1001
ROOM = 4
LENGTH = 150  # frames that a performance is drawn at: the shot shows its first ones
SOFT = 0.6  # pixels: how soft the cut-out is that lays a person over the other


class Walker(NamedTuple):
    """Somebody in the plate: who, what is acted, and the way, in widths of the person's picture."""

    person: int
    acts: str
    turns: str
    start: float
    end: float
    down: float  # pixels at a size of 448, so that they are not at one height


BEHIND = Walker(person=3, acts="speech", turns="listen", start=-0.02, end=0.78, down=14.0)
BEFORE = Walker(person=11, acts="question", turns="nod", start=0.80, end=-0.04, down=0.0)
DRIVERS = {"left": (7, "laughter"), "right": (5, "surprise")}  # person, performance


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folder", type=Path)
    words.add_argument("--frames", type=int, default=48)
    words.add_argument("--size", type=int, default=448, help="Pixels of a person's picture.")
    asked = words.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    make_plate(asked.folder, asked.frames, asked.size)
    for name, (person, acts) in DRIVERS.items():
        make_driver(asked.folder / f"{name}.####.exr", person, acts, asked.frames, asked.size)
    print(asked.folder)


def make_plate(folder: Path, frames: int, size: int) -> None:
    """The plate, and what is known of it."""
    walkers = (BEHIND, BEFORE)
    stages = [Stage(DigitalHuman(small_head(), draw_person(each.person)), draw_room(ROOM)) for each in walkers]
    truth = []
    for number in range(frames):
        picture = _wall(size, number)
        known: dict[str, object] = {"frame": FIRST + number, "front": 1}
        for which, (walker, stage) in enumerate(zip(walkers, stages, strict=True)):
            shot = _film(stage, perform(walker.acts, LENGTH), move(walker.turns, LENGTH), number, size)
            corner = _corner(walker, number / max(frames - 1, 1), size)
            picture = _lay(picture, shot, corner)
            known[f"landmarks{which}"] = np.round(shot.landmarks[:, :2].astype(float) + corner, 2).tolist()
        write_picture(folder / f"plate.{FIRST + number}.exr", picture)
        truth.append(known)
    (folder / "truth.json").write_text(json.dumps(truth))


def make_driver(pattern: Path, person: int, acts: str, frames: int, size: int) -> None:
    """Somebody who acts and keeps the head still."""
    stage = Stage(DigitalHuman(small_head(), draw_person(person)), draw_room(person))
    curves = perform(acts, LENGTH) if acts else at_rest(LENGTH)
    for number in range(frames):
        shot = _film(stage, curves, stay(LENGTH), number, size)
        write_picture(Path(str(pattern).replace("####", f"{FIRST + number}")), shot.beauty)


def _film(stage: Stage, curves: ExpressionCurves, motion: HeadMotion, number: int, size: int) -> Picture:
    return stage.film(
        to_ict(curves.expression(number)), motion.pose(number), stage.room.camera_at(0, size), grain=number
    )


def _wall(size: int, number: int) -> NDArray[np.float32]:
    """The room behind both: a soft gradient with grain."""
    width = round(1.76 * size)
    y, x = np.mgrid[:size, :width].astype(np.float32) / size
    light = 0.16 + 0.05 * np.sin(3.0 * x + 1.0) * np.cos(2.0 * y)
    noise = np.random.default_rng([ROOM, number]).normal(0, 0.004, (size, width, 3))
    return (light[..., None] * np.float32([0.9, 1.0, 1.12]) + noise).astype(np.float32)


def _corner(walker: Walker, share: float, size: int) -> tuple[int, int]:
    """The left upper corner of a walker's picture at a share 0..1 of the shot, in whole pixels."""
    return round((walker.start + (walker.end - walker.start) * share) * size), round(walker.down * size / 448)


def _lay(picture: NDArray[np.float32], shot: Picture, corner: tuple[int, int]) -> NDArray[np.float32]:
    """A person laid over a picture."""
    alpha = cv2.GaussianBlur((shot.material >= 0).astype(np.float32), (0, 0), SOFT)[..., None]
    height, width = picture.shape[:2]
    size = len(alpha)
    left, top = max(corner[0], 0), max(corner[1], 0)
    right, bottom = min(corner[0] + size, width), min(corner[1] + size, height)
    inside = (slice(top - corner[1], bottom - corner[1]), slice(left - corner[0], right - corner[0]))
    laid = picture.copy()
    here = laid[top:bottom, left:right]
    here += alpha[inside] * (shot.beauty[inside] - here)
    return laid


def write_picture(path: Path, picture: NDArray[np.float32]) -> None:
    """An EXR of half floats, scene-linear Rec. 709."""
    height, width = picture.shape[:2]
    spec = oiio.ImageSpec(width, height, 3, "half")
    spec.attribute("compression", "zip")
    spec.attribute("oiio:ColorSpace", "lin_rec709_scene")
    spec.attribute("framesPerSecond", oiio.TypeDesc("rational2i"), (30, 1))
    file = oiio.ImageOutput.create(str(path))
    if not file or not file.open(str(path), spec):
        raise SystemExit(f"Could not write {path}. {oiio.geterror()}")
    file.write_image(np.ascontiguousarray(picture, np.float32))
    file.close()


if __name__ == "__main__":
    main()
