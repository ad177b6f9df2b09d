"""The worker as a host sees it: started when it is needed, asked, cancelled, started anew when it is gone.

    worker = Worker()
    job = worker.start("render", path="shot.recast.yaml", frames="1001-1010")
    for event in job:              # blocks; or job.poll() from a timer: it never does
        print(event)
    job.cancel()                   # from anywhere; the job ends within a second

Standard library only, Python 3.7: the plugins ship this file and protocol.py by copy. Everything that could block
(starting the worker, connecting, reading) happens in the job's own thread.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .protocol import (
    PROTOCOL,
    Lines,
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
CANCEL_WITHIN = 0.9  # seconds after which a cancelled job ends, whatever the worker does
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
CANCELLED, FAILED, TRY_AGAIN = 130, 2, 75


class WorkerError(Exception):
    """What went wrong, in words for the artist. `problems` are all faults of a request, `code` the exit code."""

    def __init__(self, text: str, problems: list[str] | None = None, code: int = FAILED):
        super().__init__(text)
        self.problems, self.code = problems or [text], code


class WorkerLost(WorkerError):
    """The worker ended while it worked for us. The next request starts a new one."""


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

    def start(self, request: str, **facts: Any) -> Job:
        """Begin a request; its events come from the job. Fields that are None are left out. Never blocks."""
        return Job(self, dict({name: fact for name, fact in facts.items() if fact is not None}, request=request))

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

    def open(self, given_up: Callable[[], bool] = lambda: False) -> socket.socket:
        """A connection to the worker, past its hello; starts one where none answers. Raises WorkerError."""
        command = self._command()
        name = self._name(command)
        try:
            return self._reach(name)
        except OSError:
            with self._starting:
                return self._started(command, name, given_up)

    def _reach(self, name: str) -> socket.socket:
        contact = read_contact(name)
        if contact is None:
            raise ConnectionRefusedError("no worker has said how it is reached")
        connection = connect(contact["address"], ANSWER_WITHIN)
        try:
            connection.sendall(encode({"request": "hello", "protocol": PROTOCOL, "token": contact["token"]}))
            answer = Lines(connection, 4096).read() or {}
        except (OSError, ProtocolError):
            connection.close()
            raise ConnectionRefusedError("the worker does not answer") from None
        if answer.get("event") != "hello":
            connection.close()
            if not answer:
                raise ConnectionRefusedError("the worker is ending")
            raise WorkerError("The worker refuses us: {}".format(answer.get("text", answer)))
        connection.settimeout(None)
        return connection

    def _started(self, command: list[str], name: str, given_up: Callable[[], bool]) -> socket.socket:
        """Start a worker and wait until it listens. Where two hosts start one at once, one of them ends itself."""
        process = _spawn(command + ["worker", "--name", name] + (["--idle", str(self.idle)] if self.idle else []), name)
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until and not given_up():
            try:
                return self._reach(name)
            except OSError:
                if process.poll() not in (None, 0):
                    told = "The worker cannot start ({}). {}".format(" ".join(command), log_tail(name))
                    raise WorkerError(told.strip()) from None
                time.sleep(0.03)
        raise WorkerError("The worker did not answer within {:g} seconds; its log is {}.".format(*_waited(name)))


def _waited(name: str) -> list[Any]:
    return [START_WITHIN, runtime_file(name, "log")]


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


class Job:
    """One request on its way. Events are dictionaries with `event`; the last one is `end`, with the exit code."""

    def __init__(self, worker: Worker, message: dict[str, Any]):
        self.message = message
        self.code: int | None = None
        self.heard = False  # whether the worker has said anything yet
        self._worker = worker
        self._events: queue.Queue = queue.Queue()
        self._connection: socket.socket | None = None
        self._cancel, self._over = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="recast job", daemon=True).start()

    @property
    def finished(self) -> bool:
        """Whether the last event has been handed out."""
        return self.code is not None

    def poll(self) -> list[dict[str, Any]]:
        """The events since the last call. Never blocks."""
        events = []
        while True:
            try:
                events.append(self._hand_out(self._events.get_nowait()))
            except queue.Empty:
                return events

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while self.code is None:
            yield self._hand_out(self._events.get())

    def result(self) -> dict[str, Any]:
        """Wait for the end; the facts of the `result` event. Raises WorkerError where the request failed."""
        found: dict[str, Any] = {}
        problems: list[str] = []
        lost = False
        for event in self:
            if event["event"] == "result":
                found = event
            elif event["event"] == "error":
                problems += event.get("problems") or [event["text"]]
                lost = lost or bool(event.get("lost"))
        if problems or self.code == CANCELLED:
            kind = WorkerLost if lost else WorkerError
            raise kind("\n".join(problems) or "Cancelled.", problems, self.code or FAILED)
        return found

    def cancel(self) -> None:
        """Ask to stop; `end` comes within a second, and every frame that was written is whole. Never blocks."""
        if self._cancel.is_set():
            return
        self._cancel.set()
        threading.Thread(target=self._stop, name="recast cancel", daemon=True).start()

    def _stop(self) -> None:
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.sendall(encode({"request": "cancel"}))
        if not self._over.wait(CANCEL_WITHIN):
            self._end_cancelled()
            if connection is not None:
                connection.close()

    def _end_cancelled(self) -> None:
        self._put({"event": "cancelled", "text": "Cancelled. Every frame that was written is whole."})
        self._put({"event": "end", "code": CANCELLED})

    def _hand_out(self, event: dict[str, Any]) -> dict[str, Any]:
        if event["event"] == "end":
            self.code = int(event["code"])
        return event

    def _put(self, event: dict[str, Any]) -> None:
        """Hand an event on, unless the last one was handed on already."""
        with self._lock:
            if self._over.is_set():
                return
            if event.get("event") == "end":
                self._over.set()
            self.heard = True
            self._events.put(event)

    def _run(self) -> None:
        try:
            if self._through() == "unheard" and self._through() == "unheard":  # it was ending: another one is asked
                raise WorkerLost("The worker ends before it takes a request. " + self._why())
        except (WorkerError, OSError, ValueError) as error:
            if self._cancel.is_set():
                self._end_cancelled()
                return
            lost = isinstance(error, WorkerLost)
            self._put({"event": "error", "text": str(error), "lost": lost})
            self._put({"event": "end", "code": TRY_AGAIN if lost else FAILED})

    def _through(self) -> str:
        """Send the request and hand on what comes. 'unheard' where the worker closed before it took the request."""
        heard = False
        with self._worker.open(self._cancel.is_set) as connection:
            self._connection = connection
            lines = Lines(connection)
            try:
                connection.sendall(encode(self.message))
                if self._cancel.is_set():
                    connection.sendall(encode({"request": "cancel"}))
                while not self._over.is_set():
                    event = lines.read()
                    if event is None:
                        break
                    heard = True
                    self._put(event)
            except (OSError, ProtocolError):
                pass
            finally:
                self._connection = None
        if self._over.is_set():
            return "over"
        if not heard:
            return "unheard"
        raise WorkerLost("The worker ended while it worked. Frames that were written are whole. " + self._why())

    def _why(self) -> str:
        command = self._worker._command()
        return "Its log: {}".format(runtime_file(self._worker._name(command), "log"))
