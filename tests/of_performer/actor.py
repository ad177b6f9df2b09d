"""A painted actor who speaks: folds come with every open mouth, as no warp of a shut one can know."""

from __future__ import annotations

import math
from functools import cache

import pytest

from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.performer.footage import ActorFootage, gather_footage
from recast_nodes.performer.learn import LearnSettings, Lesson, learn
from recast_nodes.stages.features.donor import Lender
from recast_nodes.wires import Image, Track
from tests.painted_face import LEFT_FOLD, RIGHT_FOLD, SIDE, picture
from tests.performer import track

JAW = BLENDSHAPES.index("jawOpen")
FRAMES = 26
PAIRS = 14  # of which four are for the card
ACROSS = 130.0  # pixels of the face: what is learned costs half of what it does at 200


def jaw_at(frame: int) -> float:
    """How far the jaw is open at a frame."""
    return 0.5 - 0.5 * math.cos(0.9 * frame / 7)


def track_at(frame: int) -> Track:
    return track({JAW: jaw_at(frame)}, size=ACROSS, centre=(SIDE / 2, SIDE / 2), yaw=0.05)


@cache
def image_at(frame: int) -> Image:
    return picture(track_at(frame), (LEFT_FOLD, RIGHT_FOLD), depth=0.8 * jaw_at(frame), noise=0.01, seed=frame)


@cache
def painted_footage() -> ActorFootage:
    frames = [7 * at for at in range(FRAMES)]
    return gather_footage({Lender(frame): track_at(frame) for frame in frames}, lambda name: image_at(name.frame))


@cache
def painted_lesson() -> Lesson:
    """Just enough pairs to be weighed, of which few are tried in ways of blending."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recast_nodes.performer.search.LOOKED_AT", 5)
        return learn(painted_footage(), LearnSettings(pairs=PAIRS), {"footage": []})
