"""The neural models' way from plate to face, on stand-in networks whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes import models
from recast_nodes.errors import KnobError
from recast_nodes.face.anatomy import EYE_SPANS, MOUTH_SPAN
from recast_nodes.face.published import EYE_SPANS_203, MOUTH_SPAN_203
from recast_nodes.face.regions import REGIONS
from recast_nodes.models import provenance
from recast_nodes.models.interface import DecodeKnobs, MixKnobs, Scene, TrackedFrame
from recast_nodes.models.neural import runtime
from recast_nodes.models.neural.engine import FRAME, MOST
from recast_nodes.models.neural.model import MOTION_SIZE
from recast_nodes.models.neural.patches import published_crop
from recast_nodes.models.performance import gather
from recast_nodes.models.tracker.still import Portrait
from recast_nodes.nodes import Decode, ExpressionMix, MaskComposite, MotionExtract, Warp
from recast_nodes.stages.grid.shapes import fill_polygon
from recast_nodes.stages.track.crop import crop_matrix, mesh_square
from recast_nodes.stages.track.crop203 import square_of
from recast_nodes.wires import Computing, Image, Track

from ...performer import plate, track
from ..stand_in import Softness, stand_in

MODELS = ("performrecast", "liveportrait")
MIX = MixKnobs("paper-equations", 0.0, 0.0, (1.0,) * len(REGIONS), 0.0, 0.0, 0.0, 0.0, (0.0,) * 6)
FINISH = DecodeKnobs(0.0, 0.0, 0.0, 1.0, 5)


def cropped(one: Track, scale: float = 1.5) -> Track:
    """The track with the crop that FaceTrack gives it."""
    return one._replace(crop=crop_matrix(mesh_square(one.landmarks, scale, 0.0, -0.125, True)))


@pytest.fixture(params=MODELS)
def model(request, monkeypatch):
    """A model on stand-in networks, which the nodes get by its name."""
    made = stand_in(request.param)
    real = models._load
    monkeypatch.setattr(models, "_load", lambda traits: made if traits is made.traits else real(traits))
    monkeypatch.setattr(provenance, "stamp", lambda name: "a stand-in")
    return made


def sights(count: int = 3) -> list[TrackedFrame]:
    """A performance: the face is one thing, the picture another in every frame."""
    images = [plate() for _ in range(count)]
    for at, image in enumerate(images):
        image.main.channels["R"][80 + 9 * at : 120 + 9 * at] *= 1.5
    return [TrackedFrame(frame, cropped(track({25: 0.1 * frame})), image) for frame, image in enumerate(images)]


def render(model, image: Image, weights: dict[str, object], **last: object) -> Image:
    """One frame through the nodes, driven by another picture."""
    seen, driver = cropped(track()), sights(3)
    source = model.extract_batch([TrackedFrame(5, seen, image)], None)[0]
    driving = model.extract_batch(driver, None)
    mix = ExpressionMix(5, **weights)
    analysis = mix.analyse({5 + at: mix.observe(one) for at, one in enumerate(driving)})
    motion = mix.process(source, None, analysis)
    face = Decode(5).process(Warp(5).process(image, seen, motion))
    return MaskComposite(5, **last).process(image, seen, face)


def test_the_plates_own_parameters_compose_to_its_keypoints(model):
    for motion in model.extract_batch(sights(), None):
        assert torch.equal(model.driven(motion), motion.source)
        assert not motion.edited and motion.regions is not None
        torch.testing.assert_close(motion.regions.sum(1), torch.ones(model.keypoints))


@pytest.mark.parametrize("kind", (np.float16, np.float32))
def test_only_the_picture_inside_the_hull_changes(model, kind):
    image = plate(kind=kind)
    image.main.channels["G"][100, 90:110] = np.nan
    result = render(model, image, {"replace": 1.0, "enhance": 1.0})
    inside = fill_polygon(track().hull, (200, 200))[0].numpy() > 0
    for name, plane in image.main.channels.items():
        new = result.main.channels[name]
        kept = np.ascontiguousarray(plane).view(f"u{plane.itemsize}") == new.view(f"u{plane.itemsize}")
        assert new.dtype == plane.dtype and kept[~inside].all()
        assert kept.all() == (name in ("A", "id.Z"))
    assert (np.isfinite(result.main.channels["G"]) == np.isfinite(image.main.channels["G"])).all()
    assert result.main.attributes["recast:model"].value == model.name
    assert result.main.attributes["recast:weights"].value == "a stand-in"


def test_the_engine_takes_as_many_frames_as_memory_has_room_for(model, monkeypatch):
    """Of five frames in work two fit, and where that was too much after all one."""
    sizes = []

    def counted(module, *_):
        module.register_forward_pre_hook(lambda _module, given: sizes.append(len(given[0])))
        return module

    model.engine._prepare = counted
    monkeypatch.setattr(runtime, "free_memory", lambda on: 2.5 * FRAME["W"] / runtime.SHARE)
    seen = sights(5)
    motions = model.extract_batch(seen, None)
    scenes = [
        Scene(sight.image, sight.track, motion._replace(edited=True), frame=at)
        for at, (sight, motion) in enumerate(zip(seen, motions, strict=True))
    ]
    sizes.clear()
    fields = model.warp_batch(scenes, Computing())
    assert len(fields) == 5 and sizes == [5, 2, 2, 1], "F is small; W takes two together"
    careful = model.engine._careful["W", torch.device("cpu"), torch.float32, False]
    assert careful.batch == MOST, "the next shot may find more room"


def test_a_still_picture_is_looked_at_once(model):
    image, seen = plate(), cropped(track())
    motions = model.extract_batch([TrackedFrame(at, seen, image) for at in range(3)], None)
    edited = [motion._replace(expression=motion.expression + 0.02, edited=True) for motion in motions]
    for motion in edited:
        model.warp_batch([Scene(image, seen, motion)], Computing())
    model.extract_batch([TrackedFrame(7, seen, image)], None)
    assert [entry for entry in model.engine.ran if entry[0] in "MF"] == [("M", 1), ("F", 1)]


def test_the_painted_face_lies_where_the_patch_was_taken(model):
    """A plate of waves comes back from the patch at its place, whatever the crop's turn: half a pixel would show."""
    y, x = np.mgrid[:200, :200].astype(np.float32)
    image = plate(kind=np.float32)
    for at, name in enumerate("RGB"):
        image.main.channels[name][:] = 0.3 + 0.2 * np.sin(x / 12 + at) * np.cos(y / 14)
    seen = cropped(track(yaw=0.4))
    motion = model.extract_batch([TrackedFrame(0, seen, image)], None)[0]._replace(edited=True)
    (field,) = model.warp_batch([Scene(image, seen, motion)], Computing())
    assert float(field.flow.abs().max()) < 1e-3
    torch.testing.assert_close(field.source, field.driven)
    (face,) = model.decode_batch([field], [None], [FINISH])
    there = face.change > 0
    miss = (face.pixels - field.plate).abs()[there.expand_as(field.plate)]
    assert there.float().mean() > 0.5 and float(miss.mean()) < 2e-3 and float(miss.quantile(0.999)) < 2e-2


