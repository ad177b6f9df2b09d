"""Poses and keypoints: what is composed can be taken apart again."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.face.anatomy import RIGID
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.expression.head_pose import (
    Pose,
    compose,
    head_poses,
    robust_similarity,
    square,
    to_head,
    to_pixels,
)

from ...performer import turn

angles = st.floats(-1.2, 1.2)


def test_expression_is_added_before_the_head_turns():
    canonical, expression = torch.rand(2, 7, 3)
    rotation, scale, translation = turn(0.4, 0.2), torch.tensor([3.0]), torch.tensor([1.0, 2.0, 3.0])
    expected = 3 * ((canonical + expression) @ rotation) + translation
    torch.testing.assert_close(compose(canonical, expression, rotation, scale, translation), expected)


@given(yaw=angles, pitch=angles, scale=st.floats(0.01, 100), x=st.floats(-3000, 3000))
def test_pose_is_found_again(yaw, pitch, scale, x):
    face = canonical_face().vertices[list(RIGID)].double()
    pose = Pose(turn(yaw, pitch).double(), torch.tensor([scale]).double(), torch.tensor([x, -5.0, 7.0]).double())
    found = robust_similarity(face, compose(face, torch.zeros_like(face), *pose))
    torch.testing.assert_close(found.rotation, pose.rotation, atol=1e-5, rtol=0)
    torch.testing.assert_close(found.scale, pose.scale, rtol=1e-5, atol=0)


@given(yaw=angles, scale=st.floats(0.1, 60))
def test_to_head_inverts_compose(yaw, scale):
    shape = torch.randn(478, 3, dtype=torch.float64)
    pose = Pose(turn(yaw).double(), torch.tensor([scale]).double(), torch.randn(3).double())
    torch.testing.assert_close(to_head(compose(shape, torch.zeros_like(shape), *pose), pose), shape)


def test_bad_landmarks_do_not_turn_the_head():
    face = canonical_face().vertices[list(RIGID)].double()
    points = 10 * face
    points[:4] += 30
    assert float((robust_similarity(face, points).rotation - torch.eye(3)).abs().max()) < 0.01


def test_a_face_in_one_point_stays_finite():
    canonical = canonical_face().vertices
    pose, shapes = head_poses(torch.ones(2, 478, 3), canonical, torch.tensor(RIGID))
    assert all(bool(torch.isfinite(part).all()) for part in pose)
    assert bool(torch.isfinite(shapes).all())


def test_poses_of_a_shot_agree_with_those_of_its_frames():
    face = canonical_face().vertices
    poses = [compose(face, torch.zeros_like(face), turn(yaw), torch.tensor([9.0]), torch.zeros(3)) for yaw in (0, 0.4)]
    found, shapes = head_poses(torch.stack(poses), face, torch.tensor(RIGID))
    torch.testing.assert_close(shapes, face.expand(2, -1, -1), atol=1e-3, rtol=0)
    torch.testing.assert_close(found.rotation[1], turn(0.4), atol=1e-4, rtol=0)


@pytest.mark.parametrize("aspect", (1.0, 2.0, 0.9))
def test_square_pixels_and_back(aspect):
    points = torch.rand(5, 3)
    torch.testing.assert_close(to_pixels(square(points, aspect), aspect), points)
