"""The user's own face networks in ONNX: known by what they do, refused in a sentence, and right where they say."""

from __future__ import annotations

import builtins
import json

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts.cli import recast
from recast_nodes.hosts.cli.edit import _crop_from
from recast_nodes.models.tracker import landmarker203, scrfd
from recast_nodes.models.tracker.detector import find_faces
from recast_nodes.models.tracker.kinds.mediapipe import READ_BY
from recast_nodes.models.weights import downloads as files
from recast_nodes.models.weights import importing_faces, onnx_faces
from recast_nodes.models.weights.onnx_faces import DETECTOR, LANDMARKS
from recast_nodes.nodes import FaceTrack, MotionExtract
from recast_nodes.wires import Attribute, Image, Part, Window

from ..onnx_networks import SHAPE, detector_network, landmark_network

FACE = {(32, 3 * 20 + 5, 1): (0.9, [2.0, 3.0, 2.0, 3.0], [-1.0, -1.0, 1.0, -1.0, 0.0, 0.0, -1.0, 1.0, 1.0, 1.0])}


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))


@pytest.fixture
def downloaded(tmp_path):
    """Both networks as somebody may have them: other names, beside other files."""
    folder = tmp_path / "downloaded"
    landmark_network(folder / "liveportrait" / "landmark.onnx")
    detector_network(folder / "insightface" / "buffalo_l" / "renamed.onnx", FACE)
    landmark_network(folder / "insightface" / "buffalo_l" / "2d106det.onnx", points=106)
    (folder / "insightface" / "cut.onnx").write_bytes(b"\x08\x08\x12")
    return folder


@pytest.fixture
def installed(downloaded):
    assert importing_faces.import_networks(downloaded, lambda line: None) == []


def spotted(x: float, y: float, aspect: float = 1.0, size: tuple[int, int] = (1280, 720)) -> Image:
    """A dark plate with a soft light at (x, y), in sRGB."""
    width, height = size
    across = (np.arange(width) + 0.5 - x) * aspect
    down = (np.arange(height) + 0.5 - y)[:, None]
    light = np.exp(-(across**2 + down**2) / (2 * 20.0**2))
    plane = np.round(255 * light).astype(np.uint8)
    window = Window(0, 0, width, height)
    attributes = {"pixelAspectRatio": Attribute(aspect, "float")}
    return Image(
        (Part("", dict.fromkeys("RGB", plane), window, window, attributes),), ("R", "G", "B"), "sRGB - Texture"
    )


def mesh_about(x: float, y: float, aspect: float = 1.0, size: float = 200.0) -> torch.Tensor:
    """(1, 478, 3) an upright mesh, roughly: eyes above, lips below, the rest around."""
    from recast_nodes.face.anatomy import LEFT_EYE, OUTER_LIPS, RIGHT_EYE

    turn = torch.arange(478) * 2.4
    mesh = torch.stack([turn.cos() / 2, turn.sin() / 2, torch.zeros(478)], 1)
    mesh[[*LEFT_EYE, *RIGHT_EYE], :2] = torch.tensor([0.0, -0.2])
    mesh[[*OUTER_LIPS], :2] = torch.tensor([0.0, 0.3])
    return (mesh * size * torch.tensor([1 / aspect, 1.0, 1.0]) + torch.tensor([x, y, 0.0]))[None]


# Bringing them in


def test_they_are_known_by_what_they_give(downloaded):
    told: list[str] = []
    assert importing_faces.import_networks(downloaded, told.append) == []
    assert any(line.startswith("landmark.onnx: LivePortrait's landmark network") for line in told)
    assert any(line.startswith("renamed.onnx: InsightFace's detector") and "non-commercial" in line for line in told)
    assert any(line.startswith("2d106det.onnx is not used") for line in told)
    assert any(line.startswith("cut.onnx cannot be read as ONNX") for line in told)
    assert {path.name for path in onnx_faces.folder().iterdir()} == {LANDMARKS, DETECTOR, "weights.json"}
    assert onnx_faces.notes()[DETECTOR].origin == "renamed.onnx"


def test_one_is_enough_and_none_is_refused(downloaded, tmp_path):
    told: list[str] = []
    assert importing_faces.import_networks(downloaded / "liveportrait", told.append) == [DETECTOR]
    with pytest.raises(WeightsError, match=r"cannot be read as ONNX"):
        importing_faces.import_networks(downloaded / "insightface" / "cut.onnx")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match="holds none of landmark.onnx and det_10g.onnx"):
        importing_faces.import_networks(tmp_path / "empty")
    with pytest.raises(WeightsError, match="is neither a folder nor a file"):
        importing_faces.import_networks(tmp_path / "nowhere")


