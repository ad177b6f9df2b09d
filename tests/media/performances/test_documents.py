"""Performances as JSON: MetaHuman's, Audio2Face's, our own, and files that are none."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.face.columns import COLUMNS, METAHUMAN
from recast_nodes.media.performances.formats import form_of, read_recording, write_performance
from recast_nodes.media.performances.performance import FacePerformance


def take(folder: Path, document: Any, name: str = "take.json") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def column(performance: FacePerformance, name: str) -> list[float]:
    return performance.numbers[:, COLUMNS.index(name)].tolist()


def test_the_papers_benchmark(tmp_path):
    frames = [
        {"CTRL_expressions_jawOpen": 0.5, "CTRL_expressions_mouthCornerPullL": 0.25, "HeadYaw": 90.0},
        {"CTRL_expressions_mouthFunnelUL": 1.0, "CTRL_expressions_mouthFunnelDR": 1.0, "HeadYaw": 0.0},
    ]
    found = read_recording(take(tmp_path, {"frames": frames, "fps": 30}))
    assert found.rate == 30 and column(found, "jawOpen") == [0.5, 0] and column(found, "mouthSmileLeft") == [0.25, 0]
    assert column(found, "mouthFunnel") == [0, 1] and column(found, "headYaw")[0] == pytest.approx(np.pi / 2)


def test_a_file_a_frame(tmp_path):
    for frame in (7, 8, 10):
        take(tmp_path, {"CTRL_expressions_jawOpen": frame / 10}, f"take.{frame:04d}.json")
    found = read_recording(tmp_path / "take.####.json")
    assert (found.frames, found.numbered) == ((7, 8, 10), True)
    assert column(found, "jawOpen") == pytest.approx([0.7, 0.8, 1.0])


def test_audio2face(tmp_path):
    document = {"exportFps": 30.0, "trackPath": "line.wav", "numPoses": 2, "numFrames": 2}
    document |= {"facsNames": ["jawOpen", "tongueTipUp"], "weightMat": [[0.5, 0], [0, 0]]}
    found = read_recording(take(tmp_path, document))
    assert found.rate == 30 and column(found, "jawOpen") == [0.5, 0]
    assert "tongueTipUp" in found.remarks[-1] and "says nothing of brows, eyes, gaze" in found.remarks[1]


def test_names_to_lists_and_frames_by_number(tmp_path):
    lists = read_recording(take(tmp_path, {"JawOpen": [0, 0.5], "fps": 25}))
    assert column(lists, "jawOpen") == [0, 0.5] and lists.rate == 25
    numbered = read_recording(take(tmp_path, {"1002": {"jawOpen": 1}, "1001": {"blendshapes": {"jawOpen": 0}}}))
    assert numbered.frames == (1001, 1002) and column(numbered, "jawOpen") == [0, 1]


ODD = {
    "no JSON": ('{"a": 1,\n oops}', "line 2, column 2: this is no JSON"),
    "nothing of a face": ({"frames": [{"mood": 1}]}, "no columns of ARKit's shapes"),
    "frames of numbers": ({"frames": [1, 2]}, "its frames are not mappings"),
    "nothing": ([], "its frames are not mappings"),
    "a word": ([{"jawOpen": 0}, {"jawOpen": "wide"}], "frame 2, jawOpen: 'wide' is not a number"),
    "truth": ([{"jawOpen": True}], "frame 1, jawOpen: 'True' is not a number"),
    "endless": ('[{"jawOpen": NaN}]', "frame 1, jawOpen: 'nan' is not a number"),
    "percent": ([{"jawOpen": 40}], "frame 1, jawOpen: 40 cannot be meant"),
    "uneven lists": ({"jawOpen": [0, 1], "mouthLeft": [0]}, "mouthLeft has 1 frames, jawOpen 2"),
    "a rate of words": ({"fps": "fast", "frames": [{"jawOpen": 1}]}, "'fast' is no rate"),
    "no names": ({"weightMat": [[1]]}, "no list of names in facsNames"),
    "a short row": ({"facsNames": ["jawOpen", "mouthLeft"], "weightMat": [[0, 0], [1]]}, "weightMat 2: has 1 weights"),
    "twice": ({"facsNames": ["jawOpen", "jawOpen"], "weightMat": []}, "facsNames has 'jawOpen' twice"),
    "deep": ("[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize(("document", "message"), ODD.values(), ids=ODD)
def test_odd_documents_are_named(tmp_path, document, message):
    with pytest.raises(MediaError, match=f"take.json.*{message}"):
        read_recording(take(tmp_path, document))


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.abc").write_bytes(b"Ogawa")
    with pytest.raises(MediaError, match=r"a\.abc: Alembic holds moving points"):
        read_recording(tmp_path / "a.abc")
    with pytest.raises(MediaError, match=r"absent\.csv: file not found"):
        read_recording(tmp_path / "absent.csv")
    with pytest.raises(MediaError, match="no files found"):
        read_recording(tmp_path / "absent.####.json")


@pytest.mark.parametrize("ending", ("metahuman.json", "audio2face.json", "arkit.csv"))
def test_every_form_gives_its_weights_back(tmp_path, ending):
    numbers = np.random.default_rng(4).random((5, 61)).astype(np.float32)
    made = FacePerformance((1, 2, 3, 4, 5), numbers, Fraction(30))
    write_performance(made, tmp_path / f"take.{ending}")
    found = read_recording(tmp_path / f"take.{ending}")
    np.testing.assert_array_equal(found.numbers[:, :52], numbers[:, :52])
    assert found.rate == 30 and found.frames == made.frames
    if ending == "metahuman.json":
        np.testing.assert_array_equal(found.numbers[:, 52:55], numbers[:, 52:55])
        assert len(json.loads((tmp_path / f"take.{ending}").read_text())["frames"][0]) > len(METAHUMAN)


def test_names_say_the_form():
    assert form_of("arkit.csv") == form_of("a/sh010.ARKit.csv") == form_of("sh010_arkit.csv") == ("arkit", ".csv")
    assert form_of("landmarks.csv") == form_of("arkit.json") == form_of("darkit.csv") == ("", "")
