"""One node's result for looking at, and what is kept warm between two looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recast_nodes.hosts.worker.job import WorkerError
from tests.shots.footage import read_exr

from .conftest import pid_of


def view(worker, shot, node, frame=1003, **more):
    found = worker.ask("view", path=str(shot), node=node, frame=frame, **more)
    if "picture" in found:
        path = Path(found["picture"])
        assert path.stat().st_mode & 0o077 == 0
        found["pixels"] = np.fromfile(path, found["type"]).reshape(found["shape"])
        path.unlink()
    return found


def test_the_plate_is_seen_as_it_is(worker, shot):
    found = view(worker, shot, "Plate")
    stored = read_exr(shot.parent / "plate" / "plate.####.exr", 1003)[0]
    assert np.array_equal(found["pixels"], stored[..., :4]) and found["kind"] == "Image"
    assert found["window"] == [0, 0, 384, 320] and found["colorspace"]


def test_a_proxy_is_the_mean_over_areas(worker, shot):
    whole, small = (view(worker, shot, "Plate", **size)["pixels"].astype(float) for size in ({}, {"size": 192}))
    assert small.shape == (160, 192, 4)
    np.testing.assert_allclose(small, whole.reshape(160, 2, 192, 2, 4).mean((1, 3)), atol=2e-3)


@pytest.mark.parametrize("node", ["Warp", "Decode", "MaskComposite"])
def test_every_stage_with_pixels_is_seen(worker, shot, node):
    found = view(worker, shot, node)
    height, width, _ = found["pixels"].shape
    assert np.isfinite(found["pixels"]).all() and found["window"][2:] == [width, height]


def test_landmarks_and_hull_come_as_points(worker, shot):
    found = view(worker, shot, "FaceTrack")
    assert len(found["points"]["landmarks"]) == 478 and len(found["points"]["hull"]) > 8
    assert found["facts"]["state"] == "tracked" and "picture" not in found


def test_a_changed_knob_does_not_look_at_the_shot_again(worker, shot):
    view(worker, shot, "MaskComposite")
    job = worker.start("view", path=str(shot), node="MaskComposite", frame=1004, sets=["MaskComposite.feather=0.1"])
    assert {event["event"] for event in job} == {"accepted", "result", "end"}, "no progress: nothing was tracked"
    Path(worker.ask("view", path=str(shot), node="Plate", frame=1001)["picture"]).unlink()


@pytest.mark.parametrize("provisional", [None, True])
def test_a_frame_outside_the_shot_is_refused_by_number(provisional, worker, shot):
    for node in ("FaceTrack", "MaskComposite"):
        with pytest.raises(WorkerError, match=r"Frame 7 is outside the shot, which is 1001-10\d\d\."):
            view(worker, shot, node, 7, provisional=provisional)
    assert view(worker, shot, "Plate", 7)["window"] == [0, 0, 384, 320], "Read holds its first frame"


def test_unknown_nodes_are_told(worker, shot):
    worker.ask("describe")  # so that one runs
    pid = pid_of(worker)
    with pytest.raises(WorkerError, match="Plat"):
        view(worker, shot, "Plat")
    assert pid_of(worker) == pid