def test_two_different_ones_are_not_guessed_between(downloaded):
    detector_network(downloaded / "other.onnx", {})
    with pytest.raises(WeightsError, match="differ, and both are det_10g.onnx"):
        importing_faces.import_networks(downloaded, lambda line: None)


def test_what_is_missing_or_damaged_is_told_in_a_sentence(downloaded):
    with pytest.raises(ModelMissing, match=r"landmark.onnx is not in .*licence.*recast models import faces FOLDER"):
        onnx_faces.path_of(LANDMARKS)
    importing_faces.import_networks(downloaded, lambda line: None)
    path = onnx_faces.path_of(LANDMARKS)
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(WeightsError, match=r"damaged: it has .* bytes, not .*Import it again"):
        onnx_faces.path_of(LANDMARKS)
    path.write_bytes(b"\xff" * len(content))
    assert "sha256 is not the one noted" in onnx_faces.damage(LANDMARKS)
    with pytest.raises(WeightsError, match=r"landmark.onnx cannot be read as ONNX.*Import it again") as told:
        onnx_faces.ask(LANDMARKS, np.zeros((1, 3, 224, 224), np.float32))
    assert "\n" not in str(told.value)


def test_without_onnxruntime_the_extra_is_named(installed, monkeypatch):
    real = builtins.__import__

    def without(name, *given, **more):
        if name == "onnxruntime":
            raise ImportError(name)
        return real(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModelMissing, match=r"recast-nodes\[faces\]"):
        onnx_faces.require(LANDMARKS)


def test_the_command_imports_lists_and_checks(downloaded, monkeypatch):
    monkeypatch.setattr(files, "FILES", {})

    def run(*words):
        return CliRunner().invoke(recast, ["models", *map(str, words)])

    def states():
        entries = json.loads(run("list", "--json").output)
        return {entry["name"]: entry["state"] for entry in entries if entry["name"].startswith("faces/")}

    assert states() == {"faces/landmark.onnx": "missing", "faces/det_10g.onnx": "missing"}
    assert run("check").exit_code == 0, "nothing needs them"
    done = run("import", "faces", downloaded / "liveportrait")
    assert done.exit_code == 0 and "Not installed (optional): det_10g.onnx" in done.output
    assert states()["faces/landmark.onnx"] == "whole"
    path = onnx_faces.path_of(LANDMARKS)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert states()["faces/landmark.onnx"] == "whole", "a list reads no contents"
    assert run("check").exit_code == 1


# The 203 landmarks


@pytest.mark.parametrize(("aspect", "size"), ((1.0, (1280, 720)), (2.0, (700, 700)), (1.0, (3840, 2160))))
def test_landmarks_lie_where_the_network_sees_them(installed, aspect, size):
    """The light's middle comes back from the network's picture at its place in the plate, to a part of a pixel."""
    x, y = size[0] * 0.41, size[1] * 0.55
    found = landmarker203.read_landmarks203(spotted(x, y, aspect, size), mesh_about(x + 7, y - 5, aspect))
    assert found.shape == (1, 203, 2)
    middle = (SHAPE[0] + SHAPE[12]) / 2, (SHAPE[24] + SHAPE[36]) / 2
    eyes = (found[0, 0] + found[0, 12]) / 2, (found[0, 24] + found[0, 36]) / 2
    side = float((eyes[1] - eyes[0])[0]) / (middle[1] - middle[0])[0]  # pixels of the plate along the crop's side
    for eye, wanted in zip(eyes, middle, strict=True):
        place = np.array([x + side * wanted[0], y + side * aspect * wanted[1]])
        assert np.abs(eye.numpy() - place).max() < 0.2


def test_the_second_look_begins_where_the_first_ended(installed):
    """A mesh that is off by a tenth of the face gives the same landmarks as one that is not."""
    plate = spotted(600, 360)
    near, far = (landmarker203.read_landmarks203(plate, mesh_about(600 + off, 360)) for off in (0, 20))
    assert float((near - far).abs().max()) < 0.5


def test_no_face_has_no_landmarks(installed):
    assert landmarker203.read_landmarks203(spotted(9, 9), torch.zeros(0, 478, 3)).shape == (0, 203, 2)


# The detector


