"""What is trained on: keypoints lie where faces are, batches depend on the step alone, foreign folders are checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.keypoints import AMONG_68, NAMES, keypoint_sets, keypoint_vertices
from recast_nodes.digital_humans.people import generator
from recast_nodes.digital_humans.scene import Camera, HeadPose
from recast_nodes.errors import DocumentError, MediaError
from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.natives import opencv
from recast_nodes.training.data.clip import count_frames, read_frames
from recast_nodes.training.data.humans import draw_expression, draw_pose
from recast_nodes.training.data.pairs import PairSampler
from recast_nodes.training.data.sources import clip_sources, make_all
from recast_nodes.training.data.tracked import read_keypoints
from recast_nodes.training.run import train

REST, AHEAD = np.zeros(10, np.float32), HeadPose()


def sets_of(expression=None, pose=AHEAD):
    return keypoint_sets(small_head(), REST, expression or {}, pose, Camera(size=200))


def test_keypoints_are_forty_nine_vertices_each_once():
    vertices = keypoint_vertices(small_head().topology)
    assert len(vertices) == len(set(vertices.tolist())) == len(NAMES) == 49


def test_a_head_that_turns_changes_where_keypoints_are_and_not_what_they_are():
    (still, marks), (turned, others) = sets_of({"jawOpen": 1.0}), sets_of({"jawOpen": 1.0}, HeadPose(20, 5, 3))
    np.testing.assert_array_equal(turned.canonical, still.canonical)
    np.testing.assert_array_equal(turned.expression, still.expression)
    assert np.abs(turned.posed - still.posed).max() > 5
    np.testing.assert_allclose(still.posed[: len(AMONG_68), :2], marks[list(AMONG_68)], atol=1e-3)
    assert not np.allclose(marks, others)


def test_an_open_jaw_moves_the_lower_lip_down_and_no_brow():
    rest, _ = sets_of()
    acting, _ = sets_of({"jawOpen": 1.0})
    down = (acting.expression - rest.expression)[:, 1]
    assert down[NAMES.index("landmark 57")] > 0.1 > abs(down[NAMES.index("landmark 19")])
    gazing, _ = sets_of({"eyeLookOut_L": 1.0})
    assert (gazing.expression - rest.expression)[NAMES.index("iris left"), 0] > 0.02


def test_depth_grows_away_from_the_camera():
    sets, _ = sets_of()
    nose, ear = (NAMES.index(f"landmark {k}") for k in (30, 0))
    for points in (sets.canonical, sets.posed):
        assert points[nose, 2] < points[ear, 2]


def test_people_act_within_what_a_face_can_do():
    rng = generator(3, 5)
    for _ in range(50):
        drawn = draw_expression(rng, 0.5)
        assert set(drawn) <= set(BLENDSHAPES) and all(0 <= amount <= 1 for amount in drawn.values())
        pose = draw_pose(rng, 40.0)
        assert max(map(abs, pose[:3])) <= 60


def test_a_batch_depends_on_its_step_part_and_process_only(settings, clips):
    sources = clip_sources(settings, clips)
    first = PairSampler(sources, settings)
    first.batch(0)
    again, other = first.batch(7, 1, 2), PairSampler(sources, settings).batch(7, 1, 2)
    assert torch.equal(again.source.pictures, other.source.pictures)
    for different in (first.batch(8, 1, 2), first.batch(7, 0, 2), first.batch(7, 1, 0)):
        assert not torch.equal(again.source.pictures, different.source.pictures)


def test_a_crop_takes_keypoints_along(settings, clips):
    """The lips' middle is dark in the drawn faces, wherever the crop is."""
    shaken = replace(settings, data=replace(settings.data, jitter=0.1), networks=replace(settings.networks))
    sampler = PairSampler(clip_sources(settings, clips), shaken)
    places = set()
    for step in range(3):
        frames = sampler.batch(step).source
        lips = frames.truth.posed[:, [NAMES.index("landmark 30")], :2]
        seen = torch.nn.functional.grid_sample(frames.pictures, lips[:, None], align_corners=False)
        assert (seen > 0.15).all()  # the nose's tip lies on skin
        places.add(float(lips[0, 0, 0]))
    assert len(places) == 3


def test_a_folder_without_clips_is_named(settings, tmp_path):
    for kind, fault in (("clips", "holds no clip"), ("benchmark", "holds no benchmark")):
        with pytest.raises(MediaError, match=fault):
            clip_sources(replace(settings, data=replace(settings.data, kind=kind, folder=str(tmp_path))), tmp_path)


def test_too_few_clips_are_refused(settings, tmp_path):
    with pytest.raises(DocumentError, match="leave none to train on"):
        train(replace(settings, data=replace(settings.data, held_out=4)), tmp_path)


def tracked_clip(folder, frames=3, **changes):
    """A clip of grey pictures with a tracked face of the average head."""
    folder.mkdir(parents=True)
    sets, marks = sets_of()
    head = small_head().topology
    own = head.template[keypoint_vertices(head)]
    arrays = {
        "frames": np.arange(1001, 1001 + frames),
        "canonical": np.stack([own] * frames),
        "expression": np.stack([own] * frames),
        "posed": np.stack([sets.posed] * frames),
        "landmarks": np.stack([marks] * frames),
    }
    np.savez(folder / "keypoints.npz", **(arrays | changes))
    for number in arrays["frames"]:
        opencv().imwrite(str(folder / f"a.{number}.png"), np.full((200, 200, 3), 128, np.uint8))


def test_tracked_clips_are_cut_about_the_face(settings, tmp_path):
    tracked_clip(tmp_path / "clips" / "one")
    real = replace(settings, data=replace(settings.data, kind="clips", folder=str(tmp_path / "clips")))
    sources = clip_sources(real, tmp_path / "run")
    make_all(sources, 1)
    assert count_frames(sources[0].path) == 3
    frames = read_frames(sources[0].path, [0, 2])
    assert frames.pictures.shape == (2, 3, 38, 38)
    assert (frames.pictures[..., 6:, 4:-4] == 128).all()  # beyond the picture it is black
    sets, _ = sets_of()
    np.testing.assert_allclose(frames.canonical[0], sets.canonical, atol=1e-5)
    assert frames.landmarks.abs().max() < 0.8 and frames.posed.abs().max() < 1


@pytest.mark.parametrize(
    ("changes", "fault"),
    (
        ({"posed": np.zeros((3, 40, 3))}, r"posed has the shape \(3, 40, 3\)"),
        ({"landmarks": np.full((3, 68, 2), np.nan)}, r"landmarks has .* gaps"),
    ),
)
def test_keypoints_of_another_form_are_refused_by_name(tmp_path, changes, fault):
    tracked_clip(tmp_path / "one", **changes)
    with pytest.raises(MediaError, match=fault):
        read_keypoints(tmp_path / "one" / "keypoints.npz")
    (tmp_path / "one" / "keypoints.npz").write_bytes(b"none")
    with pytest.raises(MediaError, match="does not hold a clip's keypoints"):
        read_keypoints(tmp_path / "one" / "keypoints.npz")
