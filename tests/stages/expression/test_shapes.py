"""ARKit's 52 shapes set by hand: nothing of nothing, mirror images, lids and lips that meet and go no further."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import (
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    LOWER_LIP_RINGS,
    MOUTH_CORNERS,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
    UPPER_LIP_RINGS,
)
from recast_nodes.face.blendshapes import SHAPES, mirror
from recast_nodes.models.canonical import canonical_face, hand_shapes
from recast_nodes.stages.expression.shapes import add_shapes
from tools.digital_humans.mirror import mirrored_landmarks

MOVEMENTS = hand_shapes()
REST = torch.zeros(478, 3)
SIDE = torch.tensor([-1.0, 1, 1])


def with_shut_lips(face: torch.Tensor) -> torch.Tensor:
    """The average face, whose lips are parted, with its lips moved together."""
    face = face.clone()
    apart = 0.5 * (face[list(LOWER_LIP_RINGS[0])] - face[list(UPPER_LIP_RINGS[0])])
    for upper, lower in zip(UPPER_LIP_RINGS, LOWER_LIP_RINGS, strict=True):
        face[list(upper)] += apart
        face[list(lower)] -= apart
    return face


FACE = with_shut_lips(canonical_face().vertices)


def shown(expression: torch.Tensor = REST, **amounts: float) -> torch.Tensor:
    """The expression (478, 3) of the average face with these shapes on top of another."""
    return add_shapes(FACE, expression, MOVEMENTS, tuple(amounts.get(name, 0.0) for name in SHAPES))


def gap(expression: torch.Tensor, upper: tuple[int, ...], lower: tuple[int, ...]) -> float:
    shape = FACE + expression
    return float((shape[list(lower), 1] - shape[list(upper), 1]).mean())


def lips(expression: torch.Tensor) -> float:
    return gap(expression, UPPER_LIP_RINGS[0][2:7], LOWER_LIP_RINGS[0][2:7])


def test_nothing_adds_nothing():
    acted = torch.randn(FACE.shape, generator=torch.Generator().manual_seed(1))
    assert torch.equal(shown(acted), acted)


def test_the_table_has_all_shapes_but_the_tongue():
    largest = MOVEMENTS.norm(dim=-1).amax(1)
    assert [name for name, far in zip(SHAPES, largest, strict=True) if far < 0.1] == ["tongueOut"]
    assert MOVEMENTS.shape == (52, 478, 3) and float(largest.max()) < 6


@pytest.mark.parametrize("name", [name for name in SHAPES if mirror(name) != name])
def test_a_side_is_the_mirror_image_of_the_other(name):
    """On a symmetric face; the average one is so within a tenth of a millimetre."""
    image = shown(**{name: 0.8})[mirrored_landmarks()] * SIDE
    assert float((image - shown(**{mirror(name): 0.8})).norm(dim=-1).max()) < 0.03


@pytest.mark.parametrize("side", ("Left", "Right"))
def test_sides_are_the_actors_own(side):
    """The actor's left is at the right of the picture."""
    smile = shown(**{f"mouthSmile{side}": 1.0})[list(MOUTH_CORNERS)].norm(dim=-1)
    assert int(smile.argmax()) == (side == "Left")


@pytest.mark.parametrize("before", ({}, {"eyeWideLeft": 1.0}, {"eyeSquintLeft": 1.0}))
def test_a_blink_shuts_the_eye_as_it_is_and_leaves_the_other(before):
    shut = shown(shown(**before), eyeBlinkLeft=1.0)
    assert abs(gap(shut, RIGHT_UPPER_LID, RIGHT_LOWER_LID)) < 0.02
    assert gap(shut, LEFT_UPPER_LID, LEFT_LOWER_LID) > 0.4
    again = shown(shut, eyeBlinkLeft=1.0)
    assert abs(gap(again, RIGHT_UPPER_LID, RIGHT_LOWER_LID)) < 0.02, "a shut eye stays shut"


def test_mouth_close_shuts_lips_however_far_the_jaw_is_down():
    for jaw in (0.4, 1.0):
        opened, half, closed = (lips(shown(jawOpen=jaw, mouthClose=amount)) for amount in (0, 0.5, 1))
        assert opened > 1 and abs(closed) < 0.05 * opened and closed < half < opened
    assert torch.equal(shown(mouthClose=-1.0), REST)


def test_a_jaw_below_0_shuts_an_open_mouth_and_no_more():
    resting = lips(REST)
    opened = shown(jawOpen=0.5)
    assert resting < lips(shown(opened, jawOpen=-0.25)) < lips(opened)
    assert abs(lips(shown(opened, jawOpen=-1.0)) - resting) < 0.1
    assert lips(shown(jawOpen=-1.0)) == pytest.approx(resting, abs=0.1)


def test_lips_that_roll_in_stay_in_touch():
    for name in ("mouthRollUpper", "mouthRollLower"):
        assert abs(lips(shown(**{name: 1.0})) - lips(REST)) < 0.1


def test_lids_of_a_narrow_eye_move_less():
    narrow = shown(eyeBlinkLeft=0.6)
    moved = [(shown(start, eyeLookDownLeft=1.0) - start)[list(RIGHT_UPPER_LID), 1].mean() for start in (REST, narrow)]
    assert 0 < float(moved[1]) < 0.7 * float(moved[0])


@pytest.mark.parametrize("ring", (*LOWER_LIP_RINGS, *UPPER_LIP_RINGS), ids=str)
def test_no_shape_draws_a_lip_into_a_point(ring):
    """A landmark whose like on the sculpted head lies elsewhere goes another way than those beside it."""
    way = MOVEMENTS[:, list(ring), 1]
    bend = way[:, 1:-1] - (way[:, 2:] + way[:, :-2]) / 2
    assert bend.abs().max() < 0.2