def test_light_over_one_survives(model):
    image = plate(kind=np.float32)
    for name in "RGB":
        image.main.channels[name][90:110, 90:110] = 20.0
    seen = cropped(track())
    motion = model.extract_batch([TrackedFrame(0, seen, image)], None)[0]._replace(edited=True)
    (face,) = model.decode_batch(model.warp_batch([Scene(image, seen, motion)], Computing()), [None], [FINISH])
    middle = face.pixels[:, 100 + int(face.crop[1, 2]), 100 + int(face.crop[0, 2])]
    torch.testing.assert_close(middle, torch.full((3,), 20.0), atol=0.2, rtol=0)


@pytest.mark.parametrize("blur", (0.8, 1.5))
def test_detail_gives_a_soft_face_the_plates_own(blur):
    """With nothing moved and a G that blurs, detail 1 brings the plate back: at 4K of a 512 patch."""
    model = stand_in("performrecast", Softness(blur))
    image = plate(1200, 1200, np.float32)
    grain = np.random.default_rng(3).normal(0, 0.02, (1200, 1200)).astype(np.float32)
    for name in "RGB":
        image.main.channels[name][:] = image.main.channels[name] * 0.5 + 0.3 + grain
    seen = cropped(track(size=800, centre=(600, 600)))
    motion = model.extract_batch([TrackedFrame(0, seen, image)], None)[0]._replace(edited=True)
    (field,) = model.warp_batch([Scene(image, seen, motion)], Computing())
    misses = {}
    for detail in (0.0, 1.0):
        (face,) = model.decode_batch([field], [None], [FINISH._replace(detail=detail)])
        inner = (slice(None), slice(300, 700), slice(300, 700))
        misses[detail] = float((face.pixels - field.plate)[inner].square().mean().sqrt())
    assert misses[1.0] < 0.15 * misses[0.0]


def test_detail_stays_away_from_what_the_plate_does_not_show():
    model = stand_in("performrecast", Softness(1.5, shown=0.0))
    image, seen = plate(), cropped(track())
    motion = model.extract_batch([TrackedFrame(0, seen, image)], None)[0]._replace(edited=True)
    (field,) = model.warp_batch([Scene(image, seen, motion)], Computing())
    soft, detailed = (
        model.decode_batch([field], [None], [FINISH._replace(detail=detail)])[0].pixels for detail in (0.0, 1.0)
    )
    assert torch.equal(soft, detailed)


