"""Landmarks come back from every form of file, and a broken file is told by its line."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import MediaError
from recast_nodes.media.landmarks.landmarks import export_track, read_landmarks, write_landmarks
from recast_nodes.stages.track.follow import lost_track
from recast_nodes.wires import Track, Window


def tracks(first: int = 1001, count: int = 3, points: int = 478, scale: float = 1000.0, seed: int = 0):
    """Tracks of random landmarks, with one lost frame after them."""
    generator = torch.Generator().manual_seed(seed)
    made = {
        first + i: Track(
            landmarks=torch.randn(points, 3, generator=generator) * scale,
            coefficients=torch.rand(52, generator=generator),
            crop=torch.eye(3),
            hull=torch.zeros(64, 2),
            confidence=0.5,
            state="tracked",
        )
        for i in range(count)
    }
    return made | {first + count: lost_track(points)}


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz", ".npy"])
@pytest.mark.parametrize("points", [478, 468])
@given(first=st.integers(-50, 2000), seed=st.integers(0, 99), scale=st.sampled_from((1e-4, 1.0, 1e6)))
def test_what_is_written_comes_back_to_the_bit(tmp_path, suffix, points, first, seed, scale):
    path = tmp_path / f"face{suffix}"
    written = tracks(first, 2, points, scale, seed)
    write_landmarks(written, path)
    read = read_landmarks(path, first=first)
    assert sorted(read) == [first, first + 1], "a lost frame is not written"
    for frame, faces in read.items():
        assert torch.equal(faces.landmarks[0], written[frame].landmarks)
        if suffix in (".json", ".npz"):
            assert torch.equal(faces.coefficients[0], written[frame].coefficients)
            assert faces.confidence.tolist() == [0.5]
        else:
            assert faces.coefficients.isnan().all()


def csv(*lines: str, points: int = 468) -> str:
    whole = [f"1,{index},1,2,3" for index in range(points)]
    return "\n".join(["# ours", "frame,index,x,y,z", *whole, *lines])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "", "landmarks are read from"),
        ("missing.csv", None, "file not found"),
        ("a.csv", "", "holds no landmarks"),
        ("a.csv", "x,y\n1,2", "line 1: the header"),
        ("a.csv", csv("1,5,1,2,3"), "line 471: point 5 of frame 1 stands there twice"),
        ("a.csv", csv("1,478,1,2,3"), "line 471: point 478 of frame 1 is not from 0 to 477"),
        ("a.csv", csv("1,2,3"), "line 471: 3 values"),
        ("a.csv", csv("2,0,here,2,3"), "line 471: '2,0,here,2,3'"),
        ("a.csv", csv("2,0,nan,2,3"), "line 471: point 0 of frame 2 is not finite"),
        ("a.csv", csv("2,0,1,2,3"), "frame 2: point 1 is missing"),
        ("a.csv", b"\xff\xfe\x00", "not a text file"),
        ("a.json", '{"frames": {\n"1": {,}}}', "line 2"),
        ("a.json", "[]", "not a landmarks document"),
        ("a.json", '{"frames": {"one": {"landmarks": []}}}', "'one' is not a frame number"),
        ("a.json", '{"frames": {"1": {"points": []}}}', 'frame 1: has no "landmarks"'),
        ("a.json", '{"frames": {"1": {"landmarks": [[1, 2, 3]]}}}', "frame 1: holds"),
        ("a.json", '{"frames": {"1": {"landmarks": ["a"]}}}', "frame 1"),
        ("a.json", '{"y": "up", "frames": {}}', '"y": "down"'),
        ("a.npz", "no zip", "not a NumPy file"),
        ("a.npy", "no array", "not a NumPy file"),
    ],
)
def test_a_broken_file_is_told_by_its_place(tmp_path, name, content, said):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(MediaError) as caught:
        read_landmarks(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_wrong_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", landmarks=np.zeros((3, 478, 3)), frames=np.arange(2))
    with pytest.raises(MediaError, match="do not belong together"):
        read_landmarks(tmp_path / "a.npz")
    np.save(tmp_path / "a.npy", np.full((1, 478, 3), np.inf))
    with pytest.raises(MediaError, match="point 0 is not finite"):
        read_landmarks(tmp_path / "a.npy")


def test_flat_landmarks_are_said(tmp_path, caplog):
    np.save(tmp_path / "flat.npy", np.zeros((1, 468, 2)))
    assert read_landmarks(tmp_path / "flat.npy", first=7)[7].landmarks.shape == (1, 468, 3)
    assert "has no z" in caplog.text


def test_json_says_what_it_is(tmp_path):
    write_landmarks(tracks(), tmp_path / "a.json")
    document = json.loads((tmp_path / "a.json").read_text())
    assert (document["recast"], document["version"], document["y"]) == ("landmarks", 1, "down")


def test_nothing_is_written_of_a_face_that_is_always_lost(tmp_path):
    for name in ("a.csv", "a.nk"):
        with pytest.raises(MediaError, match="lost in every frame"):
            export_track({1: lost_track()}, tmp_path / name, Window(0, 0, 10, 10))
    assert not list(tmp_path.iterdir())
