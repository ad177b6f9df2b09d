"""Rendering from a stand-in for Nuke by the real worker: the same pixels, a dead worker, cancelling."""

from __future__ import annotations

import os
import shutil
import signal

import numpy as np
import pytest

from tests.hosts.test_cli_render import call
from tests.hosts.worker.conftest import FRAMES, held, pid_of
from tests.patience import PATIENCE, wait_until
from tests.shots.footage import read_exr, write_clip

from .conftest import needs_tclsh, plugin

pytestmark = needs_tclsh


def test_a_render_from_nuke_has_the_pixels_of_the_command_line(
    recast,
    nuke,
    worker,
    portrait,
    landmarker_files,
    tmp_path,
):
    """The plate comes through a Grade, so Nuke writes it first; the stand-in copies files that are there already."""
    plate = write_clip(portrait, tmp_path / "plate" / "plate.####.exr", FRAMES)
    shutil.copytree(tmp_path / "plate", tmp_path / "driving")
    for path in (tmp_path / "driving").glob("*.exr"):
        path.rename(path.with_name(path.name.replace("plate", "driving")))
    grade = nuke.nodes.Grade(name="Grade1")
    grade.setInput(0, nuke.toNode("plate"))
    recast.setInput(0, grade)

    def write(node, frame):
        shutil.copyfile(plate.replace("####", str(frame)), node["file"].value().replace("####", str(frame)))

    nuke.write = write
    actions = plugin("actions")
    threads = []
    follow = actions.follow
    actions.follow = lambda *args: threads.append(follow(*args))
    recast.node("ExpressionMix")["smile"].setValue(0.7)
    actions.render(recast.node("Write"))
    threads[0].join(PATIENCE)
    assert not nuke.said and nuke.written[0]["channels"] == "all" and nuke.written[0]["raw"]
    result = nuke.seen(recast, FRAMES[0])
    assert result.fullName() == "Recast.Write.Result" and result["reload"].executed
    assert (result["first"].value(), result["last"].value(), result["raw"].value()) == (FRAMES[0], FRAMES[-1], True)
    assert nuke.seen(recast, FRAMES[-1] + 1) is grade
    from_nuke = [read_exr(tmp_path / "out" / "shot.####.exr", frame) for frame in FRAMES]
    assert {"matte.A", "stmap.U", "stmap.V"} <= set(from_nuke[0][1])
    shutil.rmtree(tmp_path / "out" / "from_nuke")
    shot = tmp_path / "out" / "shot.recast.yaml"
    shutil.copytree(tmp_path / "plate", tmp_path / "out" / "from_nuke" / "Grade1")
    for path in (tmp_path / "out" / "from_nuke" / "Grade1").glob("*.exr"):
        path.rename(path.with_name(path.name.replace("plate", "Grade1")))
    assert call("render", shot).returncode == 0
    for frame, (pixels, names, _) in zip(FRAMES, from_nuke):
        again = read_exr(tmp_path / "out" / "shot.####.exr", frame)
        assert again[1] == names
        np.testing.assert_array_equal(again[0], pixels)


@pytest.fixture
def at_work(recast, nuke, portrait, tmp_path):
    """Begins a render of plate files and returns once a frame is in the making: the thread that follows it."""
    write_clip(portrait, tmp_path / "plate" / "plate.####.exr", FRAMES)
    write_clip(portrait, tmp_path / "driving" / "driving.####.exr", FRAMES)
    recast.node("ExpressionMix")["smile"].setValue(0.7)
    actions = plugin("actions")
    threads, follow = [], actions.follow
    actions.follow = lambda *given: threads.append(follow(*given))

    def begin():
        threads.clear()
        actions.render(recast.node("Write"))
        assert wait_until(lambda: list((tmp_path / "out").glob("shot.[0-9]*")))
        return threads[0]

    return begin


def test_a_worker_that_dies_in_mid_render_is_told_and_the_next_render_goes_through(at_work, nuke, worker, tmp_path):
    with held(tmp_path / "out" / f"shot.{FRAMES[-1]}.exr"):
        thread = at_work()
        os.kill(pid_of(worker), signal.SIGKILL)
        thread.join(PATIENCE)
    assert "The worker ended while it worked" in nuke.said.pop()
    at_work().join(PATIENCE)
    assert not nuke.said and len(list((tmp_path / "out").glob("shot.*.exr"))) == len(FRAMES)


def test_cancel_leaves_whole_frames_and_the_next_render_goes_on(at_work, nuke, worker, tmp_path):
    with held(tmp_path / "out" / f"shot.{FRAMES[-1]}.exr"):  # so that it ends because it is cancelled
        thread = at_work()
        nuke.cancelled = True
        thread.join(PATIENCE)
    assert not thread.is_alive() and not nuke.said
    nuke.cancelled = False
    at_work().join(PATIENCE)
    assert not nuke.said
    for frame in FRAMES:
        read_exr(tmp_path / "out" / "shot.####.exr", frame)
