"""A contact sheet of made-up people, one row each, one column for each expression.

    python -m tools.digital_humans.sheet OUTPUT.png [--people 20] [--first 0] [--size 256] [--turned]

Needs the extra `heads`. Look at it at full size whenever anything that is drawn changes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from recast_nodes.digital_humans.human import DigitalHuman
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.performance import perform, to_ict
from recast_nodes.digital_humans.renderer import Stage
from recast_nodes.digital_humans.scene import HeadPose

# A performance and its frame of 150.
MOMENTS = (("smile", 0), ("laughter", 60), ("surprise", 50), ("anger", 40), ("kiss", 40), ("contempt", 58))
TURNS = (0, 25, -15, 40, -35, 55)  # degrees, one a column, with --turned


def display(linear: np.ndarray) -> np.ndarray:
    """uint8 sRGB of scene-linear light."""
    linear = np.maximum(linear, 0)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (np.clip(encoded, 0, 1) * 255 + 0.5).astype(np.uint8)


def row(seed: int, size: int, turned: bool) -> np.ndarray:
    """One person in every moment."""
    room = draw_room(seed)
    stage = Stage(DigitalHuman(small_head(), draw_person(seed)), room)
    cells = []
    for (name, frame), yaw in zip(MOMENTS, TURNS, strict=True):
        pose = HeadPose(yaw if turned else 0.0)
        expression = to_ict(perform(name, 150).expression(frame))
        cells.append(display(stage.film(expression, pose, room.camera_at(0, size)).beauty))
    return np.concatenate(cells, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--turned", action="store_true")
    asked = parser.parse_args()
    rows = [row(asked.first + number, asked.size, asked.turned) for number in range(asked.people)]
    cv2.imwrite(str(asked.output), np.concatenate(rows)[..., ::-1])


if __name__ == "__main__":
    main()
