"""A host that hangs up in the middle of a request is one quiet line in the worker's log; sockets find a short place."""

from __future__ import annotations

import logging
import os
import socket
import stat
import threading
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from recast_nodes.hosts.worker import connection as module
from recast_nodes.hosts.worker import protocol
from recast_nodes.hosts.worker.client import Worker
from recast_nodes.hosts.worker.connection import Connection
from recast_nodes.hosts.worker.protocol import PROTOCOL, encode, read_contact, short_folder
from recast_nodes.hosts.worker.server import LONGEST_PATH

from .conftest import write_python

resource = pytest.importorskip("resource")  # Windows has no Unix sockets either

HELLO = encode({"request": "hello", "protocol": PROTOCOL, "token": "t"})
SERVER = SimpleNamespace(token="t", remove=lambda connection: None, working=nullcontext, warm=None, quit=lambda: None)


@pytest.fixture
def uncaught(monkeypatch):
    found = []
    monkeypatch.setattr(threading, "excepthook", lambda told: found.append(told.exc_value))
    return found


@pytest.mark.parametrize(
    "after", [HELLO + encode({"request": "describe"}), HELLO + encode({"request": "describe"}) * 2]
)
def test_a_host_that_hangs_up_in_the_middle_is_one_line(monkeypatch, caplog, uncaught, after):
    caplog.set_level(logging.INFO, "recast_nodes")
    closed, begun = threading.Event(), threading.Event()

    def answer(request, teller, cancel, warm):
        begun.set()
        closed.wait(10)
        assert cancel.is_set(), "nobody waits for it"
        teller.emit("progress", what="render", done=1, total=2)
        raise RuntimeError("as when the render stops")

    monkeypatch.setattr(module, "answer", answer)
    monkeypatch.setattr(module, "attempt", lambda teller, work: pytest.raises(RuntimeError, work) and 0)
    ours, theirs = socket.socketpair()
    connection = Connection(SERVER, ours)
    reading = threading.Thread(target=connection.run)
    reading.start()
    theirs.sendall(HELLO + encode({"request": "describe"}))
    begun.wait(10)
    theirs.close()
    reading.join(10)
    closed.set()
    for thread in threading.enumerate():
        if thread.name in ("describe", "stop"):
            thread.join(10)
    connection.send({"event": "late"})
    assert not uncaught and "Traceback" not in caplog.text
    assert len([each for each in caplog.records if "hung up" in each.message]) == 1


def test_events_go_out_however_many_files_are_open():
    """`select` takes no descriptor from 1024 on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2048:
        pytest.skip("so many files cannot be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2048, hard))
    ours, theirs = socket.socketpair()
    high = os.dup2(ours.fileno(), 1500)
    try:
        with socket.socket(fileno=high) as connection, theirs:
            Connection(SERVER, connection).send({"event": "hello"})
            assert theirs.recv(100) == encode({"event": "hello"})
    finally:
        ours.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_temporary_folder_that_lies_too_deep_for_a_socket(tmp_path, monkeypatch):
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    monkeypatch.setattr(protocol.tempfile, "tempdir", None)
    monkeypatch.delenv("RECAST_RUNTIME", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("RECAST_PYTHON", str(write_python(tmp_path / "python")))
    worker = Worker(idle=30)
    assert worker.ask("describe")["nodes"]
    address = read_contact(worker._name(worker._command()))["address"]
    folder = os.path.dirname(address)
    assert len(os.fsencode(address)) <= LONGEST_PATH and stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert worker.stop()


def test_a_short_folder_is_found_or_said_to_be_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(protocol.tempfile, "tempdir", str(tmp_path / ("deep" * 30)))
    monkeypatch.setattr(protocol, "SHORT_PLACES", (str(tmp_path),))
    found = short_folder(len(str(tmp_path)) + protocol.ROOM)
    assert os.path.dirname(found) == str(tmp_path) and len(found) == len(str(tmp_path)) + protocol.ROOM
    with pytest.raises(OSError, match="too long"):
        short_folder(len(str(tmp_path)))
