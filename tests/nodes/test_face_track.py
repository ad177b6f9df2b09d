"""FaceTrack as a node: what its knobs do, whichever frames are asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.errors import KnobError, MediaError, NoFace
from recast_nodes.media.landmarks.landmarks import export_track
from recast_nodes.nodes.face_track import FaceTrack
from recast_nodes.stages.track import depth, follow, pick
from recast_nodes.stages.track.crop import crop_matrix
from recast_nodes.stages.track.crop203 import square_of
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
    assert FaceTrack.pick.options == pick.PICKS
    assert FaceTrack.stands.options == depth.STANDS
    assert FaceTrack.lost.options == follow.LOST


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
    nearby = [FaceTrack(frame, lost="pass").process(analysis).seen for frame in range(6)]
    assert nearby == [0.75, 0.5, 0.25, 1.0, 0.25, 0.5]  # of a lost frame nothing is said
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


def with_published(frames: dict[int, Faces]) -> dict[int, Faces]:
    """The same faces, with LivePortrait's landmarks beside the mesh."""
    marks = torch.rand(203, 2, generator=torch.Generator().manual_seed(4)) * 150
    places = {frame: faces.landmarks[:, :1, :2] for frame, faces in frames.items()}
    return {frame: faces._replace(published=places[frame] + marks) for frame, faces in frames.items()}


@pytest.mark.parametrize("aspect", (1.0, 2.0))
def test_the_published_crop_changes_nothing_but_the_crop(aspect):
    frames = seen(range(6), missing=(3,), aspect=aspect)
    nodes = [FaceTrack(steady=0, smooth=0, crop_from=way) for way in ("tracked", "published")]
    plain, other = (node.analyse(given) for node, given in zip(nodes, (frames, with_published(frames)), strict=True))
    for frame in range(6):
        tracked, published = nodes[0].at_frame(frame).process(plain), nodes[1].at_frame(frame).process(other)
        for name in ("landmarks", "coefficients", "hull"):
            assert torch.equal(getattr(tracked, name), getattr(published, name))
        assert tracked.state == published.state == ("interpolated" if frame == 3 else "tracked")
        assert tracked.published is None and published.published.shape == (203, 2)
        square = square_of(published.published * torch.tensor([aspect, 1.0]), 1.5, 0.0, -0.125, True)
        torch.testing.assert_close(published.crop, crop_matrix(square, aspect), rtol=1e-5, atol=1e-3)
        assert not torch.equal(tracked.crop, published.crop)


def test_published_landmarks_are_bridged_and_steadied_as_the_others():
    frames = with_published(seen(range(9), missing=(4,)))
    noise = torch.Generator().manual_seed(7)
    shaky = {
        frame: faces._replace(published=faces.published + 0.1 * torch.randn(faces.published.shape, generator=noise))
        for frame, faces in frames.items()
    }
    course = FaceTrack(crop_from="published", steady=3.0).analyse(shaky).course
    exact = FaceTrack(crop_from="published", steady=0).analyse(frames).course
    still = FaceTrack(crop_from="published", steady=0).analyse(shaky).course
    away = [(one.published - exact.published).abs().mean() for one in (course, still)]
    assert away[0] < 0.7 * away[1]
    torch.testing.assert_close(exact.published[4], (exact.published[3] + exact.published[5]) / 2)


def test_the_published_crop_needs_a_picture_to_look_at():
    with pytest.raises(KnobError, match=r"FaceTrack\.crop_from: .*take tracked"):
        FaceTrack(crop_from="published", detector="landmarks-file", landmarks="face.csv").analyse(seen(range(3)))


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


def test_the_published_network_looks_at_the_faces_that_were_found(landmarker_files, portrait, monkeypatch, tmp_path):
    """Its landmarks are kept in the record, and the record comes back to the bit."""
    networks = pytest.importorskip("tests.models.onnx_networks")
    from recast_nodes.media.exr.forms import read_form, write_form
    from recast_nodes.media.images import read_image
    from recast_nodes.models.weights import importing_faces, onnx_faces

    if not portrait.is_file():
        pytest.skip("no portrait")
    monkeypatch.setattr(onnx_faces, "folder", lambda: tmp_path / "faces")
    networks.landmark_network(tmp_path / "landmark.onnx")
    importing_faces.import_networks(tmp_path / "landmark.onnx", lambda line: None)
    image, node = read_image(str(portrait)), FaceTrack(1, crop_from="published")
    plain, faces = FaceTrack(1).observe(image), node.observe(image)
    assert plain.published is None and faces.published.shape == (1, 203, 2)
    assert torch.equal(plain.landmarks, faces.landmarks)
    low, high = faces.landmarks[0, :, :2].amin(0), faces.landmarks[0, :, :2].amax(0)
    assert bool((faces.published[0].mean(0) > low).all()) and bool((faces.published[0].mean(0) < high).all())
    write_form(faces, tmp_path / "faces.exr")
    again = read_form(tmp_path / "faces.exr")
    tracks = [node.process(node.analyse({1: one})) for one in (faces, again)]
    assert torch.equal(tracks[0].crop, tracks[1].crop) and torch.equal(tracks[0].published, faces.published[0])
