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
import numpy as np
from recast_nodes.models.tracker import litert, yunet
from recast_nodes.models.tracker.view import NetworkInput
litert.ask(litert.DETECTOR, np.zeros((1, 128, 128, 3), np.float32))
yunet.detect(NetworkInput(np.zeros((64, 64, 3), np.uint8), (0, 0, 64, 64)), 0.5)
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


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_tracking_looks_no_name_up(landmarker_files: Any, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    command = ["strace", "-f", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(log)]
    ran = subprocess.run([*command, sys.executable, "-c", TRACK], capture_output=True, text=True)
    if ran.returncode and "ptrace" in ran.stderr.lower():
        pytest.skip("this machine does not let strace look")
    assert ran.returncode == 0, ran.stderr
    assert "AF_INET" not in log.read_text()
