"""One face is followed through whatever a shot does to it."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import NoFace
from recast_nodes.stages.track.association import follow, link
from recast_nodes.stages.track.follow import gaps_remark, landmark_noise, track
from recast_nodes.stages.track.pick import Pick, choose
from recast_nodes.wires import Faces

FRAME = torch.tensor([0.0, 0.0, 1000.0, 500.0, 1.0])
SHAPE = torch.rand(478, 3, generator=torch.Generator().manual_seed(1)) - 0.5


def faces(*places: tuple[float, float, float]) -> Faces:
    """Faces at (x, y, size); each one's coefficients tell its size, so that it is known again."""
    landmarks = [SHAPE * size + torch.tensor([x, y, 0.0]) for x, y, size in places]
    coefficients = [torch.full((52,), size / 1000) for _, _, size in places]
    many = len(places)
    return Faces(
        torch.stack(landmarks) if many else torch.zeros(0, 478, 3),
        torch.stack(coefficients) if many else torch.zeros(0, 52),
        torch.full((many,), 0.9),
        FRAME,
    )


def places_of(course) -> list[float]:
    return [round(float(x)) for x in course.landmarks[:, :, 0].amin(1) + course.landmarks[:, :, 0].amax(1)]


def follow_all(seen, lost="interpolate", steadying=0.0, **pick):
    return track(seen, Pick(**pick), lost, steadying)


def test_an_untroubled_face_comes_out_as_it_was_seen():
    seen = {frame: faces((100 + frame, 50, 80)) for frame in range(1001, 1011)}
    course = follow_all(seen)
    assert course.states == ("tracked",) * 10
    torch.testing.assert_close(course.landmarks[3], seen[1004].landmarks[0])


def test_a_face_that_jumps_is_the_same_one_while_there_is_no_other():
    seen = {frame: faces((100 + 90 * (frame % 2), 50, 80)) for frame in range(1001, 1013)}
    assert follow_all(seen).states == ("tracked",) * 12


def test_a_face_that_is_upside_down_in_a_single_frame_was_misread():
    seen = {frame: faces((100, 50, 80)) for frame in range(1001, 1013)}
    seen[1005] = seen[1005]._replace(landmarks=turned(seen[1005].landmarks, 180))
    course = follow_all(seen)
    assert course.states == ("tracked",) * 4 + ("interpolated",) + ("tracked",) * 7
    torch.testing.assert_close(course.landmarks[4], seen[1001].landmarks[0])


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (
            "interpolate",
            "the face is not seen in frames 1003-1004, 1006 (bridged from the frames around) and in frame 1008 (not "
            "edited). Set lost to change that.",
        ),
        (
            "hold",
            "the face is not seen in frames 1003-1004, 1006, 1008 (the last one is held). Set lost to change that.",
        ),
        ("pass", "the face is not seen in frames 1003-1004, 1006, 1008 (not edited). Set lost to change that."),
    ],
)
def test_frames_without_the_face_are_said(lost, said):
    seen = {frame: faces((100, 50, 80)) for frame in range(1001, 1009)}
    assert gaps_remark(follow_all(seen, lost)) == ""
    seen |= {frame: faces() for frame in (1003, 1004, 1006, 1008)}
    assert gaps_remark(follow_all(seen, lost)) == said


@pytest.mark.parametrize(("speed", "followed"), [(60, True), (90, False)])
def test_how_fast_a_head_may_turn(speed, followed):
    seen = {frame: faces((100, 50, 80)) for frame in range(1001, 1007)}
    seen = {frame: one._replace(landmarks=turned(one.landmarks, speed * frame)) for frame, one in seen.items()}
    assert (follow_all(seen, "pass").states == ("tracked",) * 6) is followed


def turned(landmarks, degrees):
    """Faces (F, K, 3) turned about their middle."""
    angle, middle = torch.deg2rad(torch.tensor(float(degrees))), landmarks[..., :2].mean(1, keepdim=True)
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
    return torch.cat([(landmarks[..., :2] - middle) @ turn.T + middle, landmarks[..., 2:]], -1)


