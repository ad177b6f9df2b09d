"""People rendered for training: each is a clip of one room, acting and turning at random from picture to picture.

Half of the pictures act a moment of an authored performance, half what chance makes of the 52 coefficients. People have
numbers that no benchmark uses.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.random import Generator

from ...digital_humans.human import DigitalHuman
from ...digital_humans.ict import small_head
from ...digital_humans.keypoints import keypoint_sets
from ...digital_humans.people import draw_person, draw_room, generator
from ...digital_humans.performance import RATE, SECONDS, SIDES, perform, scripts, to_ict
from ...digital_humans.renderer import Stage
from ...digital_humans.scene import HeadPose
from ...face.blendshapes import BLENDSHAPES, GAZE
from ...stages.finish.colour import to_display
from .clip import write_clip
from .cut import cut_frame, join_frames

CHANCE = 5  # which stream of a person's numbers this is; people, rooms, hair and grain have others
MOMENTS = round(SECONDS * RATE)  # of an authored performance
FEWEST, MOST = 2, 7  # movements at once where chance acts
PER_PIXEL = 1.6  # pixels of the whole picture for each of the stored square, so that none is enlarged
SHIFT = 1.5  # centimetres, standard deviation of where a head is
FLATTER = (1.0, 0.4, 0.35)  # turns about x and z (pitch, roll) beside the yaw's


class Casting(NamedTuple):
    """What a person's clip is made of."""

    person: int
    frames: int
    pixels: int  # along a side of the stored square
    turn: float  # degrees
    scripts: float
    margin: float
    device: str = "cpu"


def render_person(casting: Casting, path: Path) -> int:
    """Render a person's clip and write it; the number of frames. The same on every machine but for rays' rounding."""
    rng = generator(casting.person, CHANCE)
    head, room = small_head(), draw_room(casting.person)
    human = DigitalHuman(head, draw_person(casting.person))
    stage = Stage(human, room, casting.device)
    camera = room.camera_at(0.0, round(casting.pixels * PER_PIXEL))
    frames = []
    for number in range(casting.frames):
        expression, pose = to_ict(draw_expression(rng, casting.scripts)), draw_pose(rng, casting.turn)
        picture = stage.film(expression, pose, camera, grain=number)
        sets, landmarks = keypoint_sets(head, human.person.identity, expression, pose, camera)
        shown = to_display(torch.from_numpy(picture.beauty).permute(2, 0, 1))
        frames.append(cut_frame(shown, sets, landmarks, casting.pixels, casting.margin))
    write_clip(path, join_frames(frames))
    return casting.frames


def draw_expression(rng: Generator, scripted: float) -> dict[str, float]:
    """Coefficients by ARKit's names, 0..1."""
    if rng.random() < scripted:
        names = list(scripts())
        curves = perform(names[rng.integers(len(names))], MOMENTS)
        return curves.expression(int(rng.integers(MOMENTS)))
    chosen = rng.choice(np.arange(1, len(BLENDSHAPES)), rng.integers(FEWEST, MOST), replace=False)
    drawn: dict[str, float] = {}
    for number in (k for k in chosen if k not in GAZE):
        amount = float(rng.beta(1.2, 1.6))
        drawn |= dict.fromkeys(
            _both_sides(BLENDSHAPES[number]) if rng.random() < 0.7 else [BLENDSHAPES[number]], amount
        )
    return drawn | _look(rng)


def _both_sides(name: str) -> list[str]:
    stem = next((name.removesuffix(side) for side in SIDES if name.endswith(side)), "")
    return [stem + side for side in SIDES] if stem and stem + SIDES[0] in BLENDSHAPES else [name]


def _look(rng: Generator) -> dict[str, float]:
    """Eyes that look together, most of the time nearly ahead."""
    across, up = np.clip(rng.normal(0, 0.35, 2), -1, 1)
    right, left = ("In", "Out") if across > 0 else ("Out", "In")
    vertical = "Up" if up > 0 else "Down"
    amounts = {f"eyeLook{left}Left": abs(across), f"eyeLook{right}Right": abs(across)}
    amounts |= {f"eyeLook{vertical}{side}": abs(up) for side in SIDES}
    return {name: float(amount) for name, amount in amounts.items()}


def draw_pose(rng: Generator, turn: float) -> HeadPose:
    """A head turned by chance; seldom beyond twice `turn`, and never beyond 60 degrees."""
    yaw, pitch, roll = (float(np.clip(rng.normal(0, turn / 2 * share), -60, 60)) for share in FLATTER)
    x, y, z = (float(v) for v in rng.normal(0, SHIFT, 3))
    return HeadPose(yaw, pitch, roll, (x, y, z))
