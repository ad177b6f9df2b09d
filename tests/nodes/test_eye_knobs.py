"""The knobs for eyes, from ExpressionMix to the finished frame."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.errors import KnobError
from recast_nodes.face.anatomy import LEFT_IRIS, RIGHT_IRIS
from recast_nodes.node import Node
from recast_nodes.nodes import Decode, ExpressionMix, MaskComposite, MotionExtract, Warp
from recast_nodes.stages.expression.head_pose import compose
from recast_nodes.stages.features.eyelids import lid_gaps
from recast_nodes.wires import Image, Motion

from ..performer import motions, plate, track

IRISES = (LEFT_IRIS[0], RIGHT_IRIS[0])


def edited(image: Image | None = None, yaw: float = 0.2, other: object = None, **knobs: object) -> Motion:
    mix = ExpressionMix(0, **knobs)
    return mix.process(motions([track(yaw=yaw)])[0], image=image, other_track=other)  # type: ignore[arg-type]


def irises(motion: Motion) -> torch.Tensor:
    """(2, 2) in the picture."""
    posed = compose(motion.canonical, motion.expression, motion.rotation, motion.scale, motion.translation)
    return posed[list(IRISES), :2]


def finish(image: Image, motion: Motion) -> Image:
    face = Decode(0).process(Warp(0).process(image, track(), motion))
    return MaskComposite(0).process(image, track(), face)


def test_knobs_that_ask_for_nothing_leave_the_motion_itself():
    source = motions([track()])[0]
    given = {"target": "point", "target_x": 50.0, "lids_follow": 0.3, "eye_size": 1.2, "field_of_view": 20.0}
    assert ExpressionMix(0, **given).process(source) is source


def test_each_eye_turns_by_itself():
    before = irises(motions([track()])[0])
    right_of_picture = irises(edited(gaze_left_x=15.0)) - before
    assert right_of_picture[1, 0] > 1 and not right_of_picture[0].any()
    down = irises(edited(gaze_right_y=15.0)) - before
    assert down[0, 1] > 1 and not down[1].any()


def test_nothing_but_the_eye_moves_to_the_bit():
    source = motions([track({25: 0.3})])[0]
    moved = (edited_of(source, gaze_left_x=15.0).expression != source.expression).any(1)
    assert moved[list(RIGHT_IRIS)].all() and int(moved.sum()) < 30


def edited_of(source: Motion, **knobs: object) -> Motion:
    return ExpressionMix(0, **knobs).process(source)


def test_eye_contact_moves_irises_against_the_head():
    aside = [irises(edited(plate(), yaw, look_at=1.0)) - irises(motions([track(yaw=yaw)])[0]) for yaw in (-0.4, 0.4)]
    assert float(aside[0][:, 0].mean() * aside[1][:, 0].mean()) < -0.5


def test_a_share_goes_part_of_the_way_and_grows_from_nothing():
    image, knobs = plate(), {"target": "point", "target_x": 180.0, "target_y": 60.0}
    none = irises(motions([track()])[0])
    little, half, whole = (irises(edited(image, look_at=share, **knobs)) - none for share in (0.001, 0.5, 1.0))
    assert little.abs().max() < 0.02
    torch.testing.assert_close(half, whole / 2, atol=0.6, rtol=0)
    assert edited(image, look_at=0.25, **knobs).placed.tolist() == [0.25]
    assert edited(gaze_left_x=3.0).placed is None


def test_lids_follow_as_far_as_they_are_asked_to():
    source = motions([track()])[0]
    still, along = (edited(gaze_left_y=20.0, lids_follow=share) for share in (0.0, 1.0))
    gaps = [lid_gaps(each.canonical + each.expression) for each in (source, still, along)]
    assert gaps[1][1] == gaps[0][1] and gaps[2][1] < 0.9 * gaps[0][1] and gaps[2][0] == gaps[0][0]


def test_blinks_shut_one_eye():
    gaps = lid_gaps(edited(blink_left=1.0).canonical + edited(blink_left=1.0).expression)
    assert gaps[1] < 0.03 < gaps[0]


def test_a_tracked_point_is_the_point_that_it_tracks(tmp_path):
    image, path = plate(), tmp_path / "p.csv"
    point = irises(edited(image, look_at=1.0, target="point", target_x=150.0, target_y=40.0))
    path.write_text("frame,x,y\n-1,140,30\n1,160,50\n")
    assert torch.equal(irises(edited(image, look_at=1.0, target="track", target_track=str(path))), point)
    path.write_text("frame,x,y_up\n0,100,160\n")
    shifted = edited(image, look_at=1.0, target="track", target_track=str(path), target_x=50.0)
    assert torch.equal(irises(shifted), point)
    mix = ExpressionMix(0, look_at=1.0, target="track", target_track=str(path))
    first = mix.stamp()
    path.write_text("frame,x,y_up\n0,100,1600\n")
    assert mix.stamp() != first and ExpressionMix(0, target_track=str(path)).stamp() == ""


def test_another_face_is_looked_at():
    image = plate(400, 200)
    left = irises(edited(image, 0.0, track(centre=(20.0, 100.0)), look_at=1.0, target="face"))
    right = irises(edited(image, 0.0, track(centre=(380.0, 100.0)), look_at=1.0, target="face"))
    assert (right[:, 0] > left[:, 0] + 2).all()


def test_what_is_missing_is_said():
    with pytest.raises(KnobError, match="needs the plate"):
        edited(look_at=1.0)
    with pytest.raises(KnobError, match="other_track"):
        edited(plate(), look_at=1.0, target="face")
    asked: list[Node] = [ExpressionMix(0, look_at=1.0, target="track")]
    assert [finding.entry for finding in ExpressionMix.check(asked)] == ["target_track"]
    painter: list[Node] = [MotionExtract(0, model="liveportrait")]
    found = [each for each in ExpressionMix.check_after([ExpressionMix(0, blink_left=0.5)], painter) if each.severe]
    assert [(each.entry, "mesh can" in each.text) for each in found] == [("blink_left", True)]


def test_inputs_are_used_only_where_they_are_needed():
    assert ExpressionMix(0, target="face").used_inputs() == ("source",)
    assert ExpressionMix(0, look_at=0.1).used_inputs() == ("source", "image")
    assert ExpressionMix(0, look_at=0.1, target="face").used_inputs() == ("source", "image", "other_track")


def test_a_finished_frame_changes_at_the_eyes_alone():
    image, source = plate(kind=np.float32), motions([track()])[0]
    motion = ExpressionMix(0, look_at=1.0).process(source, image=image)
    result = finish(image, motion)
    changed = (result.main.channels["G"] != image.main.channels["G"]).nonzero()
    eyes, mouth = track().landmarks[list(LEFT_IRIS + RIGHT_IRIS), 1], track().landmarks[13, 1]
    assert len(changed[0]) > 10
    assert changed[0].min() < eyes.min() and eyes.max() < changed[0].max() < mouth
