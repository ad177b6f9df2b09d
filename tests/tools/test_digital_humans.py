"""Made-up people, and the table that is learned from looking at them."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.canonical import canonical_face
from tools.digital_humans import fit
from tools.digital_humans.mirror import mirrored_coefficients, mirrored_landmarks
from tools.digital_humans.performance import NEUTRAL_TAKES, person, takes, worn


def known_basis(seed: int = 3) -> fit.Basis:
    """A table that is alike on both sides."""
    rng = np.random.default_rng(seed)
    movements = rng.normal(0, 0.3, (52, 478, 3))
    mirrored = movements[mirrored_coefficients()][:, mirrored_landmarks()] * (-1, 1, 1)
    resting = rng.uniform(0, 0.3, 52)
    return fit.Basis(movements + mirrored, (resting + resting[mirrored_coefficients()]) / 2)


def performer(basis: fit.Basis, rng: np.random.Generator, count: int = 30, least: float = 0.0) -> fit.Person:
    """Someone with a face of their own whose expressions follow the table."""
    face = canonical_face().vertices.numpy() + rng.normal(0, 0.3, (478, 3))
    acted = rng.uniform(least, 1, (count, 52))
    acted[:NEUTRAL_TAKES] = 0
    shapes = face + np.einsum("fc,ckd->fkd", acted, basis.movements)
    return fit.Person(shapes, acted + basis.resting, NEUTRAL_TAKES)


def test_mirroring_twice_changes_nothing():
    for mirrored in (mirrored_landmarks(), mirrored_coefficients()):
        assert (mirrored[mirrored] == np.arange(len(mirrored))).all()
    assert mirrored_landmarks()[61] == 291 and mirrored_landmarks()[468] == 473
    assert BLENDSHAPES[mirrored_coefficients()[BLENDSHAPES.index("mouthSmileLeft")]] == "mouthSmileRight"
    assert BLENDSHAPES[mirrored_coefficients()[BLENDSHAPES.index("jawOpen")]] == "jawOpen"


def test_a_known_table_is_learned():
    rng, basis = np.random.default_rng(1), known_basis()
    found = fit.fitted([performer(basis, rng) for _ in range(6)], 1e-6)
    np.testing.assert_allclose(found.movements, basis.movements, atol=1e-3)
    np.testing.assert_allclose(found.resting, basis.resting, atol=1e-6)


def test_a_learned_table_finds_the_rest_of_someone_new():
    rng, basis = np.random.default_rng(2), known_basis()
    found = fit.fitted([performer(basis, rng) for _ in range(6)], 1e-6)
    judges = [performer(basis, rng, least=0.4)]
    assert fit.misses(fit.by_table(found), judges).max() < 0.05
    assert fit.misses(fit.by_median, judges).min() > 1


def test_the_weakest_ridge_that_is_as_good_is_chosen():
    flat = np.ones((8, 6))
    worse, hardly = flat + 0.5, flat + 0.01 * np.array([[1], [-1]] * 4) + 0.001
    assert fit.weakest_as_good({0.1: worse, 1.0: hardly, 10.0: flat}) == 1.0
    assert fit.weakest_as_good({0.1: worse, 10.0: flat}) == 10.0


def test_people_are_the_same_every_time_and_differ():
    one, again, other = (person(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one == again
    assert one.identity != other.identity and one.looks != other.looks and one.lighting != other.lighting


@pytest.mark.parametrize("held", [False, True])
def test_takes_begin_at_rest_and_stay_in_range(held):
    made = takes(np.random.default_rng(5), 12, 64, held)
    for number, take in enumerate(made):
        acted = {name: amount for name, amount in take.expression.items() if not name.startswith("eyeLook") and amount}
        assert not acted if number < NEUTRAL_TAKES else all(0 <= amount <= 1 for amount in acted.values())
        np.testing.assert_allclose(take.turn @ take.turn.T, np.eye(3), atol=1e-5)
        assert take.camera.size == 64


def test_a_held_mood_lasts():
    made = takes(np.random.default_rng(6), 12, 64, held=True)[NEUTRAL_TAKES:]
    always = set.intersection(*({name for name, amount in take.expression.items() if amount > 0.1} for take in made))
    assert {name for name in always if not name.startswith("eyeLook")}


def test_muscles_end_at_one():
    assert worn({"jawOpen": 0.7}, {"jawOpen": 0.6, "mouthSmile_L": 0.2}) == {"jawOpen": 1.0, "mouthSmile_L": 0.2}


def test_a_picture_shows_a_face(shared, landmarker_files):
    pytest.importorskip("warp")
    from tools.digital_humans.head import Head
    from tools.digital_humans.track_set import picture, scene, tracked

    who, made = scene(3, NEUTRAL_TAKES + 2, 160)
    head = Head(shared / "digital_humans", who.identity)
    for number, take in enumerate(made):
        landmarks, coefficients = tracked(picture(head, who, take, number))
        assert np.isfinite(landmarks).all() and 0 <= coefficients.min() <= coefficients.max() <= 1
