"""A shot over a Ray cluster of this machine; skipped where Ray is not installed (`make test-ray` brings it)."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recast_nodes.hosts.cli import exits

from ...patience import PATIENCE
from ..worker.conftest import held, held_back
from .test_openjd import FRAMES, call, shot  # noqa: F401  (a fixture)

needs_ray = pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="Ray is not installed")
ON_RAY = ("--cluster", "ray", "--cores", "1", "--json")


def frames(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("shot.*.exr")}


def test_without_ray_it_is_one_sentence(shot, tmp_path):  # noqa: F811
    code = "import sys; sys.modules['ray'] = None; from recast_nodes.hosts.cli import main; main()"
    words = [sys.executable, "-c", code, "render", str(shot), "--cluster", "ray"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == exits.WRONG_REQUEST and "pip install 'recast-nodes[ray]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_options_that_do_not_go_together_are_refused(shot):  # noqa: F811
    assert call("render", shot, "--cluster", "ray", "--worker").returncode == exits.WRONG_REQUEST
    assert "need --cluster" in call("render", shot, "--address", "here").stderr


@needs_ray
def test_the_pixels_are_those_of_a_plain_render_and_it_is_resumed(shot, tmp_path):  # noqa: F811
    out = tmp_path / "out"
    assert call("render", shot).returncode == 0
    wanted = frames(out)
    for path in out.glob("shot.*.exr"):
        path.unlink()
    done = call("render", shot, *ON_RAY)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert frames(out) == wanted and events[-1]["frames"] == len(FRAMES), events
    assert {event["frame"] for event in events if event["event"] == "frame"} == set(FRAMES)
    assert {path.name for path in (out / ".shot.recast").iterdir()} == {
        "analyses",
        "frames.jsonl",
        "ledger.json",
        "records.bin",
    }
    again = call("render", shot, *ON_RAY)
    assert json.loads(again.stdout.splitlines()[-1])["kept"] == len(FRAMES) and again.returncode == 0


@needs_ray
def test_cancel_ends_it_and_leaves_whole_frames(shot, tmp_path):  # noqa: F811
    words = [sys.executable, "-m", "recast_nodes.hosts.cli", "render", str(shot), *ON_RAY]
    environment = dict(os.environ, PYTHONPATH=held_back(tmp_path / "gate"))
    with held(tmp_path / "out" / f"shot.{FRAMES[-1]}.exr"):  # so that it cannot be over before it is cancelled
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        for line in process.stdout:
            if json.loads(line)["event"] == "progress":
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == exits.CANCELLED
    assert not list((tmp_path / "out").glob("**/*.part")) and not list((tmp_path / "out").glob("**/claims"))
