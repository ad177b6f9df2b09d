"""Who may come in, what is refused, and when the worker leaves. No picture is needed for that."""

from __future__ import annotations

import ast
import json
import os
import socket
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from recast_nodes.hosts.cli.options import RENDER_OPTIONS
from recast_nodes.hosts.cli.render import OUR_OWN, TO_WORKER
from recast_nodes.hosts.worker import client, protocol
from recast_nodes.hosts.worker.client import Worker, clean_environment, command_of
from recast_nodes.hosts.worker.job import WorkerError
from recast_nodes.hosts.worker.protocol import (
    PROTOCOL,
    MessageReader,
    ProtocolError,
    connect,
    encode,
    read_contact,
    worker_name,
)
from recast_nodes.hosts.worker.requests import REQUESTS, RequestRefused, check_request
from tests.patience import PATIENCE, wait_until

from .conftest import alive, pid_of, write_python

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fixture's Python is a shell script")


@pytest.fixture
def contact(worker) -> dict:
    worker.ask("describe")
    found = read_contact(worker._name(worker._command()))
    assert found
    return found


def talk(contact: dict, *messages: object, hello: bool = True) -> list[dict]:
    """What the worker says to some messages (dictionaries, or bytes as they are), until it has nothing more to say."""
    with connect(contact["address"], 5) as connection:
        lines = MessageReader(connection)
        if hello:
            connection.sendall(encode({"request": "hello", "protocol": PROTOCOL, "token": contact["token"]}))
            assert lines.read()["event"] == "hello"
        for message in messages:
            connection.sendall(message if isinstance(message, bytes) else encode(message))
        connection.shutdown(socket.SHUT_WR)
        events = []
        with suppress(ConnectionError):  # closed with our words unread, which is its right
            while event := lines.read():
                events.append(event)
        return events


def test_the_declarations_are_described(worker):
    described = worker.ask("describe")
    assert [node["name"] for node in described["nodes"]][:2] == ["Read", "FaceTrack"]


def test_only_this_user_can_open_it(contact):
    folder = Path(protocol.runtime_folder())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        if path.suffix in (".json", ".sock"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert len(contact["token"]) == 64


@pytest.mark.parametrize("token", ["", "0" * 64, None, 7, "é"])
def test_a_wrong_token_is_refused(contact, token):
    told = talk(contact, {"request": "hello", "protocol": PROTOCOL, "token": token}, {"request": "quit"}, hello=False)
    assert [event["event"] for event in told] == ["refused"] and alive(contact["pid"])


def test_another_protocol_is_refused_by_name(contact):
    (told,) = talk(contact, {"request": "hello", "protocol": 99, "token": contact["token"]}, hello=False)
    assert told["event"] == "refused" and "protocol 1" in told["text"]


@pytest.mark.parametrize(
    "message",
    [b"not json\n", b"[1]\n", b"\xff\xfe\n", b'{"request": NaN}\n', b"[" * 100_000 + b"\n", b"x" * 5000],
    ids=["words", "a list", "not text", "NaN", "deep", "no end"],
)
@pytest.mark.parametrize("hello", [True, False])
def test_what_is_no_message_ends_the_connection_and_not_the_worker(contact, message, hello):
    told = talk(contact, message, hello=hello)
    assert [event["event"] for event in told] in (["error"], []) and alive(contact["pid"])


def test_a_message_without_end_is_cut_off():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"x" * 200)
        with pytest.raises(ProtocolError, match="longer than 100 bytes"):
            MessageReader(ours, 100).read()


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"request": "delete"}, "takes describe"),
        ({"request": ["render"]}, "takes describe"),
        ({}, "takes describe"),
        ({"request": "render"}, "either path"),
        ({"request": "render", "path": "a", "shot": "b"}, "either path"),
        ({"request": "render", "path": 7}, "path takes text"),
        ({"request": "render", "path": "a\0b"}, "path takes text"),
        ({"request": "render", "path": "a", "workers": True}, "workers takes a whole number"),
        ({"request": "render", "path": "a", "workers": 1000}, "workers takes a whole number"),
        ({"request": "render", "path": "a", "sets": "x"}, "sets takes a list"),
        ({"request": "render", "path": "a", "allow": "/"}, "allow takes a list"),
        ({"request": "render", "path": "a", "timeout": 0}, "timeout takes seconds"),
        ({"request": "render", "path": "a", "timeout": True}, "timeout takes seconds"),
        ({"request": "render", "path": "a", "run": "rm"}, "has no field 'run'"),
        ({"request": "view", "path": "a", "frame": 1}, "node is needed"),
    ],
)
def test_a_wrong_request_is_refused_in_words(message, told):
    with pytest.raises(RequestRefused, match=told):
        check_request(message)


