"""FaceTrack as a node: what its knobs do, whichever frames are asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.errors import KnobError, MediaError, NoFace
from recast_nodes.media.landmarks import export_track
from recast_nodes.nodes.face_track import FaceTrack
from recast_nodes.stages import association, tracking
from recast_nodes.wires import Attribute, Faces, Image, Part, Window

SHAPE = torch.rand(478, 3, generator=torch.Generator().manual_seed(1)) * 200


def plate(aspect: float = 1.0) -> Image:
    window = Window(0, 0, 64, 48)
    channels = {name: np.zeros((48, 64), np.float16) for name in "RGB"}
    attributes = {"pixelAspectRatio": Attribute(aspect, "float")}
    return Image((Part("", channels, window, window, attributes),), ("R", "G", "B"), "ACEScg")


def seen(frames, missing=(), aspect: float = 1.0) -> dict[int, Faces]:
    """A face that moves evenly, unseen in the frames `missing`."""
    window = torch.tensor([0.0, 0.0, 1000.0, 500.0, aspect])
    made = {}
    for frame in frames:
        many = 0 if frame in missing else 1
        landmarks = (SHAPE + torch.tensor([2.0 * frame, 100.0, 0.0]))[None][:many]
        made[frame] = Faces(landmarks, torch.zeros(many, 52), torch.full((many,), 0.9), window)
    return made


def test_the_knobs_offer_what_the_stages_know():
    assert FaceTrack.pick.options == association.PICKS
    assert FaceTrack.lost.options == tracking.LOST


def test_a_frame_is_the_same_whichever_frames_are_asked_for():
    node = FaceTrack(hull_expand=0.3)
    analysis = node.analyse(seen(range(10)))
    late, alone = [FaceTrack(frame, hull_expand=0.3).process(analysis) for frame in (7, 7)]
    assert all(torch.equal(one, other) for one, other in zip(late[:4], alone[:4], strict=True))
    assert late.state == "tracked"
    torch.testing.assert_close(late.landmarks, SHAPE + torch.tensor([14.0, 100.0, 0.0]))


def test_a_lost_frame_says_so_and_holds_nothing():
    analysis = FaceTrack(lost="pass").analyse(seen(range(6), missing=(3,)))
    track = FaceTrack(3, lost="pass").process(analysis)
    assert not track.found
    assert track.confidence == 0
    assert track.landmarks.shape == (478, 3)
    assert torch.equal(track.crop, torch.eye(3))
    assert track.hull.shape == FaceTrack(2).process(analysis).hull.shape


def test_no_face_names_the_node_and_the_frames():
    with pytest.raises(NoFace, match="FaceTrack found no face in frames 1-3"):
        FaceTrack().analyse(seen(range(1, 4), missing=range(1, 4)))


def test_crop_knobs():
    frames = seen(range(4))
    sizes = [FaceTrack(crop_scale=scale).analyse(frames).squares[0, 2].item() for scale in (1.5, 3.0)]
    assert sizes[1] == pytest.approx(2 * sizes[0], rel=1e-4)
    analysis = FaceTrack(rotate=False).analyse(frames)
    crop = FaceTrack(0, rotate=False).process(analysis).crop
    assert crop[0, 1] == 0
    assert crop[0, 0] == pytest.approx(512 / analysis.squares[0, 2].item())


def test_anamorphic_plates_tell_their_pixel_aspect():
    analysis = FaceTrack(rotate=False).analyse(seen(range(4), aspect=2.0))
    track = FaceTrack(1, rotate=False).process(analysis)
    assert track.pixel_aspect == 2.0
    assert track.crop[0, 0] == pytest.approx(2 * track.crop[1, 1].item())


def test_exported_landmarks_come_back_through_landmarks_file(tmp_path):
    analysis = FaceTrack(steady=0).analyse(seen(range(1001, 1006)))
    tracks = {frame: FaceTrack(frame, steady=0).process(analysis) for frame in range(1001, 1006)}
    for name in ("face.csv", "face.json", "face.npz", "face.npy"):
        export_track(tracks, tmp_path / name, Window(0, 0, 64, 48))
        node = FaceTrack(detector="landmarks-file", landmarks=str(tmp_path / name), steady=0)
        faces = {frame: node.observe(plate()) for frame in range(1001, 1006)}
        again = node.analyse(faces)
        assert torch.equal(again.course.landmarks, analysis.course.landmarks)
        assert torch.equal(again.squares, analysis.squares)


def test_landmarks_file_without_a_file_or_with_a_missing_one():
    frames = seen(range(3))
    with pytest.raises(KnobError, match=r"FaceTrack\.landmarks"):
        FaceTrack(detector="landmarks-file").analyse(frames)
    with pytest.raises(MediaError, match=r"nowhere\.csv"):
        FaceTrack(detector="landmarks-file", landmarks="nowhere.csv").analyse(frames)


def test_the_detector_sees_one_frame_alone(landmarker_files, portrait):
    from recast_nodes.media.images import read_image

    if not portrait.is_file():
        pytest.skip("no portrait")
    image = read_image(str(portrait))
    faces = FaceTrack(1).observe(image)
    track = FaceTrack(1).process(FaceTrack().analyse({1: faces}))
    assert torch.equal(track.landmarks, faces.landmarks[0]), "a single frame has nothing to be smoothed with"
    eyes = track.landmarks[[33, 263]] @ track.crop[:, :2].new_tensor([[1.0, 0], [0, 1], [0, 0]])
    level = eyes @ track.crop[:2, :2].T
    assert abs(level[0, 1] - level[1, 1]) < 0.05 * abs(level[0, 0] - level[1, 0])
