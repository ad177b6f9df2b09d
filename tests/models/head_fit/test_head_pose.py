"""`MotionExtract.head_pose`: nothing of a fitted head is looked at unless it is asked for."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.errors import DocumentError
from recast_nodes.hosts.cli.exports import check_head_exports
from recast_nodes.models.head_fit.fit_faces import fit_faces
from recast_nodes.models.head_fit.landmark_heads import load_head
from recast_nodes.nodes import FaceTrack, MotionExtract
from recast_nodes.stages.track.follow import lost_track
from recast_nodes.wires import Track

from .people import talking
from .test_fit import faces_of


@pytest.fixture(scope="module")
def tracks() -> dict[int, Track]:
    faces = fit_faces(load_head("small"), faces_of(talking().landmarks[:5]))
    return {
        frame: lost_track()._replace(landmarks=each.landmarks[0], state="tracked", head=each.head)
        for frame, each in faces.items()
    }


def test_by_default_a_fitted_head_changes_nothing(tracks):
    bare = {frame: track._replace(head=None) for frame, track in tracks.items()}
    one, other = (MotionExtract(1001).analyse(each) for each in (tracks, bare))
    assert torch.equal(one.canonical, other.canonical)
    assert all(torch.equal(a, b) for a, b in zip(one.poses, other.poses, strict=True))


def test_the_heads_pose_is_near_that_of_the_landmarks(tracks):
    landmarks = MotionExtract(1001).analyse(tracks)
    head = MotionExtract(1001, head_pose="head").analyse(tracks)
    assert not torch.equal(landmarks.poses.rotation, head.poses.rotation)
    assert float((landmarks.poses.rotation - head.poses.rotation).abs().max()) < 0.1
    assert float((landmarks.poses.scale / head.poses.scale - 1).abs().max()) < 0.05


def test_the_landmarks_stay_where_they_are(tracks):
    node = MotionExtract(1001, head_pose="head")
    motion = node.process(None, tracks[1001], node.analyse(tracks))
    torch.testing.assert_close(motion.source, tracks[1001].landmarks, atol=1e-3, rtol=0)


def test_a_pose_of_a_head_that_nobody_fits_is_pointed_out():
    asked = [MotionExtract(1, head_pose="head")]
    (found,) = MotionExtract.check_after(asked, [FaceTrack(1)])
    assert "fitted-head" in found.text and not found.severe
    assert not list(MotionExtract.check_after(asked, [FaceTrack(1, detector="fitted-head")]))


def test_a_head_that_nobody_fits_is_refused_before_the_shot_is_tracked():
    check_head_exports(["face.csv"], False)
    check_head_exports(["sh010.chan"], True)
    with pytest.raises(DocumentError, match=r"sh010\.chan: the tracker fits no head"):
        check_head_exports(["face.csv", "sh010.chan"], False)
