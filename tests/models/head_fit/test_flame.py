"""FLAME at MediaPipe's landmarks, of a made-up file with FLAME's shapes: brought in, posed and fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from recast_nodes.digital_humans.flame import CENTIMETRES, JOINTS, FlameModel
from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.face.anatomy import LEFT_IRIS, MESH, RIGHT_IRIS
from recast_nodes.models.canonical import canonical_face
from recast_nodes.models.head_fit.flame_landmarks import EXPRESSIONS, of_flame
from recast_nodes.models.weights import importing_flame
from recast_nodes.models.weights.importing_flame import FlameLandmarks
from recast_nodes.stages.head_fit.articulated import LandmarkHead, express, express_with_derivatives, person_of
from recast_nodes.stages.head_fit.shot import fit_shot

BALL = 40  # vertices of an eyeball


@pytest.fixture(scope="module")
def flame() -> FlameModel:
    """The canonical face for skin, two balls for eyes, smooth random shapes, five joints."""
    rng, face = np.random.default_rng(5), canonical_face()
    skin = face.vertices.double().numpy()[:MESH] * (1, -1, -1) / CENTIMETRES
    centres = [face.vertices[list(rows)].double().numpy().mean(0) * (1, -1, -1) for rows in (RIGHT_IRIS, LEFT_IRIS)]
    ways = rng.normal(size=(BALL, 3))
    ways = (
        np.concatenate([[(0, 0, 1)], ways[1:]])
        / np.linalg.norm(np.concatenate([[(0, 0, 1)], ways[1:]]), axis=1)[:, None]
    )
    balls = [(centre - (0, 0, 1.2) + 1.2 * ways) / CENTIMETRES for centre in centres]
    template = np.concatenate([skin, *balls])
    count = len(template)
    waves = np.sin(template @ rng.normal(0, 60, (3, 3 * 350)) + rng.uniform(0, 6, 3 * 350)).reshape(count, 3, 350)
    weights = np.zeros((count, 5))
    below = template[:, 1] < -0.02
    weights[:MESH, 1] = 1
    weights[:MESH][below[:MESH]] = (0, 0.3, 0.7, 0, 0)
    weights[MESH : MESH + BALL, 3] = weights[MESH + BALL :, 4] = 1
    regressor = np.zeros((5, count))
    regressor[:3, :MESH] = 1 / MESH
    regressor[3, MESH : MESH + BALL] = regressor[4, MESH + BALL :] = 1 / BALL
    corrections = rng.normal(0, 1e-4, (count, 3, 36))
    faces = face.triangles.numpy().astype(np.int32)
    return FlameModel(template, 0.0012 * waves, corrections, regressor, weights, np.array([-1, 0, 1, 1, 1]), faces)


@pytest.fixture(scope="module")
def places(flame) -> FlameLandmarks:
    """Every third landmark: the first corner of a triangle that has it."""
    indices = np.arange(0, MESH, 3)
    found = [np.argwhere(flame.faces == index)[0] for index in indices]
    weights = np.eye(3)[[corner for _, corner in found]]
    return FlameLandmarks(np.array([face for face, _ in found]), weights, indices)


@pytest.fixture(scope="module")
def head(flame, places) -> LandmarkHead:
    return of_flame(flame, places)


def parameters_of(head: LandmarkHead, **given: float) -> torch.Tensor:
    values = torch.zeros(len(head.names), dtype=torch.float64)
    for name, value in given.items():
        values[head.names.index(name)] = value
    return values


def test_landmarks_are_flames_own(flame, places, head):
    rng = np.random.default_rng(1)
    shape = rng.normal(size=100)
    given = {"expression_003": 0.7, "jaw_x": 0.3, "neck_y": 0.1, "left_eye_y": 0.4}
    pose, expression = np.zeros((5, 3)), np.zeros(EXPRESSIONS)
    expression[3], pose[JOINTS.index("jaw"), 0] = 0.7, 0.3
    pose[JOINTS.index("neck"), 1], pose[JOINTS.index("left_eye"), 1] = 0.1, 0.4
    wanted = flame.vertices(shape, expression, pose) * CENTIMETRES
    found = express(head, person_of(head, torch.from_numpy(shape)), parameters_of(head, **given)).numpy()
    # Joints go with the expression in FLAME, and with identity alone here: tenths of a millimetre.
    np.testing.assert_allclose(found[places.indices], wanted[places.indices], atol=0.02)
    np.testing.assert_allclose(found[RIGHT_IRIS[0]], wanted[MESH], atol=0.05)


def test_derivatives_are_those_of_the_landmarks(head):
    person = person_of(head, torch.zeros(3, dtype=torch.float64))
    parameters = parameters_of(head, jaw_x=0.2, expression_001=0.5, right_eye_x=-0.1)
    shown = express_with_derivatives(head, person, parameters)
    wanted = torch.func.jacfwd(lambda each: express(head, person, each))(parameters)
    jaw = head.names.index("jaw_x")
    torch.testing.assert_close(shown.by_parameters[..., jaw], wanted[..., jaw])
    assert float((shown.by_parameters - wanted).abs().max()) < 0.02


def test_a_jaw_that_opens_is_found(head):
    person, landmarks = person_of(head, torch.zeros(1, dtype=torch.float64)), []
    angles = torch.linspace(0, 0.4, 5)
    known = head.noise.isfinite()
    for angle in angles.tolist():
        points = express(head, person, parameters_of(head, jaw_x=angle))
        landmarks.append(points * torch.tensor([12.0, -12.0, -12.0]) + torch.tensor([256.0, 256.0, 0.0]))
    seen = torch.stack(landmarks) * known[:, None]
    fit = fit_shot(head, seen, torch.full((5, 52), torch.nan), (512.0, 512.0), torch.zeros(2))
    found = fit.unknowns[:, head.names.index("jaw_x")]
    assert torch.corrcoef(torch.stack([found, angles.double()]))[0, 1] > 0.98


def test_both_files_are_brought_in_whatever_they_are_called(tmp_path: Path, monkeypatch, flame, places):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))
    source, lines = tmp_path / "downloads", []
    source.mkdir()
    arrays = dict(zip(importing_flame.WANTED, importing_flame._as_published(flame), strict=True))
    np.savez(source / "generic.npz", **arrays)
    missing = importing_flame.import_flame(source, lines.append)
    assert len(missing) == 1 and "landmark embedding" in missing[0]
    with pytest.raises(ModelMissing, match="recast models import flame"):
        importing_flame.installed_flame()
    np.savez(source / "places.npz", **dict(zip(importing_flame.ARRAYS, places, strict=True)))
    assert not importing_flame.import_flame(source / "places.npz", lines.append)
    model, found = importing_flame.installed_flame()
    np.testing.assert_array_equal(model.template, flame.template)
    np.testing.assert_array_equal(found.indices, places.indices)
    assert any("Not for commercial use" in line for line in lines)


def test_a_folder_without_flame_is_refused(tmp_path: Path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(WeightsError, match="holds nothing of FLAME"):
        importing_flame.import_flame(tmp_path)


def test_places_that_do_not_fit_are_refused(tmp_path: Path, places):
    broken = places._replace(indices=places.indices + MESH)
    np.savez(tmp_path / "places.npz", **dict(zip(importing_flame.ARRAYS, broken, strict=True)))
    with pytest.raises(WeightsError, match="holds nothing of FLAME"):
        importing_flame.import_flame(tmp_path)