def test_grain_is_given_back_where_the_painted_face_has_none():
    model = stand_in("performrecast", Softness(1.5))
    image = plate(400, 400, np.float32)
    for at, name in enumerate("RGB"):
        noise = np.random.default_rng(at).normal(0, 0.03, (400, 400))
        image.main.channels[name][:] = (0.4 + noise).astype(np.float32)
    seen = cropped(track(size=240, centre=(200, 200)))
    motion = model.extract_batch([TrackedFrame(0, seen, image)], None)[0]._replace(edited=True)
    (field,) = model.warp_batch([Scene(image, seen, motion)], Computing())
    spread = {}
    for grain in (0.0, 1.0):
        face = model.decode_batch([field], [None], [FINISH._replace(grain=grain)])[0]
        spread[grain] = float(face.pixels[:, 100:200, 100:200].std())
    assert spread[0.0] < 0.02 and spread[1.0] == pytest.approx(0.03, rel=0.25)


def with_published(one: Track) -> Track:
    """The track with 203 landmarks on the mesh's eyes, lips and outline."""
    marks = one.landmarks[torch.arange(203) % 478, :2].clone()
    for places, mesh in zip((*EYE_SPANS_203, MOUTH_SPAN_203), (*EYE_SPANS, MOUTH_SPAN), strict=True):
        marks[list(places)] = one.landmarks[list(mesh), :2]
    return one._replace(published=marks)


def test_published_landmarks_say_how_far_eyes_and_lips_are_open(model):
    seen = sights(1)[0]
    plain, other = model.extract_batch([seen, seen._replace(track=with_published(seen.track))], None)
    assert not plain.published and other.published
    torch.testing.assert_close(plain.openings, other.openings)
    closed = with_published(seen.track)
    closed.published[MOUTH_SPAN_203[1]] = closed.published[MOUTH_SPAN_203[0]]
    assert float(model.extract_batch([seen._replace(track=closed)], None)[0].openings[2]) == 0


def test_a_reference_still_is_cropped_by_its_own_landmarks(model):
    image, still = sights(1)[0].image, with_published(track())
    crop = model.driver_crop
    wanted = crop_matrix(square_of(still.published, crop.scale, 0.0, crop.y, True))
    torch.testing.assert_close(published_crop(still, crop), wanted)
    other = published_crop(still._replace(published=None), crop)
    torch.testing.assert_close(other, cropped(still, crop.scale).crop)
    found = [model.expression_of(Portrait(one, image), torch.empty(0)) for one in (still, track())]
    assert found[0].shape == (model.keypoints, 3) and not torch.equal(*found)


def test_a_driver_at_rest_is_found_by_its_coefficients(model):
    motions = dict(enumerate(model.extract_batch(sights(3), None)))
    rest = model.rest(gather(motions, 0.0))
    assert torch.equal(rest, motions[0].expression)


def test_hand_sliders_that_a_model_lacks_are_refused(model):
    source = model.extract_batch(sights(1), None)[0]
    smile = MIX._replace(sliders=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    with pytest.raises(KnobError, match=f"{model.name} model has no hand slider smile"):
        model.mix(source, None, None, None, smile)


def test_lost_frames_go_through(model):
    seen = sights(1)[0]
    motion = model.extract_batch([seen._replace(track=track(state="lost"))], None)[0]
    assert motion.state == "lost"
    (field,) = model.warp_batch([Scene(seen.image, track(state="lost"), motion._replace(edited=True))], Computing())
    assert not field.edited and not model.decode_batch([field], [None], [FINISH])[0].edited


def test_a_picture_for_motion_is_the_mean_of_the_larger_one_or_sampled(model):
    seen = sights(1)[0]
    mean, direct = model.extract_batch([seen, seen._replace(direct=True)], None)
    assert MOTION_SIZE == 256 and not torch.equal(mean.expression, direct.expression)
    torch.testing.assert_close(mean.expression, direct.expression, atol=5e-3, rtol=0)


def test_the_model_is_asked_by_the_knob(model):
    seen = sights(1)[0]
    extract = MotionExtract(0, model=model.name)
    assert set(extract.used_inputs()) == {"image", "track"} and extract.batch_size() == 4
    assert extract.process(seen.image, seen.track, None).model == model.name
    assert "a stand-in" in extract.stamp()
    assert not list(MotionExtract.check([extract]))
    assert [found.severe for found in MotionExtract.check([MotionExtract(0, model=model.name, neutral=3)])] == [False]
