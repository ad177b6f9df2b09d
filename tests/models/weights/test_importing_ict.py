"""ICT-FaceKit's OBJ files become the head that they describe; what does not fit is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from recast_nodes.digital_humans.interface import DRAWN
from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.hosts.cli.models import command
from recast_nodes.models.weights import importing_ict
from recast_nodes.models.weights.importing_ict import NEUTRAL, import_ict, whole_head

VERTICES = 4 * len(DRAWN) + 1  # a quad for each part, and a lash that is not drawn


def write_obj(path: Path, points: np.ndarray) -> None:
    lines = ["mtllib kit.mtl", *(f"v {x:.15f} {y:.15f} {z:.15f}" for x, y, z in points)]
    lines += [f"vt {k / 100:.6f} 0.250000" for k in range(VERTICES)]
    for part in range(len(DRAWN)):
        lines.append("f " + " ".join(f"{4 * part + k}/{4 * part + k}/1" for k in range(1, 5)))
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def kit(tmp_path: Path, monkeypatch) -> tuple[Path, Path, np.ndarray]:
    """A clone of the kit with few vertices, its list of parts, and the neutral head."""
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "clone" / "FaceXModel"
    folder.mkdir(parents=True)
    neutral = np.random.default_rng(1).normal(0, 5, (VERTICES, 3))
    write_obj(folder / NEUTRAL, neutral)
    for k in range(3):
        write_obj(folder / f"identity00{k}.obj", neutral + (k + 1) / 2)
    for k, name in enumerate(("jawOpen", "PupilDilate_L")):
        write_obj(folder / f"{name}.obj", neutral + np.eye(3)[k])
    (folder / "vertex_indices.json").write_text("{}", "utf-8")
    ranges = {name: {"vertices": [4 * k, 4 * k + 3]} for k, name in enumerate(DRAWN)}
    about = {"vertices": VERTICES, "parts": {"Face Model Topology": ranges}, "landmark_vertices_68": [0] * 68}
    parts = tmp_path / "parts.json"
    parts.write_text(json.dumps(about), "utf-8")
    return folder, parts, neutral


@pytest.mark.parametrize("given", ("the folder", "the clone"))
def test_the_head_is_the_one_that_the_files_describe(kit, given):
    folder, parts, neutral = kit
    told: list[str] = []
    import_ict(folder if given == "the folder" else folder.parent, told.append, parts)
    assert "3 identities and 2 expressions" in told[0] and "MIT" in told[0]
    head = whole_head()
    assert head.expressions == ("PupilDilate_L", "jawOpen") and head.identities == 3
    drawn = neutral[: 4 * len(DRAWN)]
    rest = head.neutral(np.array([0.0, 1.0, -1.0]))
    np.testing.assert_allclose(rest, drawn - 0.5, atol=1e-5)
    np.testing.assert_allclose(head.posed(rest, {"jawOpen": 0.5}), drawn - 0.5 + (0.5, 0, 0), atol=1e-5)
    assert head.topology.faces[:2].tolist() == [[0, 1, 2], [0, 2, 3]]
    np.testing.assert_allclose(head.topology.uv[:, 0], np.arange(len(drawn)) / 100, atol=1e-6)


def test_without_it_the_command_is_named(kit):
    with pytest.raises(ModelMissing, match="recast models import ict"):
        whole_head()


@pytest.mark.parametrize(
    ("file", "change", "words"),
    (
        ("jawOpen.obj", lambda text: text.replace("\nv ", "\nw ", 1), "another version"),
        ("jawOpen.obj", lambda text: text.replace("\nv ", "\nv nan ", 1), "not finite"),
        ("jawOpen.obj", lambda text: text.replace("\nv ", "\nv x ", 1), "3 numbers"),
        ("identity001.obj", lambda text: "", "another version"),
        (NEUTRAL, lambda text: text.replace("f 1/1/1", "f 9999/1/1"), "not there"),
        (NEUTRAL, lambda text: text.replace("f 1/1/1", "f -1/1/1"), "count from 1"),
        (NEUTRAL, lambda text: text.replace("f 1/1/1", "f 1"), "texture"),
        (NEUTRAL, lambda text: text.replace("\nf ", "\ng "), "texture"),
    ),
)
def test_what_does_not_fit_is_refused_by_name(kit, file, change, words):
    folder, parts, _ = kit
    path = folder / file
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    with pytest.raises(WeightsError, match=words) as caught:
        import_ict(folder, lambda line: None, parts)
    assert str(path) in str(caught.value)
    with pytest.raises(ModelMissing):
        whole_head()


def test_the_command_says_what_is_no_kit(kit, tmp_path):
    ended = CliRunner().invoke(command, ["import", "ict", str(tmp_path)])
    assert isinstance(ended.exception, WeightsError) and NEUTRAL in str(ended.exception)


def test_the_published_parts_are_the_ones_of_the_shared_head(shared):
    about = json.loads(importing_ict.PUBLISHED.read_text("utf-8"))
    whole = json.loads((shared / "digital_humans" / "parts.json").read_text("utf-8"))
    assert about["landmark_vertices_68"] == whole["landmark_vertices_68"]
    for name in DRAWN:
        theirs = whole["parts"]["Face Model Topology"][name]["vertices"]
        assert about["parts"]["Face Model Topology"][name]["vertices"] == theirs
