"""Promises that every tracker keeps: those of this package, and whatever others are installed beside it."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
import torch

from recast_nodes import tracker_registry
from recast_nodes.errors import ComputeError, KnobError, NotInstalled
from recast_nodes.media.landmarks.landmarks import write_landmarks
from recast_nodes.models.head_fit import landmark_heads
from recast_nodes.models.head_fit.landmark_heads import SMALL
from recast_nodes.models.tracker import chain, kinds, load
from recast_nodes.models.tracker.chain import Chain
from recast_nodes.models.tracker.faces import check, no_faces
from recast_nodes.models.tracker.interface import Search, Tracker
from recast_nodes.models.weights import downloads as files
from recast_nodes.models.weights import importing_faces, onnx_faces
from recast_nodes.natives import opencv
from recast_nodes.nodes import FaceTrack
from recast_nodes.tracker_registry import LIVEPORTRAIT, MESH, TRACKERS, LandmarkSet, TrackerTraits
from recast_nodes.wires import Image

from ...performer import track
from .test_landmarker import image_of

SEARCH = Search()
ALL = pytest.mark.parametrize("name", TRACKERS.names)


def asked(name: str, search: Search = SEARCH) -> Chain:
    """A tracker as FaceTrack asks it: one that reads is given the faces that the default finds."""
    return Chain(name, "", search) if TRACKERS.get(name).finds_faces else Chain(TRACKERS.default, name, search)


@pytest.fixture
def ready(name, request, monkeypatch, tmp_path) -> Chain:
    """The tracker with all that it needs: small networks stand for the user's own."""
    if any(traits.model_files for traits in asked(name).traits):
        request.getfixturevalue("landmarker_files")
    if TRACKERS.get(name).user_networks:
        networks = pytest.importorskip("tests.models.onnx_networks")
        monkeypatch.setattr(onnx_faces, "folder", lambda: tmp_path / "faces")
        networks.landmark_network(tmp_path / "landmark.onnx")
        networks.detector_network(tmp_path / "detector.onnx", {})
        importing_faces.import_networks(tmp_path, lambda line: None)
    if TRACKERS.get(name).parameters:  # the head that ships stands for the user's own
        monkeypatch.setattr(landmark_heads, "load_head", lambda head: landmark_heads._load(SMALL, tmp_path))
    if not TRACKERS.get(name).reads_file:
        return asked(name)
    write_landmarks({1: track(), 2: track({25: 0.5})}, tmp_path / "face.json")
    return asked(name, Search(file=str(tmp_path / "face.json")))


@pytest.fixture(scope="module")
def face(portrait) -> Image:
    if not portrait.is_file():
        pytest.skip("no portrait")
    pixels = opencv().resize(opencv().imread(str(portrait)), (320, 320), interpolation=opencv().INTER_AREA)
    return image_of(np.ascontiguousarray(pixels[..., ::-1]))


def black(height: int, width: int) -> Image:
    return image_of(np.zeros((height, width, 3), np.uint8))


