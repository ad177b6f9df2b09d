"""A fitted head written to files and read back."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch

from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.keypoints import NAMES, keypoint_vertices
from recast_nodes.digital_humans.performance import to_ict
from recast_nodes.digital_humans.rotations import turn
from recast_nodes.errors import MediaError
from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.head_fit.head_files import ending_of, write_head
from recast_nodes.models.head_fit.parameters import place
from recast_nodes.models.head_fit.rest_points import rest_points
from recast_nodes.models.head_fit.whole_head import stand_of
from recast_nodes.stages.head_fit.articulated import rotation_of
from recast_nodes.stages.head_fit.projection import axis_angle
from recast_nodes.stages.track.follow import lost_track
from recast_nodes.window import Window
from recast_nodes.wires import HeadParameters, Track

DISPLAY, ANGLES, AWAY = Window(0, 0, 512, 400), (20.0, -10.0, 5.0), (1.0, -2.0, -80.0)
ACTED = {"jawOpen": 0.5, "mouthSmileLeft": 0.25}


@pytest.fixture(scope="module")
def parameters() -> HeadParameters:
    expression = torch.tensor([[ACTED.get(name, 0.0) for name in BLENDSHAPES[1:]]])
    rotation = axis_angle(torch.from_numpy(turn(*ANGLES)).double()).float()
    pose = torch.cat([rotation, torch.tensor(AWAY), torch.tensor([900.0, 256, 200])])
    return HeadParameters("small 1", torch.linspace(-1, 1, 50)[None], expression, pose[None])


@pytest.fixture
def tracks(parameters) -> dict[int, Track]:
    """Four frames, of which the third does not show the face."""
    found = lost_track()._replace(state="tracked", head=parameters, pixel_aspect=2.0)
    return {1001: found, 1002: found, 1003: lost_track(pixel_aspect=2.0), 1004: found}


@pytest.mark.parametrize(
    ("name", "ending"),
    (
        ("sh010.head.csv", "head.csv"),
        ("head.json", "head.json"),
        ("overhead.csv", ""),
        ("sh010.csv", ""),
        ("sh010.camera.chan", ".camera.chan"),
        ("camera.chan", ".camera.chan"),
        ("sh010.chan", ".chan"),
        ("clip/keypoints.npz", "keypoints.npz"),
        ("face.npz", ""),
        ("sh010.USDA", ".usda"),
    ),
)
def test_a_form_is_known_by_the_end_of_the_name(name, ending):
    assert ending_of(name) == ending


def test_a_table_has_a_row_for_each_frame_that_shows_the_face(tracks, tmp_path):
    write_head(tracks, tmp_path / "sh010.head.csv", DISPLAY, 24)
    with (tmp_path / "sh010.head.csv").open() as opened:
        rows = list(csv.DictReader(opened))
    assert [row["frame"] for row in rows] == ["1001", "1002", "1004"]
    assert {name: float(rows[0][name]) for name in ACTED} == ACTED
    found = [np.degrees(float(rows[0][name])) for name in ("headYaw", "headPitch", "headRoll")]
    np.testing.assert_allclose(found, ANGLES, atol=1e-3)
    assert [float(rows[0][name]) for name in ("headX", "headY", "headZ")] == list(AWAY)


def test_a_document_says_who_it_is(tracks, parameters, tmp_path):
    write_head(tracks, tmp_path / "head.json", DISPLAY, 24)
    read = json.loads((tmp_path / "head.json").read_text())
    assert read["model"] == "small 1" and set(read["frames"]) == {"1001", "1002", "1004"}
    np.testing.assert_allclose(read["identity"], parameters.identity[0], atol=1e-5)
    assert read["frames"]["1001"][read["columns"].index("jawOpen")] == 0.5


def test_keypoints_are_the_heads_vertices_in_pixels_of_the_plate(tracks, parameters, tmp_path):
    write_head(tracks, tmp_path / "keypoints.npz", DISPLAY, 24)
    head = small_head()
    neutral = head.neutral(parameters.identity[0].numpy())
    shape = head.posed(neutral, to_ict(ACTED))[keypoint_vertices(head.topology)]
    with np.load(tmp_path / "keypoints.npz") as data:
        assert data["frames"].tolist() == [1001, 1002, 1004]
        assert data["canonical"].shape == (3, len(NAMES), 3) and data["landmarks"].shape == (3, 68, 2)
        np.testing.assert_allclose(data["expression"][0], shape, atol=1e-4)
        pixels = data["posed"][0]
    camera = shape @ turn(*ANGLES).T + AWAY
    np.testing.assert_allclose(2 * pixels[:, 0], 256 + 900 * camera[:, 0] / -camera[:, 2], atol=0.01)
    np.testing.assert_allclose(pixels[:, 1], 200 - 900 * camera[:, 1] / -camera[:, 2], atol=0.01)


def test_the_camera_about_the_head_sees_the_same(tracks, parameters, tmp_path):
    for name in ("sh010.chan", "sh010.camera.chan"):
        write_head(tracks, tmp_path / name, DISPLAY, 24)
    lines = [np.loadtxt(tmp_path / name) for name in ("sh010.chan", "sh010.camera.chan")]
    point = np.array([3.0, 4.0, 8.0])
    head, camera = ((turn(ry, rx, rz), (x, y, z)) for _, x, y, z, rx, ry, rz, _ in (each[0] for each in lines))
    seen = head[0] @ point + head[1]
    np.testing.assert_allclose(camera[0].T @ (point - camera[1]), seen, atol=1e-3)
    np.testing.assert_allclose(lines[0][:, 0], [1001, 1002, 1004])
    field = 2 * np.degrees(np.arctan(400 / 2 / 900))
    np.testing.assert_allclose(lines[0][:, 7], field, atol=1e-4)
    pixels = place(torch.from_numpy(point)[None], parameters)[0]
    np.testing.assert_allclose(pixels[:2], [256 + 900 * seen[0] / -seen[2], 200 - 900 * seen[1] / -seen[2]], atol=0.01)


def test_usd_holds_the_moving_head_and_its_camera(tracks, parameters, tmp_path):
    usd = pytest.importorskip("pxr.Usd")
    from pxr import UsdGeom, UsdSkel

    write_head(tracks, tmp_path / "sh010.usda", DISPLAY, 24)
    stage = usd.Stage.Open(str(tmp_path / "sh010.usda"))
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode(), stage.GetTimeCodesPerSecond()) == (1001, 1004, 24)
    head = small_head()
    shape = head.posed(head.neutral(parameters.identity[0].numpy()), to_ict(ACTED))
    mesh = UsdGeom.Mesh(stage.GetPrimAtPath("/shot/head/mesh"))
    np.testing.assert_allclose(mesh.GetPointsAttr().Get(1001), shape, atol=1e-5)
    moved = UsdGeom.XformCache(1001).GetLocalToWorldTransform(mesh.GetPrim()).Transform((1.0, 2.0, 3.0))
    np.testing.assert_allclose(moved, turn(*ANGLES) @ (1, 2, 3) + AWAY, atol=1e-4)
    animation = UsdSkel.Animation(stage.GetPrimAtPath("/shot/head/expression"))
    names = list(animation.GetBlendShapesAttr().Get())
    assert animation.GetBlendShapeWeightsAttr().Get(1001)[names.index("jawOpen")] == 0.5
    camera = UsdGeom.Camera(stage.GetPrimAtPath("/shot/camera")).GetCamera(1001)
    np.testing.assert_allclose(
        camera.GetFieldOfView(camera.FOVVertical), 2 * np.degrees(np.arctan(200 / 900)), rtol=1e-4
    )


def test_without_a_fit_nothing_is_written(tmp_path):
    with pytest.raises(MediaError, match="fitted-head"):
        write_head({1: lost_track()}, tmp_path / "head.csv", DISPLAY, 24)
    assert not list(tmp_path.iterdir())


def test_between_frames_the_rest_goes_straight(tracks, parameters):
    shifted = parameters._replace(pose=parameters.pose + torch.tensor([0, 0, 0, 2.0, 0, 0, 0, 0, 0]))
    moving = [tracks[1001], tracks[1003], tracks[1004]._replace(head=shifted), tracks[1003]]
    points = rest_points(moving)
    torch.testing.assert_close(points[1], (points[0] + points[2]) / 2)
    assert torch.equal(points[3], points[2]) and rest_points([tracks[1003]]) is None


def test_angles_are_those_of_the_rotation(parameters):
    np.testing.assert_allclose(stand_of(parameters).angles, ANGLES, atol=1e-3)
    np.testing.assert_allclose(rotation_of(parameters.pose[0, :3].double()), turn(*ANGLES), atol=1e-5)
