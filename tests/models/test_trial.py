"""A trial is the edit itself, seen small: read where the face is, however the plate lies."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.face.regions import REGIONS
from recast_nodes.models.canonical import expression_basis
from recast_nodes.models.trial import HULL, IN_FULL, _shrunk, trial
from recast_nodes.nodes import ExpressionMix, FaceTrack, MaskComposite, MotionExtract, Read
from recast_nodes.stages.expression.head_pose import compose
from recast_nodes.stages.expression.sliders import SLIDERS
from recast_nodes.stages.features.eyelids import blink_amount
from recast_nodes.wires import Image, Motion, Track

from .. import performer
from ..shots.footage import write_clip


@pytest.fixture(scope="module")
def seen(portrait, landmarker_files, tmp_path_factory) -> tuple[Image, Track, Motion]:
    """One frame of a plate, tracked and taken apart."""
    path = write_clip(portrait, tmp_path_factory.mktemp("trial") / "plate.####.exr", range(1, 2))
    image = Read(1, file=path).process()
    node = FaceTrack(1)
    track = FaceTrack(1).process(node.analyse({1: node.observe(image)}))
    return image, track, MotionExtract(1).process(None, track, MotionExtract(1).analyse({1: track}))


def driven(motion: Motion, moved: dict[int, float]) -> Motion:
    """The performer with coefficients changed by known amounts."""
    change = torch.zeros(52)
    for number, value in moved.items():
        change[number] = value
    expression = motion.expression + torch.einsum("c,ckd->kd", change, expression_basis())
    return motion._replace(expression=expression, coefficients=(motion.coefficients + change).clamp(0, 1))


def test_what_is_driven_is_read(seen):
    image, track, motion = seen
    driver = driven(motion, {25: 0.4})
    told = trial(image, track, motion, driver)
    assert told is not None
    assert float((told.result - told.plate)[25]) > 0.05
    assert torch.equal(told.driver, driver.coefficients)


def test_a_plate_driven_by_itself_is_read_as_it_is(seen):
    image, track, motion = seen
    told = trial(image, track, motion, motion)
    assert told is not None
    assert float((told.result - told.plate).abs().mean()) < 0.02
    assert float((told.plate - motion.coefficients).abs().mean()) < 0.05


def test_the_same_trial_tells_the_same_bits(seen):
    image, track, motion = seen
    one, other = (trial(image, track, motion, driven(motion, {44: 0.5, 45: 0.5})) for _ in range(2))
    assert one is not None and other is not None
    assert np.array_equal(one.result.numpy(), other.result.numpy())


def test_lost_faces_are_not_tried(seen):
    image, track, motion = seen
    assert trial(image, track, motion._replace(state="lost"), motion) is None
    assert trial(image, track, motion, motion._replace(state="lost")) is None


@pytest.mark.parametrize(("shut", "tried"), [(0.3, True), (0.7, False)])
def test_a_plate_that_blinks_by_more_than_half_is_not_tried(seen, shut, tried):
    image, track, motion = seen
    lids = expression_basis()[[9, 10]].sum(0)
    steps = [motion.expression + amount * lids for amount in torch.linspace(0, 1, 201)]
    half = next(each for each in steps if float(blink_amount(motion.canonical + each, motion.canonical)) >= shut)
    told = trial(image, track, motion._replace(expression=half), motion)
    assert (told is not None) is tried


def test_a_trial_is_an_edit_with_every_knob_at_its_default():
    knobs = ExpressionMix(1).values
    same = ("transfer", "enhance", "retarget", "likeness", "protect", "calibrate", *SLIDERS, *REGIONS)
    given = IN_FULL._asdict() | dict(zip(REGIONS, IN_FULL.regions)) | dict(zip(SLIDERS, IN_FULL.sliders))
    assert {name: given[name] for name in same} == {name: knobs[name] for name in same}
    assert IN_FULL.replace == 1.0 and not IN_FULL.missing.any(), "and it replaces in full"
    seam = MaskComposite(1).values
    assert {name: HULL._asdict()[name] for name in ("mask", "feather", "opacity")} == {
        name: seam[name] for name in ("mask", "feather", "opacity")
    }


def test_a_trial_is_made_of_a_small_picture_with_room_for_the_tracker_to_look():
    """The face is brought down to 160 pixels, in a picture of twice its size."""
    plate, face = performer.plate(700, 700), performer.track(size=300, centre=(350.0, 350.0), yaw=0.0)
    image, small, motion = _shrunk(plate, face, performer.motions([face])[0])
    extent = (small.landmarks.amax(0) - small.landmarks.amin(0))[:2]
    assert float(extent.amax()) == pytest.approx(160, abs=1)
    assert (image.main.window.width, image.main.window.height) == pytest.approx((320, 320), abs=2)
    posed = compose(motion.canonical, motion.expression, motion.rotation, motion.scale, motion.translation)
    torch.testing.assert_close(posed[:, :2], small.landmarks[:, :2], atol=1.0, rtol=0)