@pytest.mark.parametrize(
    ("pick", "size"),
    [
        ({"rule": "largest"}, 120),
        ({"rule": "left-most"}, 80),
        ({"rule": "nearest-to-centre"}, 100),
        ({"rule": "index", "number": 2}, 120),
        ({"rule": "box", "box": (700, 0, 1000, 500)}, 120),
        ({"rule": "index", "number": 1, "frame": 3}, 100),
    ],
)
def test_picks(pick, size):
    # The order in which a detector names the faces changes from frame to frame.
    three = [(100, 200, 80), (480, 200, 100), (800, 200, 120)]
    seen = {frame: faces(*three[frame % 3 :], *three[: frame % 3]) for frame in range(8)}
    course = follow_all(seen, **pick)
    assert (course.coefficients[:, 0] * 1000).round().unique().tolist() == [size]


def test_a_passer_by_is_not_the_left_most():
    seen = {frame: faces((500, 200, 100), *([(20, 100, 60)] if frame == 5 else [])) for frame in range(20)}
    assert places_of(follow_all(seen, rule="left-most"))[0] > 500


@pytest.mark.parametrize(
    ("pick", "said"),
    [
        ({"rule": "index", "number": 4}, "FaceTrack.index 4 is face 5 from the left, but the shot shows 1 face."),
        ({"rule": "box"}, "FaceTrack.box is not set"),
        ({"rule": "box", "box": (0, 0, 1, 1)}, "FaceTrack.box"),
        ({"frame": 77}, "FaceTrack.pick_frame is 77, .* the first with a face is 0, the last 2"),
    ],
)
def test_a_pick_that_finds_nobody_names_its_knob(pick, said):
    with pytest.raises(NoFace, match=said):
        follow_all({frame: faces((100, 100, 50)) for frame in range(3)}, **pick)


def test_two_faces_that_cross_are_not_exchanged():
    seen = {f: faces((100 + 20 * f, 200, 100), (700 - 20 * f, 215, 100 + 1e-3)) for f in range(31)}
    # While one hides the other only the nearer is seen.
    for frame in (14, 15, 16):
        seen[frame] = faces((100 + 20 * frame, 200, 100))
    course = follow_all(seen, rule="index", number=0, frame=0)
    centre = course.landmarks[:, :, 0].mean(1)
    assert (centre.diff() > 15).all()


def test_a_short_gap_is_bridged_evenly():
    seen = {frame: faces() if frame in (4, 5, 6) else faces((100 + 10 * frame, 200, 100)) for frame in range(10)}
    course = follow_all(seen)
    assert course.states[3:8] == ("tracked", "interpolated", "interpolated", "interpolated", "tracked")
    assert course.landmarks[:, :, 0].mean(1).diff().tolist() == pytest.approx([10] * 9, abs=0.01)
    assert course.confidence[4:7].tolist() == [0, 0, 0]


def leaves_and_returns(away: int) -> dict[int, Faces]:
    """In frames 3..8, away, and then 6 frames again elsewhere."""
    seen = {frame: faces() for frame in range(15 + away)}
    seen |= {frame: faces((100, 200, 100)) for frame in range(3, 9)}
    return seen | {frame: faces((600, 200, 110)) for frame in range(9 + away, 15 + away)}


def test_a_face_that_leaves_and_returns_is_followed_and_not_made_up_meanwhile():
    course = follow_all(leaves_and_returns(25))
    assert course.states[:3] == ("lost",) * 3
    assert course.states[9:-6] == ("lost",) * 25
    assert course.states[-6:] == ("tracked",) * 6
    assert set(follow_all(leaves_and_returns(24)).states[3:]) == {"tracked", "interpolated"}


