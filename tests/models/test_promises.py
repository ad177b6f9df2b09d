"""Promises that every model keeps: those of this package, and whatever others are installed beside it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import MISSING, fields, replace

import numpy as np
import pytest
import torch

from recast_nodes import models
from recast_nodes.errors import ModelMissing, NotInstalled
from recast_nodes.face.regions import REGIONS
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.model_registry import MODELS, ModelTraits
from recast_nodes.models import provenance
from recast_nodes.models.interface import DecodeKnobs, Scene, TrackedFrame
from recast_nodes.models.networks.build import parts_of
from recast_nodes.nodes import Decode, ExpressionMix, MaskComposite, MotionExtract, Warp
from recast_nodes.nodes.expression_mix import hand_sliders
from recast_nodes.references import resolve
from recast_nodes.stages.expression.sliders import SLIDERS
from recast_nodes.stages.grid.shapes import fill_polygon
from recast_nodes.stages.track.crop import crop_matrix, mesh_square
from recast_nodes.wires import Computing, Image, Track

from ..performer import plate, track
from .stand_in import stand_in

ALL = pytest.mark.parametrize("name", MODELS.names)
FINISH = DecodeKnobs(0.0, 0.0, 0.0, 1.0, 5)


@pytest.fixture
def model(name, monkeypatch):
    """The model; where it needs weights, on small networks in their place."""
    traits = MODELS.get(name)
    if not traits.weights:
        return models.get(name)
    if not isinstance(getattr(resolve(traits.implementation), "__self__", None), type):
        pytest.skip(f"{name} needs weights, and tests/models/stand_in.py has no small networks for it")
    made, real = stand_in(name), models._load
    monkeypatch.setattr(models, "_load", lambda asked: made if asked is traits else real(asked))
    monkeypatch.setattr(provenance, "stamp", lambda asked: "a stand-in")
    return made


def cropped(one: Track) -> Track:
    """The track with the crop that FaceTrack gives it."""
    return one._replace(crop=crop_matrix(mesh_square(one.landmarks, 1.5, 0.0, -0.125, True)))


def sights(count: int = 3) -> list[TrackedFrame]:
    """A performance: the jaw opens, the left half of the picture is brighter from frame to frame."""
    images = [plate() for _ in range(count)]
    for at, image in enumerate(images):
        image.main.channels["R"][80 + 9 * at : 120 + 9 * at] *= 1.5
    return [TrackedFrame(frame, cropped(track({25: 0.3 * frame})), image) for frame, image in enumerate(images)]


def render(model, image: Image, seen: Track, weights: dict[str, object], **last: object) -> Image:
    """One frame through the nodes, driven by another picture."""
    first, driver = TrackedFrame(5, seen, image), sights()
    (source,) = model.extract_batch([first], model.analyse({5: seen}, None))
    analysis = model.analyse({sight.frame: sight.track for sight in driver}, None)
    driving = model.extract_batch(driver, analysis)
    knobs = {node: dict(values) for node, values in model.traits.edit_knobs.items()}
    mix = ExpressionMix(5, **knobs.get("ExpressionMix", {}) | weights)
    driver_of_shot = mix.analyse({4 + at: mix.observe(one) for at, one in enumerate(driving)})
    motion = mix.process(source, None, driver_of_shot)
    face = Decode(5, inner_mouth="plate").process(Warp(5, guard=0.0).process(image, seen, motion))
    return MaskComposite(5, **knobs.get("MaskComposite", {}) | last).process(image, seen, face)


@ALL
def test_every_trait_is_answered(name):
    traits = MODELS.get(name)
    assert traits.name == name and traits.summary.endswith(".") and len(traits.summary) > 20
    assert traits.keypoints > 0
    assert set(traits.sliders) <= set(hand_sliders()), "sliders are knobs of ExpressionMix"
    assert bool(traits.published) <= bool(traits.weights), "published weights are known by something"
    if traits.published:
        assert list(traits.published.parts) == parts_of(name)


def test_the_hand_sliders_are_those_of_the_stages():
    assert tuple(hand_sliders()) == SLIDERS


@ALL
def test_what_it_sets_in_a_shot_are_knobs_of_it(name):
    graph = edit_graph("plate.####.exr", "driver.mp4", "out.####.exr", model=name)
    for node, knobs in MODELS.get(name).edit_knobs.items():
        for knob, value in knobs.items():
            assert graph.at(node, 1).values[knob] == value
    calibrate = graph.at("ExpressionMix", 1).values["calibrate"]
    assert (calibrate > 0) == MODELS.get(name).calibrates


@ALL
def test_it_is_had_by_its_name_and_has_the_traits_that_it_declares(name):
    made = models.get(name)
    assert made.traits is MODELS.get(name) and made is models.get(name)


@ALL
def test_it_is_an_option_of_the_node(name):
    assert MotionExtract(1, model=name).traits.name == name


@ALL
def test_weights_that_are_missing_are_named(name, monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    if not MODELS.get(name).weights:
        assert provenance.weights(name)
        return
    with pytest.raises(ModelMissing, match=name) as raised:
        provenance.stamp(name)
    (finding,) = MotionExtract.check([MotionExtract(1, model=name)])
    assert finding.severe and finding.entry == "model" and finding.text == str(raised.value)


@ALL
@pytest.mark.parametrize(
    ("weights", "last"),
    (({}, {}), ({"replace": 1.0}, {"opacity": 0.0}), ({"replace": 1.0, **dict.fromkeys(REGIONS, 0.0)}, {})),
    ids=("nothing", "no opacity", "no region"),
)
def test_no_edit_is_the_plate_itself(name, model, weights, last):
    image = plate()
    assert render(model, image, cropped(track()), weights, **last) is image


@ALL
def test_an_edit_changes_the_picture_inside_the_hull_and_says_by_what(name, model):
    image, seen = plate(), cropped(track())
    image.main.channels["G"][100, 90:110] = np.nan
    result = render(model, image, seen, {"replace": 1.0})
    inside = fill_polygon(seen.hull, (200, 200))[0].numpy() > 0
    changed = set()
    for channel, plane in image.main.channels.items():
        new = result.main.channels[channel]
        same = np.ascontiguousarray(plane).view(f"u{plane.itemsize}") == new.view(f"u{plane.itemsize}")
        assert new.dtype == plane.dtype and same[~inside].all()
        changed |= set() if same.all() else {channel}
    assert changed and changed <= {"R", "G", "B"}
    attributes = result.main.attributes
    assert attributes["recast:model"].value == name
    assert attributes["recast:weights"].value == provenance.weights(name)


@ALL
def test_several_frames_are_what_they_are_one_by_one(name, model):
    seen = sights()
    analysis = model.analyse({sight.frame: sight.track for sight in seen}, None)
    together = model.extract_batch(seen, analysis)
    for sight, motion in zip(seen, together, strict=True):
        (alone,) = model.extract_batch([sight], analysis)
        torch.testing.assert_close(alone.source, motion.source, atol=1e-5, rtol=0)
        assert len(motion.source) == MODELS.get(name).keypoints and not motion.edited
    scenes = [
        Scene(sight.image, sight.track, motion._replace(expression=motion.expression + 0.02 * at, edited=at != 1))
        for at, (sight, motion) in enumerate(zip(seen, together, strict=True))
    ]
    fields = model.warp_batch(scenes, Computing())
    faces = model.decode_batch(fields, [None] * len(fields), [FINISH] * len(fields))
    assert [face.edited for face in faces] == [True, False, True]
    for scene, face in zip(scenes, faces, strict=True):
        (field,) = model.warp_batch([scene], Computing())
        (single,) = model.decode_batch([field], [None], [FINISH])
        assert single.edited == face.edited
        torch.testing.assert_close(single.pixels, face.pixels, atol=1e-5, rtol=0)


@ALL
def test_a_frame_without_a_face_stays_the_plates(name, model):
    seen, lost = sights(2)
    lost = lost._replace(track=lost.track._replace(state="lost"))
    analysis = model.analyse({0: seen.track, 1: lost.track}, None)
    motion = model.extract_batch([seen, lost], analysis)[1]
    assert motion.state == "lost" and len(motion.canonical) == MODELS.get(name).keypoints
    (field,) = model.warp_batch([Scene(lost.image, lost.track, motion._replace(edited=True))], Computing())
    assert not field.edited


def test_an_unknown_name_is_refused_by_name():
    with pytest.raises(NotInstalled, match="no model 'mash'; there are mesh"):
        models.get("mash")
    with pytest.raises(NotInstalled, match="'mash'"):
        edit_graph("plate.####.exr", "driver.mp4", "out.####.exr", model="mash")


DECLARED = {"name": "toy", "summary": "A toy.", "implementation": "toy.model:Toy", "keypoints": 478}
DECLARED |= {"source_type": "compositeCapture"}


@pytest.mark.parametrize("trait", sorted(DECLARED))
def test_a_trait_that_nothing_stands_for_must_be_declared(trait):
    with pytest.raises(TypeError, match=trait):
        ModelTraits(**{name: value for name, value in DECLARED.items() if name != trait})


@pytest.mark.parametrize(
    ("trait", "value"),
    (
        ("name", "My Model"),
        ("name", ""),
        ("implementation", "toy.model"),
        ("weights", "toy weights"),
        ("source_type", "photograph"),
        ("works_in", "crop"),
        ("keypoints", "478"),
        ("paints", "no"),
        ("sliders", "smile"),
        ("edit_knobs", [("Warp", "guard")]),
    ),
)
def test_a_trait_of_another_kind_is_refused_by_name(trait, value):
    with pytest.raises(ValueError, match=trait):
        ModelTraits(**DECLARED | {trait: value})


def test_traits_are_values_that_nobody_changes():
    toy = ModelTraits(**DECLARED, edit_knobs={"Warp": {"guard": 0.0}})
    with pytest.raises(TypeError):
        toy.edit_knobs["Warp"]["guard"] = 1.0  # type: ignore[index]
    assert replace(toy, keypoints=5).edit_knobs == toy.edit_knobs
    assert {field.name for field in fields(ModelTraits) if field.default is MISSING} >= set(DECLARED)


def test_a_check_loads_no_library_that_it_does_not_need(make_plate, tmp_path):
    save(edit_graph(make_plate(), make_plate(), str(tmp_path / "o.####.exr")), tmp_path / "s.yaml")
    code = (
        "import sys; from click.testing import CliRunner; from recast_nodes.hosts.cli import recast; "
        "print(CliRunner().invoke(recast, ['check', sys.argv[1]]).output); "
        "heavy = {'torch', 'ai_edge_litert', 'cv2', 'matplotlib', 'onnxruntime', 'av', 'fileseq'}; "
        "print('loaded', *(heavy & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code, tmp_path / "s.yaml"], capture_output=True, text=True)
    assert answer.stdout.splitlines()[-1].split() == ["loaded"], answer.stdout + answer.stderr
    assert "s.yaml:" in answer.stdout
