"""What eyes look at, beside the geometry of a camera, a head and two eyeballs that is worked out here by itself."""

from __future__ import annotations

import math

import pytest
import torch

from recast_nodes.face.anatomy import RIGID
from recast_nodes.models.canonical import canonical_face
from recast_nodes.nodes import NODES
from recast_nodes.stages.expression.eyeballs import place_eyeballs, to_direction
from recast_nodes.stages.expression.head_pose import Pose
from recast_nodes.stages.expression.look_at import CAMERA, GazeTarget, Lens, angles_to, face_place

from ...performer import turn

FACE, LENS = canonical_face().vertices, Lens(960.0, 540.0, 2600.0)
AWAY = 90.0  # centimetres


def pose(yaw: float, pitch: float = 0.0, aside: float = 0.0) -> Pose:
    """A head in the middle of the picture, or centimetres aside from there."""
    scale, rotation = LENS.focal / AWAY, turn(yaw, pitch)
    middle = torch.tensor([LENS.x + aside * scale, LENS.y, 0.0])
    return Pose(rotation, torch.tensor([scale]), middle - scale * FACE[list(RIGID)].mean(0) @ rotation)


def eyes_of(at: Pose) -> torch.Tensor:
    """(2, 3) the eyeballs in the camera's frame, of a head in the middle of the picture."""
    eyeballs, rigid = place_eyeballs(FACE), FACE[list(RIGID)].mean(0)
    return face_place(FACE, at, LENS) + (eyeballs.middles - rigid) @ at.rotation


@pytest.mark.parametrize("yaw", (-0.5, -0.2, 0.0, 0.3, 0.6))
@pytest.mark.parametrize("pitch", (-0.2, 0.0, 0.2))
def test_eyes_stay_on_the_point_while_the_head_turns(yaw, pitch):
    at, target = pose(yaw, pitch), GazeTarget(LENS.ray(1200.0, 420.0), near=0.6)
    there = target.place(face_place(FACE, at, LENS)[2])
    wanted = there - eyes_of(at)
    looks = to_direction(angles_to(target, FACE, place_eyeballs(FACE), at, LENS)) @ at.rotation
    off = torch.linalg.cross(looks, wanted / wanted.norm(dim=1, keepdim=True)).norm(dim=1).asin()
    assert torch.rad2deg(off).max() < 0.01


def test_eyes_that_look_at_something_near_converge():
    near, far = (
        angles_to(GazeTarget((0.0, 0.0), near), FACE, place_eyeballs(FACE), pose(0.0), LENS) for near in (0.7, -20.0)
    )
    between = [float(angles[0, 0] - angles[1, 0]) for angles in (near, far)]
    assert between[0] == pytest.approx(2 * math.degrees(math.atan(3.2 / (0.7 * AWAY))), rel=0.15)
    assert between[0] > 0


@pytest.mark.parametrize("near", (-1.0, 0.0, 0.3, 0.5, 0.9))
def test_eyes_cross_no_more_than_for_the_lens_unless_they_are_to(near):
    """The middle of both looks stays on the point, wherever it is."""
    target, eyeballs = GazeTarget(LENS.ray(1500.0, 420.0), near, converge=0.0), place_eyeballs(FACE)
    lens, point, exact = (
        angles_to(each, FACE, eyeballs, pose(0.1), LENS) for each in (CAMERA, target, target._replace(converge=1.0))
    )
    crossed, wholly, at_the_lens = (float(angles[0, 0] - angles[1, 0]) for angles in (point, exact, lens))
    assert crossed <= at_the_lens + 0.1 and crossed <= wholly + 0.1
    assert (point.mean(0) - exact.mean(0)).abs().max() < 1.5


@pytest.mark.parametrize("degrees", (24, 40, 54))
def test_a_point_at_the_edge_of_a_picture_turns_eyes_far_unless_its_depth_is_said(degrees):
    """A point is dragged to where eyes shall look; a wide shot is dragged no other way than a close-up."""
    lens = Lens(960.0, 540.0, 960.0 / math.tan(math.radians(degrees) / 2))
    near, converge = (NODES["ExpressionMix"].knobs[name].default for name in ("target_depth", "converge"))
    target = GazeTarget(lens.ray(1920.0, 540.0), near, converge=converge)
    across = angles_to(target, FACE, place_eyeballs(FACE), pose(0.0), lens)[:, 0]
    assert 30 < across.mean() < 60


def test_a_face_aside_that_looks_into_the_lens_looks_along_the_line_to_it():
    """Seen along that line, irises are then in the middle of their eyeballs, wherever in the picture the face is."""
    for aside in (-15.0, 0.0, 15.0):
        at = pose(0.2, 0.0, aside)
        looks = to_direction(angles_to(CAMERA, FACE, place_eyeballs(FACE), at, LENS)) @ at.rotation
        assert torch.rad2deg(looks[:, 0].mean().asin()).abs() < 1.0


def test_a_place_is_along_its_ray_as_near_as_it_is_said():
    away = torch.tensor(100.0)
    assert CAMERA.place(away).tolist() == [0, 0, 0]
    assert GazeTarget((0.2, -0.1), 0.0).place(away).tolist() == pytest.approx([20, -10, 100])
    assert GazeTarget((0.2, -0.1), 0.5, distance=300.0).place(away).tolist() == pytest.approx([60, -30, 300])