def test_lost_modes():
    seen = leaves_and_returns(40)
    held = follow_all(seen, "hold")
    assert held.states[:3] + held.states[9:11] == ("held",) * 5
    torch.testing.assert_close(held.landmarks[0], held.landmarks[3])
    torch.testing.assert_close(held.landmarks[30], held.landmarks[8])
    assert follow_all(seen, "pass").states[9] == "lost"
    with pytest.raises(NoFace, match="frames 0-2, 9-48"):
        follow_all(seen, "error")


@pytest.mark.parametrize("lost", ["interpolate", "hold", "error"])
def test_a_shot_without_a_face_is_an_error_that_names_node_and_frames(lost):
    with pytest.raises(NoFace, match="FaceTrack found no face in frames 1001-1004"):
        follow_all({frame: faces() for frame in range(1001, 1005)}, lost)


def test_a_shot_without_a_face_may_pass():
    assert follow_all({frame: faces() for frame in range(4)}, "pass").states == ("lost",) * 4


def test_steadying_takes_jitter_and_leaves_speech():
    generator = torch.Generator().manual_seed(3)
    speech = torch.zeros(478)
    speech[:20] = 8.0  # twenty points jump in frame 30 and back in 33
    seen = {}
    for frame in range(60):
        face = faces((300 + 2 * frame, 200, 200))
        shake = 0.2 * torch.randn(1, 478, 3, generator=generator)
        shake[0, :, 1] += speech * (30 <= frame < 33)
        seen[frame] = face._replace(landmarks=face.landmarks + shake)
    raw, result = follow_all(seen).landmarks, follow_all(seen, steadying=2.0).landmarks
    assert bends(result[:28]) < 0.5 * bends(raw[:28])
    spoken = result[:, :20, 1].mean(1) - result[0, :20, 1].mean()
    assert spoken[29].item() == pytest.approx(0, abs=0.4)
    assert spoken[30:33].tolist() == pytest.approx([8, 8, 8], abs=0.5)
    assert spoken[33].item() == pytest.approx(0, abs=0.4)


@pytest.mark.parametrize(("trembles", "share"), [(0.0, 0.0003), (0.0005, 0.0005), (0.01, 0.0008)])
def test_noise_of_landmarks_is_what_they_show_within_what_a_landmarker_errs(trembles, share):
    """In shares of the face's size; three times as much in depth at most."""
    points = SHAPE + trembles * torch.randn(400, 478, 3, generator=torch.Generator().manual_seed(1))
    size = float((SHAPE[:, :2].amax(0) - SHAPE[:, :2].amin(0)).mean())
    noise = landmark_noise(points).median(0).values
    assert noise[:2].tolist() == pytest.approx([share * size] * 2, rel=0.1)
    assert float(noise[2]) == pytest.approx(size * (3 * share if trembles != 0.0005 else 0.0009), rel=0.1)


def bends(landmarks: torch.Tensor) -> float:
    return float((landmarks[2:] - 2 * landmarks[1:-1] + landmarks[:-2])[4:-4].std())


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 1000))
def test_every_face_belongs_to_exactly_one_trail(counts, seed):
    generator = torch.Generator().manual_seed(seed)
    seen = {}
    for frame, count in enumerate(counts):
        spots = torch.rand(count, 3, generator=generator) * torch.tensor([900.0, 400.0, 100.0])
        seen[frame] = faces(*((x, y, 20 + size) for x, y, size in spots.tolist()))
    told = [(s.frame, s.entry) for trail in link(seen) for s in trail]
    assert sorted(told) == [(frame, entry) for frame, count in enumerate(counts) for entry in range(count)]


@given(st.integers(0, 200))
def test_a_followed_trail_has_one_sighting_a_frame_in_order(seed):
    generator = torch.Generator().manual_seed(seed)
    seen = {}
    for frame in range(40):
        shown = torch.rand(2, generator=generator) > 0.4
        spots = [spot for spot, there in zip(((200, 200, 90), (700, 200, 100)), shown, strict=True) if there]
        seen[frame] = faces(*spots)
    trails = link(seen)
    if trails:
        frames = [s.frame for s in follow(trails, choose(trails, Pick(), (500, 250)))]
        assert frames == sorted(set(frames))