def test_the_detectors_faces_lie_where_it_says(installed):
    """At place (3, 5) of every 32 pixels of a picture that is shown half as large: wide and high alike."""
    (face,) = find_faces(spotted(10, 10, size=(512, 256)), scrfd.detect, 0.5)
    scale = 512 / 640
    assert face.score == pytest.approx(0.9)
    assert face.box.tolist() == pytest.approx([(160 - 64) * scale, 0, 128 * scale, 192 * scale], abs=0.01)
    assert face.points[2].tolist() == pytest.approx([160 * scale, 96 * scale], abs=0.01)
    assert face.points[0].tolist() == pytest.approx([128 * scale, 64 * scale], abs=0.01)
    assert find_faces(spotted(10, 10, size=(512, 256)), scrfd.detect, 0.95) == []


def test_a_face_that_is_told_twice_is_one(downloaded):
    score, box, points = next(iter(FACE.values()))
    beside = {(32, 3 * 20 + 6, 0): (0.8, box, points), (16, 30 * 40 + 30, 0): (0.7, box, points)}
    detector_network(downloaded / "insightface" / "buffalo_l" / "renamed.onnx", FACE | beside)
    importing_faces.import_networks(downloaded, lambda line: None)
    found = find_faces(spotted(10, 10, size=(640, 640)), scrfd.detect, 0.5)
    assert [round(face.score, 2) for face in found] == [0.9, 0.7], "what is 32 pixels beside has 3/5 in common with it"


# In the nodes


def test_what_cannot_be_asked_is_found_before_rendering(downloaded):
    def told(**knobs):
        return [(found.entry, found.text) for found in FaceTrack.check([FaceTrack(1, **knobs)]) if found.severe]

    asked = [("crop_from", LANDMARKS, {"crop_from": "published"}), ("detector", DETECTOR, {"detector": "insightface"})]
    for entry, name, knobs in asked:
        assert [text for at, text in told(**knobs) if at == entry and name in text]
    (refused,) = [text for at, text in told(crop_from="published", detector="landmarks-file") if at == "crop_from"]
    assert "take tracked" in refused
    importing_faces.import_networks(downloaded, lambda line: None)
    assert not [text for _, name, knobs in asked for _, text in told(**knobs) if name in text]


def test_other_networks_make_other_records(downloaded):
    assert FaceTrack(1).stamp() == f"{READ_BY} with skin"
    importing_faces.import_networks(downloaded, lambda line: None)
    published = FaceTrack(1, crop_from="published")
    first = published.stamp()
    assert first == READ_BY + onnx_faces.fingerprint(LANDMARKS) + " with skin"
    assert FaceTrack(1).stamp() == f"{READ_BY} with skin"
    landmark_network(downloaded / "other" / "landmark.onnx", shape=SHAPE * 0.9)
    importing_faces.import_networks(downloaded / "other", lambda line: None)
    assert published.stamp() not in ("", first)
    assert FaceTrack(1, detector="insightface").stamp() == onnx_faces.fingerprint(DETECTOR) + f"{READ_BY} with skin"


def test_a_crop_that_could_be_the_published_one_is_told(downloaded):
    extract, track = MotionExtract(1, model="performrecast"), FaceTrack(1)
    assert list(MotionExtract.check_after([extract], [track])) == []
    importing_faces.import_networks(downloaded, lambda line: None)
    (finding,) = MotionExtract.check_after([extract], [track])
    assert "FaceTrack.crop_from published" in finding.text and not finding.severe
    assert list(MotionExtract.check_after([MotionExtract(1)], [track])) == []
    assert list(MotionExtract.check_after([extract], [FaceTrack(1, crop_from="published")])) == []


def test_an_edit_settles_its_crop_once(downloaded, caplog):
    """What is installed when the shot is made decides, and the document keeps it."""
    assert not _crop_from("performrecast") and "FaceTrack.crop_from is tracked" in caplog.text
    assert not _crop_from("mesh")
    importing_faces.import_networks(downloaded, lambda line: None)
    assert _crop_from("performrecast") == "published" and not _crop_from("mesh")
    graph = edit_graph("plate.####.exr", "take.mov", "out.####.exr", model="performrecast", crop_from="published")
    told = {name: graph.nodes[name].constants.get("crop_from") for name in ("FaceTrack", "DrivingTrack")}
    assert set(told.values()) == {"published"}
    template = edit_graph("plate.####.exr", "take.pkl", "out.####.exr", model="liveportrait", crop_from="published")
    assert template.nodes["FaceTrack"].constants["crop_from"] == "published"
