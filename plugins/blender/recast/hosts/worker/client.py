"""The worker as a host sees it: started when it is needed, asked, cancelled, started again when it is gone.

    worker = Worker()
    job = worker.start("render", path="shot.recast.yaml", frames="1001-1010")
    for event in job:              # blocks; or job.poll() from a timer: it never does
        print(event)
    job.cancel()                   # from anywhere; the job ends within a second

Standard library only, Python 3.7: the plugins ship this file, job.py and protocol.py by copy. Everything that could
block (starting the worker, connecting, reading) happens in the job's own thread.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from .job import WorkerError, WorkerJob, WorkerLost
from .protocol import (
    PROTOCOL,
    MessageReader,
    ProtocolError,
    connect,
    encode,
    log_tail,
    on_windows,
    read_contact,
    runtime_file,
    worker_name,
)

START_WITHIN = 60.0  # seconds that a worker may take until it listens; a cold disk is slow
ANSWER_WITHIN = 10.0  # seconds to a worker's first word
NOT_PASSED_ON = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONEXECUTABLE",
    "PYTHONUSERBASE",
    "PYTHONPLATLIBDIR",
    "__PYVENV_LAUNCHER__",  # on macOS, the host's Python in place of the one that is started
)


def command_of(preference: str = "") -> list[str]:
    """The command that starts Recast: RECAST_PYTHON, else the host's preference, else `recast` of the PATH.

    Raises WorkerError where there is none of them.
    """
    named = os.environ.get("RECAST_PYTHON") or preference
    if named:
        found = shutil.which(os.path.expanduser(named))
        if not found:
            raise WorkerError(f"{named}: this Python, which is to run Recast, is not there.")
        return [found, "-m", "recast_nodes.hosts.cli"]
    found = shutil.which("recast")
    if not found:
        raise WorkerError(
            "Recast is not found. Set the environment variable RECAST_PYTHON, or the preference, to the Python that "
            "Recast Nodes is installed in, or put its `recast` on the PATH."
        )
    return [found]


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The host's environment without what is meant for the host's own Python and Qt."""
    return {
        name: value
        for name, value in environment.items()
        if name.upper() not in NOT_PASSED_ON and not name.upper().startswith("QT_")
    }


class Worker:
    """The way to this user's worker. Holds no connection: every job has its own, and starts the worker if need be.

    `python` is the host's preference (see `command_of`); `command` goes before both. `idle` are the seconds after which
    an idle worker that we start ends itself.
    """

    def __init__(self, python: str = "", command: list[str] | None = None, idle: float | None = None):
        self.python, self.command, self.idle = python, command, idle
        self._starting = threading.Lock()

    def start(self, request: str, **facts: Any) -> WorkerJob:
        """Begin a request; its events come from the job. Fields that are None are left out. Never blocks."""
        return WorkerJob(self, dict({name: fact for name, fact in facts.items() if fact is not None}, request=request))

    def ask(self, request: str, **facts: Any) -> dict[str, Any]:
        """The result of a request that has one. Blocks. Raises WorkerError."""
        return self.start(request, **facts).result()

    def stop(self) -> bool:
        """End the worker, if one runs. Returns whether one did."""
        try:
            connection = self._reach(self._name(self._command()))
        except OSError:
            return False
        with connection:
            connection.sendall(encode({"request": "quit"}))
            while connection.recv(65536):
                pass
        return True

    def _command(self) -> list[str]:
        return self.command or command_of(self.python)

    def _name(self, command: list[str]) -> str:
        return worker_name(command[0], os.environ)

    def log(self) -> str:
        """The path of the worker's log."""
        return runtime_file(self._name(self._command()), "log")

    def open(self, given_up: Callable[[], bool] = lambda: False) -> socket.socket:
        """A connection to the worker, past its hello; starts one where none answers. Raises WorkerError."""
        command = self._command()
        name = self._name(command)
        try:
            return self._reach(name)
        except OSError:
            with self._starting:
                return self._start_worker(command, name, given_up)

    def _reach(self, name: str) -> socket.socket:
        contact = read_contact(name)
        if contact is None:
            raise ConnectionRefusedError("no worker says how it is reached")
        connection = connect(contact["address"], ANSWER_WITHIN)
        try:
            connection.sendall(encode({"request": "hello", "protocol": PROTOCOL, "token": contact["token"]}))
            answer = MessageReader(connection, 4096).read() or {}
        except (OSError, ProtocolError):
            connection.close()
            raise ConnectionRefusedError("the worker does not answer") from None
        if answer.get("event") != "hello":
            connection.close()
            if not answer:
                raise ConnectionRefusedError("the worker is ending")
            if read_contact(name) != contact:
                raise ConnectionRefusedError("another worker listens where the one before did")
            raise WorkerError("The worker refuses us: {}".format(answer.get("text", answer)))
        connection.settimeout(None)
        return connection

    def _start_worker(self, command: list[str], name: str, given_up: Callable[[], bool]) -> socket.socket:
        """Start a worker and wait until it listens. Where two hosts start one at once, one of them ends itself."""
        process = _spawn(command + ["worker", "--name", name] + (["--idle", str(self.idle)] if self.idle else []), name)
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until and not given_up():
            try:
                return self._reach(name)
            except OSError:
                if process.poll() not in (None, 0):
                    text = "The worker cannot start ({}). {}".format(" ".join(command), log_tail(name))
                    raise WorkerError(text.strip()) from None
                time.sleep(0.03)
        text = "The worker did not answer within {:g} seconds; its log is {}."
        raise WorkerLost(text.format(START_WITHIN, runtime_file(name, "log")))


def _spawn(command: list[str], name: str) -> subprocess.Popen:
    """The process, apart from the host: a Ctrl-C there does not reach it, and it outlives the host until it is idle."""
    options: dict[str, Any] = {}
    if on_windows():
        options["creationflags"] = 0x00000008 | 0x00000200 | 0x08000000  # detached, a group of its own, no window
    else:
        options["start_new_session"] = True
    with open(runtime_file(name, "log"), "ab") as log:
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=clean_environment(os.environ),
                close_fds=True,
                **options,
            )
        except OSError as error:
            raise WorkerError(f"{command[0]}: it cannot be started: {error.strerror}.") from None
