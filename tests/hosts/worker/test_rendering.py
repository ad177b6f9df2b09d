"""A worker renders as the command line does, tells what it does, and can be stopped, killed and asked again."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from recast_nodes.hosts.cli import recast
from recast_nodes.hosts.cli.exits import TRY_AGAIN
from recast_nodes.hosts.cli.worker import own_command
from recast_nodes.hosts.worker.client import Worker
from recast_nodes.hosts.worker.job import WorkerError, WorkerLost
from tests.hosts.test_cli_render import call
from tests.patience import wait_until
from tests.shots.footage import read_exr

from .conftest import FRAMES, held, pid_of, write_python

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fixture's Python is a shell script")


def written(shot: Path) -> list[str]:
    return [path.name for path in sorted((shot.parent / "out").glob("[!.]*.exr"))]


def made(shot: Path) -> list[tuple[np.ndarray, list[str], dict[str, object]]]:
    """Pixels, channels and header of every frame."""
    return [read_exr(shot.parent / "out" / "shot.####.exr", frame) for frame in FRAMES]


@pytest.fixture
def empty(shot: Path) -> Path:
    shutil.rmtree(shot.parent / "out", ignore_errors=True)
    return shot


@pytest.fixture(scope="module")
def by_command(shot: Path) -> list[tuple[np.ndarray, list[str], dict[str, object]]]:
    """The shot's frames as the command line renders them, in a process without a worker."""
    shutil.rmtree(shot.parent / "out", ignore_errors=True)
    assert call("render", shot).returncode == 0
    return made(shot)


def test_the_frames_are_those_of_the_command_line(worker, by_command, empty):
    job = worker.start("render", path=str(empty))
    events = list(job)
    assert job.code == 0
    for worked, commanded in zip(made(empty), by_command, strict=True):
        np.testing.assert_array_equal(worked[0], commanded[0])
    frames = sorted(event["frame"] for event in events if event["event"] == "frame")
    assert frames == list(FRAMES) and events[0]["event"] == "accepted" and events[-1] == {"event": "end", "code": 0}
    assert any(event["event"] == "progress" and event["total"] == len(FRAMES) for event in events)


def test_one_frame_and_the_shot_as_text(worker, empty):
    job = worker.start(
        "render", shot=empty.read_text(), folder=str(empty.parent), frames="1003", sets=["Write.quality=50"]
    )
    assert [event["frame"] for event in job if event["event"] == "frame"] == [1003]
    assert written(empty) == ["shot.1003.exr"]


def test_what_is_wrong_is_told_as_the_command_line_tells_it(worker, empty):
    with pytest.raises(WorkerError) as told:
        worker.ask("render", path=str(empty), sets=["ExpressionMix.replace=3", "Nope.x=1"])
    assert len(told.value.problems) == 2 and "replace takes a number from 0 to 1" in str(told.value)
    with pytest.raises(WorkerError, match="1050 is outside the shot"):
        worker.ask("render", path=str(empty), frames="1050")
    assert not written(empty)


def test_a_killed_worker_is_told_and_the_next_request_goes_through(worker, empty):
    with held(empty.parent / "out" / f"shot.{FRAMES[-1]}.exr"):
        job = worker.start("render", path=str(empty), workers=1)
        for event in job:
            if event["event"] == "frame":
                os.kill(pid_of(worker), signal.SIGKILL)
                break
        with pytest.raises(WorkerLost, match="The worker ended while it worked"):
            job.result()
    assert job.code == TRY_AGAIN
    for name in written(empty):
        if name.endswith(".exr"):
            read_exr(empty.parent / "out" / "shot.####.exr", int(name.split(".")[1]))
    again = worker.start("render", path=str(empty))
    assert list(again)[-1]["code"] == 0
    assert {f"shot.{frame}.exr" for frame in FRAMES} <= set(written(empty))


