"""A render speaks to nobody."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TRACK = """
import sys, time
from recast_nodes import natives
from recast_nodes.models.tracker import face_mesh
from recast_nodes.models.weights.downloads import path_of
natives.NOWHERE = sys.argv[1] or natives.NOWHERE
face_mesh._start(str(path_of(face_mesh.LANDMARKER)), 0.5, 1).close()
time.sleep(1)
"""


def test_a_render_opens_no_connection(shot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refused(*asked: object) -> None:
        tried.append(asked[1:])
        raise OSError("no network here")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refused, raising=False)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refused)
    outcome = shot.render(shot.graph(), range(1001, 1003), shared_analyses={})
    assert sorted(outcome.written) == [1001, 1002] and not outcome.failed
    assert not tried


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
def test_what_mediapipe_reports_goes_where_we_say(landmarker_files: Any, tmp_path: Path) -> None:
    """Its telemetry takes the proxy that we name, so one that is not there silences it."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        listener.settimeout(60)
        command = [sys.executable, "-c", TRACK, f"socks5h://localhost{tmp_path}/s"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as tracking:
            listener.accept()[0].close()
            tracking.wait(60)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_tracking_looks_no_name_up(landmarker_files: Any, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    command = ["strace", "-f", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(log)]
    ran = subprocess.run([*command, sys.executable, "-c", TRACK, ""], capture_output=True, text=True)
    if ran.returncode and "ptrace" in ran.stderr.lower():
        pytest.skip("this machine does not let strace look")
    assert ran.returncode == 0, ran.stderr
    assert "AF_INET" not in log.read_text()
