"""What people act, and how their heads turn meanwhile."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recast_nodes.digital_humans.head_motion import MOTIONS, move, stay
from recast_nodes.digital_humans.performance import at_rest, perform, read_arkit, scripts
from recast_nodes.digital_humans.rotations import axis_angle, by_axis, turn
from recast_nodes.digital_humans.scene import Camera, HeadPose
from recast_nodes.errors import MediaError
from recast_nodes.face.blendshapes import BLENDSHAPES


def test_there_are_eighteen_performances_as_in_the_paper():
    assert len(scripts()) == 18


@pytest.mark.parametrize("name", scripts())
def test_a_performance_acts_and_rests(name: str):
    curves = perform(name, 150).curves
    assert curves.shape == (150, 52) and curves.min() >= 0 and curves.max() <= 1
    assert curves.max() > 0.5 and (curves[:3].max() < 0.05), "it begins at rest"
    assert np.abs(np.diff(curves, axis=0)).max() < 0.6, "nothing jumps: a blink is the fastest"
    blinks = curves[:, BLENDSHAPES.index("eyeBlinkLeft")]
    assert blinks.max() > 0.9


def test_a_performance_is_the_same_at_another_length():
    long, short = perform("anger", 150).curves, perform("anger", 15).curves
    np.testing.assert_allclose(long[::10], short, atol=1e-6)


def test_rest_is_rest():
    assert at_rest(4).curves.max() == 0 and at_rest(4).expression(9) == {}


def test_an_arkit_recording_is_read(tmp_path: Path):
    path = tmp_path / "take.csv"
    path.write_text("Timecode,BlendshapeCount,JawOpen,MouthSmileLeft,HeadYaw\n0,61,0.5,0.25,0\n1,61,1.5,0,0\n")
    performance = read_arkit(path)
    assert performance.name == "take"
    assert performance.expression(0) == {"jawOpen": 0.5, "mouthSmileLeft": 0.25}
    assert performance.expression(1) == {"jawOpen": 1.0}


@pytest.mark.parametrize("text", ("", "a,b\n1,2\n", "JawOpen\nwide\n"))
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "take.csv"
    path.write_text(text)
    with pytest.raises(MediaError, match=r"take\.csv"):
        read_arkit(path)


def test_motions_pass_through_their_keys_and_turn_far():
    for name, keys in MOTIONS.items():
        angles = move(name, 150).angles
        for second, *wanted in keys[:-1]:
            np.testing.assert_allclose(angles[round(second * 30)], wanted, atol=0.5)
        assert angles.max() <= np.array(keys)[:, 1:].max() + 0.1, "no overshoot"
    assert max(abs(move(name, 150).angles[:, 0]).max() for name in MOTIONS) > 50
    assert not stay(5).angles.any()


def test_rotations_agree():
    matrix = turn(30, -12, 7)
    np.testing.assert_allclose(by_axis(axis_angle(matrix)), matrix, atol=1e-6)
    np.testing.assert_allclose(by_axis(np.zeros((2, 3))), np.broadcast_to(np.eye(3), (2, 3, 3)))
    assert (turn(30, 0, 0) @ (0, 0, 1))[0] > 0.4  # to the person's left


def test_the_neck_stays_with_the_shoulders():
    points = np.array([[0, 5, 8], [0, -18, 2]], np.float32)
    moved = HeadPose(40, 0, 0, (1, 0, 0)).place_neck(points, points[:, 1])
    np.testing.assert_allclose(moved[0], HeadPose(40, 0, 0, (1, 0, 0)).place(points[:1])[0], atol=1e-5)
    np.testing.assert_allclose(moved[1], points[1], atol=1e-5)


def test_a_camera_projects_to_pixels():
    camera = Camera(place=(0, 0, 50), look_at=(0, 0, 0), field=90, size=100)
    place = camera.project(np.array([[0, 0, 0], [50, 50, 0]], np.float32))
    np.testing.assert_allclose(place, [[50, 50, 50], [100, 0, 50]], atol=1e-3)