def test_a_refused_request_ends_by_itself_and_the_next_one_is_taken(contact):
    with connect(contact["address"], 5) as connection:
        lines = MessageReader(connection)
        connection.sendall(encode({"request": "hello", "protocol": PROTOCOL, "token": contact["token"]}))
        assert lines.read()["event"] == "hello"
        connection.sendall(encode({"request": "fly"}))
        assert [lines.read()["event"] for _ in range(2)] == ["error", "end"]
        connection.sendall(encode({"request": "describe"}))
        assert [lines.read()["event"] for _ in range(3)] == ["accepted", "result", "end"]


def test_an_idle_worker_ends_and_leaves_nothing_to_trip_over(tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_RUNTIME", str(tmp_path / ("deep" * 30)))  # too deep for a socket's path
    monkeypatch.setenv("RECAST_PYTHON", str(write_python(tmp_path / "python")))
    worker = Worker(idle=0.5)
    worker.ask("describe")
    pid = pid_of(worker)
    assert wait_until(lambda: not alive(pid)) and not worker.stop()
    left = {path.suffix for path in Path(protocol.runtime_folder()).iterdir()}
    assert left == {".log", ".lock"}
    assert "Idle for 0.5 seconds" in next(Path(protocol.runtime_folder()).glob("*.log")).read_text()


def test_a_local_port_serves_where_there_are_no_unix_sockets(tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_RUNTIME", str(tmp_path / "run"))
    script = write_python(tmp_path / "python")
    monkeypatch.setenv("RECAST_PYTHON", str(script))
    worker = Worker()
    name = worker._name(worker._command())
    process = subprocess.Popen(
        [script, "-m", "recast_nodes.hosts.cli", "worker", "--tcp", "--name", name, "--idle", "30"]
    )
    assert wait_until(lambda: read_contact(name))
    assert worker.ask("describe")["nodes"]
    assert read_contact(name)["address"][0] == "127.0.0.1" and pid_of(worker) == process.pid
    assert worker.stop() and process.wait(PATIENCE) == 0


def test_a_python_that_cannot_start_recast_is_told_with_its_own_words(tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_RUNTIME", str(tmp_path / "run"))
    monkeypatch.setenv(
        "RECAST_PYTHON", str(write_python(tmp_path / "python", before="echo no such module >&2; exit 3"))
    )
    with pytest.raises(WorkerError, match="no such module"):
        Worker().ask("describe")


def test_where_recast_is_found(tmp_path, monkeypatch):
    python = str(write_python(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("RECAST_PYTHON", raising=False)
    with pytest.raises(WorkerError, match="RECAST_PYTHON"):
        command_of()
    (tmp_path / "bin").mkdir()
    tool = write_python(tmp_path / "bin" / "recast")
    assert command_of() == [str(tool)]
    assert command_of(python) == [python, "-m", "recast_nodes.hosts.cli"]
    monkeypatch.setenv("RECAST_PYTHON", str(tmp_path / "gone"))
    with pytest.raises(WorkerError, match="gone: this Python"):
        command_of(python)


def test_windows_has_a_folder_of_the_users_and_a_local_port(tmp_path, monkeypatch):
    """The parts of the way on Windows that can stand alone; nothing here has run on Windows itself."""
    folder = str(tmp_path)
    with monkeypatch.context() as patch:
        patch.delenv("RECAST_RUNTIME", raising=False)
        patch.setenv("LOCALAPPDATA", folder)
        patch.setattr(os, "name", "nt")
        found = protocol.runtime_folder()
    assert found == os.path.join(folder, "Recast", "run") and os.path.isdir(found)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        assert protocol.on_windows()
    with monkeypatch.context() as patch:
        patch.delattr(socket, "AF_UNIX")
        assert protocol.on_windows()


@pytest.mark.parametrize("windows", [True, False])
def test_the_worker_is_started_apart_from_its_host(tmp_path, monkeypatch, windows):
    started = {}
    monkeypatch.setenv("RECAST_RUNTIME", str(tmp_path))
    monkeypatch.setenv("PYTHONHOME", "/the/hosts")
    monkeypatch.setenv("__PYVENV_LAUNCHER__", "/the/hosts/python")
    monkeypatch.setattr(client, "on_windows", lambda: windows)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **given: started.update(given, command=command))
    client._spawn(["python", "-m", "x"], "abc")
    assert not {"PYTHONHOME", "__PYVENV_LAUNCHER__"} & set(started["env"])
    assert started["stdin"] == subprocess.DEVNULL and started["close_fds"]
    if windows:  # DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW
        assert started["creationflags"] == 0x8 | 0x200 | 0x8000000 and "start_new_session" not in started
    else:
        assert started["start_new_session"] and "creationflags" not in started


def test_the_client_may_be_copied_into_a_package_of_ones_own(tmp_path):
    folder = Path(client.__file__).parent
    for name in ("client.py", "job.py", "protocol.py"):
        copied = tmp_path / "my_host" / name
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes((folder / name).read_bytes())
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from my_host.client import Worker; Worker()"
    assert subprocess.run([sys.executable, "-I", "-S", "-c", code]).returncode == 0


def test_what_the_command_line_tells_the_worker_is_what_it_takes():
    assert set(TO_WORKER) <= REQUESTS["render"].keys()
    assert {*TO_WORKER, *OUR_OWN} == {*RENDER_OPTIONS, "analysis"}


def test_the_token_of_a_worker_that_was_killed_is_not_the_last_word(worker, monkeypatch):
    """The new worker listens at the old one's socket a moment before it has written how it is reached."""
    worker.ask("describe")
    read, told = client.read_contact, []

    def stale_once(name):
        told.append(dict(read(name), token="0" * 64) if not told else read(name))
        return told[-1]

    monkeypatch.setattr(client, "read_contact", stale_once)
    assert worker.ask("describe")["version"] and len(told) > 1


def test_a_log_that_is_full_begins_anew_and_is_still_written_to(tmp_path):
    path = tmp_path / "a.log"
    code = (
        "import sys, logging; from recast_nodes.hosts.cli import worker; worker.LOG_BYTES = 300\n"
        "worker._log_to(sys.argv[1])\n"
        "for n in range(9): logging.getLogger('recast_nodes').info('line %d %s', n, 'x' * 60)\n"
        "print('last words', file=sys.stderr)"
    )
    with path.open("ab") as log:
        subprocess.run([sys.executable, "-c", code, path], stderr=log, check=True)
    assert path.stat().st_size < 400 and (tmp_path / "a.log.1").exists()
    assert path.read_text().rstrip().endswith("last words")


def test_the_hosts_own_python_and_qt_stay_with_the_host():
    given = {
        "PATH": "p",
        "PYTHONHOME": "h",
        "PYTHONPATH": "x",
        "QT_PLUGIN_PATH": "q",
        "QT_QPA_PLATFORM": "o",
        "OCIO": "c",
    }
    assert clean_environment(given) == {"PATH": "p", "OCIO": "c"}


@pytest.mark.parametrize("module", [client, protocol], ids=["client", "protocol"])
def test_what_plugins_ship_runs_in_the_oldest_host(module):
    source = Path(module.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {
        node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level
    }
    assert imported <= set(sys.stdlib_module_names)


def test_contact_files_that_are_broken_are_no_contact(tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_RUNTIME", str(tmp_path))
    assert read_contact("abc") is None
    Path(protocol.runtime_file("abc", "json")).write_text("{")
    assert read_contact("abc") is None
    Path(protocol.runtime_file("abc", "json")).write_text(json.dumps({"pid": 1}))
    assert read_contact("abc") is None


@pytest.mark.parametrize("variable", ["OCIO", "RECAST_ROOTS", "RECAST_READERS"])
def test_what_decides_pixels_and_places_asks_for_a_worker_of_its_own(variable):
    assert worker_name("python", {variable: "/a"}) != worker_name("python", {})
    assert worker_name("python", {"HOME": "/a"}) == worker_name("python", {})


def test_variables_that_the_colour_configuration_uses_tell_workers_apart(tmp_path):
    """A warm worker would serve another shot's grade."""
    config = tmp_path / "config.ocio"
    config.write_text("ocio_profile_version: 2\nsearch_path: luts/$SHOT:${LUTS}\n")
    first = {"OCIO": str(config), "SHOT": "sh010", "OTHER": "1"}
    assert worker_name("python", first) != worker_name("python", {**first, "SHOT": "sh020"})
    assert worker_name("python", first) != worker_name("python", {**first, "LUTS": "/luts"})
    assert worker_name("python", first) == worker_name("python", {**first, "OTHER": "2"})
    assert worker_name("python", {"OCIO": str(tmp_path)}) and worker_name("python", {"OCIO": "ocio://default"})


def test_what_a_worker_loads_while_it_waits_is_there() -> None:
    """In a process of its own, as only there nothing was loaded before."""
    code = "from recast_nodes.hosts.worker.server import warm_up; warm_up(); import sys; print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0 and answer.stdout.strip() == "True", answer.stderr
