"""A painted actor who speaks: folds come with every open mouth, as no warp of a shut one can know."""

from __future__ import annotations

import math
from functools import cache

from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.performer.footage import ActorFootage, gather_footage
from recast_nodes.stages.features.donor import Lender
from recast_nodes.wires import Image, Track
from tests.painted_face import LEFT_FOLD, RIGHT_FOLD, SIDE, picture
from tests.performer import track

JAW = BLENDSHAPES.index("jawOpen")
FRAMES = 26


def jaw_at(frame: int) -> float:
    """How far the jaw is open at a frame."""
    return 0.5 - 0.5 * math.cos(0.9 * frame / 7)


def track_at(frame: int) -> Track:
    return track({JAW: jaw_at(frame)}, size=200.0, centre=(SIDE / 2, SIDE / 2), yaw=0.05)


def image_at(frame: int) -> Image:
    return picture(track_at(frame), (LEFT_FOLD, RIGHT_FOLD), depth=0.8 * jaw_at(frame), noise=0.01, seed=frame)


@cache
def painted_footage() -> ActorFootage:
    frames = [7 * at for at in range(FRAMES)]
    return gather_footage({Lender(frame): track_at(frame) for frame in frames}, lambda name: image_at(name.frame))
