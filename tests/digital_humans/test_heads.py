"""Heads: their topology, identities, expressions; the small one beside the whole ICT-FaceKit; paint and folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recast_nodes.digital_humans import ict
from recast_nodes.digital_humans.folds import FAMILIES, lay_lines, strain
from recast_nodes.digital_humans.interface import EYES
from recast_nodes.digital_humans.paint import paint_head
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.performance import to_ict
from recast_nodes.errors import MediaError
from recast_nodes.face.blendshapes import BLENDSHAPES

LARGEST = 4 << 20  # bytes of the head that ships


@pytest.fixture(scope="module")
def head() -> ict.IctHead:
    return ict.small_head()


def test_the_small_head_is_small_and_whole(head):
    topology = head.topology
    assert ict.SMALL.stat().st_size <= LARGEST
    assert topology.faces.max() < len(topology.template) and topology.faces.min() >= 0
    assert {topology.part_names[k] for k in np.unique(topology.parts)} == set(topology.part_names)
    assert len(topology.landmarks) == 68 and topology.template[topology.landmarks[45], 0] > 0


def test_no_expression_is_the_neutral_face(head):
    neutral = head.neutral(np.zeros(3))
    np.testing.assert_array_equal(neutral, head.topology.template)
    np.testing.assert_array_equal(head.posed(neutral, {}), neutral)
    np.testing.assert_array_equal(head.posed(neutral, {"jawOpen": 0.0}), neutral)


def test_every_arkit_name_is_one_of_the_head(head):
    weights = to_ict(dict.fromkeys(BLENDSHAPES, 1.0))
    assert set(weights) <= set(head.expressions)
    assert len(weights) == len(BLENDSHAPES) - 1 + 2  # two of ARKit's have two sides; `_neutral` has none


def test_expressions_add_up(head):
    neutral = head.neutral(np.array([0.5, -1.0]))
    one, other = ({"mouthSmile_L": 0.5}, {"browDown_R": 0.7})
    moved = [head.posed(neutral, each) - neutral for each in (one, other, one | other)]
    np.testing.assert_allclose(moved[0] + moved[1], moved[2], atol=1e-5)


def test_an_eye_turns_about_its_middle(head):
    neutral, rows = head.neutral(np.zeros(1)), head.topology.rows(EYES[0])
    moved = head.posed(neutral, {"eyeLookOut_L": 1.0})
    centre = head.eye_centre(EYES[0], neutral)
    assert (moved[rows] - neutral[rows])[:, 2].min() < -0.1  # the outer side goes back
    before, after = (np.linalg.norm(each[rows] - centre, axis=1) for each in (neutral, moved))
    np.testing.assert_allclose(before, after, atol=0.2)
    front = neutral[rows][:, 2].argmax()
    assert moved[rows][front, 0] > neutral[rows][front, 0] + 0.3  # to the person's left


def test_the_small_head_is_cut_from_the_whole_one(head, shared: Path):
    folder = shared / "digital_humans"
    whole = ict.read_packed(folder / "ict_facekit.npz", folder / "parts.json")
    own = {tuple(p): k for k, p in enumerate(whole.topology.template.tolist())}
    rows = np.array([own[tuple(p)] for p in head.topology.template.tolist()])
    identity, expression = np.linspace(-1, 1, 20), {"mouthSmile_L": 1.0, "jawOpen": 0.6, "browDown_R": 0.5}
    small, large = (each.posed(each.neutral(identity), expression) for each in (head, whole))
    np.testing.assert_allclose(small, large[rows], atol=0.02)  # centimetres: half floats, rounded


def test_a_file_that_is_no_head_is_refused(tmp_path: Path):
    (tmp_path / "head.npz").write_bytes(b"no archive")
    with pytest.raises(MediaError, match=r"head\.npz"):
        ict.read_packed(tmp_path / "head.npz", tmp_path / "parts.json")


def test_folds_come_where_skin_is_pressed_together(head):
    neutral = head.neutral(draw_person(4).identity)
    lines = lay_lines(head.topology, neutral)
    assert strain(lines, neutral).max() < 0.01
    acts = {
        "forehead": {"browInnerUp": 1.0, "browOuterUpLeft": 1.0, "browOuterUpRight": 1.0},
        "between the brows": {"browDownLeft": 1.0, "browDownRight": 1.0},
        "crow's feet": {"mouthSmileLeft": 1.0, "cheekSquintLeft": 1.0, "eyeSquintLeft": 1.0},
        "beside the mouth": {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0},
    }
    for name, expression in acts.items():
        depth = strain(lines, head.posed(neutral, to_ict(expression)))
        assert depth[:, FAMILIES.index(name)].max() > 0.3, name
    raised = strain(lines, head.posed(neutral, to_ict(acts["forehead"])))
    assert raised[:, 1].max() < 0.3  # brows that rise press nothing together between them


def test_people_differ_and_are_the_same_again(head):
    one, again, other = draw_person(7), draw_person(7), draw_person(8)
    np.testing.assert_array_equal(one.identity, again.identity)
    assert one.looks == again.looks != other.looks
    assert draw_room(7).camera == draw_room(7).camera != draw_room(8).camera
    paints = [paint_head(head.topology, person.looks, person.seed) for person in (one, other)]
    assert np.abs(paints[0].albedo - paints[1].albedo).max() > 0.02
    assert all(np.isfinite(field).all() for field in paints[0])
