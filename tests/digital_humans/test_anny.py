"""Two heads that have nothing in common but the names of their shapes: they move the same places the same way."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("anny", reason="the second topology needs the extra `anny`")

from recast_nodes.digital_humans.anny_head import AnnyHead, load_anny
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.interface import SKIN, HeadModel
from recast_nodes.digital_humans.performance import to_ict
from recast_nodes.face.blendshapes import BLENDSHAPES

OTHERWISE = {"mouthPressLeft", "mouthPressRight", "mouthRollLower"}  # lips roll in or press by another way
MISSING = {"tongueOut"}  # of ICT-FaceKit
AWAY = 3.6  # centimetres between the middles of what moves: faces differ in length
ALIKE = 0.8  # cosine of the ways in which they move


@pytest.fixture(scope="module")
def head() -> AnnyHead:
    return load_anny()


def moved(head: HeadModel, expression: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """The middle of what an expression moves, and which way, by how far each vertex goes."""
    template = head.topology.template
    skin = head.topology.rows(*(name for name in SKIN if name in head.topology.part_names))
    way = (head.posed(template, expression) - template)[skin]
    weight = np.square(way).sum(1)[:, None]
    return (template[skin] * weight).sum(0) / weight.sum(), (way * weight).sum(0) / weight.sum()


def test_it_has_the_shapes_that_arkit_has(head):
    assert set(head.expressions) == set(BLENDSHAPES[1:]) | MISSING
    with pytest.raises(KeyError):
        head.posed(head.topology.template, {"nothing": 1.0})


@pytest.mark.parametrize("name", sorted(set(BLENDSHAPES[1:]) - OTHERWISE))
def test_both_heads_move_the_same_place_the_same_way(head, name):
    place, way = moved(head, {name: 1.0})
    other_place, other_way = moved(small_head(), to_ict({name: 1.0}))
    assert np.linalg.norm(place - other_place) < AWAY
    assert way @ other_way > ALIKE * np.linalg.norm(way) * np.linalg.norm(other_way)


def test_posing_is_what_the_package_itself_does(head):
    expression = {"jawOpen": 0.5, "mouthSmileLeft": 0.7, "eyeBlinkRight": 1.0}
    own = head._shape(expression) - head._shape({})
    ours = head.posed(head.topology.template, expression) - head.topology.template
    np.testing.assert_allclose(ours, own * head._scale, atol=2e-5)


def test_people_differ_and_their_eyes_stay(head):
    rest, other = head.neutral(np.zeros(6)), head.neutral(np.array([1.5, -1.0, 0.5]))
    np.testing.assert_allclose(rest, head.topology.template, atol=1e-5)
    assert np.abs(rest - other).max() > 0.1