def same(one, other) -> bool:
    """Whether two frames show the same faces to the bit."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("landmarks", "confidence", "published")]
    return all((a is None and b is None) or torch.equal(a, b) for a, b in pairs)


@ALL
def test_every_trait_is_answered(name):
    traits = TRACKERS.get(name)
    assert traits.name == name and len(traits.summary) > 10 and traits.summary.endswith(".")
    assert traits.faces > 0 and traits.landmarks in (MESH, LIVEPORTRAIT)
    assert set(traits.model_files) <= set(files.FILES), "`recast models fetch` brings them"
    assert set(traits.user_networks) <= set(onnx_faces.NETWORKS), "`recast models import faces` takes them"
    assert traits.looks_at_pictures or traits.reads_file, "where else do landmarks come from"
    assert isinstance(load(name), Tracker)


@ALL
def test_it_is_an_option_of_one_knob_whose_tip_says_what_it_does(name):
    traits = TRACKERS.get(name)
    knob, other = (FaceTrack.detector, FaceTrack.crop_from)[:: 1 if traits.finds_faces else -1]
    assert name in knob.options and name not in other.options
    assert f"{name}: {traits.summary}" in knob.tip


def test_every_module_of_ours_is_listed():
    """A tracker that nobody can choose: a line in `tracker_registry.OWN` is missing."""
    listed = {reference.split(":")[0].split(".")[-1] for reference in tracker_registry.OWN}
    folder = Path(kinds.__file__).parent
    here = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert here == listed, f"write a line in tracker_registry.OWN for {', '.join(sorted(here ^ listed))}"
    for path in folder.glob("*.py"):
        made = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        declared = [node for node in made if getattr(node.func, "id", "") == "TrackerTraits"]
        lines = sum(f".{path.stem}:" in reference for reference in tracker_registry.OWN)
        assert len(declared) == lines, f"{path.name} declares {len(declared)}, and tracker_registry.OWN lists {lines}"


@ALL
def test_a_frame_does_not_depend_on_those_before(ready, face):
    first = ready.observe(face)
    ready.observe(black(200, 300))
    ready.observe(image_of(np.random.default_rng(0).integers(0, 255, (240, 240, 3), np.uint8)))
    assert same(ready.observe(face), first)
    alone, shot = (ready.complete(dict.fromkeys(frames, first)) for frames in ((1, 2), (1, 2, 3)))
    assert all(same(alone[frame], shot[frame]) for frame in (1, 2))


@ALL
@pytest.mark.parametrize("size", ((3, 300), (200, 300)))
def test_an_empty_picture_shows_no_face(ready, size):
    faces = ready.observe(black(*size))
    assert faces.landmarks.shape == (0, 478, 3) and faces.coefficients.shape == (0, 52) and len(faces.confidence) == 0
    assert faces.frame is not None and faces.frame.tolist() == [0, 0, size[1], size[0], 1]
    assert (faces.published is None) is (not ready.reader)


@ALL
def test_what_it_needs_is_named_where_it_is_missing(name, monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "none"))
    monkeypatch.setattr(chain, "_is_installed", lambda module: False)
    traits = TRACKERS.get(name)
    texts = [text for each, text in asked(name).missing() if each is traits]
    needs = [*traits.model_files, *traits.user_networks, *(package.install for package in traits.packages)]
    needs += ["FaceTrack.landmarks"] if traits.reads_file else []
    for need in needs:
        assert any(need in text for text in texts), f"nobody says that {need} is missing"
    assert all(text.endswith(".") for text in texts)
    knobs = {"detector" if traits.finds_faces else "crop_from": name}
    assert {found.text for found in FaceTrack.check([FaceTrack(1, **knobs)]) if found.severe} >= set(texts)


@ALL
def test_it_gives_the_coefficients_and_parameters_that_it_declares(ready, face, name):
    traits, faces = TRACKERS.get(name), ready.observe(face)
    assert (faces.head is not None) is traits.parameters
    if traits.finds_faces and len(faces.confidence):
        assert bool(faces.coefficients.isfinite().all()) is traits.coefficients
    assert len(faces.confidence) <= traits.faces


def test_an_unknown_name_is_refused_by_name():
    with pytest.raises(NotInstalled, match="no tracker 'mash'; there are auto, mediapipe"):
        load("mash")
    with pytest.raises(KnobError, match="detector takes one of auto, .*, not 'mash'. A tracker of another package"):
        FaceTrack(1, detector="mash")
    with pytest.raises(KnobError, match="crop_from takes one of tracked, published, not 'auto'.$"):
        FaceTrack(1, crop_from="auto")


DECLARED = {"name": "toy", "summary": "a toy.", "implementation": "toy.tracker:Toy"}


@pytest.mark.parametrize("trait", sorted(DECLARED))
def test_a_trait_that_nothing_stands_for_must_be_declared(trait):
    with pytest.raises(TypeError, match=trait):
        TrackerTraits(**{name: value for name, value in DECLARED.items() if name != trait})


@pytest.mark.parametrize(
    ("trait", "value"),
    (
        ("name", "My Tracker"),
        ("implementation", "toy.tracker"),
        ("landmarks", 478),
        ("landmarks", LandmarkSet("dlib's", "landmarks", (68,), 2)),
        ("faces", True),
        ("coefficients", "no"),
        ("packages", "onnxruntime"),
    ),
)
def test_a_trait_of_another_kind_is_refused_by_name(trait, value):
    with pytest.raises(ValueError, match=trait):
        TrackerTraits(**DECLARED | {trait: value})


@pytest.mark.parametrize(
    ("changed", "words"),
    (
        ({"landmarks": torch.zeros(1, 68, 3)}, r"tensor of \(1, 68, 3\) for landmarks, .*MediaPipe's mesh.*478"),
        ({"landmarks": torch.full((1, 478, 3), torch.nan)}, "landmarks that are not finite"),
        ({"coefficients": torch.zeros(1, 51)}, r"coefficients of \(1, 51\)"),
        ({"confidence": torch.zeros(2)}, "for 2 faces"),
    ),
)
def test_faces_that_are_no_such_faces_are_refused_by_the_trackers_name(changed, words):
    sound = no_faces(black(8, 8))._replace(
        landmarks=torch.zeros(1, 478, 3), coefficients=torch.full((1, 52), torch.nan), confidence=torch.ones(1)
    )
    traits = TrackerTraits(**DECLARED)
    assert check(sound, traits) is sound
    with pytest.raises(ComputeError, match=f"Tracker toy gave .*{words}"):
        check(sound._replace(**changed), traits)
    with pytest.raises(ComputeError, match="nothing for published"):
        check(sound, TrackerTraits(**DECLARED, landmarks=LIVEPORTRAIT))


def test_nobody_else_compares_names():
    """What a tracker is, its traits say: a name in a comparison would have to be found and changed for the next one."""
    names = {*TRACKERS.own_names, "yunet"} - {TRACKERS.default}  # `auto` is a value of many knobs
    package, homes = Path(tracker_registry.__file__).parent, set(Path(kinds.__file__).parent.glob("*.py"))
    for path in set(package.rglob("*.py")) - homes:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                words = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
                assert not words & names, f"{path.name}, line {node.lineno}: {ast.unparse(node)}"
