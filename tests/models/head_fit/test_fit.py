"""A head model fitted to digital humans whose parameters are known, without drawing one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.digital_humans.ict import read_packed, small_head
from recast_nodes.digital_humans.mesh_landmarks import landmarks_on
from recast_nodes.errors import ComputeError
from recast_nodes.face import anatomy
from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.head_fit.fit_faces import fit_faces, without_fit
from recast_nodes.models.head_fit.landmark_heads import head_named, load_head, of_ict
from recast_nodes.models.head_fit.parameters import place_landmarks
from recast_nodes.stages.head_fit.articulated import express, express_with_derivatives, person_of, rotation_of
from recast_nodes.wires import Faces

from .people import SIZE, TrueShot, degrees_between, talking

EYES = list(anatomy.OUTER_EYE_CORNERS)


def faces_of(landmarks: torch.Tensor, people: int = 1, aspect: float = 1.0) -> dict[int, Faces]:
    """A shot from frame 1001 on, in which everybody is the same one beside each other."""
    frame = torch.tensor([0, 0, SIZE, SIZE, aspect], dtype=torch.float32)
    beside = torch.tensor([[2.0 * SIZE * k, 0, 0] for k in range(people)])[:, None]
    unknown, sure = torch.full((people, 52), torch.nan), torch.ones(people)
    return {
        1001 + number: Faces((points[None] + beside).float(), unknown, sure, frame)
        for number, points in enumerate(landmarks)
    }


@pytest.fixture(scope="module")
def fitted() -> tuple[TrueShot, dict[int, Faces]]:
    shot = talking()
    return shot, dict(fit_faces(load_head("small"), faces_of(shot.landmarks)))


def test_landmarks_lie_where_the_person_has_them(fitted):
    shot, faces = fitted
    head = load_head("small")
    found = torch.stack([place_landmarks(head, each.head).posed for each in faces.values()])
    away = torch.linalg.vector_norm(found[..., :2] - shot.landmarks[..., :2], dim=-1)
    between = torch.linalg.vector_norm(shot.landmarks[:, EYES[0], :2] - shot.landmarks[:, EYES[1], :2], dim=-1).max()
    assert float(away.mean() / between) < 0.01


def test_the_head_is_turned_as_it_was(fitted):
    shot, faces = fitted
    turns = np.stack([rotation_of(each.head.pose[0, :3].double()).numpy() for each in faces.values()])
    assert degrees_between(turns, shot.rotations).mean() < 1


@pytest.mark.parametrize("name", ("jawOpen", "mouthSmileLeft", "eyeBlinkRight", "browInnerUp"))
def test_expressions_follow_what_was_acted(fitted, name):
    shot, faces = fitted
    column = BLENDSHAPES.index(name)
    found = np.array([float(each.head.expression[0, column - 1]) for each in faces.values()])
    assert found.min() >= 0 and found.max() <= 1
    assert np.corrcoef(found, shot.curves[:, column])[0, 1] > 0.9


def test_identity_is_one_for_the_shot(fitted):
    _, faces = fitted
    first, *others = (each.head.identity for each in faces.values())
    assert all(torch.equal(first, each) for each in others)


def test_everybody_has_parameters_of_their_own():
    shot = talking().landmarks[:3]
    faces = fit_faces(load_head("small"), faces_of(shot, people=2))
    for each in faces.values():
        assert each.head.identity.shape[0] == 2
        assert not torch.equal(each.head.pose[0], each.head.pose[1])
        assert bool(each.head.pose[:, 5].lt(0).all())  # both lie before the camera


def test_a_frame_without_a_face_has_parameters_of_nobody():
    nobody = Faces(torch.zeros(0, 478, 3), torch.zeros(0, 52), torch.zeros(0), torch.tensor([0.0, 0, 9, 9, 1]))
    seen = without_fit(load_head("small"), nobody)
    assert seen.head.identity.shape == (0, 50)
    assert fit_faces(load_head("small"), {5: seen})[5].head.pose.shape == (0, 9)


def test_pixels_that_are_not_square_change_nothing(fitted):
    shot, faces = fitted
    squeezed = shot.landmarks[:3] / torch.tensor([2.0, 1.0, 2.0])
    wide = faces_of(squeezed, aspect=2.0)
    wide = {frame: each._replace(frame=torch.tensor([0.0, 0, SIZE / 2, SIZE, 2])) for frame, each in wide.items()}
    narrow = faces_of(shot.landmarks[:3])
    one, other = (fit_faces(load_head("small"), each)[1002].head for each in (wide, narrow))
    torch.testing.assert_close(one.expression, other.expression, atol=1e-3, rtol=0)


def test_derivatives_are_those_of_the_landmarks():
    head = load_head("small")
    generator = torch.Generator().manual_seed(1)
    identity = torch.randn(len(head.identity), generator=generator, dtype=torch.float64)
    parameters = torch.rand(len(head.names), generator=generator, dtype=torch.float64)
    shown = express_with_derivatives(head, person_of(head, identity), parameters, by_identity=True)
    by_parameters = torch.func.jacfwd(lambda each: express(head, person_of(head, identity), each))(parameters)
    by_identity = torch.func.jacfwd(lambda each: express(head, person_of(head, each), parameters))(identity)
    torch.testing.assert_close(shown.by_parameters, by_parameters)
    torch.testing.assert_close(shown.by_identity, by_identity)


def test_landmarks_of_a_head_are_those_of_its_surface():
    head, whole = load_head("small"), small_head()
    expression = torch.zeros(len(head.names), dtype=torch.float64)
    for name, amount in (("jawOpen", 0.5), ("mouthSmile", 0), ("eyeLookOutLeft", 0.6), ("eyeLookInRight", 0.6)):
        if name in head.names:
            expression[head.names.index(name)] = amount
    shape = whole.posed(whole.neutral(np.zeros(1)), {"jawOpen": 0.5, "eyeLookOut_L": 0.6, "eyeLookIn_R": 0.6})
    found = express(head, person_of(head, torch.zeros(1, dtype=torch.float64)), expression)
    np.testing.assert_allclose(found, landmarks_on(whole).of(shape), atol=0.02)


def test_the_whole_ict_has_the_same_landmarks(shared):
    folder = shared / "digital_humans"
    whole, small = of_ict(read_packed(folder / "ict_facekit.npz", folder / "parts.json")), load_head("small")
    torch.testing.assert_close(whole.rest, small.rest, atol=1e-6, rtol=0)
    assert whole.names == small.names and len(whole.identity) == 100


def test_parameters_of_another_head_are_refused_by_name():
    with pytest.raises(ComputeError, match="'toy 1'"):
        head_named("toy 1")
    assert head_named("small 1") is load_head("small")