def test_a_worker_killed_under_the_command_line_is_told_and_the_next_render_goes_through(empty, tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_RUNTIME", str(tmp_path / "run"))
    python = str(write_python(tmp_path / "python"))
    monkeypatch.setattr(sys, "executable", python)  # the command starts the worker by its own Python
    first = empty.parent / "out" / f"shot.{FRAMES[0]}.exr"
    worker = Worker(command=own_command())
    try:
        with held(first.with_name(f"shot.{FRAMES[-1]}.exr")):
            killer = threading.Thread(target=kill_at, args=(worker, first))
            killer.start()
            result = CliRunner().invoke(recast, ["render", str(empty), "--worker", "--workers", "1"])
            killer.join()
        assert result.exit_code == TRY_AGAIN and "The worker ended while it worked" in result.output
        assert FRAMES[-1] not in {int(name.split(".")[1]) for name in written(empty)}
        result = CliRunner().invoke(recast, ["render", str(empty), "--worker"])
        assert result.exit_code == 0, result.output
        assert written(empty) == [f"shot.{frame}.exr" for frame in FRAMES]
    finally:
        worker.stop()


def kill_at(worker: Worker, frame: Path) -> None:
    """Kill the worker when the frame is there."""
    assert wait_until(frame.exists)
    os.kill(pid_of(worker), signal.SIGKILL)


def test_cancel_leaves_whole_frames_only(worker, empty):
    with held(empty.parent / "out" / f"shot.{FRAMES[2]}.exr"):
        job = worker.start("render", path=str(empty), workers=1)
        for event in job:
            if event["event"] == "frame":
                job.cancel()
                break
        assert list(job)[-1] == {"event": "end", "code": 130}
    list(worker.start("render", path=str(empty), frames=str(FRAMES[0])))  # the one before has wound down
    names = written(empty)
    assert 0 < len(names) <= 3
    for name in names:
        read_exr(empty.parent / "out" / "shot.####.exr", int(name.split(".")[1]))


def test_a_job_cancelled_before_it_is_connected_ends_too(worker, empty):
    job = worker.start("render", path=str(empty))
    job.cancel()
    assert list(job)[-1]["code"] == 130


def test_a_host_that_goes_away_takes_its_render_with_it(worker, empty):
    log = Path(worker.log())
    before = log.read_text().count("hung up")
    with held(empty.parent / "out" / f"shot.{FRAMES[2]}.exr"):
        job = worker.start("render", path=str(empty), workers=1)
        for event in job:
            if event["event"] == "frame":
                job._connection.shutdown(2)
                break
        assert wait_until(lambda: log.read_text().count("hung up") > before)
    assert list(worker.start("render", path=str(empty), frames=str(FRAMES[0])))[-1]["code"] == 0
    assert len(written(empty)) <= 3


def test_two_hosts_render_one_after_the_other(worker, empty):
    first, second = (worker.start("render", path=str(empty), frames=text) for text in ("1001-1003", "1004-1006"))
    events = [list(first), list(second)]
    assert first.code == second.code == 0 and len(written(empty)) == len(FRAMES)
    assert "waiting" in {event["event"] for told in events for event in told}


def test_two_hosts_that_start_at_once_share_one_worker(worker):
    worker.stop()
    found = {}

    def ask(at: int) -> None:
        found[at] = Worker(idle=60).ask("describe")["version"]

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 and pid_of(worker)


def test_tracking_says_where_the_face_is_seen(worker, shot):
    tracks = worker.ask("track", path=str(shot))["tracks"]
    assert tracks["FaceTrack"] == {"frames": len(FRAMES), "tracked": len(FRAMES), "lost": []}
    assert set(tracks) == {"FaceTrack", "DrivingTrack"}


def test_the_command_line_renders_by_the_worker(by_command, empty, tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_RUNTIME", str(tmp_path / "run"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(Path(__file__).parents[3])  # `python -m` finds this tree there
    try:
        result = call("render", empty, "--worker", "--frames", "1002", "--json")
        assert result.returncode == 0, result.stderr
        assert '"event": "frame"' in result.stdout and written(empty) == ["shot.1002.exr"]
        by_worker = read_exr(empty.parent / "out" / "shot.####.exr", 1002)
        assert by_worker[1] == by_command[FRAMES.index(1002)][1]
        np.testing.assert_array_equal(by_worker[0], by_command[FRAMES.index(1002)][0])
        wrong = call("render", empty, "--worker", "--frames", "9")
        assert wrong.returncode == 2 and "outside the shot" in wrong.stderr
    finally:
        assert "The worker has been stopped" in call("worker", "--stop").stdout


def test_a_document_keeps_to_the_places_that_its_user_named(worker, shot, tmp_path):
    text = shot.read_text().replace("out/", f"{tmp_path}/elsewhere/")
    strange = shot.parent / "strange.recast.yaml"
    strange.write_text(text)
    for request in ("render", "check"):
        with pytest.raises(WorkerError, match="elsewhere is written to, and lies outside the places"):
            worker.ask(request, path=str(strange), frames="1001")
    assert not (tmp_path / "elsewhere").exists()
    assert worker.ask("view", path=str(strange), node="Plate", frame=1001)["kind"] == "Image", "it is only looked at"
    assert list(worker.start("render", path=str(strange), frames="1001", allow=[str(tmp_path)]))[-1]["code"] == 0
    assert (tmp_path / "elsewhere" / "shot.1001.exr").exists()
    named = [f"Write.file={tmp_path}/named/shot.####.exr"]
    assert list(worker.start("render", path=str(strange), frames="1001", sets=named))[-1]["code"] == 0


def test_every_option_of_a_render_goes_to_the_worker(worker, empty):
    events = list(worker.start("render", path=str(empty), analysis=True))
    assert events[-1]["code"] == 0 and events[-2]["text"] == f"Analysis is complete: {len(FRAMES)} frames."
    with pytest.raises(WorkerError, match="cannot be used together"):
        worker.ask("render", path=str(empty), fail_fast=True, continue_on_error=True)
    with held(empty.parent / "out" / f"shot.{FRAMES[-1]}.exr"):  # a frame that would never be done
        job = worker.start("render", path=str(empty), frames=str(FRAMES[-1]), timeout=0.5, workers=1)
        assert next(event["frame"] for event in job if event["event"] == "failed") == FRAMES[-1]
    assert "not done after 0.5 seconds" in [event["text"] for event in job if event["event"] == "stopped"][0]
    assert job.code == 75, "as the command line: another try may do"
